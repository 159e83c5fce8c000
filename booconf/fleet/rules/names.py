"""Rules about names that could be taken for one another."""

from collections.abc import Iterator

from booconf.diagnostics import Diagnostic, Label
from booconf.fleet.examination import Examination, finding
from booconf.fleet.model import Provider


def check_names_of_default_provider(examination: Examination) -> Iterator[Diagnostic]:
    """BC308: a bare id of the default provider must not read as a composite id."""
    fleet = examination.fleet
    default = fleet.providers.get(fleet.default_provider)
    if default is None:
        return
    for model in default.models.values():
        for name in (model.id, *model.aliases):
            first, slash, _ = name.partition("/")
            if not slash or not (first in fleet.providers or first in fleet.legacy.providers):
                continue
            former = first not in fleet.providers
            place = ("legacy", "providers", first) if former else ("providers", first)
            yield finding(
                "BC308",
                f"`{name}` of the default provider starts with the {'former ' if former else ''}provider id `{first}`, "
                "so as a bare id it would mean another model",
                _name_label(examination, default, model.id, name),
                examination.key(*place, text="this id catches it"),
                write="declare the model under another id, with `upstream` for the name the host knows",
            )


def check_names_within_providers(examination: Examination) -> Iterator[Diagnostic]:
    """BC309: within a provider no two ids or aliases are equal, or equal but for case."""
    for provider in examination.fleet.providers.values():
        first_of: dict[str, tuple[str, str]] = {}
        for model in provider.models.values():
            for name in (model.id, *model.aliases):
                owner, earlier = first_of.setdefault(name.casefold(), (model.id, name))
                if owner is model.id and earlier is name:
                    continue
                difference = (
                    "is already a name" if earlier == name else f"differs only by case from `{earlier}`"
                )
                yield finding(
                    "BC309",
                    f"`{name}` {difference} of this provider"
                    if earlier == name
                    else f"`{name}` {difference} of the same provider",
                    _name_label(examination, provider, model.id, name),
                    _name_label(examination, provider, owner, earlier, "first declared here"),
                    write="give each model names of its own, or remove the repetition",
                )


def check_opencode_ids(examination: Examination) -> Iterator[Diagnostic]:
    """BC310: an opencode id, current or former, belongs to one provider, under any of its names."""
    taken: dict[str, tuple[str, Label]] = {}
    providers = examination.fleet.providers.values()
    for provider in providers:
        taken[provider.id] = (
            provider.id,
            examination.key("providers", provider.id, text="a provider's own id"),
        )
    for provider in providers:
        path = ("providers", provider.id, "opencode")
        named = [(provider.opencode_id, (*path, "id"))] if provider.opencode_id != provider.id else []
        named += [
            (former, (*path, "legacy_ids", index))
            for index, former in enumerate(provider.opencode_legacy_ids)
        ]
        for opencode_id, place in named:
            here = examination.value(*place)
            owner, there = taken.setdefault(
                opencode_id, (provider.id, examination.value(*place, text="first used here"))
            )
            if owner != provider.id:
                yield finding(
                    "BC310",
                    f"the opencode id `{opencode_id}` of `{provider.id}` belongs to `{owner}`",
                    here,
                    there,
                    write="use an id that no other provider has as id, opencode id or legacy id",
                )


def _name_label(
    examination: Examination, provider: Provider, model_id: str, name: str, text: str = ""
) -> Label:
    path: tuple[str | int, ...] = ("providers", provider.id, "models", model_id)
    if name == model_id:
        return examination.key(*path, text=text)
    return examination.value(*path, "aliases", provider.models[model_id].aliases.index(name), text=text)
