"""catalog.json: `providers in order, each with its models (all types), labels, limits, what it needs`."""

import json
from typing import Any, get_args

import pytest

from booconf.declaration.enums import Capability, Effort
from booconf.targets.catalog import emit
from tests.support.fleets import fleet_of, sample_fleets
from tests.support.schemas import mistakes, schema


def catalog(text: str) -> dict[str, Any]:
    (artifact,) = emit(fleet_of(text)).artifacts
    assert artifact.path == "catalog.json"
    found: dict[str, Any] = json.loads(artifact.text)
    return found


@pytest.mark.parametrize("name", sample_fleets())
def test_catalog_matches_its_schema(name: str) -> None:
    assert mistakes("catalog", catalog(sample_fleets()[name])) == []


@pytest.mark.parametrize("name", sample_fleets())
def test_catalog_lists_every_model_under_its_provider(name: str) -> None:
    text = sample_fleets()[name]
    listed = [model["id"] for provider in catalog(text)["providers"] for model in provider["models"]]
    assert listed == [model.composite_id for model in fleet_of(text).models()]


def test_catalog_of_the_committed_fleet() -> None:
    found = catalog(sample_fleets()["committed"])
    assert found["default"] == found["roles"]["default"] == "sam-desktop/qwen3.6-35b-a3b"
    assert [(one["id"], one["optional"], one["requires_env"]) for one in found["providers"]] == [
        ("sam-desktop", False, []),
        ("embedding", False, []),
        ("deepseek", True, ["DEEPSEEK_API_KEY"]),
    ]
    assert {model["type"] for model in found["providers"][1]["models"]} == {"chat", "embedding", "rerank"}


@pytest.mark.parametrize("key", schema("catalog")["required"])
def test_schema_requires_every_key(key: str) -> None:
    found = catalog(sample_fleets()["smallest"])
    del found[key]
    assert mistakes("catalog", found)


def test_catalog_has_the_facts_that_pickers_and_senders_need() -> None:
    full, other, *_ = catalog(sample_fleets()["every_key"])["providers"]
    assert (full["requires_file"], other["requires_file"]) == (None, "~/.secrets/other")
    declared, undeclared, _ = full["models"]
    assert declared["efforts"] == ["low", "high"]
    assert declared["cost"] == {"input": 0.27, "output": 1.1, "cache_read": 0.07, "cache_write": 0}
    assert (undeclared["efforts"], undeclared["cost"]) == ([], None)


def test_words_of_the_schema_are_those_of_the_format() -> None:
    model = schema("catalog")["$defs"]["model"]["properties"]
    assert model["efforts"]["items"]["enum"] == list(get_args(Effort))
    assert model["capabilities"]["items"]["enum"] == list(get_args(Capability))
