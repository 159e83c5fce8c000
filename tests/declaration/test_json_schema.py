"""schema/fleet.schema.json is current, useful in an editor, and agrees with the compiler."""

import json
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from booconf.declaration.json_schema import SCHEMA_ID, fleet_schema
from scripts.refresh_schemas import SCHEMA, schema_text
from tests.support.fleets import CLOUD, COMMITTED, LOCAL, OTHER, fleet_text, read_unchecked
from tests.support.strategies import declarations, yaml_text

COMMITTED_SCHEMA: dict[str, Any] = json.loads(SCHEMA.read_text("utf-8"))
VALIDATOR = Draft202012Validator(COMMITTED_SCHEMA)


def mistakes(data: object) -> list[str]:
    """The paths at which a fleet differs from the schema."""
    return [error.json_path for error in VALIDATOR.iter_errors(data)]


def test_the_committed_schema_is_current() -> None:
    """When this fails: `python -m scripts.refresh_schemas`."""
    assert SCHEMA.read_bytes() == schema_text().encode("utf-8")


def test_schema_is_valid() -> None:
    Draft202012Validator.check_schema(fleet_schema())
    assert fleet_schema()["$id"] == SCHEMA_ID


def _mappings() -> list[tuple[str, dict[str, Any]]]:
    return [("fleet", COMMITTED_SCHEMA), *COMMITTED_SCHEMA["$defs"].items()]


@pytest.mark.parametrize(("name", "mapping"), _mappings())
def test_every_key_has_a_title_and_a_description(name: str, mapping: dict[str, Any]) -> None:
    assert mapping["additionalProperties"] is False
    assert mapping["description"]
    assert mapping["title"]
    for key, schema in mapping["properties"].items():
        described = (
            schema if "$ref" not in schema else COMMITTED_SCHEMA["$defs"][schema["$ref"].split("/")[-1]]
        )
        assert described.get("description"), f"{name}.{key}"
        assert schema["title"], f"{name}.{key}"


def test_schema_has_enums_defaults_and_examples() -> None:
    model, provider = (COMMITTED_SCHEMA["$defs"][name]["properties"] for name in ("model", "provider"))
    assert provider["kind"]["enum"][0] == "llama-swap"
    assert (provider["api_path"]["default"], model["type"]["default"]) == ("/v1", "chat")
    assert model["context"]["examples"] == [65536, "unknown"]
    assert provider["base_url"]["title"] == "Base URL"


def test_every_example_is_valid() -> None:
    for _, mapping in _mappings():
        for schema in mapping["properties"].values():
            part = Draft202012Validator({**schema, "$defs": COMMITTED_SCHEMA["$defs"]})
            assert all(part.is_valid(example) for example in schema.get("examples", []))


def test_the_committed_fleet_is_valid() -> None:
    assert mistakes(yaml.safe_load(COMMITTED.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    "providers",
    [
        (LOCAL,),
        (LOCAL.replace("models:", "sidecar:\n  models:"),),
        (LOCAL, OTHER, CLOUD),
        (LOCAL.replace("{context: 16384}", "", 1), OTHER),
    ],
)
def test_a_fleet_is_valid(providers: tuple[str, ...]) -> None:
    """A model with no value is a model with defaults."""
    assert mistakes(yaml.safe_load(fleet_text(*providers))) == []


@pytest.mark.parametrize(
    ("wrong", "right", "path"),
    [
        ("version: 2", "version: 1", "$.version"),
        ("kind: llamaswap", "kind: llama-swap", "$.providers.one.kind"),
        ("base_uri:", "base_url:", "$.providers.one"),
        ("base_url: 127.0.0.1:8001", "base_url: http://127.0.0.1:8001", "$.providers.one.base_url"),
        ("base_url: http://me:pw@a", "base_url: http://127.0.0.1:8001", "$.providers.one.base_url"),
        ("base_url: http://a?x", "base_url: http://127.0.0.1:8001", "$.providers.one.base_url"),
        ("default: a", "default: one/a", "$.roles.default"),
        ("defaullt: one/a", "default: one/a", "$.roles"),
        ("context: '32768'", "context: 32768", "$.providers.one.models.a.context"),
        ("context: 0", "context: 32768", "$.providers.one.models.a.context"),
        ("context: 9007199254740992", "context: 32768", "$.providers.one.models.a.context"),
        ("context: many", "context: 32768", "$.providers.one.models.a.context"),
        ("capabilities: [tool]", "capabilities: [tools]", "$.providers.one.models.a.capabilities[0]"),
        ("capabilities: [tools, tools]", "capabilities: [tools]", "$.providers.one.models.a.capabilities"),
        ("type: embeddings", "type: embedding", "$.providers.one.models.e.type"),
        ("One:", "one:", "$.providers"),
        ("a b: {context", "a: {context", "$.providers.one.models"),
        ("a,b: {context", "a: {context", "$.providers.one.models"),
    ],
)  # fmt: skip
def test_typical_mistakes_are_underlined_while_writing(wrong: str, right: str, path: str) -> None:
    text = fleet_text()
    assert right in text
    found = mistakes(yaml.safe_load(text.replace(right, wrong, 1)))
    assert set(found) == {path}


@settings(max_examples=60)
@given(declarations())
def test_schema_accepts_every_fleet_that_the_compiler_accepts(data: dict[str, Any]) -> None:
    """A law: an editor never underlines a fleet that booconf takes."""
    if read_unchecked(yaml_text(data)):
        assert mistakes(data) == []
