"""Source lines and colors of a terminal: the cell of each character, long lines cut."""

from dataclasses import dataclass

from booconf.diagnostics.diagnostic import Severity
from booconf.escaping import ELLIPSIS, cell_width, escaped

SEVERITY_STYLES = {Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.NOTE: "1;36"}
STRONG, FAINT, FRAME = "1", "2", "1;34"
"""Parameters of an ANSI escape sequence (SGR)."""

WIDEST = 160
"""Terminal cells of a source line; a longer line is cut around its underlined part."""

_CONTEXT = 60
_TAB = "    "


@dataclass(frozen=True, slots=True)
class DrawnLine:
    """The escaped text of a line from its code point `first` on, and the first cell of each code point."""

    text: str
    first: int
    cells: tuple[int, ...]

    def cell(self, column: int) -> int:
        """The cell of a column (from 1) of the source line; of a removed column, the nearest before it."""
        return self.cells[min(max(column - 1 - self.first, 0), len(self.cells) - 1)]


def draw(line: str, focus: int) -> DrawnLine:
    """`line` escaped, and cut so that the column `focus` (from 1) and some text before it are visible."""
    begin = min(max(focus - 1 - WIDEST, 0), len(line))
    shown = [_visible(character) for character in line[begin : begin + 3 * WIDEST]]
    widths = [cell_width(text) for text in shown]
    cut_before, cut_after = begin > 0, begin + len(shown) < len(line)
    if cut_before or cut_after or sum(widths) > WIDEST:
        start, end = _window(widths, focus - 1 - begin)
        cut_before, cut_after = cut_before or start > 0, cut_after or end < len(shown)
        begin, shown, widths = begin + start, shown[start:end], widths[start:end]
    cells = [1 if cut_before else 0]
    for cell_count in widths:
        cells.append(cells[-1] + cell_count)
    text = (ELLIPSIS if cut_before else "") + "".join(shown) + (ELLIPSIS if cut_after else "")
    return DrawnLine(text, begin, tuple(cells))


def _visible(character: str) -> str:
    return _TAB if character == "\t" else escaped(character)


def _window(widths: list[int], focus: int) -> tuple[int, int]:
    """The range of characters to keep: WIDEST cells in all, some of them before `focus`."""
    start, before = min(max(focus, 0), len(widths)), 0
    while start > 0 and before + widths[start - 1] <= _CONTEXT:
        start -= 1
        before += widths[start]
    end, total = start, 0
    while end < len(widths) and total + widths[end] <= WIDEST:
        total += widths[end]
        end += 1
    return start, end


def paint(style: str, text: str, *, color: bool) -> str:
    """`text` in a style, if `color` is true and the text is not blank; an empty style is none."""
    return f"\x1b[{style}m{text}\x1b[0m" if color and style and text.strip() else text
