"""Rows about large fleets: booconf's `opencode` target against other languages that do the same job."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from benchmarks import fleets
from benchmarks.figure import Figure
from benchmarks.measure import Command, Cost, alternating
from benchmarks.programs import PKL_FROM_JSON, booconf_build, competitors, place_competitors
from benchmarks.settings import Settings

MEBIBYTE = 1024 * 1024
LARGEST_MEMORY = 1536
"""Mebibytes that the largest fleet may take."""

COMPARE = (
    "import json, pathlib, sys; "
    "ours, theirs = (json.loads(pathlib.Path(path).read_text(encoding='utf-8')) for path in sys.argv[1:]); "
    "sys.exit(ours != theirs)"
)
"""Run in a child of its own: a parent that has grown would count as the memory of children it starts."""


def figures(settings: Settings, scratch: Path) -> Iterator[Figure]:
    """CPU against each competitor at each size, then growth and memory."""
    costs: dict[int, Cost] = {}
    for models, runs in settings.fleets:
        folder = scratch / str(models)
        fleets.write(folder, models)
        place_competitors(folder)
        commands: dict[str, Callable[[int], Command]] = {"booconf": partial(booconf_build, folder)}
        others = competitors(folder)
        for name, command in others.items():
            commands[name] = partial(_same_each_turn, command)
        measured = alternating(commands, runs, settings.longest)
        costs[models] = measured["booconf"]
        document = folder / f"out-{runs}" / "opencode" / "opencode.json"
        for name, command in others.items():
            yield _against(f"{models:,} models: booconf / {name}", measured, name, (document, command.output))
    yield from _growth(costs)


def _same_each_turn(command: Command, _turn: int) -> Command:
    return command


def _against(what: str, measured: dict[str, Cost], name: str, documents: tuple[Path, Path | None]) -> Figure:
    bar = None if name == PKL_FROM_JSON else 1
    ours, theirs = measured["booconf"], measured.get(name)
    if theirs is None:
        return Figure(what, None, "x", bar, f"{name} cannot; booconf {_cost(ours)}")
    detail = f"{_cost(ours)} / {_cost(theirs)}"
    if not same_document(*documents):
        return Figure(what, None, "x", bar, f"{detail}, but the documents differ")
    return Figure(what, ours.cpu / theirs.cpu, "x", bar, detail)


def same_document(ours: Path, theirs: Path | None) -> bool:
    """True if two JSON files contain the same value."""
    return (
        subprocess.run((sys.executable, "-c", COMPARE, str(ours), str(theirs)), check=False).returncode == 0
    )


def _growth(costs: dict[int, Cost]) -> Iterator[Figure]:
    small, large = min(costs), max(costs)
    growth = costs[large].cpu / costs[small].cpu
    between = f"{small:,} -> {large:,} models"
    yield Figure(f"{between}, CPU", growth, "x", 12, f"{_cost(costs[small])} -> {_cost(costs[large])}")
    memory = costs[large].memory / MEBIBYTE
    yield Figure(f"{large:,} models, peak memory", memory, "MiB", LARGEST_MEMORY, "")


def _cost(cost: Cost) -> str:
    return f"{cost.cpu:.2f} s {cost.memory / MEBIBYTE:.0f} MiB"
