"""What `build --check` sees: how the files below --out differ from those a build would leave; only looks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from booconf.diagnostics.diagnostic import Diagnostic
from booconf.output import diagnostics, filesystem
from booconf.output.diff import render_diff
from booconf.output.disk_state import Found, survey
from booconf.output.filesystem import ObstacleError
from booconf.output.names import MANIFEST
from booconf.output.plan import concerned, find_manifest, planned_entries
from booconf.output.request import Request, request
from booconf.targets import Artifact


class Trouble(StrEnum):
    """What is wrong with one file; the last two keep a build from being done."""

    STALE = "stale"
    HAND_EDITED = "hand-edited"
    MISSING = "missing"
    ORPHANED = "orphaned"
    UNTRUSTED = "untrusted"
    UNSAFE = "unsafe"


@dataclass(frozen=True, slots=True)
class Deviation:
    """One file that is not as a build would leave it; `difference` is a unified diff, or empty."""

    path: str
    trouble: Trouble
    diagnostic: Diagnostic
    difference: str = ""


def inspect(out: Path, artifacts_by_target: Mapping[str, Sequence[Artifact]]) -> tuple[Deviation, ...]:
    """Tell every file that is not as a build of these artifacts would leave it, sorted by path."""
    asked = request(out, artifacts_by_target, force=False)
    if isinstance(asked, tuple):
        return tuple(Deviation("", Trouble.UNSAFE, problem) for problem in asked)
    try:
        return tuple(sorted(_deviations(asked), key=lambda deviation: deviation.path))
    except ObstacleError as error:
        return (Deviation(error.place, Trouble.UNSAFE, diagnostics.obstacle(out, error)),)
    except OSError as error:
        return (Deviation("", Trouble.UNSAFE, diagnostics.unreadable(out, error)),)


def _deviations(asked: Request) -> Iterator[Deviation]:
    ground = survey(asked.out)
    found, blocked, refused = ground.find_all(asked)
    for place, problem in blocked.items():
        yield Deviation(place, Trouble.UNSAFE, problem)
    if ground.problem is not None:
        refused.append(diagnostics.untrusted(asked.out, ground.problem))
    elif not refused:  # else build does not rewrite it, and what is wrong with it is said
        manifest = find_manifest(ground, planned_entries(asked, ground))
        found.append(replace(manifest, ours=True))  # it is rewritten whatever it says
    for problem in refused:
        yield Deviation(MANIFEST, Trouble.UNTRUSTED, problem)
    for file in concerned(ground, found):
        if not file.equal:
            yield _deviation(asked.out, file)


def _deviation(out: Path, file: Found) -> Deviation:
    wanted = file.wanted
    if wanted is None:
        return Deviation(file.path, Trouble.ORPHANED, diagnostics.orphaned(out, file.path, ours=file.ours))
    seen = filesystem.read(out, file.path)
    if seen is None:
        return Deviation(file.path, Trouble.MISSING, diagnostics.missing(out, file.path))
    text = render_diff(diagnostics.shown(out, file.path), seen[0], wanted.data)
    if file.ours:
        return Deviation(file.path, Trouble.STALE, diagnostics.stale(out, file.path), text)
    diagnostic = diagnostics.edited(out, file.path, owned=file.owned, line_ends=file.line_ends)
    return Deviation(file.path, Trouble.HAND_EDITED, diagnostic, text)
