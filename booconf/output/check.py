"""The check of `build --check`: output files that differ from those of a build; writes nothing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from booconf.diagnostics.diagnostic import Diagnostic
from booconf.output import MANIFEST, diagnostics, filesystem
from booconf.output.diff import render_diff
from booconf.output.disk_state import DiskFile, read_disk_state
from booconf.output.filesystem import ObstacleError
from booconf.output.plan import affected_files, examine_manifest, planned_entries
from booconf.output.request import BuildRequest, build_request
from booconf.targets import Artifact


class DeviationKind(StrEnum):
    """Kinds of deviations; the last two prevent a build."""

    STALE = "stale"
    HAND_EDITED = "hand-edited"
    MISSING = "missing"
    ORPHANED = "orphaned"
    UNTRUSTED = "untrusted"
    UNSAFE = "unsafe"


@dataclass(frozen=True, slots=True)
class Deviation:
    """One file that differs from the one of a build; `diff` is a unified diff, or empty."""

    path: str
    kind: DeviationKind
    diagnostic: Diagnostic
    diff: str = ""


def find_deviations(
    out: Path, artifacts_by_target: Mapping[str, Sequence[Artifact]]
) -> tuple[Deviation, ...]:
    """Every file that differs from the one that a build of these artifacts would write, sorted by path."""
    request = build_request(out, artifacts_by_target, force=False)
    if isinstance(request, tuple):
        return tuple(Deviation("", DeviationKind.UNSAFE, problem) for problem in request)
    try:
        return tuple(sorted(_deviations(request), key=lambda deviation: deviation.path))
    except ObstacleError as error:
        return (Deviation(error.path, DeviationKind.UNSAFE, diagnostics.obstacle(out, error)),)
    except OSError as error:
        return (Deviation("", DeviationKind.UNSAFE, diagnostics.unreadable(out, error)),)


def _deviations(request: BuildRequest) -> Iterator[Deviation]:
    disk = read_disk_state(request.out)
    examined = disk.examine_all(request)
    files, refused = examined.files, examined.refused
    for path, problem in examined.blocked.items():
        yield Deviation(path, DeviationKind.UNSAFE, problem)
    if disk.problem is not None:
        refused.append(diagnostics.untrusted(request.out, disk.problem))
    elif not refused:  # otherwise a build would not write the manifest, and `refused` has the reason
        current = examine_manifest(disk, planned_entries(request, disk))
        files.append(replace(current, ours=True))  # a build writes it in any case
    for problem in refused:
        yield Deviation(MANIFEST, DeviationKind.UNTRUSTED, problem)
    for file in affected_files(disk, files):
        if not file.is_current:
            yield _deviation(request.out, file)


def _deviation(out: Path, file: DiskFile) -> Deviation:
    wanted = file.wanted
    if wanted is None:
        diagnostic = diagnostics.orphaned(out, file.path, ours=file.ours)
        return Deviation(file.path, DeviationKind.ORPHANED, diagnostic)
    present = filesystem.read(out, file.path)
    if present is None:
        return Deviation(file.path, DeviationKind.MISSING, diagnostics.missing(out, file.path))
    diff = render_diff(diagnostics.display_path(out, file.path), present[0], wanted.data)
    if file.ours:
        return Deviation(file.path, DeviationKind.STALE, diagnostics.stale(out, file.path), diff)
    diagnostic = diagnostics.edited(out, file.path, owned=file.owned, line_ends=file.line_ends)
    return Deviation(file.path, DeviationKind.HAND_EDITED, diagnostic, diff)
