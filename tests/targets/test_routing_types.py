"""The types that generated modules give their consumers: right uses pass, wrong ones are refused."""

import shutil
from pathlib import Path

import pytest

from tests.clients import source_tools
from tests.support.fleets import ROOT

CONSUMERS = ROOT / "tests" / "fixtures" / "consumers"


@pytest.fixture
def project(generated: Path, tmp_path: Path) -> Path:
    """A folder with both modules of the committed fleet and a consumer of each."""
    for name in ("routing.ts", "routing.py"):
        shutil.copy(generated / "committed" / name, tmp_path)
    for name in ("consumer.ts", "consumer.py"):
        shutil.copy(CONSUMERS / f"{name}.txt", tmp_path / name)
    return tmp_path


@pytest.mark.external
def test_types_of_typescript_consumers(project: Path) -> None:
    options = {"allowImportingTsExtensions": True, "noEmit": True}

    assert source_tools.compile_typescript(project, ["consumer.ts"], options) == ""


def test_types_of_python_consumers(project: Path) -> None:
    assert source_tools.check_mypy(project, ["consumer.py"]) == ""
