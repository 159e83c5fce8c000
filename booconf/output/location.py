"""Where an output file may stand: paths below --out as text, on whatever system."""

import re

from booconf.declaration.grammar import WINDOWS_DEVICES
from booconf.output.names import MANIFEST

_SEGMENT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,199}")


def path_problem(path: str) -> str | None:
    """Say why `path` cannot be an output file on every system, or None; the words follow `it`."""
    if path.lower() == MANIFEST:
        return "is the manifest itself"
    if "\\" in path:
        return "holds a backslash"
    if path.startswith("/"):
        return "is absolute"
    if ":" in path:
        return "names a drive or a stream"
    for segment in path.split("/"):
        problem = _segment_problem(segment)
        if problem:
            return problem
    return None


def _segment_problem(segment: str) -> str | None:
    if not segment:
        return "has an empty part"
    if segment == "..":
        return "leads out of the folder"
    if segment.startswith("."):
        return "has a part that starts with a dot"
    if not _SEGMENT.fullmatch(segment):
        return "has a part that is too long or not made of letters, digits, `.`, `_` and `-`"
    if segment.endswith("."):
        return "has a part that ends in a dot"
    if segment.partition(".")[0].lower() in WINDOWS_DEVICES:
        return "is a device name on Windows"
    return None


def collision(path: str, others: dict[str, str]) -> str | None:
    """Name what `path` cannot stand beside: itself in another case, or a file where it needs a folder.

    `others` maps lower-cased paths to themselves, as some file systems compare them.
    """
    folded = path.lower()
    while folded:
        if others.get(folded, path) != path:
            return others[folded]
        folded = folded.rpartition("/")[0]
    return None
