"""Where an output file may stand: paths below --out as text, on whatever system."""

import re

from booconf.declaration.ids import WINDOWS_DEVICES, provider_id_problem
from booconf.output.names import MANIFEST
from booconf.targets import path_of

_PROBLEMS = (
    (re.compile(r"\\"), "holds a backslash"),
    (re.compile(r":"), "names a drive or a stream"),
    (re.compile(r"(?:^|/)(?:$|/)"), "has an empty part"),
    (re.compile(r"(?:^|/)\.\.(?:$|/)"), "leads out of the folder"),
    (re.compile(r"(?:^|/)\."), "has a part that starts with a dot"),
    (re.compile(r"\.(?:$|/)"), "has a part that ends in a dot"),
    (re.compile(r"[^A-Za-z0-9._/-]"), "holds a character other than letters, digits, `.`, `_`, `-` and `/`"),
    (re.compile(r"[^/]{201}|^.{1001}"), "is too long"),
)


def path_problem(path: str) -> str | None:
    """Say why `path` cannot be an output file on every system, or None; the words follow `it`."""
    if path.lower().partition("/")[0] == MANIFEST:
        return "is the manifest's own"
    if path.startswith("/"):
        return "is absolute"
    for pattern, problem in _PROBLEMS:
        if pattern.search(path):
            return problem
    if any(segment.partition(".")[0].lower() in WINDOWS_DEVICES for segment in path.split("/")):
        return "is a device name on Windows"
    return None


def target_problem(path: str, target: str) -> str | None:
    """Say why `path` is no file that `target` ever wrote, or None; the words follow the path and a comma."""
    written = path_of(target)
    if written is None:
        return f"a file of target `{target}`, which this booconf does not know"
    before, placeholder, after = written.partition("{provider}")
    if placeholder:
        provider = path.removeprefix(before).removesuffix(after)
        fits = path == f"{before}{provider}{after}" and provider_id_problem(provider) is None
    else:
        fits = path == written
    return None if fits else f"which target `{target}` never writes"


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
