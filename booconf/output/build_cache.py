"""The record of the last build: when nothing it depends on has changed, the next one has nothing to do.

`key` covers what goes in: the fleet's bytes, booconf's own code and templates, the Python that runs them,
and what was asked for. The record holds that key, the hash of every file that came out, and what the caller
wants to say again. It is a cache in a folder that git ignores: whoever can write it can also write the
files it speaks of, and believing a wrong one costs no more than a build that does nothing; `build --check`
never asks it. The versions of the libraries are not covered: after changing them, delete the folder.

This module is most of what such a build runs, so it imports next to nothing.
"""
# ruff: noqa: PTH100, PTH112, PTH118, PTH120, PTH123 - importing pathlib would double the time of a build that does nothing

from __future__ import annotations

import os
import stat
from hashlib import sha256
from sys import version as python_version

from booconf.output.names import JOURNAL, RECORD

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

_FORMAT = b"booconf unchanged 1"
_RESOURCES = ("schema", "templates")
_SKIPPED = frozenset({"__pycache__", "rule_pages"})
"""Folders of the package that decide nothing about output."""


def key(fleet: bytes, *, file: str, out: str, targets: Iterable[str], package: str = PACKAGE) -> str:
    """Hash all that decides what a build writes and says; `file` and `out` are as the user gave them."""
    total = sha256()
    asked = "\n".join((python_version, file, out, *targets))
    for data in (fleet, asked.encode("utf-8", "surrogatepass"), *_code(package)):
        total.update(b"%d:" % len(data))
        total.update(data)
    return total.hexdigest()


def unchanged(out: str, key: str) -> str | None:
    """Return what `remember` was told, if nothing has changed since; None for any doubt, never an error."""
    try:
        with open(os.path.join(out, RECORD), "rb") as record:
            head, _, body = record.read().partition(b"\n")
        if head != _head(body):
            return None
        known, listed, payload = body.decode("utf-8", "surrogatepass").split("\n\n", 2)
        if known != key or os.path.lexists(os.path.join(out, JOURNAL)):
            return None
        hashes = (line.split(" ", 1) for line in listed.split("\n"))
        return payload if all(_holds(out, path, expected) for expected, path in hashes) else None
    except (OSError, ValueError):
        return None


def remember(out: str, key: str, hashes: Mapping[str, str], payload: str) -> None:
    """Record a build: the sha256 of every file it leaves, as its plan says, and a text to return for it.

    A record that cannot be written is none. One that is written in part does not bear its own hash.
    """
    from pathlib import Path  # noqa: PLC0415 - a build that has nothing to do does not remember

    from booconf.output.cache import prepare_cache  # noqa: PLC0415 - as above
    from booconf.output.filesystem import ObstacleError, look  # noqa: PLC0415 - as above

    listed = "\n".join(f"{sha256} {path}" for path, sha256 in hashes.items())
    body = f"{key}\n\n{listed}\n\n{payload}".encode("utf-8", "surrogatepass")
    try:
        prepare_cache(Path(out))
        look(Path(out), RECORD)
        with open(os.path.join(out, RECORD), "wb") as record:
            record.write(_head(body) + b"\n" + body)
    except (OSError, ObstacleError):
        return


def _head(body: bytes) -> bytes:
    return _FORMAT + b" " + sha256(body).hexdigest().encode()


def _holds(out: str, path: str, expected: str) -> bool:
    """Say whether the file is a real one, in real folders, and has this hash."""
    place = out
    *folders, name = path.split("/")
    for folder in folders:
        place = os.path.join(place, folder)
        if not stat.S_ISDIR(os.lstat(place).st_mode):
            return False
    place = os.path.join(place, name)
    if not stat.S_ISREG(os.lstat(place).st_mode):
        return False
    with open(place, "rb") as file:
        return sha256(file.read()).hexdigest() == expected


def _code(package: str) -> Iterator[bytes]:
    """Yield the path and the bytes of each file that decides what booconf does, in a fixed order."""
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
