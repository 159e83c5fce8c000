"""Probe hosts without loading a model: from a provider to an Observation of its host.

`endpoint` prepares the URLs and headers of a provider. `kinds` contains a pure adapter for each kind: its
`REQUESTS` are the only ones that may be sent, its `observe()` is a `flow` that interprets the responses.
`client` runs the flows of all hosts concurrently, within `limits`. `saved` stores observations as a file.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from booconf.declaration.enums import Kind
from booconf.fleet.model import KindFacts

if TYPE_CHECKING:  # the compiler imports this package without any adapter
    from booconf.live.flow import ProbeFlow, Request


class Adapter(KindFacts, Protocol):
    """The interface of the module of a kind, with all facts about its program."""

    REQUESTS: "tuple[Request, ...]"

    OWNERS: Mapping[str, str]
    """`owned_by` of a row that identifies a program of this kind -> the name of the program."""

    LISTING_IS_COMPLETE: bool
    """True if every name that a request may use is an id of the listing, so that no alias is unlisted."""

    UNLISTED_MODELS_HINT: str
    """A clause for users about the models that the listing leaves out, or an empty text."""

    def observe(self) -> "ProbeFlow":
        """Return the flow for one host of this kind; the flow may raise UnusableResponseError."""


def adapter_of(kind: Kind) -> Adapter:
    """Return the adapter of a kind: its module in `kinds/`, which a test compares with `Adapter`."""
    return cast("Adapter", import_module(f"{__name__}.kinds.{kind.replace('-', '_')}"))
