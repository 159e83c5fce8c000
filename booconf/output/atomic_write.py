"""Giving one file of the user's new bytes: all of them or none, never a mixture."""

import errno
import os
import stat
from pathlib import Path

from booconf.output import filesystem
from booconf.output.filesystem import ObstacleError

_WRITABLE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH
"""Moving another file over one that nobody may write would still succeed, in a folder that may be written."""


class RevisionError(Exception):
    """The file is not what it was when it was read; the message is a clause about it."""


def replace(path: Path, data: bytes, *, holding: bytes | None = None) -> None:
    """Make `data` the bytes of `path`, at once; a link is followed, and a file that was there keeps its mode.

    Raises RevisionError for a file that does not hold the bytes of `holding`, if these are given, and OSError
    for what is no regular file or write-protected, and whenever the system refuses. The file is then as it
    was, and nothing is left beside it.
    """
    target = _target(path)
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


def _target(path: Path) -> Path:
    """The file that `path` leads to."""
    try:
        return path.resolve()
    except RuntimeError:  # what Python 3.11 makes of links in a circle
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP)) from None


def _mode(target: Path) -> int | None:
    """The permissions of a regular file; None where there is nothing yet."""
    try:
        status = target.stat()
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(status.st_mode):
        raise OSError(None, "it is no regular file")
    if not status.st_mode & _WRITABLE or not os.access(target, os.W_OK):
        raise OSError(errno.EACCES, "it is write-protected")
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
