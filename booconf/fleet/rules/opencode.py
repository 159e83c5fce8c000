"""Rules about what opencode would make of the fleet without a word."""

from collections.abc import Iterator

from booconf.diagnostics import Diagnostic, Label
from booconf.fleet.context import Examination, finding
from booconf.fleet.model import Provider
from booconf.fleet.opencode_builtins import BUILTIN_PROVIDERS


def check_builtin_ids(examination: Examination) -> Iterator[Diagnostic]:
    """BC313, BC508, BC510: opencode merges its own models into a provider of the same id."""
    for provider in examination.fleet.providers.values():
        if provider.opencode_id not in BUILTIN_PROVIDERS or not provider.chat_models():
            continue
        here = _opencode_id_label(examination, provider)
        if not provider.extends_builtin and (provider.location == "local" or not provider.optional):
            yield finding(
                "BC313",
                f"`{provider.opencode_id}` is a built-in provider of opencode, "
                f"whose models would be merged into `{provider.id}`",
                here,
                write=f"set `opencode: {{id: my-{provider.opencode_id}}}` or another free id, "
                "or `extends_builtin: true` there if that is wanted",
            )
        elif provider.optional:
            yield finding(
                "BC508",
                f"opencode has its own `{provider.opencode_id}`, whose models it shows when the key is set",
                here,
                write="start opencode with OPENCODE_MODELS_PATH naming the generated opencode/models.json, "
                "which holds exactly the models declared here",
            )
        else:
            yield finding(
                "BC510",
                f"opencode merges the models of its own `{provider.opencode_id}` into `{provider.id}`",
                here,
                examination.key(
                    "providers", provider.id, "opencode", "extends_builtin", text="consented to here"
                ),
                write="use an id that opencode does not have, unless its models are wanted",
            )


def check_optional_roles(examination: Examination) -> Iterator[Diagnostic]:
    """BC509: opencode.json names no model of a provider that may be absent."""
    fleet = examination.fleet
    for path, target in examination.written_roles():
        model = fleet.find_model(target) if path[1] != "arena" else None
        if model and fleet.providers[model.provider].optional:
            yield finding(
                "BC509",
                f"role `{path[1]}` is on the optional provider `{model.provider}`, "
                "so opencode.json leaves it out",
                examination.value(*path),
                examination.key("providers", model.provider, "optional", text="optional here"),
                write="name a model of a provider that is always there",
            )


def check_optional_extras(examination: Examination) -> Iterator[Diagnostic]:
    """BC511: opencode learns of an optional provider from a catalog, which has no place for these."""
    for provider in examination.fleet.providers.values():
        if not provider.optional or not provider.chat_models():
            continue
        path = ("providers", provider.id)
        extras = [(_quoted_header(name), (*path, "headers", name)) for name in provider.headers]
        if provider.header_timeout is not None:
            extras.append(("the timeout", (*path, "timeouts", "header")))
        for what, place in extras:
            yield finding(
                "BC511",
                f"opencode/models.json has no place for {what} of the optional provider `{provider.id}`",
                examination.key(*place),
                examination.key(*path, "optional", text="optional here"),
                write=f"start opencode with opencode/providers/{provider.id}.json, which holds it, "
                "or remove `optional`",
            )


def _quoted_header(name: str) -> str:
    from booconf.source.redaction.secrets import quoted_key  # noqa: PLC0415 - few fleets have headers

    return quoted_key(name, "the header")


def _opencode_id_label(examination: Examination, provider: Provider) -> Label:
    if examination.declaration.providers[provider.id].opencode.id is None:
        return examination.key("providers", provider.id)
    return examination.value("providers", provider.id, "opencode", "id")
