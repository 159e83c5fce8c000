"""One build at a time below one --out: a lock of the operating system, gone with the process that holds it.

Written out, because importing a lock library costs more than all of publishing.
"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from booconf.output import diagnostics, filesystem
from booconf.output.names import LOCK

SECONDS = 30.0
"""How long a build waits for another."""

_PAUSE = 0.02


@contextmanager
def hold(out: Path, seconds: float) -> Iterator[None]:
    """Hold the lock of `out`, whose cache stands; OutputError when another build keeps it for `seconds`."""
    filesystem.look(out, LOCK)
    descriptor = os.open(out / LOCK, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o666)
    try:
        deadline = time.monotonic() + seconds
        while not _take(descriptor):
            if time.monotonic() >= deadline:
                raise diagnostics.OutputError((diagnostics.locked(out, LOCK, seconds),))
            time.sleep(_PAUSE)
        yield
    finally:
        os.close(descriptor)


if sys.platform == "win32":  # pragma: no cover - the other system's half

    def _take(descriptor: int) -> bool:
        import msvcrt  # noqa: PLC0415 - exists on Windows only

        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True

else:

    def _take(descriptor: int) -> bool:
        import fcntl  # noqa: PLC0415 - does not exist on Windows

        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
