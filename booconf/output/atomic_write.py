"""Atomic replacement of one file of the user, which keeps its owner, its permissions and its hard links."""

import errno
import os
import stat
from pathlib import Path

from booconf.output import filesystem
from booconf.output.filesystem import ObstacleError

_WRITABLE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH
"""Without these a file is protected, although a move over it succeeds in a writable folder."""


class RevisionError(Exception):
    """The file changed after it was read; the message is a clause about it."""


def replace(path: Path, data: bytes, *, holding: bytes | None = None) -> None:
    """Make `data` the content of the file; a symbolic link is followed.

    The file is replaced at once, unless that would break a hard link or change the owner: then it is written
    in place, and a process killed meanwhile leaves all of `data` beside it, in `.<name>.<pid>.new`.

    Raises RevisionError if the file does not contain `holding`, where this is given, and OSError for anything
    but a regular, writable file and for errors of the system. In these cases the file is unchanged, and no
    other file is left.
    """
    target = _resolve(path)
    status = _status(target)
    draft = target.with_name(f".{target.name}.{os.getpid()}.new")
    filesystem.delete(draft)  # of a killed process with this number
    filesystem.create(draft, data, 0o666 if status is None else 0o600)
    try:
        replaceable = status is None or (status.st_nlink == 1 and filesystem.copy_owner(status, draft))
        if status is not None:
            filesystem.set_mode(draft, stat.S_IMODE(status.st_mode))
        if holding is not None:
            _check(target, holding)
        if replaceable:
            filesystem.move(draft, target)
        else:
            filesystem.overwrite(target, data)
            filesystem.delete(draft)
    except BaseException:  # an interrupt too leaves nothing behind
        filesystem.delete(draft)
        raise
    filesystem.sync_folder(target.parent)


def _resolve(path: Path) -> Path:
    """The path without symbolic links."""
    try:
        return path.resolve()
    except RuntimeError:  # Python 3.11 and 3.12 for a loop of links
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP)) from None


def _status(target: Path) -> os.stat_result | None:
    """The status of a regular, writable file; None for a new one."""
    try:
        status = target.stat()
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(status.st_mode):
        raise OSError(None, "it is no regular file")
    if not status.st_mode & _WRITABLE or not os.access(target, os.W_OK):
        raise OSError(errno.EACCES, "it is write-protected")
    return status


def _check(target: Path, holding: bytes) -> None:
    try:
        present = filesystem.read(target.parent, target.name)
    except ObstacleError as error:
        raise RevisionError(f"it {error.reason}") from error
    if present is None:
        raise RevisionError("it no longer exists")
    if present[0] != holding:
        raise RevisionError("it was changed meanwhile")
