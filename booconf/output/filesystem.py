"""The few things done to the disk, each one step: a crash falls between two, no link is followed."""

import os
import stat
import time
from contextlib import suppress
from io import FileIO
from pathlib import Path

_BINARY = getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
_WINDOWS_JUNCTION = 0xA0000003
_WINDOWS_BUSY = (5, 32)
"""Windows error codes while another program has the file open: access denied, sharing violation."""

RETRIES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.4)
"""Seconds to wait before a busy file of Windows is tried again."""

Stamp = tuple[int, int, int]
"""What changes when somebody writes a file: time of writing (ns), size (bytes), file number."""


class ObstacleError(Exception):
    """Something other than a regular file or a real folder stands where one is needed."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(place, reason)
        self.place = place
        self.reason = reason


def look(root: Path, path: str) -> os.stat_result | None:
    """Find the regular file at `path` below `root`, or None; ObstacleError for what else is in its way."""
    parts = path.split("/")
    for count in range(1, len(parts) + 1):
        place = "/".join(parts[:count])
        try:
            status = (root / place).lstat()
        except FileNotFoundError:
            return None
        if stat.S_ISLNK(status.st_mode) or getattr(status, "st_reparse_tag", 0) == _WINDOWS_JUNCTION:
            raise ObstacleError(place, "is a symbolic link")
        if count < len(parts) and not stat.S_ISDIR(status.st_mode):
            raise ObstacleError(place, "is a file where a folder must be")
    if not stat.S_ISREG(status.st_mode):
        raise ObstacleError(path, "is a folder" if stat.S_ISDIR(status.st_mode) else "is not a regular file")
    return status


def read(root: Path, path: str) -> tuple[bytes, Stamp] | None:
    """Read the file at `path` below `root`, with its stamp, or None; ObstacleError as `look`."""
    if look(root, path) is None:
        return None
    with os.fdopen(os.open(root / path, os.O_RDONLY | _BINARY), "rb") as file:
        status = os.fstat(file.fileno())
        return file.read(), stamp(status)


def stamp(status: os.stat_result) -> Stamp:
    """Take the stamp of a file."""
    return status.st_mtime_ns, status.st_size, status.st_ino


def make_folder(folder: Path, mode: int = 0o777) -> None:
    """Make a folder, and those above it, unless they are there.

    `mode` is what the user's mask may take from; those above have what it leaves to every folder.
    """
    folder.mkdir(mode, parents=True, exist_ok=True)


def create(file: Path, data: bytes, mode: int = 0o666) -> None:
    """Write a file that does not exist yet; its bytes are on the disk then, or nothing is left behind.

    `mode` is what the user's mask may take from.
    """
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, mode)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
    except BaseException:  # closed by now: Windows deletes no open file
        with suppress(OSError):  # the first error is the one to tell
            delete(file)
        raise


def overwrite(file: Path, data: bytes) -> None:
    """Write new content into a file, which keeps its owner and hard links; on an error restore the old."""
    descriptor = os.open(file, os.O_RDWR | _BINARY)
    with os.fdopen(descriptor, "r+b", buffering=0) as stream:
        before = stream.read()
        try:
            _rewrite(stream, data)
        except BaseException:
            with suppress(OSError):  # the first error is the one to report
                _rewrite(stream, before)
            raise


def _rewrite(stream: FileIO, data: bytes) -> None:
    stream.seek(0)
    rest = memoryview(data)
    while rest:
        rest = rest[stream.write(rest) :]
    stream.truncate()
    os.fsync(stream.fileno())


def copy_owner(status: os.stat_result, file: Path) -> bool:
    """Give a file the owner and the group in `status`; False if the system does not permit that."""
    own = file.stat()
    if (own.st_uid, own.st_gid) == (status.st_uid, status.st_gid):
        return True
    try:
        os.chown(file, status.st_uid, status.st_gid)
    except OSError:
        return False
    return True


def set_mode(file: Path, mode: int) -> None:
    """Give a file the permissions of the one it will replace."""
    file.chmod(mode)


def sync_folder(folder: Path) -> None:
    """Put the names in a folder on the disk, where the system can."""
    with suppress(
        OSError
    ):  # Windows opens no folder, some file systems sync none: there is nothing better to do
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def move(source: Path, destination: Path) -> None:
    """Put a file in the place of another at once: a reader sees the old bytes or the new ones."""
    for seconds in RETRIES:
        try:
            source.replace(destination)
        except PermissionError as error:
            if getattr(error, "winerror", None) not in _WINDOWS_BUSY:
                raise
            time.sleep(seconds)
        else:
            return
    source.replace(destination)


def keep(file: Path, copy: Path) -> None:
    """Give a file a second name; where the file system has none, copy its bytes, mode and time."""
    try:
        copy.hardlink_to(file)
    except OSError:
        status = file.stat()
        create(copy, file.read_bytes())
        set_mode(copy, stat.S_IMODE(status.st_mode))
        os.utime(copy, ns=(status.st_atime_ns, status.st_mtime_ns))


def delete(file: Path) -> None:
    """Delete a file, unless it is gone."""
    file.unlink(missing_ok=True)


def delete_folder(folder: Path) -> None:
    """Delete a folder if it is empty."""
    with suppress(OSError):  # not empty, not there, or in use: it stays
        folder.rmdir()
