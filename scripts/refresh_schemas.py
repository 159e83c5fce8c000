"""Rewrite schema/fleet.schema.json from the format it describes: `python -m scripts.refresh_schemas`."""

import json
from pathlib import Path

from booconf.declaration.json_schema import fleet_schema

SCHEMA = Path(__file__).parents[1] / "schema" / "fleet.schema.json"


def schema_text() -> str:
    """The whole file."""
    return json.dumps(fleet_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    SCHEMA.write_text(schema_text(), encoding="utf-8", newline="\n")
