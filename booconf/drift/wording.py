"""Names of a host in the words of a report, and names as fleet.yaml has to write them."""

from collections.abc import Sequence

from booconf.declaration.grammar import text_problem
from booconf.diagnostics.escaping import escaped

LONGEST_SHOWN = 80
"""Code points of a host's name in a report."""

LONGEST_DETAIL = 200
"""Code points of why a host could not be asked."""

UNWRITABLE = "\N{REPLACEMENT CHARACTER}"
"""What stands in a name of a host for something that is no text, so that the name itself is not known."""

MOST_LISTED = 5
"""Names that one message lists."""


def shown(name: str) -> str:
    """A name of a host in backticks: visible, on one line, of readable length."""
    return f"`{_cut(name, LONGEST_SHOWN)}`"


def shown_detail(text: str) -> str:
    """A clause of an observation: visible, on one line, of readable length."""
    return _cut(text, LONGEST_DETAIL)


def shown_list(names: Sequence[str]) -> str:
    """The first of some names of a host, and how many more there are."""
    listed = ", ".join(map(shown, names[:MOST_LISTED]))
    return listed if len(names) <= MOST_LISTED else f"{listed} and {len(names) - MOST_LISTED} more"


def is_writable(name: str) -> bool:
    """Whether fleet.yaml can hold a name of a host as an `upstream`."""
    return UNWRITABLE not in name and text_problem(name) is None


def _cut(text: str, length: int) -> str:
    return escaped(text if len(text) <= length else text[:length] + "…")
