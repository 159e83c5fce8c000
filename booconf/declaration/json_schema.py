"""The JSON Schema of fleet.yaml: what `format` declares, arranged so that an editor shows it well."""

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
_OPTIONAL_MAPPINGS = ("model", "sidecar")
"""What may stand without a value; allowed by themselves, so that an editor finds the key that is wrong."""


def fleet_schema() -> _Schema:
    """The whole schema, draft 2020-12: it accepts every valid fleet, and refuses what has the wrong shape."""
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
    """`ModelDeclaration` as the name of a definition: `model`."""
    return name.removesuffix("Declaration").lower()


def _named(schema: _Schema, name: str) -> _Schema:
    """A mapping of the format under its title, each property with one of its own."""
    rewritten = _rewritten(schema)
    properties = {key: {"title": _title(key), **value} for key, value in rewritten.pop("properties").items()}
    return {"title": name.removesuffix("Declaration"), **rewritten, "properties": properties}


def _title(key: str) -> str:
    """`base_url` as words: `Base URL`."""
    first, *others = (_ABBREVIATIONS.get(word, word) for word in key.split("_"))
    return " ".join([first[0].upper() + first[1:], *others])


def _rewritten(schema: _Schema) -> _Schema:
    """A schema with our references and titles; a default that only says `absent` is left out."""
    schema = _without_null(schema)
    rewritten = {key: _REWRITE.get(key, _kept)(value) for key, value in schema.items() if key != "title"}
    if rewritten.get("default", ...) is None or "$ref" in rewritten:
        rewritten.pop("default", None)
    return _by_name(rewritten) if "patternProperties" in rewritten else rewritten


def _without_null(schema: _Schema) -> _Schema:
    """A reference or a null as the reference alone."""
    match schema:
        case {"anyOf": [{"$ref": reference}, null], **others} if null == _NULL:
            return {"$ref": reference, **others}
    return schema


def _by_name(schema: _Schema) -> _Schema:
    """A mapping by ids: a key that is no id is refused where the generated schema would let it pass."""
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
