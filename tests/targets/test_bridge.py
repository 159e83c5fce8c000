"""bridge.json: `composite <-> opencode reference for every chat model, provider map, legacy ids`."""

import json
from typing import Any

import pytest

from booconf.targets.bridge import emit
from tests.support.fleets import fleet_of, sample_fleets
from tests.support.schemas import mistakes, schema


def bridge(text: str) -> dict[str, Any]:
    (artifact,) = emit(fleet_of(text)).artifacts
    assert artifact.path == "bridge.json"
    found: dict[str, Any] = json.loads(artifact.text)
    return found


@pytest.mark.parametrize("name", sample_fleets())
def test_bridge_matches_its_schema(name: str) -> None:
    assert mistakes("bridge", bridge(sample_fleets()[name])) == []


@pytest.mark.parametrize("name", sample_fleets())
def test_chat_models_and_references_are_a_bijection(name: str) -> None:
    text = sample_fleets()[name]
    models = bridge(text)["models"]
    chat = [model.composite_id for model in fleet_of(text).models() if model.type == "chat"]
    assert [model["id"] for model in models] == chat
    assert len({model["opencode"] for model in models}) == len(chat)


def test_committed_fleet_keeps_former_opencode_id() -> None:
    found = bridge(sample_fleets()["committed"])
    assert found["providers"][0] == {
        "id": "sam-desktop", "opencode_id": "llama-swap", "opencode_legacy_ids": [],
    }  # fmt: skip
    assert found["models"][0] == {
        "id": "sam-desktop/qwen3.6-35b-a3b", "opencode": "llama-swap/qwen3.6-35b-a3b",
    }  # fmt: skip
    assert found["legacy"]["providers"] == {"llama-swap": "sam-desktop"}
    assert found["legacy"]["bare_ids"]["deepseek-chat"] == "deepseek/deepseek-flash"
    assert found["default_provider"] == "sam-desktop"


@pytest.mark.parametrize("key", schema("bridge")["required"])
def test_schema_requires_every_key(key: str) -> None:
    found = bridge(sample_fleets()["smallest"])
    del found[key]
    assert mistakes("bridge", found)


def test_schema_rejects_other_keys() -> None:
    assert mistakes("bridge", {**bridge(sample_fleets()["smallest"]), "extra": 1})
