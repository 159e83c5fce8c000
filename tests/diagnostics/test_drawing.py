"""Terminal cells of characters, and the visible part of a long line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booconf.diagnostics.drawing import WIDEST, draw
from booconf.escaping import cell_width


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("", 0),
        ("plain", 5),
        ("Büro", 4),
        ("日本語", 6),
        ("\uff46\uff55\uff4c\uff4c", 8),
        ("ﾊﾝ", 2),
        ("🚀", 2),
        ("e\u0301", 1),
        ("❤\ufe0f", 1),
        ("\u20dd", 0),
    ],
)
def test_width(text: str, cells: int) -> None:
    assert cell_width(text) == cells


def test_cell_of_a_column_after_wide_combining_tab_and_escaped_characters() -> None:
    drawn = draw("\t日e\u0301\x1bx", 1)
    assert drawn.text == "    日e\u0301\\u{1b}x"
    assert [drawn.cell(column) for column in range(1, 8)] == [0, 4, 6, 7, 7, 13, 14]


def test_cell_of_a_column_outside_the_line_is_the_nearest() -> None:
    drawn = draw("abc", 1)
    assert (drawn.cell(0), drawn.cell(99)) == (0, 3)


def test_a_line_that_fits_is_not_cut() -> None:
    line = "x" * WIDEST
    assert draw(line, WIDEST).text == line


@pytest.mark.parametrize("length", [WIDEST + 1, 10 * WIDEST, 1_000_000])
@pytest.mark.parametrize("place", ["start", "middle", "end"])
def test_a_long_line_is_cut_around_the_focus(length: int, place: str) -> None:
    index = {"start": 0, "middle": length // 2, "end": length - 1}[place]
    line = "a" * index + "X" + "b" * (length - index - 1)
    drawn = draw(line, index + 1)
    assert drawn.text[drawn.cell(index + 1)] == "X"
    assert cell_width(drawn.text.strip("…")) <= WIDEST
    assert drawn.text.startswith("…") == (drawn.first > 0)
    assert drawn.text.endswith("…") == (drawn.first + len(drawn.text.strip("…")) < length)


def test_line_of_combining_characters_is_cut() -> None:
    drawn = draw("e" + "\u0301" * 5000, 1)
    assert len(drawn.text) < 1000
    assert drawn.text.endswith("…")


def test_a_wide_line_is_cut_by_cells_not_by_characters() -> None:
    drawn = draw("日" * 100, 90)
    assert drawn.text.startswith("…日")
    assert cell_width(drawn.text.strip("…")) <= WIDEST
    assert drawn.cell(90) == 61


@given(st.text(max_size=400), st.integers(1, 500))
def test_drawn_line_is_escaped_and_its_cells_ascend(line: str, focus: int) -> None:
    drawn = draw(line, focus)
    assert list(drawn.cells) == sorted(drawn.cells)
    assert "\x1b" not in drawn.text
    assert "\n" not in drawn.text
    assert cell_width(drawn.text) >= drawn.cells[-1]
