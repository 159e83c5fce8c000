"""The one object that every format renders: diagnostics in reading order, and the source lines they quote."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from booconf.diagnostics.diagnostic import Diagnostic, Severity
from booconf.escaping import escaped, escaped_lines
from booconf.quantity import quantity

Excerpt = Callable[[str, int], str | None]
"""(file, line number) -> that line without its break, secrets masked; None when it is not known."""


def no_excerpt(_file: str, _line: int) -> str | None:
    """The Excerpt of a report without sources."""
    return None


@dataclass(frozen=True, slots=True)
class FileState:
    """What a build did, or would have to do, with one file; `difference` is a unified diff or empty."""

    path: str
    state: str
    difference: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What is to be said, in the order in which it is said; `files` is None where no files are spoken of."""

    diagnostics: tuple[Diagnostic, ...]
    excerpt: Excerpt = no_excerpt
    files: tuple[FileState, ...] | None = None

    def count(self, severity: Severity) -> int:
        """How many diagnostics have exactly this severity."""
        return sum(diagnostic.severity is severity for diagnostic in self.diagnostics)

    @property
    def summary(self) -> str:
        """The counts in words, such as `2 errors, 1 warning`; empty when there is nothing to count."""
        counts = ((severity, self.count(severity)) for severity in Severity)
        return ", ".join(quantity(count, severity) for severity, count in counts if count)


def gather(
    diagnostics: Iterable[Diagnostic],
    excerpt: Excerpt = no_excerpt,
    files: tuple[FileState, ...] | None = None,
) -> Report:
    """The report of `diagnostics`, sorted."""
    return Report(sort(diagnostics), excerpt, files)


def sort(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """By file, position, code and message; what stands nowhere comes last."""
    return tuple(sorted(diagnostics, key=_place))


def _place(diagnostic: Diagnostic) -> tuple[bool, str, int, int, str, str]:
    if diagnostic.primary is None:
        return True, "", 0, 0, diagnostic.code, diagnostic.message
    span = diagnostic.primary.span
    return False, span.file, span.start.line, span.start.column, diagnostic.code, diagnostic.message


def body(diagnostic: Diagnostic) -> str:
    """The message, help and notes as lines, escaped: for formats that have one text for all of them."""
    helps = [] if diagnostic.help is None else [f"help: {several_lines(diagnostic.help)}"]
    notes = [f"note: {several_lines(note)}" for note in diagnostic.notes]
    return "\n".join([escaped(diagnostic.message), *helps, *notes])


def several_lines(text: str) -> str:
    """`text` escaped, its line breaks kept: help and notes may show how to write several lines."""
    return "\n".join(escaped_lines(text))
