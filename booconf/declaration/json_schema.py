"""The JSON Schema of fleet.yaml, derived from `schema` and arranged for editors."""

import re
from collections.abc import Callable
from typing import Any

from booconf.declaration.schema import FleetDeclaration

DIALECT = "https://json-schema.org/draft/2020-12/schema"
SCHEMA_ID = "urn:booconf:schema:fleet:1"

_Schema = dict[str, Any]
_ABBREVIATIONS = {"api": "API", "url": "URL", "id": "ID", "ids": "IDs"}
_REFERENCE = "#/$defs/"
_NULL = {"type": "null"}
_OPTIONAL_MAPPINGS = ("cost", "model", "sidecar")
"""Mappings that may be null, which their definition allows, so that an editor marks the wrong key."""


def fleet_schema() -> _Schema:
    """The whole schema, draft 2020-12: it accepts every valid fleet and rejects every wrong shape."""
    generated = FleetDeclaration.model_json_schema()
    definitions = {_definition(name): _named(schema, name) for name, schema in generated.pop("$defs").items()}
    for name in _OPTIONAL_MAPPINGS:
        definitions[name]["type"] = ["object", "null"]
    return {
        "$schema": DIALECT,
        "$id": SCHEMA_ID,
        **_named(generated, "booconf fleet"),
        "$defs": dict(sorted(definitions.items())),
    }


def _definition(name: str) -> str:
    """The name of the definition of a class: `model` for `ModelDeclaration`."""
    return name.removesuffix("Declaration").lower()


def _named(schema: _Schema, name: str) -> _Schema:
    """The schema of a mapping, with a title for it and for each property."""
    rewritten = _rewritten(schema)
    properties = {key: {"title": _title(key), **value} for key, value in rewritten.pop("properties").items()}
    return {"title": name.removesuffix("Declaration"), **rewritten, "properties": properties}


def _title(key: str) -> str:
    """The title of a key: `Base URL` for `base_url`."""
    first, *others = (_ABBREVIATIONS.get(word, word) for word in key.split("_"))
    return " ".join([first[0].upper() + first[1:], *others])


def _rewritten(schema: _Schema) -> _Schema:
    """A schema with our references and titles, and without defaults that mean an absent key."""
    schema = _without_null(schema)
    rewritten = {key: _REWRITE.get(key, _kept)(value) for key, value in schema.items() if key != "title"}
    if rewritten.get("default", ...) is None or "$ref" in rewritten:
        rewritten.pop("default", None)
    return _by_name(rewritten) if "patternProperties" in rewritten else rewritten


def _without_null(schema: _Schema) -> _Schema:
    """The schema with a nullable reference replaced by the reference."""
    match schema:
        case {"anyOf": [{"$ref": reference}, null], **others} if null == _NULL:
            return {"$ref": reference, **others}
    return schema


def _by_name(schema: _Schema) -> _Schema:
    """A mapping by ids that rejects keys that are not ids; the generated schema accepts them."""
    ((pattern, values),) = schema.pop("patternProperties").items()
    names = {"pattern": pattern, **schema.pop("propertyNames", {})}
    return {**schema, "propertyNames": names, "additionalProperties": values}


def _kept(value: Any) -> Any:
    return value


def _reference(value: str) -> str:
    return _REFERENCE + _definition(value.removeprefix(_REFERENCE))


def _each(schemas: dict[str, _Schema]) -> dict[str, _Schema]:
    return {key: _rewritten(schema) for key, schema in schemas.items()}


def _alternatives(schemas: list[_Schema]) -> list[_Schema]:
    return [_rewritten(schema) for schema in schemas]


def _description(text: str) -> str:
    """A docstring on one line."""
    return re.sub(r"\s+", " ", text)


_REWRITE: dict[str, Callable[[Any], Any]] = {
    "$ref": _reference,
    "anyOf": _alternatives,
    "description": _description,
    "items": _rewritten,
    "patternProperties": _each,
    "properties": _each,
}
