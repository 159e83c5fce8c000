"""The record of the last build, which lets a build without changes end early.

`build_key` hashes the inputs of a build: the bytes of the fleet file, the code and templates of booconf, the
versions of Python and of the installed libraries, and the options. The record contains that key, the hash of
each output file, and a payload of the caller. Git ignores its folder. A program that can write the record can
also write the output files, and a wrong record only makes a build do nothing; `build --check` ignores it.

A build without changes runs little else, so this module imports almost nothing.
"""
# ruff: noqa: PTH100, PTH112, PTH118, PTH120, PTH123, PTH208 - importing pathlib would double the time of a build that does nothing

from __future__ import annotations

import os
import stat
import sys
from hashlib import sha256

from booconf.output import CACHE, JOURNAL, RECORD, STAGING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

_FORMAT = b"booconf unchanged 1"
_LARGEST = 64 << 20
"""Largest record that is read, in bytes: some 300,000 files."""

_RESOURCES = ("schema", "templates")
_SKIPPED = frozenset({"__pycache__", "rule_pages"})
"""Folders of the package that do not affect the output."""

_NO_WAIT = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
"""Flags that open no link, and do not wait for a writer of a pipe."""

_METADATA = (".dist-info", ".egg-info")
"""Suffixes of the names in which installers note a distribution and its version."""


def build_key(
    fleet: bytes, options: Sequence[str], *, package: str = PACKAGE, search_path: Sequence[str] = sys.path
) -> str:
    """Hash all inputs of a build; `options` are as given by the user."""
    total = sha256()
    names = "\n".join((sys.version, *_distributions(search_path)))
    texts = (text.encode("utf-8", "surrogatepass") for text in (names, *options))
    for data in (fleet, *texts, *_code(package)):
        total.update(b"%d:" % len(data))
        total.update(data)
    return total.hexdigest()


def read_record(out: str, key: str) -> str | None:
    """The payload given to `write_record`, if nothing has changed since; None in doubt or on an error."""
    try:
        head, _, body = _read(os.path.join(out, RECORD)).partition(b"\n")
        if head != _head(body):
            return None
        known, listed, payload = body.decode("utf-8", "surrogatepass").split("\n\n", 2)
        if known != key or any(os.path.lexists(os.path.join(out, name)) for name in (JOURNAL, STAGING)):
            return None
        hashes = (line.split(" ", 1) for line in listed.split("\n"))
        return payload if all(_has_hash(out, path, expected) for expected, path in hashes) else None
    except (OSError, ValueError):
        return None


def write_record(out: str, key: str, hashes: Mapping[str, str], payload: str) -> None:
    """Replace the record: the sha256 of each output file by its path, and a payload for `read_record`.

    Does nothing if the record cannot be written, and then leaves no draft of it.
    """
    from pathlib import Path  # noqa: PLC0415 - a build without changes writes no record

    from booconf.output import filesystem  # noqa: PLC0415 - as above
    from booconf.output.lock import prepare_cache  # noqa: PLC0415 - as above

    listed = "\n".join(f"{sha256} {path}" for path, sha256 in hashes.items())
    body = f"{key}\n\n{listed}\n\n{payload}".encode("utf-8", "surrogatepass")
    draft = Path(out) / CACHE / "unchanged.new"
    try:
        prepare_cache(Path(out))
        filesystem.delete(draft)  # of a build that was killed
        filesystem.create(draft, _head(body) + b"\n" + body)
        try:
            filesystem.move(draft, Path(out) / RECORD)
        except OSError:
            filesystem.delete(draft)
    except (OSError, filesystem.ObstacleError):
        return


def _read(record: str) -> bytes:
    """The bytes of a regular file of at most _LARGEST bytes, none for anything else; raises OSError."""
    descriptor = os.open(record, os.O_RDONLY | _NO_WAIT)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_size > _LARGEST:
            return b""
        with open(descriptor, "rb", closefd=False) as file:
            return file.read(_LARGEST)
    finally:
        os.close(descriptor)


def _head(body: bytes) -> bytes:
    return _FORMAT + b" " + sha256(body).hexdigest().encode()


def _has_hash(out: str, path: str, expected: str) -> bool:
    """True if `path` is a regular file, reached without links, that has this hash."""
    *folders, name = path.split("/")
    for folder in folders:
        out = os.path.join(out, folder)
        if not stat.S_ISDIR(os.lstat(out).st_mode):
            return False
    file_path = os.path.join(out, name)
    if not stat.S_ISREG(os.lstat(file_path).st_mode):
        return False
    with open(file_path, "rb") as file:
        return sha256(file.read()).hexdigest() == expected


def _distributions(search_path: Sequence[str]) -> Iterator[str]:
    """Names of the metadata of installed distributions: importlib.metadata takes as long as the build."""
    for folder in search_path:
        try:
            names = os.listdir(folder or ".")
        except OSError:  # a folder that does not exist, or an archive
            continue
        yield from sorted(name for name in names if name.endswith(_METADATA))


def _code(package: str) -> Iterator[bytes]:
    """The path and the bytes of each file of booconf that affects the output, in a fixed order."""
    installed = [name for name in _RESOURCES if os.path.isdir(os.path.join(package, name))]
    beside = [os.path.join(os.path.dirname(package), name) for name in _RESOURCES if name not in installed]
    for root in (package, *beside):
        for folder, folders, names in os.walk(root):
            folders[:] = sorted(set(folders) - _SKIPPED)
            for name in sorted(names):
                path = os.path.join(folder, name)
                yield path.encode("utf-8", "surrogatepass")
                with open(path, "rb") as file:
                    yield file.read()
