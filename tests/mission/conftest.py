"""The generated modules of the committed fleet, in both languages, as BooCode loads them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from booconf.fleet.model import Fleet
from tests.clients.compiled import Compiled, compile_fleet
from tests.clients.routing_vectors import load
from tests.clients.source_tools import compile_typescript
from tests.mission.routing import PythonRouting, Routing, TypeScriptRouting
from tests.support.fleets import COMMITTED


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Compiled:
    """Every artifact of the committed fleet."""
    return compile_fleet(COMMITTED.read_text("utf-8"), tmp_path_factory.mktemp("mission"))


@pytest.fixture(scope="session")
def fleet(compiled: Compiled) -> Fleet:
    """The committed fleet."""
    return compiled.fleet


@pytest.fixture(scope="session")
def javascript(compiled: Compiled, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """routing.ts, compiled by tsc."""
    folder = tmp_path_factory.mktemp("typescript")
    (folder / "routing.ts").write_bytes((compiled.folder / "routing.ts").read_bytes())
    assert compile_typescript(folder, ["routing.ts"]) == ""
    return folder / "compiled" / "routing.js"


@pytest.fixture(scope="session", params=["python", pytest.param("typescript", marks=pytest.mark.external)])
def routing(request: pytest.FixtureRequest, compiled: Compiled) -> Iterator[Routing]:
    """The generated module of each language in turn."""
    if request.param == "python":
        yield PythonRouting(load(compiled.folder / "routing.py"))
        return
    typescript = TypeScriptRouting(request.getfixturevalue("javascript"))
    yield typescript
    typescript.close()
