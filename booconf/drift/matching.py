"""Similarity of model names, and the probable renames among absent and new ones.

Letters alone are a weak sign: `qwen3-8b` and `qwen3-4b` are 88 % alike. So names are split into numbers and
words, and two names may mean one model only if the difference is added or left out, not replaced, and is no
word that marks a variant.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from booconf.declaration.enums import ModelType
from booconf.diagnostics.suggestion import LONGEST_WORD, closest

LEAST_LIKENESS = 0.6
"""The least similarity of the two names of a rename."""

MOST_PAIRS = 10_000
"""Absent names times new names of one host; above this no rename is suggested."""

MOST_NAMES = 1_000
"""Names of one host; above this no similar name is suggested."""

_QUANTIZATION = re.compile(
    r"(?<![a-z0-9])"
    r"(?:(?:ud[-_])?i?q[0-9](?:_[a-z0-9]+)*|bf16|fp?(?:8|16|32)|int[48]|[0-9]-?bit|mxfp4|nvfp4|awq|gptq|gguf|exl[23]|mlx)"
    r"(?![a-z0-9])"
)
"""Formats of the same weights: `q4_k_m`, `fp16`, `awq`."""

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

_VARIANTS = frozenset(
    {
        "abliterated", "audio", "base", "code", "distill", "draft", "embed", "flash", "gemma", "guard",
        "large", "lite", "llama", "math", "max", "medium", "mini", "nano", "omni", "plus", "pro", "qwen",
        "rerank", "small", "thinking", "tiny", "turbo", "uncensored", "vl",
    }
)  # fmt: skip
"""Words that mark a variant: with and without one of them are two models."""

_LEAST_COMMON = 0.9
"""Two words that share more of their letters than this, at start and end, are spellings of one word."""

_MOST_RESPELLED = 3
"""The largest number of words, of both names together, that may be spellings of one word."""


@dataclass(frozen=True, slots=True)
class ModelName:
    """The parts of a model name: `numbers` in their order, and `sizes`, those that count parameters."""

    text: str
    folded: str
    numbers: tuple[str, ...]
    sizes: tuple[str, ...]
    words: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> "ModelName":
        """The parts of `text`, case-folded and without the format of the weights."""
        folded = text.casefold()
        pieces: list[str] = _PIECE.findall(_QUANTIZATION.sub(" ", folded))
        numbers = tuple(piece for piece in pieces if piece[0] in "0123456789")
        words = tuple(_SPELLINGS.get(piece, piece) for piece in pieces if piece[0] not in "0123456789")
        return cls(text, folded, numbers, tuple(number for number in numbers if number[-1] in "bm"), words)


@dataclass(frozen=True, slots=True)
class Rename:
    """The new name of a model, and the similarity of its two names from 0 to 1, case aside."""

    name: str
    likeness: float


def probable_renames(
    absent: Mapping[str, ModelType], new: Mapping[str, ModelType | None]
) -> dict[str, Rename]:
    """Old name -> new name, for pairs in which each is more like the other than any other name is.

    Both mappings give the type of a model after its name, `new` None where the host does not report it. Empty
    for more than MOST_PAIRS pairs.
    """
    if len(absent) * len(new) > MOST_PAIRS:
        return {}
    candidates = _names(new)
    pairs = [
        (old.text, name.text, ratio(old.folded, name.folded))
        for old in _names(absent)
        for name in candidates
        if new[name.text] in (None, absent[old.text]) and _may_be_one_model(old, name)
    ]
    best_new = _best_partners(pairs)
    best_old = _best_partners((name, old, likeness) for old, name, likeness in pairs)
    return {
        old: Rename(name, likeness)
        for old, (name, likeness) in best_new.items()
        if name is not None and likeness >= LEAST_LIKENESS and best_old[name][0] == old
    }


def closest_name(text: str, names: Sequence[str]) -> str | None:
    """The name most like `text` that may mean the same model; None for more than MOST_NAMES names."""
    if len(text) > LONGEST_WORD or len(names) > MOST_NAMES:
        return None
    wanted = ModelName.of(text)
    return closest(text, (name.text for name in _names(names) if _may_be_one_model(wanted, name)))


def _names(texts: Iterable[str]) -> list[ModelName]:
    return [ModelName.of(text) for text in texts if len(text) <= LONGEST_WORD]


def _best_partners(pairs: Iterable[tuple[str, str, float]]) -> dict[str, tuple[str | None, float]]:
    """Name -> its most similar partner and the likeness; None as the partner where several are equally so."""
    best: dict[str, tuple[str | None, float]] = {}
    for name, partner, likeness in pairs:
        _, highest = best.get(name, (None, -1.0))
        if likeness >= highest:
            best[name] = (partner if likeness > highest else None, likeness)
    return best


def _may_be_one_model(one: ModelName, other: ModelName) -> bool:
    """True if the two names differ in no size, version or variant."""
    if one.sizes and other.sizes and one.sizes != other.sizes:
        return False
    if not (_is_within(one.numbers, other.numbers) or _is_within(other.numbers, one.numbers)):
        return False
    vocabulary, other_vocabulary = set(one.words), set(other.words)
    only_one = [word for word in one.words if word not in other_vocabulary]
    only_other = [word for word in other.words if word not in vocabulary]
    if only_one and only_other:
        return _is_respelled(only_one, only_other)
    return _VARIANTS.isdisjoint(only_one or only_other)


def _is_respelled(words: Sequence[str], others: Sequence[str]) -> bool:
    """True if one side is another spelling of the other, possibly split into two words."""
    if len(words) + len(others) > _MOST_RESPELLED:
        return False
    one, other = "".join(words), "".join(others)
    start = _common_start(one, other)
    end = _common_start(one[start:][::-1], other[start:][::-1])
    return start > 0 and 2 * (start + end) > _LEAST_COMMON * (len(one) + len(other))


def _common_start(one: str, other: str) -> int:
    """The length of the longest common prefix."""
    shorter = min(len(one), len(other))
    return next((index for index in range(shorter) if one[index] != other[index]), shorter)


def _is_within(some: Sequence[str], all_of: Sequence[str]) -> bool:
    """True if `some` is a subsequence of `all_of`."""
    remaining = iter(all_of)
    return all(piece in remaining for piece in some)


def ratio(one: str, other: str) -> float:
    """The similarity of two texts, not both empty, from 0 to 1: their longest common subsequence.

    Computed by the bit-parallel algorithm of Hyyrö (2004), in time linear in `other` for a short `one`.
    """
    positions: dict[str, int] = {}
    for index, letter in enumerate(one):
        positions[letter] = positions.get(letter, 0) | 1 << index
    every = unmatched = (1 << len(one)) - 1
    for letter in other:
        matching = unmatched & positions.get(letter, 0)
        unmatched = (unmatched + matching | unmatched - matching) & every
    return 2 * (every ^ unmatched).bit_count() / (len(one) + len(other))
