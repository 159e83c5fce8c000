"""Reports for a GitHub Actions log: one workflow command per diagnostic, shown as an annotation."""

from booconf.diagnostics.codes import CODES
from booconf.diagnostics.diagnostic import Diagnostic, Span
from booconf.diagnostics.report import Report, body
from booconf.escaping import escaped

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def render(report: Report) -> str:
    """A line for each diagnostic; empty without diagnostics."""
    return "".join(f"{_command(diagnostic)}\n" for diagnostic in report.diagnostics)


def _command(diagnostic: Diagnostic) -> str:
    title = f"{diagnostic.code} {CODES[diagnostic.code].title}"
    place = _properties(diagnostic.primary.span) if diagnostic.primary else {}
    properties = ",".join(f"{name}={_property(value)}" for name, value in {**place, "title": title}.items())
    return f"::{_COMMANDS[diagnostic.severity]} {properties}::{_data(_text(diagnostic))}"


def _text(diagnostic: Diagnostic) -> str:
    """The text of an annotation; labels are lines of it, since an annotation has a single position."""
    words = diagnostic.primary and escaped(diagnostic.primary.text)
    labels = [words] if words else []
    for label in diagnostic.secondary:
        start = label.span.start
        place = f"{escaped(label.span.file)}:{start.line}:{start.column}"
        labels.append(f"{place}: {escaped(label.text)}" if label.text else place)
    message, *remarks = body(diagnostic).split("\n")
    return "\n".join([message, *labels, *remarks])


def _properties(span: Span) -> dict[str, str]:
    """The position as properties; GitHub accepts columns only within one line."""
    start, end = span.start, span.end
    lines = {"file": span.file, "line": str(start.line), "endLine": str(end.line)}
    if start.line != end.line:
        return lines
    return {**lines, "col": str(start.column), "endColumn": str(end.column)}


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(escaped(text)).replace(":", "%3A").replace(",", "%2C")
