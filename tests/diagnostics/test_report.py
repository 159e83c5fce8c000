"""A report is sorted and counts its diagnostics."""

import random

import pytest

from booconf.diagnostics import Diagnostic, Label, Position, Severity, Span
from booconf.diagnostics.report import Report, body, gather, no_excerpt, sort


def found(
    code: str, file: str | None = "fleet.yaml", line: int = 1, column: int = 1, message: str = "m"
) -> Diagnostic:
    span = Span(file, Position(line, column), Position(line, column + 1)) if file else None
    return Diagnostic(code, Severity.ERROR, message, Label(span) if span else None)


def test_sorted_by_file_position_code_and_message() -> None:
    ordered = (
        found("BC302", "a.yaml", 9, 9),
        found("BC401", "fleet.yaml", 2, 1),
        found("BC103", "fleet.yaml", 2, 5),
        found("BC201", "fleet.yaml", 2, 5, "a"),
        found("BC201", "fleet.yaml", 2, 5, "b"),
        found("BC101", "fleet.yaml", 10, 1),
        found("BC101", None),
        found("BC601", None),
    )
    shuffled = list(ordered)
    random.Random(7).shuffle(shuffled)
    assert sort(shuffled) == ordered
    assert gather(iter(shuffled)).diagnostics == ordered


@pytest.mark.parametrize(
    ("severities", "summary"),
    [
        ("", ""),
        ("e", "1 error"),
        ("eew", "2 errors, 1 warning"),
        ("wwnn", "2 warnings, 2 notes"),
        ("new", "1 error, 1 warning, 1 note"),
    ],
)
def test_summary_counts_severities(severities: str, summary: str) -> None:
    by_letter = {severity[0]: severity for severity in Severity}
    diagnostics = tuple(Diagnostic("BC201", by_letter[letter], "m") for letter in severities)
    report = Report(diagnostics)
    assert report.summary == summary
    assert [report.count(severity) for severity in Severity] == [severities.count(letter) for letter in "ewn"]


def test_without_sources_no_line_is_known() -> None:
    assert gather([]).excerpt is no_excerpt
    assert no_excerpt("fleet.yaml", 1) is None


def test_the_body_holds_message_help_and_notes() -> None:
    diagnostic = Diagnostic("BC201", Severity.ERROR, "a\nb", help="write:\n  c", notes=("d\x1b",))
    assert body(diagnostic) == "a\\nb\nhelp: write:\n  c\nnote: d\\u{1b}"
    assert body(Diagnostic("BC201", Severity.ERROR, "a")) == "a"
