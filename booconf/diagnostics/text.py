"""Reports for people: each diagnostic with its source lines, carets under the place, and what to write."""

from collections.abc import Callable

from booconf.diagnostics.diagnostic import Diagnostic, Severity
from booconf.diagnostics.escaping import escaped, escaped_lines
from booconf.diagnostics.excerpt import Mark, marked_lines
from booconf.diagnostics.report import Excerpt, Report

Paint = Callable[[str, str], str]
"""(style, text) -> the text as that style shows it."""

_STYLES = {
    Severity.ERROR: "1;31",
    Severity.WARNING: "1;33",
    Severity.NOTE: "1;36",
    "strong": "1",
    "frame": "1;34",
}


def render(report: Report, *, color: bool = False) -> str:
    """Every diagnostic and a closing line with the counts; empty when there is none."""
    paint = _ansi if color else _plain
    blocks = [_block(diagnostic, report.excerpt, paint) for diagnostic in report.diagnostics]
    return "\n".join([*blocks, report.summary + "\n"]) if blocks else ""


def _plain(_style: str, text: str) -> str:
    return text


def _ansi(style: str, text: str) -> str:
    return f"\x1b[{_STYLES[style]}m{text}\x1b[0m"


def _block(diagnostic: Diagnostic, excerpt: Excerpt, paint: Paint) -> str:
    head = paint(diagnostic.severity, f"{diagnostic.severity}[{escaped(diagnostic.code)}]")
    lines = [head + paint("strong", f": {escaped(diagnostic.message)}")]
    marks = _marks(diagnostic)
    indent = " " * max((len(str(mark.start.line)) for mark in marks), default=1)
    for number, file in enumerate(dict.fromkeys(mark.file for mark in marks)):
        own = [mark for mark in marks if mark.file == file]
        lines += _source(own, excerpt, indent, paint, arrow="-->" if number == 0 else ":::")
    remarks = list(_remarks(diagnostic))
    if marks and remarks:
        lines.append(f"{indent} {paint('frame', '|')}")
    lines += (_remark(indent, word, text, paint) for word, text in remarks)
    return "\n".join(lines) + "\n"


def _marks(diagnostic: Diagnostic) -> list[Mark]:
    """The primary label first."""
    if diagnostic.primary is None:
        return [Mark.of(label, "-") for label in diagnostic.secondary]
    return [Mark.of(diagnostic.primary, "^"), *(Mark.of(label, "-") for label in diagnostic.secondary)]


def _source(marks: list[Mark], excerpt: Excerpt, indent: str, paint: Paint, *, arrow: str) -> list[str]:
    """The place of the first mark and the marked lines of its file; where no line is known, places only."""
    lines = {mark.start.line: excerpt(mark.file, mark.start.line) for mark in marks}
    places = [f"{indent}{paint('frame', arrow)} {_place(marks[0], lines)}"]
    for mark in marks[1:]:
        if lines[mark.start.line] is None:
            places.append(f"{indent}{paint('frame', ':::')} {_place(mark, lines)}")
    return [*places, *_excerpt(marks, lines, indent, paint)]


def _excerpt(marks: list[Mark], lines: dict[int, str | None], indent: str, paint: Paint) -> list[str]:
    """The known lines with their marks below, `...` where some were left out between them."""
    rows: list[str] = []
    bar, previous = paint("frame", "|"), 0
    for number, line in sorted(lines.items()):
        if line is None:
            continue
        if not previous:
            rows.append(f"{indent} {bar}")
        elif number > previous + 1:
            rows.append(paint("frame", "..."))
        drawn, *below = marked_lines(line, [mark for mark in marks if mark.start.line == number])
        gutter = paint("frame", f"{number:>{len(indent)}} |")
        rows += [f"{gutter} {drawn}".rstrip(), *(f"{indent} {bar} {row}" for row in below)]
        previous = number
    return rows


def _place(mark: Mark, lines: dict[int, str | None]) -> str:
    """Where a mark starts, with its words when they cannot stand below its line."""
    place = f"{escaped(mark.file)}:{mark.start.line}:{mark.start.column}"
    return f"{place}: {mark.text}" if mark.text and lines[mark.start.line] is None else place


def _remarks(diagnostic: Diagnostic) -> list[tuple[str, str]]:
    helps = [] if diagnostic.help is None else [("help", diagnostic.help)]
    notes = [("note", note) for note in diagnostic.notes]
    return [*helps, *notes, ("docs", f"booconf rule {diagnostic.code}")]


def _remark(indent: str, word: str, text: str, paint: Paint) -> str:
    """One remark; its further lines stand below the first, so that none can pass for a diagnostic."""
    first, *others = escaped_lines(text)
    margin = f"{indent}   {' ' * len(word)}  "
    head = f"{indent} {paint('frame', '=')} {paint('strong', word)}: {first}"
    return "\n".join([head, *(f"{margin}{line}".rstrip() for line in others)])
