"""Lists of names in messages, and names that fleet.yaml can contain."""

from collections.abc import Sequence

from booconf.declaration.ids import text_problem
from booconf.escaping import quote

LONGEST_DETAIL = 200
"""Terminal cells of the reason why a host was not compared."""

UNWRITABLE = "\N{REPLACEMENT CHARACTER}"
"""Replaces bytes that are no text in a name of a host, so that the real name is unknown."""

MOST_LISTED = 5
"""Names that one message lists."""


def shown_list(names: Sequence[str]) -> str:
    """The first names of a host, quoted, and the number of further ones."""
    return and_more([quote(name) for name in names[:MOST_LISTED]], len(names))


def and_more(first: Sequence[str], count: int) -> str:
    """The `first` of `count` texts, and the number of further ones."""
    listed = ", ".join(first)
    return listed if len(first) == count else f"{listed} and {count - len(first)} more"


def is_writable(name: str) -> bool:
    """True if fleet.yaml can contain the name of a host as an `upstream`."""
    return UNWRITABLE not in name and text_problem(name) is None
