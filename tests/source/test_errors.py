"""Errors in text that a YAML parser accepts: each with its code, position and correction."""

import pytest

from booconf.diagnostics import Severity
from booconf.source import SourceText
from booconf.source.document import LARGEST_FILE
from booconf.source.errors import ErrorCollector
from booconf.source.loader import Loader
from tests.support.yaml_text import diagnostics_of, located_diagnostics, text_at

pytestmark = pytest.mark.usefixtures("parser")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("a: 1\nb: 2\na: 3", [("BC103", 3, "a")], id="a key twice"),
        pytest.param("x: {a: 1, 'a': 2}", [("BC103", 1, "'a'")], id="a key twice, quoted once"),
        pytest.param("a: 1\na: 2\na: 3", [("BC103", 2, "a"), ("BC103", 3, "a")], id="a key three times"),
        pytest.param("a: &x 1", [("BC104", 1, "&x")], id="an anchor"),
        pytest.param("a: &x\n  b: 1", [("BC104", 1, "&x")], id="an anchor of a mapping"),
        pytest.param("&x a: 1", [("BC104", 1, "&x")], id="an anchor of a key"),
        pytest.param("a: *x", [("BC104", 1, "*x")], id="an alias"),
        pytest.param("- *x\n- a", [("BC104", 1, "*x")], id="an alias in a list"),
        pytest.param("*x : 1", [("BC104", 1, "*x")], id="an alias as a key"),
        pytest.param("ignore: *-q4", [("BC104", 1, "*-q4")], id="a pattern without quotes"),
        pytest.param("ignore: *-q4 x\nb: 1", [("BC104", 1, "*-q4")], id="an alias and more text"),
        pytest.param("<<: 1", [("BC105", 1, "<<")], id="a merge key"),
        pytest.param("<<: *x\nb: 1", [("BC105", 1, "<<")], id="a merge key with its alias"),
        pytest.param("a: !x 1", [("BC106", 1, "!x")], id="a tag"),
        pytest.param("a: !!str\n  1", [("BC106", 1, "!!str")], id="a tag of a core type"),
        pytest.param("a: ! 1", [("BC106", 1, "!")], id="the tag that is none"),
        pytest.param("a: !<tag:x> 1", [("BC106", 1, "!<tag:x>")], id="a tag in full"),
        pytest.param("a: !x [b]", [("BC106", 1, "!x")], id="a tag of a list"),
        pytest.param("!!str 1: x", [("BC106", 1, "!!str")], id="a tag of a key"),
        pytest.param("a: !x &y 1", [("BC106", 1, "!x"), ("BC104", 1, "&y")], id="a tag and an anchor"),
        pytest.param("%YAML 1.2\n---\na: 1", [("BC106", 1, "%YAML 1.2")], id="a version"),
        pytest.param("# x\n%TAG ! x\n---\na: 1", [("BC106", 2, "%TAG ! x")], id="a tag handle"),
        pytest.param("%FOO\n---\na: 1", [("BC106", 1, "%FOO")], id="an unknown directive"),
        pytest.param("a: 1\n---\nb: *x", [("BC107", 2, "---")], id="a second document"),
        pytest.param("---\n---\n", [("BC107", 2, "---")], id="two empty documents"),
        pytest.param("1: x", [("BC110", 1, "1")], id="a number as a key"),
        pytest.param("a: {true: x}", [("BC110", 1, "true")], id="a boolean as a key"),
        pytest.param("~: x", [("BC110", 1, "~")], id="null as a key"),
        pytest.param("010: x", [("BC110", 1, "010")], id="a number with a leading zero as a key"),
        pytest.param("?\n: x", [("BC110", 1, "")], id="no key"),
        pytest.param("[a]: x", [("BC110", 1, "[")], id="a list as a key"),
        pytest.param("a: {{ b }}", [("BC110", 1, "{")], id="a mapping as a key"),
        pytest.param("? - a\n: b", [("BC110", 1, "- a")], id="a block list as a key"),
        pytest.param("a: 010", [("BC111", 1, "010")], id="a number with a leading zero"),
        pytest.param("a: [1, -007.5]", [("BC111", 1, "-007.5")], id="the same in a list"),
        pytest.param(f"a: {'9' * 41}", [("BC205", 1, "9" * 41)], id="a number without end"),
        pytest.param("a: x\u2028y", [("BC112", 1, "\u2028")], id="a line separator"),
        pytest.param("a: 1 # \u2029", [("BC112", 1, "\u2029")], id="a paragraph separator in a comment"),
        pytest.param("a: x\n\x85b: y", [("BC112", 2, "\x85")], id="a next line"),
    ],
)
def test_error_has_code_and_position(text: str, found: list[tuple[str, int, str]]) -> None:
    assert located_diagnostics(text) == found


@pytest.mark.parametrize(
    ("text", "help_text"),
    [
        ("a: 1\na: 2", "remove one of the two"),
        ("a: &x 1", "write the value in each place"),
        ("a: *x", "needs quotes"),
        ("<<: 1", "write the keys out"),
        ("a: !x 1", "remove the tag"),
        ("%YAML 1.2\n---\na", "remove the line"),
        ("a\n---\nb", "keep one document"),
        ("1: x", '`"1"`'),
        ("?\n: x", "write the key before the colon"),
        ("[a]: x", "quotes"),
        ("a: 010", '(`"010"`)'),
        ("a: \u2028", "`\\u2028`"),
        ("[" * 33, "remove levels"),
    ],
)
def test_help_has_the_correction(text: str, help_text: str) -> None:
    (found,) = diagnostics_of(text)
    assert help_text in (found.help or "")
    assert found.severity is Severity.ERROR


def test_repeated_key_shows_the_first_one() -> None:
    text = "a: {x: 1}\nb:\n  x: [{x: 0}]\n  y: 1\n  x: 2\n"
    (found,) = diagnostics_of(text)
    (first,) = found.secondary
    assert (first.text, first.span.start.line, first.span.start.column) == ("first written here", 3, 3)


def test_repeated_key_shows_the_first_before_a_later_syntax_error() -> None:
    repeated, broken = diagnostics_of("a: 1\na: 2\nb: [")
    assert (repeated.code, broken.code) == ("BC103", "BC102")
    assert [label.span.start.line for label in repeated.secondary] == [1]


def test_invalid_key_is_not_reported_as_repeated() -> None:
    assert [code for code, _, _ in located_diagnostics("1: x\n1: y\n[a]: z\n? b")] == ["BC110"] * 3


def test_a_long_key_is_cut_in_the_message() -> None:
    (found,) = diagnostics_of(f"{'k' * 100}: 1\n{'k' * 100}: 2")
    assert f"`{'k' * 80}…`" in found.message


def test_a_number_is_not_quoted_because_it_may_be_a_secret() -> None:
    (found,) = diagnostics_of("password: 0123456789")
    assert "123456789" not in f"{found.message}{found.help}{found.notes}"


def test_errors_are_sorted_by_position() -> None:
    text = "a: &x 1\na: 010\n<<: 1\n1: !t x\nb: \u2028\nc: [\n"
    codes = ["BC104", "BC103", "BC111", "BC105", "BC110", "BC106", "BC112", "BC102"]
    assert [found.code for found in diagnostics_of(text)] == codes


def test_after_fifty_errors_nothing_more_is_read() -> None:
    found = diagnostics_of("- 010\n" * 70)
    assert len(found) == 50
    assert found[-1].notes == ("nothing is read after the first 50 errors",)


def test_after_fifty_odd_line_breaks_nothing_more_is_read() -> None:
    assert len(diagnostics_of("# \u2028\n" * 70 + "[")) == 50


@pytest.mark.parametrize("opening", ["[", "{", "{a: ", "- ", "? ", "[{x: ", "[[[[\n"])
def test_a_million_levels_are_one_diagnostic(opening: str) -> None:
    found = diagnostics_of(opening * 1_000_000)
    assert found[-1].code == "BC109"
    assert {other.code for other in found[:-1]} <= {"BC110"}


def test_33rd_level_is_too_deep() -> None:
    assert located_diagnostics("[" * 32 + "{a: 1}" + "]" * 32) == [("BC109", 1, "{")]


def test_too_many_values() -> None:
    text = "- a\n" * 20
    errors = ErrorCollector(SourceText("fleet.yaml", text))
    Loader(errors, most_events=20).read(text)
    (found,) = errors.diagnostics()
    assert (found.code, found.primary) == ("BC108", None)


def test_too_large_file_is_not_decoded() -> None:
    (found,) = diagnostics_of(b"\xff" * (LARGEST_FILE + 1))
    assert (found.code, found.primary) == ("BC108", None)


@pytest.mark.parametrize(
    ("raw", "line", "column"),
    [
        (b"a: \xff", 1, 4),
        (b"\xef\xbb\xbf\xff", 1, 1),
        ("é: 1\nü: ".encode() + b"\xc3", 2, 4),
        (b"a: 1\nb: \0", 2, 4),
        (b"a: \xed\xa0\x80", 1, 4),
    ],
)
def test_invalid_utf8_is_refused_with_its_position(raw: bytes, line: int, column: int) -> None:
    (found,) = diagnostics_of(raw)
    assert found.code == "BC101"
    assert found.primary is not None
    assert (found.primary.span.start.line, found.primary.span.start.column) == (line, column)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32", "utf-16-le"])
def test_utf16_and_utf32_are_refused(encoding: str) -> None:
    (found,) = diagnostics_of("\ufeffa: 1".encode(encoding))
    assert found.code == "BC101"
    assert found.help == "save the file as UTF-8 text"


def test_a_surrogate_never_reaches_the_data() -> None:
    for text in ('a: "\\ud800"', '"\\udfff": 1', '- "\\ud83d\\ude00"'):
        assert [found.code for found in diagnostics_of(text)] == ["BC102"]


def test_a_span_covers_a_whole_flow_value() -> None:
    text = "a: !x {b: 1}"
    (found,) = diagnostics_of(text)
    assert found.primary is not None
    assert text_at(SourceText("fleet.yaml", text), found.primary.span) == "!x"
