"""Single steps on the disk. None follows a symbolic link below the output folder."""

import os
import stat
import time
from contextlib import suppress
from io import FileIO
from pathlib import Path

_BINARY = getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
_WINDOWS_JUNCTION = 0xA0000003
_WINDOWS_BUSY = (5, 32)
"""Windows error codes for a file that another program has open: access denied, sharing violation."""

RETRIES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.4)
"""Seconds between the attempts to replace a busy file on Windows."""

Stamp = tuple[int, int, int]
"""Modification time (ns), size (bytes) and inode of a file, which change when it is written."""


class ObstacleError(Exception):
    """Something other than a regular file or a folder has the path of one."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason


def find(root: Path, path: str) -> os.stat_result | None:
    """The status of the regular file at `path` below `root`; None if there is none, or ObstacleError."""
    parts = path.split("/")
    for count in range(1, len(parts) + 1):
        part = "/".join(parts[:count])
        try:
            status = (root / part).lstat()
        except FileNotFoundError:
            return None
        if stat.S_ISLNK(status.st_mode) or getattr(status, "st_reparse_tag", 0) == _WINDOWS_JUNCTION:
            raise ObstacleError(part, "is a symbolic link")
        if count < len(parts) and not stat.S_ISDIR(status.st_mode):
            raise ObstacleError(part, "is a file where a folder must be")
    if not stat.S_ISREG(status.st_mode):
        raise ObstacleError(path, "is a folder" if stat.S_ISDIR(status.st_mode) else "is not a regular file")
    return status


def read(root: Path, path: str) -> tuple[bytes, Stamp] | None:
    """The bytes and the stamp of the file at `path` below `root`; None or ObstacleError as for `find`."""
    if find(root, path) is None:
        return None
    with os.fdopen(os.open(root / path, os.O_RDONLY | _BINARY), "rb") as file:
        status = os.fstat(file.fileno())
        return file.read(), stamp(status)


def stamp(status: os.stat_result) -> Stamp:
    """The stamp of a file with this status."""
    return status.st_mtime_ns, status.st_size, status.st_ino


def make_folder(folder: Path, mode: int = 0o777) -> None:
    """Make a folder and its parents unless they exist; `mode` is for the folder alone, less the umask."""
    folder.mkdir(mode, parents=True, exist_ok=True)


def create(file: Path, data: bytes, mode: int = 0o666) -> None:
    """Write a new file with `mode`, less the umask, and sync it; on an error, leave none.

    Raises FileExistsError if the file exists, and other OSErrors.
    """
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, mode)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
    except BaseException:  # closed by now: Windows deletes no open file
        with suppress(OSError):  # the first error is the one to report
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
    """Set the permissions of a file."""
    file.chmod(mode)


def sync_folder(folder: Path) -> None:
    """Sync the entries of a folder, if the system supports that."""
    with suppress(OSError):  # Windows opens no folder, and some file systems sync none
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def move(source: Path, destination: Path) -> None:
    """Rename a file to replace another: a reader sees either the old or the new bytes."""
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


def back_up(file: Path, copy: Path) -> None:
    """Make a hard link to a file; without support for links, copy its bytes, mode and times."""
    try:
        copy.hardlink_to(file)
    except OSError:
        status = file.stat()
        create(copy, file.read_bytes())
        set_mode(copy, stat.S_IMODE(status.st_mode))
        os.utime(copy, ns=(status.st_atime_ns, status.st_mtime_ns))


def delete(file: Path) -> None:
    """Delete a file if it exists."""
    file.unlink(missing_ok=True)


def delete_folder(folder: Path) -> None:
    """Delete a folder if it is empty and the system permits it."""
    with suppress(OSError):  # not empty, missing, or in use
        folder.rmdir()
