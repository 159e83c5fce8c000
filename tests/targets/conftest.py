"""Generated modules of every fleet, written once a run, and the programs that run them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from booconf.targets import emit
from tests.clients.source_tools import NodeWorker, compile_typescript
from tests.support.fleets import fleet_of
from tests.targets.routing_fleets import FLEETS


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with routing.ts, routing.py and vectors.json of each fleet below the fleet's name."""
    folder = tmp_path_factory.mktemp("generated")
    for name, text in FLEETS.items():
        (folder / name).mkdir()
        for artifact in emit(fleet_of(text), ["routing-ts", "routing-py", "vectors"]).artifacts:
            (folder / name / artifact.path).write_text(artifact.text, encoding="utf-8", newline="\n")
    return folder


@pytest.fixture(scope="session")
def tsc_report(generated: Path) -> str:
    """The output of tsc for all routing.ts; it writes the JavaScript below `generated`/compiled."""
    return compile_typescript(generated, [f"{name}/routing.ts" for name in FLEETS])


@pytest.fixture(scope="session")
def node_worker() -> Iterator[NodeWorker]:
    """A node process that evaluates and formats."""
    with NodeWorker() as worker:
        yield worker
