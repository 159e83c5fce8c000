"""The journal of a running build, from which the next build repairs one that was killed.

It exists from before the first file is replaced until after the last. booconf owns content whose hash it
lists.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from booconf.json_text import json_text
from booconf.output import MANIFEST
from booconf.output.manifest import SHA256, VERSION, UnreadableError, parse
from booconf.output.request import path_problem, target_problem


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One path of a running build: its target, and its sha256 before and after (None: no file).

    `ours` is true if booconf wrote the old content too; with --force it may be someone else's.
    """

    old: str | None
    new: str | None
    target: str
    ours: bool


def render(entries: Mapping[str, JournalEntry]) -> str:
    """The text of a journal."""
    files = {
        path: {"old": entry.old, "new": entry.new, "target": entry.target, "ours": entry.ours}
        for path, entry in sorted(entries.items())
    }
    return json_text({"version": VERSION, "files": files})


def read(data: bytes) -> dict[str, JournalEntry]:
    """The valid entries of a journal, by path; none for data in another format."""
    try:
        document = parse(data)
    except UnreadableError:
        return {}
    match document:
        case {"version": 1, "files": dict(files)}:
            entries = {path: _entry(path, member) for path, member in files.items()}
            return {path: entry for path, entry in entries.items() if entry}
    return {}


def _entry(path: str, member: object) -> JournalEntry | None:
    if path != MANIFEST and path_problem(path):
        return None
    match member:
        case {
            "old": None | str() as old,
            "new": None | str() as new,
            "target": str(target),
            "ours": bool(ours),
        }:
            believable = path == MANIFEST or not target_problem(path, target)
            if believable and all(SHA256.fullmatch(text) for text in (old, new) if text is not None):
                return JournalEntry(old, new, target, ours)
    return None
