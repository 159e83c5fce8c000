"""manifest.json: the output files that booconf owns, each with the sha256 of its content and its target.

The manifest is untrusted input: a pull request, an editor or a merge may have changed it.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from booconf.escaping import quote
from booconf.json_text import json_text
from booconf.output.request import collision, path_problem

VERSION = 1
SHA256 = re.compile(r"[0-9a-f]{64}")
TARGET = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


class UnreadableError(Exception):
    """The data is no manifest, but a merge conflict or the file of another program."""


class UntrustedError(Exception):
    """The manifest contains something that booconf never writes; the message is a predicate about it."""


@dataclass(frozen=True, slots=True)
class ManifestEntry:
    """One owned file: the sha256 of its content as written, and its target."""

    sha256: str
    target: str


def render(entries: Mapping[str, ManifestEntry]) -> str:
    """The text of manifest.json."""
    files = {
        path: {"sha256": entry.sha256, "target": entry.target} for path, entry in sorted(entries.items())
    }
    return json_text({"version": VERSION, "files": files})


def read(data: bytes) -> dict[str, ManifestEntry]:
    """The entries of a manifest, by path; raises UnreadableError or UntrustedError."""
    document = parse(data)
    if not isinstance(document, dict) or not {"version", "files"} <= document.keys():
        raise UnreadableError
    version, files = document["version"], document["files"]
    if version != VERSION:
        stated = f"version {quote(str(version))}" if isinstance(version, int | str) else "no version number"
        message = f"has {stated}; this booconf reads version {VERSION}"
        raise UntrustedError(message)
    if not isinstance(files, dict):
        raise UntrustedError("has no list of files")
    entries = {path: _entry(path, member) for path, member in files.items()}
    folded: dict[str, str] = {path.lower(): path for path in entries}
    for path in entries:
        other = collision(path, folded)
        if other:
            message = f"names {quote(path)} and {quote(other)}, which cannot both be files"
            raise UntrustedError(message)
    return entries


def parse(data: bytes) -> object:
    """The value of a JSON text; raises UnreadableError, also for a duplicate key."""
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        raise UnreadableError from error


def _object(members: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(members)
    if len(found) != len(members):
        raise UnreadableError
    return found


def _entry(path: str, member: object) -> ManifestEntry:
    problem = path_problem(path)
    if problem:
        message = f"names {quote(path)}, which {problem}"
        raise UntrustedError(message)
    match member:
        case {"sha256": str(sha256), "target": str(target), **rest} if not rest:
            if SHA256.fullmatch(sha256) and TARGET.fullmatch(target):
                return ManifestEntry(sha256, target)
    message = f"has an invalid entry for {quote(path)}"
    raise UntrustedError(message)
