"""Nothing in a text from outside can steer a terminal, break a line or hide."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booconf.diagnostics.escaping import escaped, escaped_lines


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text, with ~ and \\", "plain text, with ~ and \\"),
        ("Büro 日本語 🚀", "Büro 日本語 🚀"),
        ("e\u0301 is a letter and its accent", "e\u0301 is a letter and its accent"),
        ("a\tb\r\n", "a\\tb\\r\\n"),
        ("\x1b[2Jgone", "\\u{1b}[2Jgone"),
        ("\x00\x7f\x9b", "\\u{0}\\u{7f}\\u{9b}"),
        ("\u202egnp.exe\u2066", "\\u{202e}gnp.exe\\u{2066}"),
        ("one\u2028two\u2029three\x85", "one\\u{2028}two\\u{2029}three\\u{85}"),
        ("zero\u200bwidth\ufeff", "zero\\u{200b}width\\u{feff}"),
        ("no\u00a0break", "no\\u{a0}break"),
        ("half \ud800", "half \\u{d800}"),
        ("tag \U000e0041", "tag \\u{e0041}"),
    ],
)
def test_hidden_characters_are_shown_by_number(text: str, shown: str) -> None:
    assert escaped(text) == shown


def test_every_hidden_category_is_covered() -> None:
    hidden = {"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"}
    missed = [
        hex(number)
        for number in range(sys.maxunicode + 1)
        if number != ord(" ")
        and unicodedata.category(chr(number)) in hidden
        and escaped(chr(number)) == chr(number)
    ]
    assert missed == []


@given(st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"])))
def test_what_can_be_seen_is_kept_unless_it_is_a_filler(text: str) -> None:
    fillers = "\u115f\u1160\u3164\uffa0"
    assert escaped(text) == "".join(f"\\u{{{ord(one):x}}}" if one in fillers else one for one in text)


def test_lines_stay_lines_where_several_are_allowed() -> None:
    assert escaped_lines("write:\n  a:\tb") == ["write:", "  a:\\tb"]
