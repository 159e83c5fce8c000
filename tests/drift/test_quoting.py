"""Texts of a host: visible, and no longer than a reader can take in, whatever they hold."""

import pytest

from booconf.diagnostics.drawing import width
from booconf.drift.quoting import LONGEST_NAME, MOST_LISTED, cut, shown, shown_list


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
def test_a_name_is_cut_by_the_cells_of_a_terminal(text: str, visible: str) -> None:
    assert cut(text, LONGEST_NAME) == visible
    assert shown(text) == f"`{visible}`"
    assert width(visible) <= LONGEST_NAME + 1


def test_a_list_names_the_first_and_counts_the_others() -> None:
    names = ["a\x1b", "b", "c", "d", "e", "f", "g"]
    assert shown_list(names[:2]) == "`a\\u{1b}`, `b`"
    assert shown_list(names[:MOST_LISTED]) == "`a\\u{1b}`, `b`, `c`, `d`, `e`"
    assert shown_list(names) == "`a\\u{1b}`, `b`, `c`, `d`, `e` and 2 more"
