"""The hosts as they are: a provider goes in, an Observation comes out, and no host ever loads a model for it.

`kinds` holds an adapter for each kind: it states the only requests it may send (`REQUESTS`) and reads the
answers (`observe()`, a `ProbeFlow`); it is pure. `asking` carries the dialogues of all hosts out at once,
within `bounds`. Here is what both speak in: `endpoint`, `exchange`, and `observation`, which `saved` keeps.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Protocol, cast

from booconf.declaration.enums import Kind
from booconf.live.flow import ProbeFlow, Request


class Adapter(Protocol):
    """What the module of a kind has to offer: all that anybody has to know about the kind."""

    REQUESTS: tuple[Request, ...]

    OWNERS: Mapping[str, str]
    """The `owned_by` of a listing that tells a program of this kind, and what that is called."""

    LISTING_IS_COMPLETE: bool
    """Whether every name that a request may carry is an id of the listing, so that aliases hide nowhere."""

    UNLISTED_MODELS_HINT: str
    """Which models the listing leaves out, if any: a clause for people who miss one."""

    def observe(self) -> ProbeFlow:
        """The flow with one host of this kind; it may raise UnusableResponseError."""


def adapter_of(kind: Kind) -> Adapter:
    """Return the adapter of a kind: the module of that name in `kinds/`, which a test holds to `Adapter`."""
    return cast("Adapter", import_module(f"{__name__}.kinds.{kind.replace('-', '_')}"))
