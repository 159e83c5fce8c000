"""What of a fleet.yaml may be shown: the keys of the format, place by place, and names that tell of a secret.

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

_SECRET_NAMES = (
    "accesskey", "apikey", "auth", "authorization", "bearer", "cookie", "credential", "credentials",
    "passphrase", "passwd", "password", "privatekey", "pwd", "secret", "secrets", "token", "tokens",
)  # fmt: skip
VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
"""What can be the name of an environment variable."""

_SEPARATORS = re.compile(r"[-_. ]")


def is_secret_name(key: str) -> bool:
    """Whether a key is named as secrets are, at its start or end; `api_key_env` and the like are not."""
    name = _SEPARATORS.sub("", key).lower()
    return not name.endswith("env") and (name.startswith(_SECRET_NAMES) or name.endswith(_SECRET_NAMES))


def shape_below(shape: Shape | None, key: str) -> Shape | None:
    """What the mapping of this shape takes under `key`, None where it has no such key."""
    return shape.get(key, shape.get(ANY)) if isinstance(shape, dict) else None


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
