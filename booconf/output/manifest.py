"""manifest.json: which files below --out are ours, the sha256 of what we wrote, and the target of each.

What is read is untrusted: it came through git, an editor, or somebody's pull request.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from booconf.escaping import quote
from booconf.json_text import json_text
from booconf.output.paths import collision, path_problem

VERSION = 1
SHA256 = re.compile(r"[0-9a-f]{64}")
TARGET = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


class UnreadableError(Exception):
    """The text is no manifest at all: a merge conflict, or another program's file."""


class UntrustedError(Exception):
    """The text is a manifest, but holds something booconf never writes; the words follow `the manifest`."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One owned file: the hash of its bytes as written, and the target it belongs to."""

    sha256: str
    target: str


def render(entries: Mapping[str, Entry]) -> str:
    """Write the text of manifest.json."""
    files = {
        path: {"sha256": entry.sha256, "target": entry.target} for path, entry in sorted(entries.items())
    }
    return json_text({"version": VERSION, "files": files})


def read(data: bytes) -> dict[str, Entry]:
    """Read the entries of a manifest; UnreadableError or UntrustedError when they cannot be believed."""
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
    """Read JSON of any shape without a key twice in one object; UnreadableError for anything else."""
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        raise UnreadableError from error


def _object(members: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(members)
    if len(found) != len(members):
        raise UnreadableError
    return found


def _entry(path: str, member: object) -> Entry:
    problem = path_problem(path)
    if problem:
        message = f"names {quote(path)}, which {problem}"
        raise UntrustedError(message)
    match member:
        case {"sha256": str(sha256), "target": str(target), **rest} if not rest:
            if SHA256.fullmatch(sha256) and TARGET.fullmatch(target):
                return Entry(sha256, target)
    message = f"has an invalid entry for {quote(path)}"
    raise UntrustedError(message)
