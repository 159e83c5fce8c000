"""Giving one file of the user's new bytes: all of them or none, never a mixture."""

import os
import stat
from pathlib import Path

from booconf.output import filesystem
from booconf.output.filesystem import ObstacleError


class RevisionError(Exception):
    """The file is not what it was when it was read; the message is a clause about it."""


def replace(path: Path, data: bytes, *, holding: bytes | None = None) -> None:
    """Make `data` the bytes of `path`, at once; a link is followed, and a file that was there keeps its mode.

    Raises RevisionError for a file that does not hold the bytes of `holding`, if these are given, and OSError
    for what is no regular file and whenever the system refuses. The file is then as it was, and nothing is
    left beside it.
    """
    target = path.resolve()
    mode = _mode(target)
    draft = target.with_name(f".{target.name}.{os.getpid()}.new")
    filesystem.delete(draft)  # of a process with this number that was killed
    filesystem.create(draft, data)
    try:
        if mode is not None:
            filesystem.set_mode(draft, mode)
        if holding is not None:
            _check(target, holding)
        filesystem.move(draft, target)
    except BaseException:  # an interrupt too leaves nothing behind
        filesystem.delete(draft)
        raise
    filesystem.sync_folder(target.parent)


def _mode(target: Path) -> int | None:
    """The permissions of a regular file; None where there is nothing yet."""
    try:
        status = target.stat()
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(status.st_mode):
        raise OSError(None, "it is no regular file")
    return stat.S_IMODE(status.st_mode)


def _check(target: Path, holding: bytes) -> None:
    try:
        present = filesystem.read(target.parent, target.name)
    except ObstacleError as error:
        raise RevisionError(f"it {error.reason}") from error
    if present is None:
        raise RevisionError("it is no longer there")
    if present[0] != holding:
        raise RevisionError("it was changed meanwhile")
