"""The programs that are measured: booconf as it is installed, and what else can do its job."""

import os
import platform
import shutil
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

from benchmarks.measure import Command

ROOT = Path(__file__).parent.parent
COMPETITORS = Path(__file__).parent / "competitors"
PKL_PACKAGES = Path(__file__).parent / "node_modules" / "@pkl-community"
TYPESCRIPT = ROOT / "tests" / "clients" / "node_modules" / "typescript" / "bin" / "tsc"

_MACHINES = {"x86_64": "x64", "aarch64": "arm64"}


def nothing() -> Command:
    """What ratios are multiples of: the start of the Python that runs booconf."""
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


def jsonnet(folder: Path) -> Command:
    """The C++ Jsonnet, as its Python binding."""
    return _competitor(folder, "jsonnet", sys.executable, "run_jsonnet.py")


def kcl(folder: Path) -> Command:
    """KCL, as its Python binding."""
    return _competitor(folder, "kcl", sys.executable, "run_kcl.py")


def pkl(folder: Path) -> Command:
    """Pkl, the native program that its npm package starts."""
    machine = _MACHINES.get(platform.machine(), platform.machine())
    program = PKL_PACKAGES / f"pkl-{sys.platform}-{machine}" / "bin" / "pkl"
    return _competitor(folder, "pkl", str(program), "eval", "fleet.pkl")


def competitors() -> dict[str, Callable[[Path], Command]]:
    """Who does the job of booconf's `opencode` target for the fleet.json of a folder, by name."""
    return {"Jsonnet": jsonnet, "KCL": kcl, "Pkl": pkl}


def place_competitors(folder: Path) -> None:
    """Put their programs beside the fleet.json they read."""
    for program in COMPETITORS.iterdir():
        if program.is_file():
            shutil.copy(program, folder)


def _competitor(folder: Path, name: str, *arguments: str) -> Command:
    return Command(arguments, folder, folder / f"{name}.json")


def node() -> str | None:
    """The node program on PATH."""
    return shutil.which("node", path=os.environ.get("PATH"))
