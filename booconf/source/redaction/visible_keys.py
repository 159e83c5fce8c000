"""The keys of the format, and how much of each value an excerpt may show.

A test compares FORMAT_KEYS with the declared format, which this folder cannot import.
"""

import re
from collections.abc import Iterator
from enum import Enum


class Visibility(Enum):
    """The part of a value that may be shown."""

    FULL = "all of it, except userinfo in a URL"
    URL = "an address and path, without userinfo, query and fragment"
    VARIABLE = "the name of a variable; any other text may be the value of the variable"
    NONE = "nothing"


Shape = Visibility | dict[str, "Shape"] | tuple["Shape"]
"""The shape of a value: a scalar or list of scalars, a mapping by its keys, or a list of one shape."""

ANY = "*"
"""In a Shape: every key of a mapping whose keys are free."""

_LIMITS: Shape = {"context": Visibility.FULL, "output": Visibility.FULL}
_MODEL: Shape = {
    **dict.fromkeys(
        (
            "label", "type", "context", "input", "output",
            "capabilities", "aliases", "upstream", "reasoning_field", "efforts",
        ),
        Visibility.FULL,
    ),
    "extra_body": Visibility.NONE,
    "cost": dict.fromkeys(("input", "output", "cache_read", "cache_write"), Visibility.FULL),
}  # fmt: skip
HEADERS: Shape = {ANY: Visibility.NONE}
_PROVIDER: Shape = {
    **dict.fromkeys(
        ("kind", "label", "location", "optional", "undeclared", "ignore", "apis"), Visibility.FULL
    ),
    "api_key_env": Visibility.VARIABLE,
    "api_key_file": Visibility.NONE,
    "base_url": Visibility.URL,
    "api_path": Visibility.URL,
    "headers": HEADERS,
    "sidecar": {"base_url": Visibility.URL, "traffic": Visibility.FULL},
    "opencode": {"id": Visibility.FULL, "legacy_ids": Visibility.FULL, "extends_builtin": Visibility.FULL},
    "defaults": _LIMITS,
    "timeouts": dict.fromkeys(("header", "chunk", "total"), Visibility.FULL),
    "models": {ANY: _MODEL},
}
FORMAT_KEYS: Shape = {
    "version": Visibility.FULL,
    "default_provider": Visibility.FULL,
    "roles": dict.fromkeys(("default", "task", "compaction", "arena"), Visibility.FULL),
    "opencode": {"agents": {ANY: Visibility.FULL}},
    "legacy": {"bare_ids": {ANY: Visibility.FULL}, "providers": {ANY: Visibility.FULL}},
    "providers": {ANY: _PROVIDER},
    "context_overrides": (dict.fromkeys(("match", "context", "reason"), Visibility.FULL),),
}
"""The keys of fleet.yaml and the visibility of their values; everything else may be a secret."""

VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
"""The name of an environment variable."""


def shape_below(shape: Shape | None, key: str) -> Shape | None:
    """The shape of the value at `key` in a mapping of this shape; None where it has no such key."""
    return shape.get(key, shape.get(ANY)) if isinstance(shape, dict) else None


def has_ids(shape: Shape | None) -> bool:
    """True if the keys of a mapping are ids, which may contain `:` and the like, and are not secrets."""
    return isinstance(shape, dict) and ANY in shape and shape is not HEADERS


def is_id(path: tuple[str | int, ...]) -> bool:
    """True if the last key of `path` is an id."""
    shape: Shape | None = FORMAT_KEYS
    for part in path[:-1]:
        shape = shape[0] if isinstance(shape, tuple) else shape_below(shape, str(part))
    return has_ids(shape)


def _known_keys(shape: Shape) -> Iterator[str]:
    if isinstance(shape, tuple):
        yield from _known_keys(shape[0])
    elif isinstance(shape, dict) and shape is not HEADERS:
        for key, below in shape.items():
            yield from _known_keys(below)
            if below not in (HEADERS, Visibility.VARIABLE):
                yield key


KNOWN_KEYS = frozenset(_known_keys(FORMAT_KEYS)) - {ANY}
"""Names of keys of the format whose value may be shown."""
