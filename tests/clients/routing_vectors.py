"""Run vectors.json through a generated routing.py and print the differences as JSON.

Arguments: routing.py, vectors.json.
"""

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def load(path: Path) -> ModuleType:
    """The module in the file `path`, loaded under a unique name."""
    name = f"routing_{path.parent.name}"
    specification = importlib.util.spec_from_file_location(name, path)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    sys.modules[name] = module
    specification.loader.exec_module(module)
    return module


def differences(routing: ModuleType, vectors: dict[str, Any]) -> tuple[int, list[dict[str, Any]]]:
    """The number of vectors, and those for which `routing` gives another result."""
    asked: dict[str, tuple[str, Callable[[str], object]]] = {
        "resolve": ("route", lambda text: routing.resolve(text).to_json()),
        "context_window": ("context", routing.context_window),
        "to_opencode": ("reference", routing.to_opencode),
        "from_opencode": ("id", routing.from_opencode),
        "role": ("ids", routing.role),
    }

    def answer(section: str, text: str) -> dict[str, object]:
        name, ask = asked[section]
        try:
            return {"input": text, name: ask(text)}
        except routing.ResolutionError as error:
            return {"input": error.id, "error": error.code}

    pairs = [(vector, answer(section, vector["input"])) for section in asked for vector in vectors[section]]
    for vector in vectors["catalog_view"]:
        arguments = {name: vector[name] for name in ("favorites", "offline", "env")}
        pairs.append((vector, {**arguments, "view": routing.catalog_view(**arguments)}))
    found = [
        {"expected": expected, "actual": actual}
        for expected, actual in pairs
        if json.dumps(expected) != json.dumps(actual)
    ]
    return len(pairs), found


if __name__ == "__main__":
    total, differing = differences(load(Path(sys.argv[1])), json.loads(Path(sys.argv[2]).read_text("utf-8")))
    json.dump({"count": total, "differences": differing}, sys.stdout)
