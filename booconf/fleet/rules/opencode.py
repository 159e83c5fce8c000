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


def check_optional_roles(context: CheckContext) -> Iterator[Diagnostic]:
    """BC509: opencode.json names no model of a provider that may be absent."""
    fleet = context.fleet
    for path, target in context.written_roles():
        model = fleet.find_model(target) if path[1] != "arena" else None
        if model and fleet.providers[model.provider].optional:
            yield diagnostic(
                "BC509",
                f"role `{path[1]}` is on the optional provider `{model.provider}`, "
                "so opencode.json leaves it out",
                context.value(*path),
                context.key("providers", model.provider, "optional", text="optional here"),
                advice="name a model of a provider that is always there",
            )


def check_optional_extras(context: CheckContext) -> Iterator[Diagnostic]:
    """BC511: opencode learns of an optional provider from a catalog, which has no place for these."""
    for provider in context.fleet.providers.values():
        if not provider.optional or not provider.chat_models():
            continue
        path = ("providers", provider.id)
        extras = [(_quoted_header(name), (*path, "headers", name)) for name in provider.headers]
        if provider.header_timeout is not None:
            extras.append(("the timeout", (*path, "timeouts", "header")))
        for what, place in extras:
            yield diagnostic(
                "BC511",
                f"opencode/models.json has no place for {what} of the optional provider `{provider.id}`",
                context.key(*place),
                context.key(*path, "optional", text="optional here"),
                advice=f"start opencode with opencode/providers/{provider.id}.json, which holds it, "
                "or remove `optional`",
            )


def _quoted_header(name: str) -> str:
    from booconf.source.redaction.secrets import quoted_key  # noqa: PLC0415 - few fleets have headers

    return quoted_key(name, "the header")


def _opencode_id_label(context: CheckContext, provider: Provider) -> Label:
    if context.declaration.providers[provider.id].opencode.id is None:
        return context.key("providers", provider.id)
    return context.value("providers", provider.id, "opencode", "id")
