"""Efforts that opencode derives from names; tests/clients compares them with the program."""

import pytest

from booconf.targets.opencode.efforts import derived_efforts, variants


@pytest.mark.parametrize(
    ("model_id", "upstream", "expected"),
    [
        ("plain", "gpt-oss-20b", ("low", "medium", "high")),
        ("Qwen3", "any", ()),
        ("mine", "qwen3", ("low", "medium", "high")),
        ("mine", "DeepSeek-V4", ("low", "medium", "high", "max")),
        ("deepseek-v4", "mine", ("low", "medium", "high")),
        ("glm-5.2", "mine", ("high", "max")),
        ("glm-4.7", "mine", ()),
    ],
)
def test_name_decides_the_efforts(model_id: str, upstream: str, expected: tuple[str, ...]) -> None:
    assert derived_efforts(model_id, upstream) == expected


def test_variants_leave_the_declared_efforts() -> None:
    assert variants(("low", "high"), ("high", "max")) == {
        "high": {"reasoningEffort": "high"},
        "max": {"reasoningEffort": "max"},
        "low": {"disabled": True},
    }
    assert variants((), ()) == {}
