"""How alike two names are."""

import pytest

from booconf.drift.matching.name import ratio


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("abc", "abc", 3), ("abc", "", 0), ("abc", "xyz", 0), ("abcd", "bd", 2), ("abab", "baba", 3)],
)
def test_a_ratio_counts_the_letters_that_are_the_same_in_order(one: str, other: str, same: int) -> None:
    assert ratio(one, other) == ratio(other, one) == 2 * same / (len(one) + len(other))
