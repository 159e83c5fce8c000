"""The text format, for a terminal."""

import re
from textwrap import dedent

import pytest

from booconf.diagnostics import Diagnostic, Label, Position, Severity, Span
from booconf.diagnostics.report import gather
from booconf.diagnostics.text import render

SOURCE = """\
version: 1
default_provider: sam-desktop
roles:
  default: sam-desktop/qwen3.6
  default: {a: 1, a: 2}
\tlabel: 日本語のモデル e\u0301 x
providers:
  evil: "\x1b[31m"

last
"""


def excerpt(file: str, number: int) -> str | None:
    lines = SOURCE.split("\n")
    return lines[number - 1] if file == "fleet.yaml" and number <= len(lines) else None


def label(
    line: int, start: int, end: int, text: str = "", *, file: str = "fleet.yaml", end_line: int = 0
) -> Label:
    return Label(Span(file, Position(line, start), Position(end_line or line, end)), text)


def error(primary: Label | None, *secondary: Label, **texts: object) -> Diagnostic:
    return Diagnostic("BC201", Severity.ERROR, "what is wrong", primary, secondary, **texts)  # type: ignore[arg-type]  # texts by keyword


def shown(*diagnostics: Diagnostic) -> str:
    """The text without its summary."""
    text = render(gather(diagnostics, excerpt))
    return text[: text.rindex("\n\n") + 1]


def test_report_without_diagnostics() -> None:
    assert render(gather([])) == ""


def test_one_label_with_help_and_notes() -> None:
    diagnostic = error(
        label(4, 12, 31, "not declared"), help="did you mean `x`?\n\n  y", notes=("one", "two")
    )
    assert render(gather([diagnostic], excerpt)) == dedent("""\
        error[BC201]: what is wrong
         --> fleet.yaml:4:12
          |
        4 |   default: sam-desktop/qwen3.6
          |            ^^^^^^^^^^^^^^^^^^^ not declared
          |
          = help: did you mean `x`?

                    y
          = note: one
          = note: two
          = docs: booconf rule BC201

        1 error
        """)


def test_no_label() -> None:
    assert shown(error(None)) == dedent("""\
        error[BC201]: what is wrong
          = docs: booconf rule BC201
        """)


def test_a_second_label_in_the_same_line_hangs_below_its_mark() -> None:
    again, first = label(5, 19, 20, "written again"), label(5, 13, 14, "first written here")
    assert shown(error(again, first)) == dedent("""\
        error[BC201]: what is wrong
         --> fleet.yaml:5:19
          |
        5 |   default: {a: 1, a: 2}
          |             -     ^ written again
          |             |
          |             first written here
          |
          = docs: booconf rule BC201
        """)


def test_labels_of_three_marks_hang_from_right_to_left() -> None:
    diagnostic = error(label(5, 3, 10, "one"), label(5, 13, 14, "two"), label(5, 19, 20, "three"))
    assert shown(diagnostic).splitlines()[4:9] == [
        "  |   ^^^^^^^   -     - three",
        "  |   |         |",
        "  |   |         two",
        "  |   one",
        "  |",
    ]


def test_overlapping_labels_keep_carets_and_texts() -> None:
    diagnostic = error(label(5, 12, 24, "whole"), label(5, 12, 24, "same"), label(5, 13, 14, "part"))
    text = shown(diagnostic)
    assert "|            ^^^^^^^^^^^^\n" in text
    assert text.count("whole") == text.count("same") == text.count("part") == 1


def test_lines_between_two_labels_are_left_out() -> None:
    assert shown(error(label(5, 3, 10, "again"), label(1, 1, 8, "first"))) == dedent("""\
        error[BC201]: what is wrong
         --> fleet.yaml:5:3
          |
        1 | version: 1
          | ------- first
        ...
        5 |   default: {a: 1, a: 2}
          |   ^^^^^^^ again
          |
          = docs: booconf rule BC201
        """)


def test_adjacent_lines_have_no_gap_and_numbers_are_aligned() -> None:
    assert shown(error(label(10, 1, 5), label(9, 1, 1, "blank"))) == dedent("""\
        error[BC201]: what is wrong
          --> fleet.yaml:10:1
           |
         9 |
           | - blank
        10 | last
           | ^^^^
           |
           = docs: booconf rule BC201
        """)


def test_a_span_of_several_lines_is_marked_on_its_first() -> None:
    assert "\n4 |   default: sam-desktop/qwen3.6\n  |            ^^^^^^^^^^^^^^^^^^^ here\n" in shown(
        error(label(4, 12, 3, "here", end_line=6))
    )


def test_empty_span_and_span_after_the_line_get_one_caret() -> None:
    assert "1 | version: 1\n  |           ^ end\n" in shown(error(label(1, 11, 11, "end")))
    assert "1 | version: 1\n  |           ^ end\n" in shown(error(label(1, 40, 41, "end")))


def test_carets_are_aligned_after_tabs_wide_and_combining_characters() -> None:
    text = shown(error(label(6, 20, 21, "the x"), label(6, 9, 16)))
    line, carets = text.splitlines()[3:5]
    assert line == "6 |     label: 日本語のモデル e\u0301 x"
    assert carets == "  |            --------------   ^ the x"


def test_label_of_an_unknown_line_shows_position_and_text() -> None:
    others = (label(7, 1, 2, "two", file="other.yaml"), label(8, 1, 2, file="other.yaml"))
    assert shown(error(label(4, 3, 10, "one"), *others)) == dedent("""\
        error[BC201]: what is wrong
         --> fleet.yaml:4:3
          |
        4 |   default: sam-desktop/qwen3.6
          |   ^^^^^^^ one
         ::: other.yaml:7:1: two
         ::: other.yaml:8:1
          |
          = docs: booconf rule BC201
        """)


def test_position_of_an_unknown_line_has_no_frame() -> None:
    assert shown(error(label(1, 1, 1, file="generated/x.json"), help="run it")) == dedent("""\
        error[BC201]: what is wrong
         --> generated/x.json:1:1
          = help: run it
          = docs: booconf rule BC201
        """)


def test_only_secondary_labels() -> None:
    assert "\n --> fleet.yaml:1:1\n  |\n1 | version: 1\n  | ------- here\n" in shown(
        error(None, label(1, 1, 8, "here"))
    )


def test_hidden_characters_are_escaped_everywhere() -> None:
    evil = "\x1b[2J\u202e\n"
    diagnostic = Diagnostic(
        "BC201",
        Severity.NOTE,
        evil,
        label(8, 9, 10, evil),
        (label(1, 1, 2, evil, file=f"{evil}.yaml"),),
        evil,
        (evil,),
    )
    text = shown(diagnostic)
    assert re.findall(r"[^\n -~]", text) == []
    assert text.startswith("note[BC201]: \\u{1b}[2J\\u{202e}\\n\n")
    assert '8 |   evil: "\\u{1b}[31m"' in text


def test_lines_of_help_are_indented() -> None:
    text = shown(error(None, help="x\nerror[BC999]: forged"))
    assert not [line for line in text.splitlines() if line.startswith("error[BC999]")]


def test_summary_is_the_last_line() -> None:
    warning = Diagnostic("BC501", Severity.WARNING, "w")
    assert render(gather([error(None), warning, warning])).endswith("rule BC501\n\n1 error, 2 warnings\n")


@pytest.mark.parametrize(("severity", "style"), [("error", "1;31"), ("warning", "1;33"), ("note", "1;36")])
def test_color_changes_nothing_but_color(severity: str, style: str) -> None:
    diagnostics = [
        Diagnostic(
            "BC201",
            Severity(severity),
            "m",
            label(5, 19, 20, "p"),
            (label(1, 1, 2, "s"), label(5, 13, 14, "t")),
            "h",
        )
    ]
    colored = render(gather(diagnostics, excerpt), color=True)
    assert colored.startswith(f"\x1b[{style}m{severity}[BC201]\x1b[0m\x1b[1m: m\x1b[0m\n")
    assert f"\x1b[{style}m^\x1b[0m\x1b[{style}m p\x1b[0m" in colored
    assert "\x1b[1;34m-\x1b[0m\x1b[1;34m s\x1b[0m" in colored
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == render(gather(diagnostics, excerpt))
