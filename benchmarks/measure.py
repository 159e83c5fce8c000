"""The cost of a child process, as the system reports it at its end (os.wait4: Linux and macOS)."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import monotonic
from typing import BinaryIO

_MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True, slots=True)
class Command:
    """A program to run in a folder; standard output is written to a file if one is named, else discarded."""

    arguments: tuple[str, ...]
    folder: Path
    output: Path | None = None


@dataclass(frozen=True, slots=True)
class Cost:
    """`cpu` is user and system time and `wall` all time, in seconds; `memory` is the peak in bytes."""

    cpu: float
    memory: float
    wall: float


class CommandFailedError(Exception):
    """The program failed, or had to be stopped after its time."""


def cost(command: Command, longest: float, codes: frozenset[int] = frozenset({0})) -> Cost:
    """Run a command once; CommandFailedError after `longest` seconds, or for an exit code not of `codes`."""
    with open(command.output or os.devnull, "wb") as output:  # noqa: PTH123  # os.devnull is no Path on Windows
        begin = monotonic()
        child = _start(command, output)
        alarm = threading.Timer(longest, child.kill)
        alarm.start()
        _, status, usage = os.wait4(child.pid, 0)
        alarm.cancel()
        child.returncode = os.waitstatus_to_exitcode(status)
    wall = monotonic() - begin
    if child.returncode not in codes:
        message = f"{Path(command.arguments[0]).name}: exit code {child.returncode}"
        raise CommandFailedError(message)
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss * _MAXRSS_UNIT, wall)


def _start(command: Command, output: BinaryIO) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            command.arguments,
            cwd=command.folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.DEVNULL,
        )
    except OSError as error:
        raise CommandFailedError(str(error)) from error


def alternating(
    commands: Mapping[str, Callable[[int], Command]], runs: int, longest: float = 60
) -> dict[str, Cost]:
    """The median costs of programs that ran in turns, after a first turn that only warms caches.

    A command is made for each turn, by its number. One that fails is left out of the result.
    """
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for turn in range(runs + 1):
        for name in list(costs):
            try:
                costs[name].append(cost(commands[name](turn), longest))
            except CommandFailedError as error:
                print(f"  {name} left out: {error}", file=sys.stderr)
                del costs[name]
    return {name: _median(each[1:]) for name, each in costs.items()}


def _median(costs: list[Cost]) -> Cost:
    return Cost(
        median(each.cpu for each in costs),
        median(each.memory for each in costs),
        median(each.wall for each in costs),
    )
