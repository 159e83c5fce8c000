"""Did you mean: the known word that somebody who wrote an unknown one most likely had in mind."""

from collections.abc import Iterable

LONGEST_WORD = 128
"""Longer words get no suggestion: comparing them costs their length squared."""

MOST_CANDIDATES = 200
"""Only so many known words are compared in full, those that share most letters with the word."""

_LIKENESS = 0.6


def closest(word: str, known: Iterable[str]) -> str | None:
    """The word of `known` most like `word`, whatever the order of `known`; None when nothing is like it."""
    if not 0 < len(word) <= LONGEST_WORD:
        return None
    candidates = {other for other in known if other != word and abs(len(other) - len(word)) <= len(word)}
    if len(candidates) > MOST_CANDIDATES:
        candidates = _most_alike(word, candidates)
    likeness = {other: _likeness(word, other) for other in candidates}
    best = min(likeness, key=lambda other: (-likeness[other], other), default=None)
    return best if best is not None and likeness[best] >= _LIKENESS else None


def _most_alike(word: str, candidates: set[str]) -> set[str]:
    """Those that hold most of the word's pairs of neighboring letters, which are quick to count."""
    from heapq import nsmallest  # noqa: PLC0415  # only needed when there is something to suggest

    pairs = {word[index : index + 2] for index in range(len(word))}

    def distance(other: str) -> tuple[int, int, str]:
        return -sum(pair in other for pair in pairs), abs(len(other) - len(word)), other

    return set(nsmallest(MOST_CANDIDATES, candidates, distance))


def _likeness(word: str, other: str) -> float:
    """From 0 to 1; a difference in case only counts as hardly any."""
    from difflib import SequenceMatcher  # noqa: PLC0415  # only needed when there is something to suggest

    matcher = SequenceMatcher(None, word.casefold(), other.casefold(), autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= _LIKENESS else 0.0
