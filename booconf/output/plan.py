"""The plan of a build: the action for each output file, which `publish` carries out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from booconf.diagnostics.diagnostic import Diagnostic
from booconf.output import LOCK, MANIFEST, diagnostics, filesystem, lock, manifest
from booconf.output.disk_state import DiskFile, DiskState, read_disk_state
from booconf.output.filesystem import ObstacleError, Stamp
from booconf.output.manifest import ManifestEntry
from booconf.output.request import BuildRequest, WantedFile, build_request
from booconf.targets import Artifact

_MANIFEST_TARGET = "manifest"
"""The target under which the manifest itself is planned."""


class FileAction(StrEnum):
    """The action of a build on one file, as its report names it."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file and the action on it; `data` is None for a deleted file.

    `old` and `new` are the sha256 of its content before and after, None for no file. `ours` is true if
    booconf wrote the old content, and `stamp` is the one of the old file.
    """

    path: str
    target: str
    action: FileAction
    data: bytes | None
    old: str | None
    new: str | None
    ours: bool
    stamp: Stamp | None


@dataclass(frozen=True, slots=True)
class Plan:
    """All actions of a build: `changes` sorted by path, then the manifest.

    `entries` are those of the manifest, including targets that are not selected. `orphans` are the paths
    whose empty folders may be deleted, including those of files that a killed build deleted. `interrupted` is
    true if there is a killed build to repair.
    """

    request: BuildRequest
    changes: tuple[FileChange, ...]
    manifest: FileChange
    entries: Mapping[str, ManifestEntry]
    orphans: tuple[str, ...]
    interrupted: bool

    @property
    def pending(self) -> bool:
        """True if the build has anything to do."""
        return self.interrupted or any(
            change.action is not FileAction.UNCHANGED for change in (*self.changes, self.manifest)
        )

    @property
    def hashes(self) -> dict[str, str]:
        """The sha256 of each selected file and of the manifest after the build, by path."""
        return {
            change.path: change.new for change in (*self.changes, self.manifest) if change.new is not None
        }


def plan(
    out: Path, artifacts_by_target: Mapping[str, Sequence[Artifact]], *, force: bool = False
) -> Plan | tuple[Diagnostic, ...]:
    """The plan of a build of these artifacts, or the reasons against it; writes nothing."""
    request = build_request(out, artifacts_by_target, force=force)
    if isinstance(request, tuple):
        return request
    first = decide(request)
    if isinstance(first, Plan):
        return first
    return _decide_locked(request) or first


def _decide_locked(request: BuildRequest) -> Plan | tuple[Diagnostic, ...] | None:
    """Decide again after a running build, whose files look edited; None if there is no lock."""
    try:
        if filesystem.find(request.out, LOCK) is None:
            return None
        with lock.acquire(request.out, lock.LOCK_TIMEOUT):
            return decide(request)
    except diagnostics.OutputError as error:
        return error.diagnostics
    except (ObstacleError, OSError):
        return None


def decide(request: BuildRequest) -> Plan | tuple[Diagnostic, ...]:
    """The plan for the current files, or the reasons against it."""
    try:
        return _decide(request, read_disk_state(request.out))
    except ObstacleError as error:
        return (diagnostics.obstacle(request.out, error),)
    except OSError as error:
        return (diagnostics.unreadable(request.out, error),)


def _decide(request: BuildRequest, disk: DiskState) -> Plan | tuple[Diagnostic, ...]:
    examined = disk.examine_all(request)
    files = examined.files
    problems = list(examined.blocked.values())
    if not request.force:
        problems += examined.refused
        if disk.problem is None or not disk.readable:
            problems += _refusals(disk, files)
        else:
            problems.append(diagnostics.untrusted(request.out, disk.problem))
    if problems:
        return tuple(problems)
    entries = planned_entries(request, disk)
    return Plan(
        request=request,
        changes=tuple(sorted(map(_change, affected_files(disk, files)), key=lambda change: change.path)),
        manifest=_change(examine_manifest(disk, entries)),
        entries=entries,
        orphans=tuple(file.path for file in files if file.wanted is None),
        interrupted=disk.journal is not None,
    )


def _refusals(disk: DiskState, files: list[DiskFile]) -> Iterator[Diagnostic]:
    """Diagnostics for content that booconf did not write and that only --force overwrites."""
    foreign = [file for file in affected_files(disk, files) if not file.is_current and not file.ours]
    any_adopted = any(file.is_current and file.sha256 for file in files)
    lost = not disk.readable and disk.journal is None  # no record of the files that booconf owns
    if lost and (foreign or not any_adopted):
        yield diagnostics.untrusted(disk.out, str(disk.problem))
    for file in foreign:
        if lost and not file.line_ends:
            continue  # the diagnostic about the manifest covers it
        if file.wanted:
            yield diagnostics.edited(disk.out, file.path, owned=file.owned, line_ends=file.line_ends)
        else:
            yield diagnostics.orphaned(disk.out, file.path, ours=False)


def affected_files(disk: DiskState, files: list[DiskFile]) -> Iterator[DiskFile]:
    """Wanted files and existing orphans; an orphan known from a journal alone must have its content."""
    for file in files:
        if file.wanted or (file.sha256 and (file.ours or file.path in disk.entries)):
            yield file


def planned_entries(request: BuildRequest, disk: DiskState) -> dict[str, ManifestEntry]:
    """The entries of the manifest after the build: wanted files, and those of targets not selected."""
    wanted = {file.path: ManifestEntry(file.sha256, file.target) for file in request.wanted.values()}
    return disk.unselected_entries(request) | wanted


def examine_manifest(disk: DiskState, entries: Mapping[str, ManifestEntry]) -> DiskFile:
    """The current manifest and the one that a build writes."""
    wanted = WantedFile.create(MANIFEST, _MANIFEST_TARGET, manifest.render(entries))
    return disk.examine(MANIFEST, _MANIFEST_TARGET, wanted)


def _change(file: DiskFile) -> FileChange:
    wanted = file.wanted
    if file.is_current:
        action = FileAction.UNCHANGED
    elif wanted is None:
        action = FileAction.DELETED
    else:
        action = FileAction.UPDATED if file.sha256 else FileAction.CREATED
    data, new = (wanted.data, wanted.sha256) if wanted else (None, None)
    ours = file.ours or file.is_current
    return FileChange(file.path, file.target, action, data, file.sha256, new, ours, file.stamp)
