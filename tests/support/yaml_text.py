"""Reading YAML in tests: the data or the diagnostics of a text, and the text of a span."""

from booconf.diagnostics import Diagnostic, Span
from booconf.source import Document, SourceText, read_document


def document(text: str | bytes) -> Document:
    """The document of a text that must be valid."""
    found = read_document(text.encode() if isinstance(text, str) else text, "fleet.yaml")
    assert isinstance(found, Document), found
    return found


def data(text: str | bytes) -> object:
    """The data of a text that must be valid."""
    return document(text).data


def diagnostics_of(text: str | bytes) -> tuple[Diagnostic, ...]:
    """The diagnostics of a text that must not be valid."""
    found = read_document(text.encode() if isinstance(text, str) else text, "fleet.yaml")
    assert not isinstance(found, Document), found.data
    return found


def text_at(source: SourceText, span: Span) -> str:
    """The text of one line that a span covers."""
    assert span.start.line == span.end.line
    return source.line(span.start.line)[span.start.column - 1 : span.end.column - 1]


def located_diagnostics(text: str) -> list[tuple[str, int, str]]:
    """For each diagnostic of a text: its code, its line, and the text it points at."""
    source = SourceText("fleet.yaml", text)
    return [
        (found.code, found.primary.span.start.line, text_at(source, found.primary.span))
        for found in diagnostics_of(text)
        if found.primary
    ]
