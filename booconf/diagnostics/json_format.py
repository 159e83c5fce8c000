"""Reports for programs: one JSON document, described by schema/diagnostics.schema.json."""

import json
from dataclasses import asdict

from booconf.diagnostics.codes import CODES
from booconf.diagnostics.diagnostic import Diagnostic, Label, Position, Severity
from booconf.diagnostics.report import Report, several_lines
from booconf.escaping import escaped

VERSION = 1
"""Version of the document's shape; it changes with every incompatible change of the shape."""


def render(report: Report) -> str:
    """The document, in ASCII; its texts are escaped as in every format, so that printing them is safe."""
    document: dict[str, object] = {
        "version": VERSION,
        "diagnostics": [as_object(diagnostic) for diagnostic in report.diagnostics],
        "summary": {f"{severity}s": report.count(severity) for severity in Severity},
    }
    if report.files is not None:
        document["files"] = [asdict(file) for file in report.files]
    return json.dumps(document, indent=2) + "\n"


def as_object(diagnostic: Diagnostic) -> dict[str, object]:
    """One diagnostic as an object of the document."""
    primary = diagnostic.primary
    nowhere = {"file": None, "start": None, "end": None, "label": None}
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity,
        "title": CODES[diagnostic.code].title,
        "message": escaped(diagnostic.message),
        **(_label(primary) if primary else nowhere),
        "secondary": [_label(label) for label in diagnostic.secondary],
        "help": None if diagnostic.help is None else several_lines(diagnostic.help),
        "notes": [several_lines(note) for note in diagnostic.notes],
        "docs": f"docs/rules/{diagnostic.code}.md",
    }


def _label(label: Label) -> dict[str, object]:
    span = label.span
    return {
        "file": escaped(span.file),
        "start": _position(span.start),
        "end": _position(span.end),
        "label": escaped(label.text) or None,
    }


def _position(position: Position) -> dict[str, int]:
    return {"line": position.line, "column": position.column}
