"""Probable renames and similar names among those of one host."""

from random import Random

import pytest

from booconf.declaration.enums import ModelType
from booconf.diagnostics.suggestion import LONGEST_WORD
from booconf.drift.matching import (
    LEAST_LIKENESS,
    MOST_NAMES,
    MOST_PAIRS,
    closest_name,
    probable_renames,
    ratio,
)


def renames(old: list[str], new: list[str]) -> dict[str, str]:
    """Old name -> new name, all chat models."""
    types: dict[str, ModelType] = dict.fromkeys(old, "chat")
    return {name: rename.name for name, rename in probable_renames(types, dict.fromkeys(new)).items()}


SAME = [
    ("deepseek-r1-qwen3-8b", "deepseek-r1-0528-qwen3-8b"),  # a date
    ("qwen3-4b-instruct", "qwen3-4b-instruct-2507"),
    ("mistral-7b", "mistral-7b-v0.3"),
    ("deepseek-flash", "deepseek-v4-flash"),
    ("qwen3-8b", "qwen3-8b-q4_k_m"),  # a quantization
    ("qwen3:8b", "qwen3:8b-q4_K_M"),
    ("qwen3-8b-q4_k_m", "qwen3-8b-q5_k_m"),
    ("qwen3-8b-q4_k_m", "qwen3-8b-ud-q4_k_xl"),
    ("qwen3-8b-awq", "qwen3-8b-fp8"),
    ("gemma-3-12b-it", "gemma-3-12b-it-4bit"),
    ("gemma-3-12b-it", "gemma3:12b"),  # separators
    ("gpt-oss-20b", "gpt-oss:20b"),
    ("gpt-oss-20b", "gptoss:20b"),
    ("llama-3.1-8b", "llama3.1:8b"),
    ("Qwen/Qwen3-8B", "qwen3-8b"),  # case and owner
    ("qwen3-8b", "Qwen3-8B"),
    ("gemma-3-12b-it", "gemma-3-12b-instruct"),  # the same words
    ("nomic-embed-text-v1.5", "nomic-embedding-text-v1.5"),
    ("qwen3-4b-instruct", "qwen3-4b-instuct"),  # a typing error
    ("qwen3-4b-instruct", "qwen3-4b-instructt"),
    ("gpt-oss", "gpt-oss-20b"),  # a size that was left out
    ("qwen3-8b", "qwen3"),
]
OTHERS = [
    ("qwen3-8b", "qwen3-4b"),  # sizes
    ("qwen3-30b-a3b", "qwen3-32b"),
    ("qwen3-30b-a3b", "qwen3-235b-a22b"),
    ("qwen3-30b-a3b", "qwen3-30b-a6b"),
    ("smollm2-135m", "smollm2-360m"),
    ("qwen2.5-7b", "qwen3-7b"),  # versions
    ("llama-3-8b", "llama-3.1-8b"),
    ("nomic-embed-text-v1.5", "nomic-embed-text-v2"),
    ("model-1", "model-2"),
    ("qwen3-30b-a3b", "qwen3-coder-30b-a3b"),  # variants
    ("qwen3-4b-instruct", "qwen3-4b-thinking"),
    ("qwen3-vl-8b", "qwen3-8b"),
    ("phi-4", "phi-4-mini"),
    ("deepseek-v4-pro", "deepseek-v4-flash"),
    ("bge-m3", "bge-reranker-m3"),
    ("deepseek-r1", "deepseek-r1-qwen3-8b"),  # made from another
    ("llama-3-8b", "llava-3-8b"),  # families
    ("mistral-8b", "ministral-8b"),
    ("qwen3-8b-instructed", "qwen3-8b-uninstructed"),
    ("qwen3-8b-instruct", "qwen3-8b-konstrukt"),
    ("qwen3-8b", "qwq3-8b"),
    ("qwen3-8b", "gemma3-8b"),
    ("qwen3-8b", "the-owner/of-a-fork-named-qwen3-8b"),  # too much else
    ("a", "b"),
    ("", "/"),
    ("x" * 129, "X" * 129),
]


@pytest.mark.parametrize(("old", "new"), SAME)
def test_names_of_one_model_are_paired(old: str, new: str) -> None:
    assert renames([old], [new]) == {old: new}


@pytest.mark.parametrize(("old", "new"), OTHERS)
def test_names_of_two_models_are_not_paired(old: str, new: str) -> None:
    assert renames([old], [new]) == {}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("abc", "abc", 3), ("abc", "", 0), ("abc", "xyz", 0), ("abcd", "bd", 2), ("abab", "baba", 3)],
)
def test_ratio_counts_common_letters_in_order(one: str, other: str, same: int) -> None:
    assert ratio(one, other) == ratio(other, one) == 2 * same / (len(one) + len(other))


class TestPairs:
    def test_most_similar_name_is_chosen(self) -> None:
        new = ["qwen3-8b-q4_k_m", "qwen3-8b-a-b"]
        assert renames(["qwen3-8b"], new) == {"qwen3-8b": "qwen3-8b-a-b"}

    def test_both_names_must_prefer_each_other(self) -> None:
        assert renames(["qwen3-8b", "qwen3-8b-q4"], ["qwen3-8b-q4_k_m"]) == {"qwen3-8b-q4": "qwen3-8b-q4_k_m"}

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            (["qwen3-8b"], ["qwen3-8b-a", "qwen3-8b-b"]),
            (["qwen3-8b"], ["qwen3-8b-a", "qwen3-8b-b", "qwen3-8b-c-d"]),
            (["qwen3-8b-a", "qwen3-8b-b"], ["qwen3-8b"]),
            (["qwen"], ["Qwen", "QWEN"]),
        ],
    )
    def test_equally_similar_names_give_no_pair(self, old: list[str], new: list[str]) -> None:
        assert renames(old, new) == renames(old[::-1], new[::-1]) == {}

    def test_pairs_are_one_to_one(self) -> None:
        old, new = ["qwen3-8b", "gemma-3-12b"], ["gemma3:12b", "qwen3:8b"]
        assert renames(old, new) == {"qwen3-8b": "qwen3:8b", "gemma-3-12b": "gemma3:12b"}

    @pytest.mark.parametrize(
        ("seen", "found"), [(None, {"qwen": 1.0}), ("chat", {"qwen": 1.0}), ("embedding", {})]
    )
    def test_types_must_not_differ(self, seen: ModelType | None, found: dict[str, float]) -> None:
        pairs = probable_renames({"qwen": "chat"}, {"Qwen": seen})
        assert {name: rename.likeness for name, rename in pairs.items()} == found

    def test_likeness_is_reported(self) -> None:
        rename = probable_renames({"qwen3-8b": "chat"}, {"qwen3-8b-q4_k_m": None})["qwen3-8b"]
        assert rename.likeness == pytest.approx(2 * 8 / (8 + 15))
        assert rename.likeness >= LEAST_LIKENESS


class TestManyNames:
    OLD = tuple(f"model-{number:03}" for number in range(100))

    def test_renames_are_found_up_to_the_bound(self) -> None:
        assert len(self.OLD) ** 2 == MOST_PAIRS
        new = [f"{name}-q8_0" for name in reversed(self.OLD)]
        assert renames(list(self.OLD), new) == {name: f"{name}-q8_0" for name in self.OLD}

    def test_no_rename_is_suggested_above_the_bound(self) -> None:
        new = [*(f"{name}-q8_0" for name in self.OLD), "one-more"]
        assert renames(list(self.OLD), new) == {}

    def test_closest_name_is_suggested_up_to_its_bound(self) -> None:
        names = ["qwen3-8b-a", *(f"model-{number}" for number in range(MOST_NAMES - 1))]
        assert closest_name("qwen3-8b", names) == "qwen3-8b-a"
        assert closest_name("qwen3-8b", [*names, "one-more"]) is None

    def test_closest_name_is_no_other_variant(self) -> None:
        assert closest_name("qwen3-8b", ["qwen3-4b"]) is None

    def test_long_names_are_ignored(self) -> None:
        assert closest_name("x" * LONGEST_WORD, [f"{'x' * LONGEST_WORD}-"]) is None
        assert closest_name(f"{'x' * LONGEST_WORD}-", ["x" * LONGEST_WORD]) is None

    def test_similar_long_names_are_compared_in_short_time(self) -> None:
        """Compared by difflib, all of these pairs together would take half a minute."""
        random = Random(0)
        old, new = (
            ["a" + "".join(random.choices("ab", k=LONGEST_WORD - 1)) for _ in range(count)]
            for count in (100, 100)
        )
        assert renames(old, new) == {}
