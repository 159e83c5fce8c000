"""One source line with what is marked in it, and the words of each mark below."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from booconf.diagnostics.diagnostic import Label, Position
from booconf.diagnostics.drawing import DrawnLine, draw
from booconf.escaping import escaped


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


Segment = tuple[str, str]
"""The sign of the mark it belongs to, and a piece of a row."""


def marked_line(line: str, marks: Sequence[Mark]) -> tuple[str, list[list[Segment]]]:
    """The drawn line and the rows below it; all marks start in this line, the first one is kept in view.

    A mark that goes on in later lines underlines this one to its end, an empty one underlines one cell.
    """
    drawn = draw(line, marks[0].start.column)
    placed = sorted((_place(mark, line, drawn) for mark in marks), key=lambda one: (one.start, one.end))
    last = placed[-1]
    is_beside = all(one.end <= last.start for one in placed[:-1])
    underline = _underline(placed)
    if is_beside and last.mark.text:
        underline.append((last.mark.sign, f" {last.mark.text}"))
    below = [one for one in placed if one.mark.text and not (is_beside and one is last)]
    return drawn.text, [underline, *_below(below)]


def _place(mark: Mark, line: str, drawn: DrawnLine) -> _Placed:
    end_column = mark.end.column if mark.end.line == mark.start.line else len(line.rstrip()) + 1
    start = drawn.cell(mark.start.column)
    return _Placed(start, max(start + 1, drawn.cell(end_column)), mark)


def _underline(placed: Sequence[_Placed]) -> list[Segment]:
    """One row of signs; `^` wins where two marks meet."""
    cells = [" "] * max(one.end for one in placed)
    for one in sorted(placed, key=lambda one: one.mark.sign):
        cells[one.start : one.end] = one.mark.sign * (one.end - one.start)
    return [(sign, "".join(run)) for sign, run in groupby(cells)]


def _below(placed: list[_Placed]) -> list[list[Segment]]:
    """The words of each mark in a row of its own, the rightmost first, each hanging on its mark."""
    rows: list[list[Segment]] = []
    for index, one in reversed(list(enumerate(placed))):
        starts = [other.start for other in placed[:index] if other.start < one.start]
        if not rows:
            rows.append([("-", _hanging([*starts, one.start]))])
        rows.append([("-", _hanging(starts).ljust(one.start)), (one.mark.sign, one.mark.text)])
    return rows


def _hanging(starts: Sequence[int]) -> str:
    """A row with a `|` in each of these cells."""
    cells = [" "] * (max(starts, default=-1) + 1)
    for start in starts:
        cells[start] = "|"
    return "".join(cells)
