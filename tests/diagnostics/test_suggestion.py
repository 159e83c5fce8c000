"""Did you mean: the same answer whatever the order, and none where nothing is alike."""

import random

import pytest

from booconf.diagnostics.suggestion import LONGEST_WORD, MOST_CANDIDATES, closest

KEYS = ["kind", "label", "location", "base_url", "api_key_env", "optional", "headers", "models"]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("knid", "kind"),
        ("base-url", "base_url"),
        ("Models", "models"),
        ("api_key", "api_key_env"),
        ("zzz", None),
        ("", None),
        ("kind", None),
        ("k" * (LONGEST_WORD + 1), None),
    ],
)
def test_the_word_that_was_meant(word: str, meant: str | None) -> None:
    assert closest(word, KEYS) == meant


def test_nothing_is_known() -> None:
    assert closest("kind", []) is None


def test_the_first_in_the_alphabet_of_words_equally_alike() -> None:
    assert closest("model-c", ["model-b", "model-a"]) == "model-a"


def test_case_counts_less_than_letters() -> None:
    assert closest("Qwen3-8B", ["qwen3-4b", "qwen3-8b", "qwen3-80b"]) == "qwen3-8b"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("sam/modle-01234", "sam/model-01234"),
        ("sma/model-01234", "sam/model-01234"),
        ("SAM/MODEL-01234", "sam/model-01234"),
        ("sam/model-012345", "sam/model-01234"),
    ],
)
def test_among_many_the_order_does_not_matter(typed: str, meant: str) -> None:
    known = [f"sam/model-{number:05}" for number in range(5000)]
    assert len(known) > MOST_CANDIDATES
    assert closest(typed, known) == meant
    random.Random(1).shuffle(known)
    assert closest(typed, known) == meant


def test_a_short_word_among_many() -> None:
    assert closest("ab", ["abc", *(f"x{number}" for number in range(300))]) == "abc"
