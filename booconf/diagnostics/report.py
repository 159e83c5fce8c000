"""The report that every format renders: diagnostics in reading order, and the source lines they quote."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module

from booconf import quantity
from booconf.diagnostics.diagnostic import Diagnostic, Severity
from booconf.escaping import escaped, escaped_lines

FORMATS: dict[str, str] = {
    "text": "booconf.diagnostics.text",
    "json": "booconf.diagnostics.json_format",
    "github": "booconf.diagnostics.github",
    "sarif": "booconf.diagnostics.sarif",
}
"""Format name -> module, imported on use, with a function `render(report) -> str`; only text has color."""

Excerpt = Callable[[str, int], str | None]
"""(file, line number) -> the line without its break, secrets masked; None if the file is unknown."""


def no_excerpt(_file: str, _line: int) -> str | None:
    """The Excerpt of a report without sources."""
    return None


@dataclass(frozen=True, slots=True)
class FileState:
    """The action of a build on one file, done or required; `difference` is a unified diff or empty."""

    path: str
    state: str
    difference: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """Diagnostics in the order of output; `files` is None in a report that is not about files."""

    diagnostics: tuple[Diagnostic, ...]
    excerpt: Excerpt = no_excerpt
    files: tuple[FileState, ...] | None = None

    def count(self, severity: Severity) -> int:
        """The number of diagnostics of this severity."""
        return sum(diagnostic.severity is severity for diagnostic in self.diagnostics)

    @property
    def summary(self) -> str:
        """The counts in words, such as `2 errors, 1 warning`; empty without diagnostics."""
        counts = ((severity, self.count(severity)) for severity in Severity)
        return ", ".join(quantity(count, severity) for severity, count in counts if count)


def render(report: Report, name: str, *, color: bool = False) -> str:
    """`report` in the format `name`; an empty report is an empty text, but a whole JSON or SARIF document."""
    module = import_module(FORMATS[name])
    rendered: str = module.render(report, color=True) if color and name == "text" else module.render(report)
    return rendered


def gather(
    diagnostics: Iterable[Diagnostic],
    excerpt: Excerpt = no_excerpt,
    files: tuple[FileState, ...] | None = None,
) -> Report:
    """The report of `diagnostics`, sorted."""
    return Report(sort(diagnostics), excerpt, files)


def sort(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Diagnostics sorted by file, position, code and message; those without a position are last."""
    return tuple(sorted(diagnostics, key=_sort_key))


def _sort_key(diagnostic: Diagnostic) -> tuple[bool, str, int, int, str, str]:
    if diagnostic.primary is None:
        return True, "", 0, 0, diagnostic.code, diagnostic.message
    span = diagnostic.primary.span
    return False, span.file, span.start.line, span.start.column, diagnostic.code, diagnostic.message


def body(diagnostic: Diagnostic) -> str:
    """The message, help and notes as escaped lines, for formats with one text field."""
    helps = [] if diagnostic.help is None else [f"help: {several_lines(diagnostic.help)}"]
    notes = [f"note: {several_lines(note)}" for note in diagnostic.notes]
    return "\n".join([escaped(diagnostic.message), *helps, *notes])


def several_lines(text: str) -> str:
    """`text` escaped, with its line breaks: help and notes may contain examples of several lines."""
    return "\n".join(escaped_lines(text))
