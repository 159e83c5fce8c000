"""Rows about commands on the committed fleet, in multiples of `python -c pass`."""

from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.figure import Figure
from benchmarks.measure import Command, alternating
from benchmarks.programs import ROOT, booconf, nothing
from benchmarks.settings import Settings

_FLEET = ("--file", str(ROOT / "fleet.yaml"))


def unchanged(settings: Settings, scratch: Path) -> Iterator[Figure]:
    """A build with nothing changed since the last one; the warming turn is the first build."""
    command = booconf("build", *_FLEET, "--out", str(scratch / "out"))
    yield _ratio("build of the committed fleet, nothing changed", lambda _: command, 5, settings)


def first(settings: Settings, scratch: Path) -> Iterator[Figure]:
    """The first build of all targets."""

    def command(turn: int) -> Command:
        return booconf("build", *_FLEET, "--out", str(scratch / f"out-{turn}"))

    yield _ratio("first build of the committed fleet", command, 20, settings)


def help_text(settings: Settings, _scratch: Path) -> Iterator[Figure]:
    """`--help`."""
    yield _ratio("`--help`", lambda _: booconf("--help"), 8, settings)


def check(settings: Settings, _scratch: Path) -> Iterator[Figure]:
    """`check` of the committed fleet."""
    yield _ratio("`check` of the committed fleet", lambda _: booconf("check", *_FLEET), 16, settings)


def _ratio(what: str, command: Callable[[int], Command], bar: float, settings: Settings) -> Figure:
    costs = alternating({"booconf": command, "python": lambda _: nothing()}, settings.runs)
    if "booconf" not in costs:
        return Figure(what, None, "x", bar, "booconf failed")
    ours, python = costs["booconf"].cpu, costs["python"].cpu
    return Figure(
        what, ours / python, "x", bar, f"{1000 * ours:.0f} ms CPU, `python -c pass` {1000 * python:.1f} ms"
    )
