"""Which names that went and which that came are probably those of one model."""

from random import Random

import pytest

from booconf.declaration.enums import ModelType
from booconf.diagnostics.suggestion import LONGEST_WORD
from booconf.drift.matching.name import Name
from booconf.drift.matching.renames import (
    LEAST_LIKENESS,
    LOOKS_TO_COMPARE,
    MOST_CANDIDATES,
    MOST_LOOKS,
    Candidates,
    probable_renames,
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
    ("qwen3-4b-instruct", "qwen3-4b-instuct"),  # a slip of the pen
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
def test_one_model_under_two_names(old: str, new: str) -> None:
    assert renames([old], [new]) == {old: new}


@pytest.mark.parametrize(("old", "new"), OTHERS)
def test_two_models(old: str, new: str) -> None:
    assert renames([old], [new]) == {}


class TestPairs:
    def test_are_those_most_alike(self) -> None:
        new = ["qwen3-8b-q4_k_m", "qwen3-8b-a-b"]
        assert renames(["qwen3-8b"], new) == {"qwen3-8b": "qwen3-8b-a-b"}

    def test_are_most_alike_from_both_sides(self) -> None:
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
    def test_are_none_where_two_are_equally_alike(self, old: list[str], new: list[str]) -> None:
        assert renames(old, new) == renames(old[::-1], new[::-1]) == {}

    def test_are_one_to_one(self) -> None:
        old, new = ["qwen3-8b", "gemma-3-12b"], ["gemma3:12b", "qwen3:8b"]
        assert renames(old, new) == {"qwen3-8b": "qwen3:8b", "gemma-3-12b": "gemma3:12b"}

    @pytest.mark.parametrize(
        ("seen", "found"), [(None, {"qwen": 1.0}), ("chat", {"qwen": 1.0}), ("embedding", {})]
    )
    def test_are_of_one_type(self, seen: ModelType | None, found: dict[str, float]) -> None:
        pairs = probable_renames({"qwen": "chat"}, {"Qwen": seen})
        assert {name: rename.likeness for name, rename in pairs.items()} == found

    def test_say_how_alike_the_names_are(self) -> None:
        rename = probable_renames({"qwen3-8b": "chat"}, {"qwen3-8b-q4_k_m": None})["qwen3-8b"]
        assert rename.likeness == pytest.approx(2 * 8 / (8 + 15))
        assert rename.likeness >= LEAST_LIKENESS


class TestManyNames:
    def test_are_found_by_what_is_rare_in_them(self) -> None:
        old = [f"model-{number:05}" for number in range(3000)]
        new = [f"model-{number:05}-q8_0" for number in reversed(range(3000))]
        assert renames(old, new) == {name: f"{name}-q8_0" for name in old}

    def test_are_left_alone_where_nothing_is_rare(self) -> None:
        new = [f"qwen3-8b-{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(MOST_CANDIDATES + 1)]
        assert renames(["qwen3-8b", "never-seen"], new) == {}

    def test_are_those_nearest_in_length(self) -> None:
        names = [f"qwen{'-a' * number}" for number in range(1, 2 * LOOKS_TO_COMPARE)]
        near = Candidates(names).near(Name.of("qwen"))
        assert [name.text for name in near] == names[: MOST_CANDIDATES // LOOKS_TO_COMPARE]

    def test_are_fewer_the_more_are_sought(self) -> None:
        old = [f"model-{number:05}" for number in range(MOST_LOOKS)]
        assert renames(old, ["model-00007-q8", "model-00008-q8"]) == {
            "model-00007": "model-00007-q8",
            "model-00008": "model-00008-q8",
        }

    @pytest.mark.parametrize("known", [1, MOST_CANDIDATES + 1])
    def test_are_none_that_are_long(self, known: int) -> None:
        names = [f"{number}-{'x' * LONGEST_WORD}" for number in range(known)]
        assert Candidates(names).near(Name.of("x")) == []
        assert Candidates(["qwen"]).near(Name.of("qwen".ljust(LONGEST_WORD + 1, "-"))) == []

    def test_take_no_longer_when_they_are_alike_on_purpose(self) -> None:
        """Letter by letter, all of these pairs together would take half a minute."""
        random = Random(0)
        old, new = (
            ["a" + "".join(random.choices("ab", k=LONGEST_WORD - 1)) for _ in range(count)]
            for count in (200, 90)
        )
        assert renames(old, new) == {}
