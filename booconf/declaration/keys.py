"""Which keys the format knows, and where: read from its models, for did-you-mean."""

from collections.abc import Iterator
from typing import Annotated, get_args, get_origin

from pydantic import BaseModel

from booconf.declaration.schema import FleetDeclaration

_ELEMENTS = {
    "providers": "a provider",
    "models": "a model",
    "context_overrides": "an entry of `context_overrides`",
}


def keys_at(path: tuple[str | int, ...]) -> tuple[str, ...]:
    """The keys that the mapping at `path` may have; the path of a mapping whose keys are free has none."""
    kind: object = FleetDeclaration
    for part in path:
        mapping = _mapping(kind)
        kind = mapping.model_fields[str(part)].annotation if mapping else get_args(_bare(kind))[-1]
    mapping = _mapping(kind)
    return tuple(mapping.model_fields) if mapping else ()


def places_of(key: str) -> tuple[str, ...]:
    """Where the format has a key of this name, in words such as `a model`."""
    return tuple(
        place for place, mapping in _places(FleetDeclaration, "the top level") if key in mapping.model_fields
    )


def _places(mapping: type[BaseModel], place: str) -> Iterator[tuple[str, type[BaseModel]]]:
    yield place, mapping
    for name, field in mapping.model_fields.items():
        kind = _bare(field.annotation)
        inner = _mapping(get_args(kind)[-1] if get_origin(kind) in (dict, list) else kind)
        if inner:
            yield from _places(inner, _ELEMENTS.get(name, f"`{name}`"))


def _mapping(kind: object) -> type[BaseModel] | None:
    bare = _bare(kind)
    return bare if isinstance(bare, type) and issubclass(bare, BaseModel) else None


def _bare(kind: object) -> object:
    """The type inside `Annotated` and `| None`."""
    while get_origin(kind) is Annotated or type(None) in get_args(kind):
        kind = get_args(kind)[0]
    return kind
