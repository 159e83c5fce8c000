"""The measured programs: the installed booconf, and programs that can do the same job."""

import os
import shutil
import sys
import sysconfig
from pathlib import Path

from benchmarks.measure import Command

ROOT = Path(__file__).parent.parent
COMPETITORS = Path(__file__).parent / "competitors"
PKL = Path(__file__).parent / "node_modules" / "@pkl-community" / "pkl-linux-x64" / "bin" / "pkl"
"""The native program, not the npm wrapper that starts it with node. Only Linux on x86-64 has it so far."""

PKL_FROM_JSON = "Pkl given JSON"
"""The competitor that does less than the job: it is measured without a bar."""

TYPESCRIPT = ROOT / "tests" / "clients" / "node_modules" / "typescript" / "bin" / "tsc"


def nothing() -> Command:
    """The unit of ratios: the start of the Python that runs booconf."""
    return Command((sys.executable, "-c", "pass"), ROOT)


def booconf(*arguments: str) -> Command:
    """The console script of the environment this runs in, at the top of the checkout."""
    script = Path(sysconfig.get_path("scripts"), "booconf")
    return Command((str(script), *arguments), ROOT)


def booconf_build(folder: Path, turn: int) -> Command:
    """The first build of the `opencode` target for a generated fleet, into a fresh folder."""
    out = folder / f"out-{turn}"
    if turn:
        shutil.rmtree(folder / f"out-{turn - 1}")
    return booconf("build", "--file", str(folder / "fleet.yaml"), "--out", str(out), "--target", "opencode")


def competitors(folder: Path) -> dict[str, Command]:
    """Name -> command that does the job of booconf's `opencode` target for the fleet of a folder.

    Pkl reads the fleet.yaml that booconf reads. Jsonnet and KCL are given fleet.json, the fastest for them;
    so is Pkl once more, for a figure without a bar: it is fast there mostly because it does not read YAML.
    """
    python = sys.executable
    pkl = str(PKL)
    return {
        "Jsonnet": Command((python, "run_jsonnet.py"), folder, folder / "jsonnet.json"),
        "KCL": Command((python, "run_kcl.py"), folder, folder / "kcl.json"),
        "Pkl": Command(
            (pkl, "eval", "--property", "input=fleet.yaml", "fleet.pkl"), folder, folder / "pkl.json"
        ),
        PKL_FROM_JSON: Command((pkl, "eval", "fleet.pkl"), folder, folder / "pkl-from-json.json"),
    }


def place_competitors(folder: Path) -> None:
    """Put their programs beside the fleet.json they read."""
    for program in COMPETITORS.iterdir():
        if program.is_file():
            shutil.copy(program, folder)


def node() -> str | None:
    """The node program on PATH."""
    return shutil.which("node", path=os.environ.get("PATH"))
