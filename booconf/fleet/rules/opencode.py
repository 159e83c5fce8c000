"""Rules about what opencode would make of the fleet without a word."""

from collections.abc import Iterator

from booconf.diagnostics import Diagnostic, Label
from booconf.fleet.context import CheckContext, diagnostic
from booconf.fleet.model import Provider
from booconf.fleet.opencode_builtins import BUILTIN_PROVIDERS


def check_builtin_ids(context: CheckContext) -> Iterator[Diagnostic]:
    """BC313, BC508, BC510: opencode merges its own models into a provider of the same id."""
    for provider in context.fleet.providers.values():
        if provider.opencode_id not in BUILTIN_PROVIDERS or not provider.chat_models():
            continue
        here = _opencode_id_label(context, provider)
        if not provider.extends_builtin and (provider.location == "local" or not provider.optional):
            yield diagnostic(
                "BC313",
                f"`{provider.opencode_id}` is a built-in provider of opencode, "
                f"whose models would be merged into `{provider.id}`",
                here,
                advice=f"set `opencode: {{id: my-{provider.opencode_id}}}` or another free id, "
                "or `extends_builtin: true` there if that is wanted",
            )
        elif provider.optional:
            yield diagnostic(
                "BC508",
                f"opencode has its own `{provider.opencode_id}`, whose models it shows when the key is set",
                here,
                advice="start opencode with OPENCODE_MODELS_PATH naming the generated opencode/models.json, "
                "which holds exactly the models declared here",
            )
        else:
            yield diagnostic(
                "BC510",
                f"opencode merges the models of its own `{provider.opencode_id}` into `{provider.id}`",
                here,
                context.key(
                    "providers", provider.id, "opencode", "extends_builtin", text="consented to here"
                ),
                advice="use an id that opencode does not have, unless its models are wanted",
            )


def _opencode_id_label(context: CheckContext, provider: Provider) -> Label:
    if context.declaration.providers[provider.id].opencode.id is None:
        return context.key("providers", provider.id)
    return context.value("providers", provider.id, "opencode", "id")
