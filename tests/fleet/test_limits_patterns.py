"""Patterns: `*` is the only special character, any run, `/` included; case-sensitive."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booconf.fleet.limits import Pattern


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("a", "a"),
        ("", ""),
        ("*", ""),
        ("*", "a/b"),
        ("a*", "a"),
        ("*a", "a"),
        ("a*b", "ab"),
        ("one/*", "one/x/y"),
        ("*b*d*", "abcde"),
        ("a**b", "a/b"),
        ("a.b", "a.b"),
        ("[a]", "[a]"),
        ("a?", "a?"),
        ("*aab", "aaab"),
        ("a*a*a", "aaa"),
    ],
)
def test_pattern_matches(pattern: str, text: str) -> None:
    assert Pattern.of(pattern).matches(text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("a", "A"),
        ("a", "ab"),
        ("", "a"),
        ("a.b", "axb"),
        ("a?", "ab"),
        ("[ab]", "a"),
        ("aba*aba", "ababa"),
        ("a*a", "a"),
        ("a*b*c", "ac"),
        ("*x*", "abc"),
        ("a*b", "abx"),
        ("a*b", "xab"),
        ("a*aa*a", "aaa"),
    ],
)
def test_pattern_does_not_match(pattern: str, text: str) -> None:
    assert not Pattern.of(pattern).matches(text)


@given(st.text("ab*", max_size=6), st.text("ab", max_size=8))
def test_pattern_equals_regular_expression(pattern: str, text: str) -> None:
    expression = ".*".join(map(re.escape, pattern.split("*")))
    assert Pattern.of(pattern).matches(text) == bool(re.fullmatch(expression, text, re.DOTALL))
