"""One source line with its marks and their texts below."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from booconf.diagnostics.diagnostic import Label, Position
from booconf.diagnostics.drawing import DrawnLine, draw
from booconf.escaping import escaped


@dataclass(frozen=True, slots=True)
class Mark:
    """A label and the character that underlines it: `^` for the primary label, else `-`."""

    file: str
    start: Position
    end: Position
    text: str
    sign: str

    @classmethod
    def of(cls, label: Label, sign: str) -> "Mark":
        """The mark of a label, its text escaped."""
        return cls(label.span.file, label.span.start, label.span.end, escaped(label.text), sign)


@dataclass(frozen=True, slots=True)
class _PlacedMark:
    """A mark and the cells it underlines."""

    start: int
    end: int
    mark: Mark


Segment = tuple[str, str]
"""The sign of a mark, and a piece of a row that belongs to it."""


def marked_line(line: str, marks: Sequence[Mark]) -> tuple[str, list[list[Segment]]]:
    """The drawn line and the rows below it; all marks start in this line, and the first one stays visible.

    A mark of several lines underlines this one to its end; an empty mark underlines one cell.
    """
    drawn = draw(line, marks[0].start.column)
    placed = sorted((_placed(mark, line, drawn) for mark in marks), key=lambda one: (one.start, one.end))
    last = placed[-1]
    is_beside = all(one.end <= last.start for one in placed[:-1])
    underline = _underline(placed)
    if is_beside and last.mark.text:
        underline.append((last.mark.sign, f" {last.mark.text}"))
    below = [one for one in placed if one.mark.text and not (is_beside and one is last)]
    return drawn.text, [underline, *_below(below)]


def _placed(mark: Mark, line: str, drawn: DrawnLine) -> _PlacedMark:
    end_column = mark.end.column if mark.end.line == mark.start.line else len(line.rstrip()) + 1
    start = drawn.cell(mark.start.column)
    return _PlacedMark(start, max(start + 1, drawn.cell(end_column)), mark)


def _underline(placed: Sequence[_PlacedMark]) -> list[Segment]:
    """One row of signs; `^` wins where two marks overlap."""
    cells = [" "] * max(one.end for one in placed)
    for one in sorted(placed, key=lambda one: one.mark.sign):
        cells[one.start : one.end] = one.mark.sign * (one.end - one.start)
    return [(sign, "".join(run)) for sign, run in groupby(cells)]


def _below(placed: list[_PlacedMark]) -> list[list[Segment]]:
    """The text of each mark in its own row below the mark, the rightmost first."""
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
