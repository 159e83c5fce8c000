"""Lines for people, set as a table: what is said on the left, where and which code on the right."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from booconf.diagnostics.painting import FAINT, paint
from booconf.escaping import cell_width

WIDEST_TEXT = 72
"""Terminal cells left of the places; a longer text pushes its own place to the right."""

WIDEST_PLACE = 40
"""Terminal cells of a place; a longer one pushes its own code to the right."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line, visible texts all: `head` stands out at its start, `below` are lines that explain it."""

    head: str
    text: str
    place: str = ""
    code: str = ""
    head_style: str = ""
    code_style: str = ""
    is_faint: bool = False
    below: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        """Terminal cells left of the place."""
        return cell_width(self.head) + cell_width(self.text)


Block = Sequence[Line]
"""Lines that belong together."""


def rows(blocks: Sequence[Block], *, color: bool) -> list[str]:
    """The rows of the table; a block of several rows has an empty one before and after it."""
    placed = [line for block in blocks for line in block if line.code]
    text_width = max((line.width for line in placed if line.width <= WIDEST_TEXT), default=0)
    places = [cell_width(line.place) for line in placed]
    place_width = max((cells for cells in places if cells <= WIDEST_PLACE), default=0)
    result: list[str] = []
    previous = 1
    for block in blocks:
        own = [row for line in block for row in _rows(line, text_width, place_width, color=color)]
        if result and max(len(own), previous) > 1:
            result.append("")
        result += own
        previous = len(own)
    return result


def _rows(line: Line, text_width: int, place_width: int, *, color: bool) -> Iterator[str]:
    faint = FAINT if line.is_faint else ""
    row = paint(line.head_style, line.head, color=color) + paint(faint, line.text, color=color)
    if line.code:
        gap = " " * (max(text_width - line.width, 0) + 2)
        place = line.place + " " * (place_width - cell_width(line.place))
        between = "  " if place_width else ""
        row += (
            gap + paint(faint, place, color=color) + between + paint(line.code_style, line.code, color=color)
        )
    yield row
    for text in line.below:
        yield paint(FAINT, text, color=color)
