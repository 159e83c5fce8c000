"""Did you mean: the known word most similar to an unknown one."""

from collections.abc import Iterable

LONGEST_WORD = 128
"""Characters; a longer word gets no suggestion, since comparison takes quadratic time."""

MOST_CANDIDATES = 200
"""Known words compared in full: those that share most letters with the word."""

_LEAST_SIMILARITY = 0.6


def closest(word: str, known: Iterable[str]) -> str | None:
    """The word of `known` most similar to `word`, independent of their order; None without a similar one."""
    if not 0 < len(word) <= LONGEST_WORD:
        return None
    candidates = {other for other in known if other != word and abs(len(other) - len(word)) <= len(word)}
    if len(candidates) > MOST_CANDIDATES:
        candidates = _most_similar(word, candidates)
    similarity = {other: _similarity(word, other) for other in candidates}
    best = min(similarity, key=lambda other: (-similarity[other], other), default=None)
    return best if best is not None and similarity[best] >= _LEAST_SIMILARITY else None


def _most_similar(word: str, candidates: set[str]) -> set[str]:
    """The candidates that contain most of the word's pairs of adjacent letters, which are quick to count."""
    from heapq import nsmallest  # noqa: PLC0415  # only needed for a suggestion

    pairs = {word[index : index + 2] for index in range(len(word))}

    def distance(other: str) -> tuple[int, int, str]:
        return -sum(pair in other for pair in pairs), abs(len(other) - len(word)), other

    return set(nsmallest(MOST_CANDIDATES, candidates, distance))


def _similarity(word: str, other: str) -> float:
    """The similarity from 0 to 1; case is ignored."""
    from difflib import SequenceMatcher  # noqa: PLC0415  # only needed for a suggestion

    matcher = SequenceMatcher(None, word.casefold(), other.casefold(), autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= _LEAST_SIMILARITY else 0.0
