"""Faults at the n-th step on the disk: a killed process, or an error of the system."""

import errno
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

from booconf.output import filesystem

STEPS = (
    "make_folder",
    "create",
    "set_mode",
    "overwrite",
    "sync_folder",
    "move",
    "back_up",
    "delete",
    "delete_folder",
)


class Moment(StrEnum):
    """When, around the step, the process is killed."""

    BEFORE = "before"
    HALF_WAY = "half way"
    AFTER = "after"


class Killed(BaseException):
    """The process is dead: every further step raises this, so that no handler has an effect."""


@contextmanager
def killed(at: int, moment: Moment = Moment.BEFORE) -> Iterator[list[str]]:
    """Kill the process at step `at`, counted from 0; yields the list of started steps."""
    steps: list[str] = []

    def step(name: str, act: Callable[..., None], arguments: tuple[Any, ...]) -> None:
        if len(steps) > at:
            raise Killed
        steps.append(name)
        if len(steps) <= at:
            act(*arguments)
            return
        if moment is Moment.AFTER:
            act(*arguments)
        if moment is Moment.HALF_WAY and name == "create":
            file, data, *_ = arguments
            file.write_bytes(data[: len(data) // 2])
        raise Killed

    with _steps(step):
        try:
            yield steps
        except Killed:
            return


@contextmanager
def failing(at: int, *, times: int = 1) -> Iterator[list[str]]:
    """Fail `times` steps from step `at` on, like a full disk; yields the list of started steps."""
    steps: list[str] = []

    def step(name: str, act: Callable[..., None], arguments: tuple[Any, ...]) -> None:
        steps.append(name)
        if at < len(steps) <= at + times:
            raise OSError(errno.ENOSPC, "No space left on device", str(arguments[0]))
        act(*arguments)

    with _steps(step):
        yield steps


@contextmanager
def meanwhile(name: str, at: int, act: Callable[[], object]) -> Iterator[None]:
    """Call `act` just before the `at`-th step of this name."""
    seen = 0

    def step(called: str, original: Callable[..., None], arguments: tuple[Any, ...]) -> None:
        nonlocal seen
        if called == name:
            seen += 1
            if seen == at + 1:
                act()
        original(*arguments)

    with _steps(step):
        yield


@contextmanager
def _steps(around: Callable[[str, Callable[..., None], tuple[Any, ...]], None]) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in STEPS:
            patch.setattr(filesystem, name, _wrapped(name, getattr(filesystem, name), around))
        yield


def _wrapped(
    name: str, act: Callable[..., None], around: Callable[[str, Callable[..., None], tuple[Any, ...]], None]
) -> Callable[..., None]:
    return lambda *arguments: around(name, act, arguments)


def steps_of(act: Callable[[], object]) -> list[str]:
    """The steps an undisturbed act takes."""
    with failing(1 << 30) as steps:
        act()
    return steps


def copied(folder: Path, to: Path) -> Path:
    """A second folder with the same files, links and times."""
    return Path(shutil.copytree(folder, to, symlinks=True))
