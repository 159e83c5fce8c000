"""Both generated modules answer as the compiler does: every vector of every fleet, byte for byte."""

import json
import sys
from pathlib import Path

import pytest

from tests.clients import source_tools
from tests.clients.tools import node, opencode
from tests.targets.routing_fleets import FLEETS

CLIENTS = Path(source_tools.__file__).parent


@pytest.mark.parametrize("name", FLEETS)
def test_routing_ts_agrees_with_every_vector(generated: Path, tsc_report: str, name: str) -> None:
    module = generated / "compiled" / name / "routing.js"
    vectors = generated / name / "vectors.json"

    result = source_tools.run_json([node(), CLIENTS / "routing_vectors.mjs", module, vectors])

    assert result == {"count": _count(vectors), "differences": []}, tsc_report


@pytest.mark.external
@pytest.mark.parametrize("name", FLEETS)
def test_routing_ts_agrees_with_every_vector_in_bun(
    generated: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BUN_BE_BUN", "1")  # opencode is a Bun that can run scripts
    vectors = generated / name / "vectors.json"

    result = source_tools.run_json(
        [opencode(), CLIENTS / "routing_vectors.mjs", generated / name / "routing.ts", vectors]
    )

    assert result == {"count": _count(vectors), "differences": []}


@pytest.mark.parametrize("name", FLEETS)
def test_routing_py_agrees_with_every_vector(generated: Path, name: str) -> None:
    vectors = generated / name / "vectors.json"

    result = source_tools.run_json(
        [
            sys.executable,
            "-I",
            "-W",
            "error",
            CLIENTS / "routing_vectors.py",
            generated / name / "routing.py",
            vectors,
        ]
    )

    assert result == {"count": _count(vectors), "differences": []}


def _count(vectors: Path) -> int:
    sections = json.loads(vectors.read_text("utf-8")).values()
    return sum(len(section) for section in sections if isinstance(section, list))
