"""Lists of names in a report are bounded."""

from booconf.drift.quoting import MOST_LISTED, shown_list


def test_list_names_the_first_and_counts_the_others() -> None:
    names = ["a\x1b", "b", "c", "d", "e", "f", "g"]
    assert shown_list(names[:2]) == "`a\\u{1b}`, `b`"
    assert shown_list(names[:MOST_LISTED]) == "`a\\u{1b}`, `b`, `c`, `d`, `e`"
    assert shown_list(names) == "`a\\u{1b}`, `b`, `c`, `d`, `e` and 2 more"
