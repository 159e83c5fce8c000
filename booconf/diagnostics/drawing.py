"""A source line as a terminal shows it: which cell each character starts in, long lines cut."""

from dataclasses import dataclass

from booconf.escaping import ELLIPSIS, cell_width, escaped

WIDEST = 160
"""Terminal cells of a source line; a longer line is cut around what is underlined."""

_CONTEXT = 60
_TAB = "    "


@dataclass(frozen=True, slots=True)
class DrawnLine:
    """The visible text of a line, from its code point `first` on, and where each code point starts in it."""

    text: str
    first: int
    cells: tuple[int, ...]

    def cell(self, column: int) -> int:
        """The cell of a column (from 1) of the source line; of one that was cut away, the nearest left."""
        return self.cells[min(max(column - 1 - self.first, 0), len(self.cells) - 1)]


def draw(line: str, focus: int) -> DrawnLine:
    """`line` made visible, cut so that the column `focus` (from 1) is shown with something before it."""
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
    """Which characters to keep: WIDEST cells in all, some of them before `focus`."""
    start, before = min(max(focus, 0), len(widths)), 0
    while start > 0 and before + widths[start - 1] <= _CONTEXT:
        start -= 1
        before += widths[start]
    end, total = start, 0
    while end < len(widths) and total + widths[end] <= WIDEST:
        total += widths[end]
        end += 1
    return start, end
