"""Nothing in a text from outside can steer a terminal, break a line, hide, or fill a screen."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booconf.escaping import LONGEST_QUOTE, cell_width, escaped, escaped_lines, quote, truncate


@pytest.mark.parametrize(
    ("text", "visible"),
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
        ("variant a\ufe00 \u2764\ufe0f", "variant a\\u{fe00} \u2764\\u{fe0f}"),
        ("private \ue000\U0010fffd", "private \\u{e000}\\u{10fffd}"),
        ("blank \u2800", "blank \\u{2800}"),
    ],
)
def test_hidden_characters_are_escaped(text: str, visible: str) -> None:
    assert escaped(text) == visible


def test_every_hidden_category_is_escaped() -> None:
    hidden = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp", "Zs"}
    missed = [
        hex(number)
        for number in range(sys.maxunicode + 1)
        if number != ord(" ")
        and unicodedata.category(chr(number)) in hidden
        and escaped(chr(number)) == chr(number)
    ]
    assert missed == []


@given(st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"])))
def test_visible_characters_are_kept(text: str) -> None:
    blank = "\u115f\u1160\u2800\u3164\uffa0\ufffc\U0001d159"
    assert escaped(text) == "".join(f"\\u{{{ord(one):x}}}" if one in blank else one for one in text)


@given(st.text())
def test_escaping_twice_changes_nothing_more(text: str) -> None:
    assert escaped(escaped(text)) == escaped(text)


def test_line_breaks_are_kept_in_lines() -> None:
    assert escaped_lines("write:\n  a:\tb") == ["write:", "  a:\\tb"]


@pytest.mark.parametrize(
    ("text", "visible"),
    [
        ("a" * 80, "a" * 80),
        ("a" * 81, "a" * 80 + "…"),
        ("é" * 81, "é" * 80 + "…"),
        ("日" * 40, "日" * 40),
        ("日" * 41, "日" * 40 + "…"),
        ("\x1b" * 40, "\\u{1b}" * 13 + "…"),
        ("\u0301" * 200, "\u0301" * 80 + "…"),
        ("two\nlines", "two\\nlines"),
        ("", ""),
    ],
)
def test_quotation_is_cut_by_terminal_cells(text: str, visible: str) -> None:
    assert truncate(text) == visible
    assert quote(text) == f"`{visible}`"
    assert cell_width(visible) <= LONGEST_QUOTE + 1


@given(st.text(), st.integers(0, 12))
def test_truncated_text_is_a_prefix_of_the_escaped_one(text: str, longest: int) -> None:
    cut = truncate(text, longest)
    assert escaped(text) == cut or (cut.endswith("…") and escaped(text).startswith(cut[:-1]))
    assert cell_width(cut) <= longest + 1
