"""The catalog view of a picker: Favorites first, then a section per provider (GET /api/models)."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass

from booconf.declaration.enums import Capability
from booconf.fleet.model import Fleet, Model, Provider
from booconf.fleet.resolve import ResolutionError, Resolver


@dataclass(frozen=True, slots=True)
class Row:
    """One model in a section; limits in tokens, None when unknown."""

    id: str
    provider: str
    provider_label: str
    model: str
    label: str
    context: int | None
    input: int | None
    output: int | None
    capabilities: tuple[Capability, ...]
    favorite: bool


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and its models."""

    id: str
    label: str
    models: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class CatalogView:
    """Sections in display order, and the composite id of the default model."""

    sections: tuple[Section, ...]
    default: str


def catalog_view(
    fleet: Fleet,
    resolver: Resolver,
    *,
    favorites: Iterable[object] = (),
    offline: Iterable[str] = (),
    env: Mapping[str, str] | None = None,
) -> CatalogView:
    """The view for stored `favorites`, `offline` provider ids and the environment variables that are set.

    A favorite that does not resolve, is no text, or whose model is in no section, is hidden but stays stored.
    """
    hidden = frozenset(offline)
    visible = {
        provider.id: chat_models
        for provider in fleet.providers.values()
        if _is_visible(provider, hidden, env or {})
        if (chat_models := provider.chat_models())
    }
    shown = {model.composite_id: model for models in visible.values() for model in models}
    chosen = [model_id for model_id in _resolved(resolver, favorites) if model_id in shown]
    marked = frozenset(chosen)
    sections = [
        Section("favorites", "Favorites", tuple(_row(fleet, shown[model_id], marked) for model_id in chosen))
    ]
    sections += [
        Section(
            provider_id,
            fleet.providers[provider_id].label,
            tuple(_row(fleet, model, marked) for model in models),
        )
        for provider_id, models in visible.items()
    ]
    return CatalogView(tuple(sections), fleet.roles.default)


def is_visible(fleet: Fleet, model: Model, *, offline: Container[str], env: Mapping[str, str]) -> bool:
    """True if a declared model is in the view for these providers and variables."""
    return model.type == "chat" and _is_visible(fleet.providers[model.provider], offline, env)


def _is_visible(provider: Provider, offline: Container[str], env: Mapping[str, str]) -> bool:
    """True if a provider is online and, if optional, its key is set."""
    has_its_key = not provider.optional or bool(env.get(provider.api_key_env or "", ""))
    return has_its_key and provider.id not in offline


def _resolved(resolver: Resolver, favorites: Iterable[object]) -> list[str]:
    """Composite ids of the declared models in `favorites`, without repetition, in stored order."""
    ids: dict[str, None] = {}
    for favorite in favorites:
        if not isinstance(favorite, str):
            continue
        try:
            found = resolver.find(favorite)
        except ResolutionError:
            continue
        if found.model is not None:
            ids[found.model.composite_id] = None
    return list(ids)


def _row(fleet: Fleet, model: Model, marked: frozenset[str]) -> Row:
    limits = model.limits
    return Row(
        id=model.composite_id,
        provider=model.provider,
        provider_label=fleet.providers[model.provider].label,
        model=model.id,
        label=model.label,
        context=limits.context,
        input=limits.input,
        output=limits.output,
        capabilities=model.capabilities,
        favorite=model.composite_id in marked,
    )
