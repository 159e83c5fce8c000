"""What of a fleet.yaml may be shown: the keys of the format, place by place.

A test holds PLACES to the declared format, which this folder cannot import.
"""

import re
from collections.abc import Iterator
from enum import Enum


class Shown(Enum):
    """How much of a value may be shown."""

    TEXT = "all of it, but for userinfo in a URL"
    URL = "all but userinfo, query and fragment"
    VARIABLE = "all of it if it can be the name of a variable; else it may be what the variable should hold"
    NOTHING = "nothing"


Shape = Shown | dict[str, "Shape"] | tuple["Shape"]
"""What a place takes: a scalar or list of scalars, a mapping by its keys, or a list of one shape."""

ANY = "*"
"""Stands for every key of a mapping whose keys are free."""

_LIMITS: Shape = {"context": Shown.TEXT, "output": Shown.TEXT}
_MODEL: Shape = dict.fromkeys(
    (
        "label", "type", "context", "input", "output",
        "capabilities", "aliases", "upstream", "reasoning_field",
    ),
    Shown.TEXT,
)  # fmt: skip
HEADERS: Shape = {ANY: Shown.NOTHING}
_PROVIDER: Shape = {
    **dict.fromkeys(("kind", "label", "location", "optional", "undeclared", "ignore"), Shown.TEXT),
    "api_key_env": Shown.VARIABLE,
    "base_url": Shown.URL,
    "api_path": Shown.URL,
    "headers": HEADERS,
    "sidecar": {"base_url": Shown.URL, "traffic": Shown.TEXT},
    "opencode": {"id": Shown.TEXT, "legacy_ids": Shown.TEXT, "extends_builtin": Shown.TEXT},
    "defaults": _LIMITS,
    "timeouts": {"header": Shown.TEXT},
    "models": {ANY: _MODEL},
}
PLACES: Shape = {
    "version": Shown.TEXT,
    "default_provider": Shown.TEXT,
    "roles": dict.fromkeys(("default", "task", "compaction", "arena"), Shown.TEXT),
    "legacy": {"bare_ids": {ANY: Shown.TEXT}, "providers": {ANY: Shown.TEXT}},
    "providers": {ANY: _PROVIDER},
    "context_overrides": (dict.fromkeys(("match", "context", "reason"), Shown.TEXT),),
}
"""The keys of fleet.yaml and what may be shown of their values; everything else may be a secret."""

VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
"""What can be the name of an environment variable."""


def shape_below(shape: Shape | None, key: str) -> Shape | None:
    """What the mapping of this shape takes under `key`, None where it has no such key."""
    return shape.get(key, shape.get(ANY)) if isinstance(shape, dict) else None


def holds_ids(shape: Shape | None) -> bool:
    """Whether the keys of a mapping are ids, which may hold `:` and the like, and are no secrets."""
    return isinstance(shape, dict) and ANY in shape and shape is not HEADERS


def is_id(path: tuple[str | int, ...]) -> bool:
    """Whether the key that ends `path` is an id."""
    shape: Shape | None = PLACES
    for part in path[:-1]:
        shape = shape[0] if isinstance(shape, tuple) else shape_below(shape, str(part))
    return holds_ids(shape)


def _known_keys(shape: Shape) -> Iterator[str]:
    if isinstance(shape, tuple):
        yield from _known_keys(shape[0])
    elif isinstance(shape, dict) and shape is not HEADERS:
        for key, below in shape.items():
            yield from _known_keys(below)
            if below not in (HEADERS, Shown.VARIABLE):
                yield key


KNOWN_KEYS = frozenset(_known_keys(PLACES)) - {ANY}
"""Names that are a key of the format somewhere and whose value may be shown there."""
