"""Lines, columns and spans of a text: LF, CRLF and a lone CR end a line, other characters do not."""

import pytest

from booconf.diagnostics import Position, Span
from booconf.source import SourceText


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_line_has_no_line_break(line_break: str) -> None:
    source = SourceText("fleet.yaml", line_break.join(["a", "", "cc"]))
    assert [source.line(number) for number in (1, 2, 3)] == ["a", "", "cc"]


@pytest.mark.parametrize("number", [-1, 0, 3])
def test_a_line_outside_the_file_is_empty(number: int) -> None:
    assert SourceText("fleet.yaml", "a\nb").line(number) == ""


def test_a_final_break_is_followed_by_an_empty_line() -> None:
    source = SourceText("fleet.yaml", "a\n")
    assert (source.line(1), source.line(2)) == ("a", "")


@pytest.mark.parametrize("character", ["\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"])
def test_no_other_character_ends_a_line(character: str) -> None:
    assert SourceText("fleet.yaml", f"a{character}b").line(1) == f"a{character}b"


def test_columns_count_code_points() -> None:
    source = SourceText("fleet.yaml", "é\r\n😀x")
    assert source.span(4, 5) == Span("fleet.yaml", Position(2, 2), Position(2, 3))


def test_line_span_excludes_trailing_blanks() -> None:
    source = SourceText("fleet.yaml", "a b \t\nc")
    assert source.line_span(2) == Span("fleet.yaml", Position(1, 3), Position(1, 4))


def test_decoding_removes_the_byte_order_mark_and_replaces_invalid_bytes() -> None:
    assert SourceText.decode(b"\xef\xbb\xbfa\xff", "fleet.yaml").text == "a\ufffd"


@pytest.mark.parametrize("whole", ["a: b\n", "\ufeffa: b\n", "\ufeff\ufeffa: b\n", ""])
def test_byte_order_mark_is_not_part_of_the_text(whole: str) -> None:
    source = SourceText.decode(whole.encode(), "fleet.yaml")
    assert source.text == whole.removeprefix("\ufeff")
    assert source.whole == whole
