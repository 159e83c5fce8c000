"""Rules about names that could be confused with each other."""

from collections.abc import Iterator

from booconf.diagnostics import Diagnostic, Label
from booconf.fleet.context import CheckContext, diagnostic
from booconf.fleet.model import Model, Provider
from booconf.fleet.opencode_builtins import BUILTIN_PROVIDERS
from booconf.source import Path


def check_names_of_default_provider(context: CheckContext) -> Iterator[Diagnostic]:
    """BC308: no name of the default provider is the composite id of another model."""
    fleet = context.fleet
    default = fleet.providers.get(fleet.default_provider)
    if default is None:
        return
    for model in default.models.values():
        for name, path in _names(model):
            first, slash, _ = name.partition("/")
            if not slash or not (first in fleet.providers or first in fleet.legacy.providers):
                continue
            former = first not in fleet.providers
            place = ("legacy", "providers", first) if former else ("providers", first)
            yield diagnostic(
                "BC308",
                f"`{name}` of the default provider starts with the {'former ' if former else ''}provider id "
                f"`{first}`, so as a bare id it would mean another model",
                context.key(*path),
                context.key(*place, text="this id takes precedence"),
                advice="declare the model under another id, with `upstream` for the name the host knows",
            )


def check_names_within_providers(context: CheckContext) -> Iterator[Diagnostic]:
    """BC309: no two ids or aliases of a provider are equal, or differ only by case."""
    for provider in context.fleet.providers.values():
        first_of: dict[str, tuple[str, Path]] = {}
        for model in provider.models.values():
            for name, path in _names(model):
                folded = name.casefold()
                if folded not in first_of:
                    first_of[folded] = (name, path)
                    continue
                earlier, first_path = first_of[folded]
                same = f"differs only by case from `{earlier}`" if earlier != name else "is already a name"
                yield diagnostic(
                    "BC309",
                    f"`{name}` {same} of the provider `{provider.id}`",
                    context.key(*path),
                    context.key(*first_path, text="first declared here"),
                    advice="give each model names of its own, or remove the repetition",
                )


def check_opencode_ids(context: CheckContext) -> Iterator[Diagnostic]:
    """BC310: an opencode id, current or former, belongs to one provider only."""
    fleet = context.fleet
    taken: dict[str, tuple[str | None, Path]] = {
        former: (successor, ("legacy", "providers", former))
        for former, successor in fleet.legacy.providers.items()
        if successor is None or successor in fleet.providers
    }
    taken |= {provider_id: (provider_id, ("providers", provider_id)) for provider_id in fleet.providers}
    for provider in fleet.providers.values():
        for opencode_id, path in _opencode_ids(provider):
            owner, first_path = taken.setdefault(opencode_id, (provider.id, path))
            if owner != provider.id:
                belongs = f"belongs to `{owner}`" if owner else "is the id of a retired provider"
                yield diagnostic(
                    "BC310",
                    f"the opencode id `{opencode_id}` of `{provider.id}` {belongs}",
                    context.value(*path),
                    _first_use(context, first_path),
                    advice="use an id that no other provider has or had as id, opencode id or legacy id",
                )


def check_builtin_ids(context: CheckContext) -> Iterator[Diagnostic]:
    """BC313, BC508, BC510: opencode merges its own models into a provider of the same id."""
    for provider in context.fleet.providers.values():
        if provider.opencode_id not in BUILTIN_PROVIDERS or not provider.chat_models():
            continue
        here = opencode_id_label(context, provider)
        if not provider.extends_builtin and (provider.location == "local" or not provider.optional):
            yield diagnostic(
                "BC313",
                f"`{provider.opencode_id}` is a built-in provider of opencode, "
                f"whose models would be merged into `{provider.id}`",
                here,
                advice=f"set `opencode: {{id: my-{provider.opencode_id}}}` or another free id, "
                f"or to keep this one `extends_builtin: true` there; {_only_ours(provider)}",
            )
        elif provider.optional:
            yield diagnostic(
                "BC508",
                f"opencode has its own `{provider.opencode_id}`, whose models it shows when the key is set",
                here,
                advice="start opencode with OPENCODE_MODELS_PATH naming the generated opencode/models.json, "
                "which lists exactly the models declared here",
            )
        else:
            yield diagnostic(
                "BC510",
                f"opencode merges the models of its own `{provider.opencode_id}` into `{provider.id}`",
                here,
                context.key(
                    "providers", provider.id, "opencode", "extends_builtin", text="consented to here"
                ),
                advice=f"unless its models are wanted: {_only_ours(provider)}; "
                "or use an id that opencode does not have",
            )


def _only_ours(provider: Provider) -> str:
    """The two ways in which opencode shows no model of its own beside those of `provider`."""
    return (
        "to hide opencode's models, start it with OPENCODE_MODELS_PATH naming the generated "
        f"opencode/models.json, or list yours as `provider.{provider.opencode_id}.whitelist` in your own "
        "opencode.json"
    )


def _first_use(context: CheckContext, path: Path) -> Label:
    """A label on the first use of an id: as a provider's id, a former one, or one for opencode."""
    match path:
        case ("providers", _):
            return context.key(*path, text="a provider's own id")
        case ("legacy", *_):
            return context.key(*path, text="a former provider id")
        case _:
            return context.value(*path, text="first used here")


def _names(model: Model) -> Iterator[tuple[str, Path]]:
    """The id of a model and its aliases, each with its path."""
    path = ("providers", model.provider, "models", model.id)
    yield model.id, path
    for index, alias in enumerate(model.aliases):
        yield alias, (*path, "aliases", index)


def _opencode_ids(provider: Provider) -> Iterator[tuple[str, Path]]:
    """The opencode ids that a provider declares as such, each with its path."""
    path = ("providers", provider.id, "opencode")
    if provider.opencode_id != provider.id:
        yield provider.opencode_id, (*path, "id")
    for index, former in enumerate(provider.opencode_legacy_ids):
        yield former, (*path, "legacy_ids", index)


def opencode_id_label(context: CheckContext, provider: Provider) -> Label:
    """A label on the opencode id of `provider`: `opencode.id` if declared, else the provider id."""
    if context.declaration.providers[provider.id].opencode.id is None:
        return context.key("providers", provider.id)
    return context.value("providers", provider.id, "opencode", "id")
