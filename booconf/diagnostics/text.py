"""Reports for people: each diagnostic with its source lines, carets below them, and a correction."""

from dataclasses import dataclass

from booconf.diagnostics.diagnostic import Diagnostic
from booconf.diagnostics.drawing import FRAME, SEVERITY_STYLES, STRONG, paint
from booconf.diagnostics.excerpt import Mark, Segment, marked_line
from booconf.diagnostics.report import Excerpt, Report
from booconf.escaping import escaped, escaped_lines


def render(report: Report, *, color: bool = False) -> str:
    """Every diagnostic and a last line with the counts; empty without diagnostics."""
    blocks = [_block(diagnostic, report.excerpt, color=color) for diagnostic in report.diagnostics]
    return "\n".join([*blocks, report.summary + "\n"]) if blocks else ""


def _block(diagnostic: Diagnostic, excerpt: Excerpt, *, color: bool) -> str:
    marks = _marks(diagnostic)
    indent = " " * max((len(str(mark.start.line)) for mark in marks), default=1)
    frame = _Frame(indent, SEVERITY_STYLES[diagnostic.severity], color)
    head = frame.paint(frame.severity_style, f"{diagnostic.severity}[{diagnostic.code}]")
    lines = [head + frame.paint(STRONG, f": {escaped(diagnostic.message)}")]
    for number, file in enumerate(dict.fromkeys(mark.file for mark in marks)):
        own = [mark for mark in marks if mark.file == file]
        lines += frame.source(own, excerpt, arrow=":::" if number else "-->")
    if any(excerpt(mark.file, mark.start.line) is not None for mark in marks):
        lines.append(frame.row())
    if diagnostic.help is not None:
        lines.append(frame.remark("help", diagnostic.help))
    lines += (frame.remark("note", note) for note in diagnostic.notes)
    lines.append(frame.remark("docs", f"booconf rule {diagnostic.code}"))
    return "\n".join(lines) + "\n"


def _marks(diagnostic: Diagnostic) -> list[Mark]:
    """The primary label first."""
    if diagnostic.primary is None:
        return [Mark.of(label, "-") for label in diagnostic.secondary]
    return [Mark.of(diagnostic.primary, "^"), *(Mark.of(label, "-") for label in diagnostic.secondary)]


@dataclass(frozen=True, slots=True)
class _Frame:
    """The left margin and the colors of one diagnostic."""

    indent: str
    severity_style: str
    color: bool

    def paint(self, style: str, text: str) -> str:
        """`text`, in color if the report has color."""
        return paint(style, text, color=self.color)

    def row(self, text: str = "") -> str:
        """A line after the bar."""
        return f"{self.indent} {self.paint(FRAME, '|')} {text}".rstrip()

    def source(self, marks: list[Mark], excerpt: Excerpt, *, arrow: str) -> list[str]:
        """The position of the first mark and the marked lines of its file; positions of unknown lines."""
        lines = {mark.start.line: excerpt(mark.file, mark.start.line) for mark in marks}
        unknown = [mark for mark in marks[1:] if lines[mark.start.line] is None]
        return [
            f"{self.indent}{self.paint(FRAME, arrow)} {_location(marks[0], lines)}",
            *(f"{self.indent}{self.paint(FRAME, ':::')} {_location(mark, lines)}" for mark in unknown),
            *self.excerpt(marks, lines),
        ]

    def excerpt(self, marks: list[Mark], lines: dict[int, str | None]) -> list[str]:
        """The known lines with their marks below, and `...` for skipped lines."""
        rows: list[str] = []
        previous = 0
        for number, line in sorted(lines.items()):
            if line is None:
                continue
            if not previous:
                rows.append(self.row())
            elif number > previous + 1:
                rows.append(self.paint(FRAME, "..."))
            drawn, below = marked_line(line, [mark for mark in marks if mark.start.line == number])
            gutter = self.paint(FRAME, f"{number:>{len(self.indent)}} |")
            rows.append(f"{gutter} {drawn}".rstrip())
            rows += (self.row(self.segments(segments)) for segments in below)
            previous = number
        return rows

    def remark(self, word: str, text: str) -> str:
        """A help or note; its further lines are indented, so that none looks like a diagnostic."""
        first, *others = escaped_lines(text)
        margin = f"{self.indent}   {' ' * len(word)}  "
        head = f"{self.indent} {self.paint(FRAME, '=')} {self.paint(STRONG, word)}: {first}"
        return "\n".join([head.rstrip(), *(f"{margin}{line}".rstrip() for line in others)])

    def segments(self, segments: list[Segment]) -> str:
        """A row of segments, those of the primary mark in the color of the severity."""
        return "".join(
            self.paint(self.severity_style if sign == "^" else FRAME, text) for sign, text in segments
        )


def _location(mark: Mark, lines: dict[int, str | None]) -> str:
    """The position of a mark, with its text where its line is unknown."""
    place = f"{escaped(mark.file)}:{mark.start.line}:{mark.start.column}"
    return f"{place}: {mark.text}" if mark.text and lines[mark.start.line] is None else place
