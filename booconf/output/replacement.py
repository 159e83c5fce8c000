"""Giving one file of the user's new bytes: all of them or none, never a mixture."""

import os
import stat
from pathlib import Path

from booconf.output import filesystem


def put(path: Path, data: bytes) -> None:
    """Make `data` the bytes of `path`, at once; a link is followed, and a file that was there keeps its mode.

    Raises OSError and leaves what was there; so it does for what is no regular file.
    """
    target = path.resolve()
    mode = _mode(target)
    draft = target.with_name(f".{target.name}.{os.getpid()}.new")
    filesystem.delete(draft)  # of a process with this number that was killed
    filesystem.create(draft, data)
    try:
        if mode is not None:
            filesystem.set_mode(draft, mode)
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
