"""The folder `.booconf` below the output folder, and its lock: one build at a time.

The operating system releases the lock when the process ends. Importing a lock library would cost more than
publishing does.
"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from booconf.output import CACHE, IGNORE, LOCK, diagnostics, filesystem

LOCK_TIMEOUT = 30.0
"""Seconds that a build waits for another."""

_PAUSE = 0.02
"""Seconds between two attempts."""

_EVERYTHING = b"*\n"


def prepare_cache(out: Path) -> None:
    """Make `out` and `.booconf` in it, which git ignores; ObstacleError if a link has that name."""
    filesystem.find(out, LOCK)
    filesystem.make_folder(out / CACHE)
    present = filesystem.read(out, IGNORE)
    if present is None or present[0] != _EVERYTHING:
        filesystem.delete(out / IGNORE)
        with suppress(FileExistsError):  # another build has just written it
            filesystem.create(out / IGNORE, _EVERYTHING)


@contextmanager
def acquire(out: Path, seconds: float) -> Iterator[None]:
    """Own the lock of `out`, after `prepare_cache`; OutputError if another build owns it for `seconds`."""
    filesystem.find(out, LOCK)
    descriptor = os.open(out / LOCK, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o666)
    try:
        deadline = time.monotonic() + seconds
        while not _try_lock(descriptor):
            if time.monotonic() >= deadline:
                raise diagnostics.OutputError((diagnostics.locked(out, LOCK, seconds),))
            time.sleep(_PAUSE)
        yield
    finally:
        os.close(descriptor)


if sys.platform == "win32":  # pragma: no cover - the other system's half

    def _try_lock(descriptor: int) -> bool:
        import msvcrt  # noqa: PLC0415 - exists on Windows only

        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True

else:

    def _try_lock(descriptor: int) -> bool:
        import fcntl  # noqa: PLC0415 - does not exist on Windows

        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
