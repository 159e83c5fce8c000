"""One source line with what is marked in it, and the words of each mark below."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from booconf.diagnostics.diagnostic import Label, Position
from booconf.diagnostics.drawing import DrawnLine, draw
from booconf.diagnostics.escaping import escaped


@dataclass(frozen=True, slots=True)
class Mark:
    """A label and the character that underlines it: `^` where it is the primary one, else `-`."""

    file: str
    start: Position
    end: Position
    text: str
    sign: str

    @classmethod
    def of(cls, label: Label, sign: str) -> "Mark":
        """The mark of a label, its text made visible."""
        return cls(label.span.file, label.span.start, label.span.end, escaped(label.text), sign)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A mark and the cells it underlines."""

    start: int
    end: int
    mark: Mark


def marked_lines(line: str, marks: Sequence[Mark]) -> list[str]:
    """The drawn source line and the rows below it; all marks start in it, the first one is kept in view.

    A mark that goes on in later lines underlines this one to its end, an empty one underlines one cell.
    """
    drawn = draw(line, marks[0].start.column)
    placed = sorted((_place(mark, line, drawn) for mark in marks), key=lambda one: (one.start, one.end))
    last = placed[-1]
    beside = last if all(one.end <= last.start for one in placed[:-1]) else None
    words = f" {beside.mark.text}" if beside and beside.mark.text else ""
    below = [one for one in placed if one.mark.text and one is not beside]
    return [drawn.text, _underline(placed) + words, *_below(below)]


def _place(mark: Mark, line: str, drawn: DrawnLine) -> _Placed:
    end_column = mark.end.column if mark.end.line == mark.start.line else len(line.rstrip()) + 1
    start = drawn.cell(mark.start.column)
    return _Placed(start, max(start + 1, drawn.cell(end_column)), mark)


def _underline(placed: Iterable[_Placed]) -> str:
    """One row of signs; `^` wins where two marks meet."""
    cells = [" "] * max(one.end for one in placed)
    for one in sorted(placed, key=lambda one: one.mark.sign):
        cells[one.start : one.end] = one.mark.sign * (one.end - one.start)
    return "".join(cells)


def _below(placed: list[_Placed]) -> list[str]:
    """The words of each mark in a row of its own, the rightmost first, each hanging on its mark."""
    rows = []
    for index in range(len(placed) - 1, -1, -1):
        one = placed[index]
        starts = [other.start for other in placed[:index] if other.start < one.start]
        if index == len(placed) - 1:
            rows.append(_hanging([*starts, one.start]))
        rows.append(_hanging(starts).ljust(one.start) + one.mark.text)
    return rows


def _hanging(starts: Iterable[int]) -> str:
    """A row with a `|` in each of these cells, which ascend."""
    row = ""
    for start in starts:
        if start >= len(row):
            row = row.ljust(start) + "|"
    return row
