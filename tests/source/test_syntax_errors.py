"""Each syntax error has an explanation, at the position of the correction."""

import pytest
from yaml import YAMLError
from yaml.error import Mark
from yaml.parser import ParserError
from yaml.scanner import ScannerError

from booconf.source import SourceText
from booconf.source.syntax_errors import explain
from tests.support.yaml_text import diagnostics_of, located_diagnostics


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(
    ("text", "message", "line", "column"),
    [
        ("a:\n\tb: 1", "a tab is used for indentation", 2, 1),
        ("a: 1\n\tb: 2", "a tab is used for indentation", 2, 1),
        ("a: |\n\tb", "a tab is used for indentation", 2, 1),
        ("a: @x", "a text cannot start with `@`", 1, 4),
        ("a: `x`", "a text cannot start with a backtick", 1, 4),
        ("a: %x", "a text cannot start with `%`", 1, 4),
        ("a: ? x", "a text cannot start with `? `", 1, 4),
        ("a: b: c", "this line has a second colon", 1, 5),
        ("a: it's: x", "this line has a second colon", 1, 8),
        ("a: 1\n\n  b: 2", "a key is indented below a line that already has a value", 3, 4),
        ("a\nb: 1", "a key has no colon after it", 1, 1),
        ("a: 1\nb\nc: 2", "a key has no colon after it", 2, 1),
        ("k" * 1100 + ": 1", "a colon has no key before it", 1, 1101),
        ("a: 'x", "the closing quote is missing", 1, 4),
        ('a: "x\nb: 1\n', "the closing quote is missing", 1, 4),
        ("a: 'x\n---\ny'", "the closing quote is missing", 1, 4),
        ('a: "\\q"', "this escape is unknown", 1, 5),
        ('a: "\\xZZ"', "this escape encodes no character", 1, 5),
        ('a: "\\U00110000"', "this escape encodes no character", 1, 5),
        ("a: |x\n b", "`|` starts a text of several lines, and this cannot follow it", 1, 5),
        ("a: >=5", "`>` starts a text of several lines, and this cannot follow it", 1, 5),
        ("a: 'x' y", "unexpected text after the closing quote", 1, 8),
        ("a: 'it's'", "unexpected text after the closing quote", 1, 8),
        ("a: [x] y", "unexpected text after the end of a value", 1, 8),
        ("a:\n  b: 1\n c: 2", "the indentation of this line fits no line above", 3, 2),
        ("a: 1\n- b", "a list item is used as a key", 2, 1),
        ("a: 1\n: b", "a key is missing before this colon", 2, 1),
        ("{: b}", "a key is missing before this colon", 1, 2),
        (": b", "a key is missing before this colon", 1, 1),
        ("- a\nb: 1", "a list item is missing its `-`", 2, 1),
        ("- 'a' b", "unexpected text after the closing quote", 1, 7),
        ("a: - x", "a list item is on the line of its key", 1, 4),
        ("a: {b: 1\nc: 2\n", "this `{` is never closed", 1, 4),
        ("a: [1, 2", "this `[` is never closed", 1, 4),
        ("a: {b: 1]", "`]` cannot close `{`", 1, 9),
        ("a: {b: 'c' d: 1}", "a comma or `}` is missing before this", 1, 12),
        ("a: {\n  b: 1\n  c: 2\n}", "a comma or `}` is missing before this", 3, 4),
        ("a: }", "`}` is used as a value", 1, 4),
        ("a: [,]", "`,` is used as a value", 1, 5),
        ("...\na", "a value is missing here", 1, 1),
        ("{a: 1}\n}", "`}` closes nothing", 2, 1),
        ("  a: 1\n b: 2", "this line is outside the document", 2, 2),
        ("a: \x01", "the character U+0001 cannot be written in YAML", 1, 4),
        ("a: 1\nb: \ufffe", "the character U+FFFE cannot be written in YAML", 2, 4),
    ],
)
def test_explanation_of_a_syntax_error(text: str, message: str, line: int, column: int) -> None:
    (found,) = diagnostics_of(text)
    assert (found.code, found.message) == ("BC102", message)
    assert found.help
    assert found.primary is not None
    assert (found.primary.span.start.line, found.primary.span.start.column) == (line, column)


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a: *", ("BC104", 1, "*")),
        ("ignore: [*.gguf]", ("BC104", 1, "*")),
        ("a: &", ("BC104", 1, "&")),
        ("a: !<x", ("BC106", 1, "!")),
        ("a: !x!y z", ("BC106", 1, "!")),
        ("%YAML 2.0\n---\na: 1", ("BC106", 1, "%YAML 2.0")),
        ("%YAML 1.2\n%YAML 1.2\n---\na", ("BC106", 1, "%YAML 1.2")),
        ("# x\n\n%YAML 1.1\na: 1", ("BC106", 3, "%YAML 1.1")),
    ],
)
def test_broken_anchor_tag_or_directive_keeps_its_code(text: str, found: tuple[str, int, str]) -> None:
    assert located_diagnostics(text) == [found]


@pytest.mark.usefixtures("parser")
def test_wrong_closing_bracket_shows_the_open_one() -> None:
    (found,) = diagnostics_of("a:\n  - [1}")
    assert [(label.text, label.span.start.column) for label in found.secondary] == [("opened here", 5)]


def test_unknown_parser_message_is_quoted() -> None:
    mark = Mark("", 3, 0, 3, None, 0)
    found = explain(ParserError(None, None, "something new", mark), SourceText("fleet.yaml", "a: b"))
    assert found.message == "the YAML cannot be read here: something new"
    assert found.span.start.column == 4


def test_error_without_position_is_on_the_first_line() -> None:
    found = explain(YAMLError("something new"), SourceText("fleet.yaml", "a: b\n"))
    assert (found.message, found.span.start.line) == ("the YAML cannot be read", 1)


def test_depth_limit_of_libyaml_is_too_deep_nesting() -> None:
    """PyYAML 6.0.4 reads ahead and stops at 1,000 levels."""
    mark = Mark("fleet.yaml", 3, 0, 3, "", 0)
    error = ScannerError("while increasing flow level", None, "exceeded maximum nesting depth", mark)
    found = explain(error, SourceText("fleet.yaml", "[[[["))
    assert (found.code, found.span.start.column) == ("BC109", 4)
