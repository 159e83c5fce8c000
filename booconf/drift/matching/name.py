"""How alike two names of models are, and whether they may be names of one model at all.

Letters alone say little: `qwen3-8b` and `qwen3-4b` are 88 % alike. So names are taken apart into numbers and
words, and two of them may mean one model only if what differs is added or left out, not replaced by something
else, and is nothing that tells models apart.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_QUANTIZATION = re.compile(
    r"(?<![a-z0-9])"
    r"(?:(?:ud[-_])?i?q[0-9](?:_[a-z0-9]+)*|bf16|fp?(?:8|16|32)|int[48]|[0-9]-?bit|mxfp4|nvfp4|awq|gptq|gguf|exl[23]|mlx)"
    r"(?![a-z0-9])"
)
"""How the same weights are stored: `q4_k_m`, `fp16`, `awq`."""

_PIECE = re.compile(r"[0-9]+(?:\.[0-9]+)*[bm]?(?![^\W_])|[0-9]+(?:\.[0-9]+)*|[^\W\d_]+")
"""A number, with `b` or `m` when it is a number of parameters, or a word."""

_SPELLINGS = {
    "coder": "code",
    "embedding": "embed",
    "embeddings": "embed",
    "it": "instruct",
    "reranker": "rerank",
    "vision": "vl",
}
"""Words that mean the same in names of models."""

_TELLING = frozenset(
    {
        "abliterated", "audio", "base", "code", "distill", "draft", "embed", "flash", "gemma", "guard",
        "large", "lite", "llama", "math", "max", "medium", "mini", "nano", "omni", "plus", "pro", "qwen",
        "rerank", "small", "thinking", "tiny", "turbo", "uncensored", "vl",
    }
)  # fmt: skip
"""Words that tell models apart: with and without one of them are two models."""

_RESPELLED = 0.9
"""Words that start and end alike, in more of their letters than this, are one word written in another way."""

_MOST_RESPELLED = 3
"""So many words, of both names together, may be one word."""


@dataclass(frozen=True, slots=True)
class Name:
    """The name of a model taken apart: `numbers` in their order, `sizes` those that count parameters."""

    text: str
    folded: str
    numbers: tuple[str, ...]
    sizes: tuple[str, ...]
    words: tuple[str, ...]
    vocabulary: frozenset[str]

    @classmethod
    def of(cls, text: str) -> "Name":
        """The pieces of `text`, whatever its case; how the weights are stored is left out."""
        folded = text.casefold()
        pieces: list[str] = _PIECE.findall(_QUANTIZATION.sub(" ", folded))
        numbers = tuple(piece for piece in pieces if piece[0] in "0123456789")
        words = tuple(_SPELLINGS.get(piece, piece) for piece in pieces if piece[0] not in "0123456789")
        return cls(
            text,
            folded,
            numbers,
            tuple(number for number in numbers if number[-1] in "bm"),
            words,
            frozenset(words),
        )

    @property
    def pieces(self) -> frozenset[str]:
        """Its numbers and words."""
        return self.vocabulary.union(self.numbers)


def may_be_one_model(one: Name, other: Name) -> bool:
    """Whether nothing in the two names contradicts the other: no size, no version, no variant."""
    if one.sizes and other.sizes and one.sizes != other.sizes:
        return False
    if not (_is_within(one.numbers, other.numbers) or _is_within(other.numbers, one.numbers)):
        return False
    only_one = [word for word in one.words if word not in other.vocabulary]
    only_other = [word for word in other.words if word not in one.vocabulary]
    if only_one and only_other:
        return _is_respelled(only_one, only_other)
    return _TELLING.isdisjoint(only_one or only_other)


def _is_respelled(words: Sequence[str], others: Sequence[str]) -> bool:
    """Whether the one side is a word of the other written in another way, or in two."""
    if len(words) + len(others) > _MOST_RESPELLED:
        return False
    one, other = "".join(words), "".join(others)
    start = _common_start(one, other)
    end = _common_start(one[start:][::-1], other[start:][::-1])
    return start > 0 and 2 * (start + end) > _RESPELLED * (len(one) + len(other))


def _common_start(one: str, other: str) -> int:
    """How many letters two texts start with alike."""
    shorter = min(len(one), len(other))
    return next((place for place in range(shorter) if one[place] != other[place]), shorter)


def ratio(one: str, other: str) -> float:
    """From 0 to 1, how much of two texts, not both empty, is the same letters in the same order.

    This is their longest common subsequence, found by the bit-parallel algorithm of Hyyrö (2004), which takes
    time linear in `other` whatever the texts, as long as `one` is not long.
    """
    places: dict[str, int] = {}
    for place, letter in enumerate(one):
        places[letter] = places.get(letter, 0) | 1 << place
    every = unmatched = (1 << len(one)) - 1
    for letter in other:
        matching = unmatched & places.get(letter, 0)
        unmatched = (unmatched + matching | unmatched - matching) & every
    return 2 * (every ^ unmatched).bit_count() / (len(one) + len(other))


def _is_within(some: Sequence[str], all_of: Sequence[str]) -> bool:
    """Whether `some` are among `all_of`, in the same order."""
    remaining = iter(all_of)
    return all(piece in remaining for piece in some)
