"""The benchmarks run and compare equal work; no test checks a duration."""

import json
import platform
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from benchmarks import fleets, measure, programs
from benchmarks.__main__ import ROWS
from benchmarks.figure import Figure, table
from booconf.fleet.load import load_fleet
from booconf.live import adapter_of
from booconf.targets import emit

pytestmark = pytest.mark.external  # competitors are programs of their own

PKL_IS_HERE = (sys.platform, platform.machine()) == ("linux", "x86_64")
COMPETITORS = ["Jsonnet", "KCL", *(["Pkl", programs.PKL_FROM_JSON] if PKL_IS_HERE else [])]
MODELS = 400
"""Enough models for every kind of model in generated fleets."""


@pytest.fixture(scope="module")
def fleet_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fleet")
    fleets.write(folder, MODELS)
    programs.place_competitors(folder)
    return folder


@pytest.fixture(scope="module")
def document(fleet_folder: Path) -> object:
    """The document that booconf reads from the fleet."""
    loading = load_fleet((fleet_folder / "fleet.yaml").read_bytes(), "fleet.yaml", adapter_of)
    assert loading.diagnostics == ()
    assert loading.fleet is not None
    [artifact] = emit(loading.fleet, ["opencode"]).artifacts
    return json.loads(artifact.text)


@pytest.mark.parametrize("name", COMPETITORS)
def test_competitor_reads_the_same_document(name: str, fleet_folder: Path, document: object) -> None:
    command = programs.competitors(fleet_folder)[name]
    measure.cost(command, longest=60)
    assert command.output is not None
    assert json.loads(command.output.read_bytes()) == document


@pytest.mark.parametrize("row", ROWS)
def test_row_runs_in_its_smallest_size(row: str) -> None:
    finished = subprocess.run(
        [sys.executable, "-m", "benchmarks", row, "--smallest", "--json"],
        cwd=programs.ROOT,
        capture_output=True,
        check=True,
    )
    figures = json.loads(finished.stdout)
    assert figures
    not_measured = {figure["what"] for figure in figures if figure["result"] == "not measured"}
    assert {what for what in not_measured if PKL_IS_HERE or "Pkl" not in what} == set()


def test_yaml_and_json_of_a_fleet_are_equal(fleet_folder: Path) -> None:
    read = yaml.safe_load((fleet_folder / "fleet.yaml").read_bytes())
    assert read == json.loads((fleet_folder / "fleet.json").read_bytes())
    assert sum(len(provider["models"]) for provider in read["providers"].values()) == MODELS


class TestMeasuring:
    def test_program_has_a_cost(self) -> None:
        nothing = measure.cost(programs.nothing(), longest=60)
        assert nothing.cpu > 0
        assert nothing.memory > 1_000_000

    def test_failing_program_is_left_out(self, tmp_path: Path) -> None:
        fails = measure.Command((sys.executable, "-c", "import sys; sys.exit(1)"), tmp_path)
        commands = {"fails": lambda _: fails, "works": lambda _: programs.nothing()}
        assert set(measure.alternating(commands, runs=1)) == {"works"}

    def test_endless_program_is_stopped(self, tmp_path: Path) -> None:
        endless = measure.Command((sys.executable, "-c", "import time; time.sleep(600)"), tmp_path)
        with pytest.raises(measure.CommandFailedError, match="exit code -9"):
            measure.cost(endless, longest=0.1)

    def test_missing_program_is_left_out(self, tmp_path: Path) -> None:
        absent = measure.Command((str(tmp_path / "absent"),), tmp_path)
        assert measure.alternating({"absent": lambda _: absent}, runs=1) == {}


@pytest.mark.parametrize(
    ("value", "result"), [(2.5, "pass"), (3.0, "pass"), (3.01, "MISS"), (None, "not measured")]
)
def test_figure_is_compared_with_its_goal(value: float | None, result: str) -> None:
    assert Figure("look-up", value, "x", 3, "").result == result


def test_figures_are_formatted_as_table() -> None:
    assert table([Figure("look-up", 1.234, "x", 3, "5 ns / 4 ns"), Figure("other", None, "x", 3, "why")]) == (
        "| what | measured | bar | | made of |\n"
        "|---|---|---|---|---|\n"
        "| look-up | 1.23 x | <= 3 x | pass | 5 ns / 4 ns |\n"
        "| other | - | <= 3 x | not measured | why |\n"
    )
