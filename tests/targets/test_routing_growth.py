"""Diffs of a generated module after a change of the fleet."""

import re
from difflib import ndiff

import pytest

from booconf.targets import emit
from tests.support.fleets import ROOT, fleet_of
from tests.targets.routing_fleets import FLEETS

TARGETS = ["routing-ts", "routing-py"]
ADDED = (
    "      qwen4-70b-preview: {context: 98304, label: Qwen 4 70B, capabilities: [tools], aliases: [qwen4]}\n"
)
LAST_OF_SAM_DESKTOP = "      nomic-embed-text-v1.5: {type: embedding, context: 8192}\n"


def lines_of(text: str, target: str) -> list[str]:
    (artifact,) = emit(fleet_of(text), [target]).artifacts
    return artifact.text.splitlines()


@pytest.mark.parametrize("target", TARGETS)
def test_adding_a_model_adds_lines_and_changes_none(target: str) -> None:
    committed = FLEETS["committed"]
    grown = committed.replace(LAST_OF_SAM_DESKTOP, LAST_OF_SAM_DESKTOP + ADDED, 1)

    changes = [
        line for line in ndiff(lines_of(committed, target), lines_of(grown, target)) if line[0] in "+-"
    ]

    assert changes
    assert [line for line in changes if line.startswith("-")] == []
    assert len([line for line in changes if "qwen4" in line]) >= 3


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("address", ["http://100.101.41.16:8401", "http://127.0.0.1:8402"])
def test_provider_is_written_once(target: str, address: str) -> None:
    text = "\n".join(lines_of(FLEETS["committed"], target))

    assert len(re.findall(re.escape(address) + r"\b(?!/)", text)) == 1


@pytest.mark.parametrize("target", TARGETS)
def test_the_same_fleet_gives_the_same_bytes(target: str) -> None:
    assert lines_of(FLEETS["hostile"], target) == lines_of(FLEETS["hostile"], target)


@pytest.mark.parametrize("target", TARGETS)
def test_module_contains_no_path_and_no_time(target: str) -> None:
    text = "\n".join(lines_of(FLEETS["committed"], target))

    assert str(ROOT) not in text
    assert re.findall(r"\b20\d\d-\d\d-\d\d\b|\b\d\d:\d\d:\d\d\b", text) == []
