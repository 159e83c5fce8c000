"""Suggestions are independent of the order of the known words; without a similar word there is none."""

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
def test_suggestion_for_a_typing_error(word: str, meant: str | None) -> None:
    assert closest(word, KEYS) == meant


def test_suggestion_without_known_words() -> None:
    assert closest("kind", []) is None


def test_first_in_the_alphabet_of_equally_similar_words() -> None:
    assert closest("model-c", ["model-b", "model-a"]) == "model-a"


def test_difference_in_case_counts_less_than_in_letters() -> None:
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
def test_suggestion_is_independent_of_order(typed: str, meant: str) -> None:
    known = [f"sam/model-{number:05}" for number in range(5000)]
    assert len(known) > MOST_CANDIDATES
    assert closest(typed, known) == meant
    random.Random(1).shuffle(known)
    assert closest(typed, known) == meant


def test_a_short_word_among_many() -> None:
    assert closest("ab", ["abc", *(f"x{number}" for number in range(300))]) == "abc"
