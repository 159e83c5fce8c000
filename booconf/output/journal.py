"""The journal: what a running build is about to do, so that the next one can repair it when it is killed.

It is written before the first file is replaced, removed after the last. Bytes whose hash it names are ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from booconf.json_text import json_text
from booconf.output.manifest import SHA256, VERSION, UnreadableError, parse
from booconf.output.names import MANIFEST
from booconf.output.paths import path_problem, target_problem


@dataclass(frozen=True, slots=True)
class Step:
    """One path of a running build: its hash before and after (None: no file), and its target.

    `ours` says that booconf wrote the bytes from before, too; --force may replace those of others.
    """

    old: str | None
    new: str | None
    target: str
    ours: bool


def render(steps: Mapping[str, Step]) -> str:
    """Write the text of a journal."""
    files = {
        path: {"old": step.old, "new": step.new, "target": step.target, "ours": step.ours}
        for path, step in sorted(steps.items())
    }
    return json_text({"version": VERSION, "files": files})


def read(data: bytes) -> dict[str, Step]:
    """Read the steps of a journal, without those we would never write; what is no journal has none."""
    try:
        document = parse(data)
    except UnreadableError:
        return {}
    match document:
        case {"version": 1, "files": dict(files)}:
            steps = {path: _step(path, member) for path, member in files.items()}
            return {path: step for path, step in steps.items() if step}
    return {}


def _step(path: str, member: object) -> Step | None:
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
                return Step(old, new, target, ours)
    return None
