"""Texts of a host in the words of a report, and names as fleet.yaml has to write them."""

from collections.abc import Sequence

from booconf.declaration.ids import text_problem
from booconf.escaping import quote

LONGEST_DETAIL = 200
"""Terminal cells of the reason why a host could not be asked."""

UNWRITABLE = "\N{REPLACEMENT CHARACTER}"
"""What stands in a name of a host for something that is no text, so that the name itself is not known."""

MOST_LISTED = 5
"""Names that one message lists."""


def shown_list(names: Sequence[str]) -> str:
    """The first of some names of a host, and how many more there are."""
    return and_more([quote(name) for name in names[:MOST_LISTED]], len(names))


def and_more(first: Sequence[str], count: int) -> str:
    """A list of the `first` of so many texts, and how many more there are."""
    listed = ", ".join(first)
    return listed if len(first) == count else f"{listed} and {count - len(first)} more"


def is_writable(name: str) -> bool:
    """Whether fleet.yaml can hold a name of a host as an `upstream`."""
    return UNWRITABLE not in name and text_problem(name) is None
