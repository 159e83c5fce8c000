"""Texts of a host in the words of a report, and names as fleet.yaml has to write them."""

from collections.abc import Sequence
from functools import cache

from booconf.declaration.ids import text_problem
from booconf.diagnostics.drawing import width
from booconf.diagnostics.escaping import escaped

LONGEST_NAME = 80
"""Terminal cells of a name in a report; what is longer is cut."""

LONGEST_DETAIL = 200
"""As LONGEST_NAME, of why a host could not be asked."""

UNWRITABLE = "\N{REPLACEMENT CHARACTER}"
"""What stands in a name of a host for something that is no text, so that the name itself is not known."""

MOST_LISTED = 5
"""Names that one message lists."""

_CUT = "…"


def cut(text: str, longest: int) -> str:
    """`text` visible on one line, and cut where it is wider than `longest` cells, never within an escape."""
    if text.isascii() and text.isprintable():
        return text if len(text) <= longest else text[:longest] + _CUT
    pieces: list[str] = []
    room = longest
    for character in text[: longest + 1]:
        piece, cells = _visible(character)
        room -= cells
        if room < 0:
            return "".join(pieces) + _CUT
        pieces.append(piece)
    return "".join(pieces)


@cache
def _visible(character: str) -> tuple[str, int]:
    """How a character is shown, and the cells to count for it: at least one, as marks must not pile up."""
    piece = escaped(character)
    return piece, max(1, width(piece))


def shown(name: str) -> str:
    """A name of a host in backticks, visible and of readable length."""
    return f"`{cut(name, LONGEST_NAME)}`"


def shown_list(names: Sequence[str]) -> str:
    """The first of some names of a host, and how many more there are."""
    return and_more([shown(name) for name in names[:MOST_LISTED]], len(names))


def and_more(first: Sequence[str], count: int) -> str:
    """A list of the `first` of so many texts, and how many more there are."""
    listed = ", ".join(first)
    return listed if len(first) == count else f"{listed} and {count - len(first)} more"


def is_writable(name: str) -> bool:
    """Whether fleet.yaml can hold a name of a host as an `upstream`."""
    return UNWRITABLE not in name and text_problem(name) is None
