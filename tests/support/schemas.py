"""The published JSON Schemas of the JSON artifacts."""

import json
from typing import Any

from jsonschema import Draft202012Validator

from tests.support.fleets import ROOT


def schema(name: str) -> dict[str, Any]:
    """The schema in schema/<name>.schema.json."""
    found: dict[str, Any] = json.loads((ROOT / "schema" / f"{name}.schema.json").read_text("utf-8"))
    return found


def mistakes(name: str, document: object) -> list[str]:
    """The violations of the schema of that name in a document."""
    errors = Draft202012Validator(schema(name)).iter_errors(document)
    return [f"{error.json_path}: {error.message}" for error in errors]
