"""What a build would do to the files below --out: decided here, done in `publish`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from booconf.diagnostics.diagnostic import Diagnostic
from booconf.output import diagnostics, filesystem, lock, manifest
from booconf.output.disk_state import Found, Survey, survey
from booconf.output.filesystem import ObstacleError, Stamp
from booconf.output.manifest import Entry
from booconf.output.names import LOCK, MANIFEST
from booconf.output.request import Request, content, request
from booconf.targets import Artifact

_OWN = "manifest"
"""The target name under which the manifest itself is planned."""


class State(StrEnum):
    """What a build does with one file."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Change:
    """One file and what becomes of it: `data` is None when it is deleted.

    `old` and `new` are sha256 of its bytes before and after, None for no file; `ours` says that booconf wrote
    those before, and `stamp` is the file's as it was seen.
    """

    path: str
    target: str
    state: State
    data: bytes | None
    old: str | None
    new: str | None
    ours: bool
    stamp: Stamp | None


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a build will do: `changes` sorted by path, then the manifest.

    `entries` are the manifest's, with those of targets not asked for. `orphans` are paths whose empty
    folders may go, also when a killed build deleted the file. `interrupted` says that there is such a build
    to repair.
    """

    request: Request
    changes: tuple[Change, ...]
    manifest: Change
    entries: Mapping[str, Entry]
    orphans: tuple[str, ...]
    interrupted: bool

    @property
    def pending(self) -> bool:
        """There is something to do."""
        return self.interrupted or any(
            change.state is not State.UNCHANGED for change in (*self.changes, self.manifest)
        )

    @property
    def hashes(self) -> dict[str, str]:
        """The sha256 of every file asked for and of the manifest, by path, once the plan is carried out."""
        return {
            change.path: change.new for change in (*self.changes, self.manifest) if change.new is not None
        }


def plan(
    out: Path, artifacts_by_target: Mapping[str, Sequence[Artifact]], *, force: bool = False
) -> Plan | tuple[Diagnostic, ...]:
    """Decide what a build of these artifacts does below `out`, or why it must not be done; writes nothing."""
    asked = request(out, artifacts_by_target, force=force)
    if isinstance(asked, tuple):
        return asked
    first = decide(asked)
    if isinstance(first, Plan):
        return first
    return _second_look(asked) or first


def _second_look(asked: Request) -> Plan | tuple[Diagnostic, ...] | None:
    """Decide again once no other build is half way, whose files look edited; None when there is no lock."""
    try:
        if filesystem.look(asked.out, LOCK) is None:
            return None
        with lock.hold(asked.out, lock.SECONDS):
            return decide(asked)
    except diagnostics.OutputError as error:
        return error.diagnostics
    except (ObstacleError, OSError):
        return None


def decide(asked: Request) -> Plan | tuple[Diagnostic, ...]:
    """Compare what is wanted with what is on disk now."""
    try:
        return _decide(asked, survey(asked.out))
    except ObstacleError as error:
        return (diagnostics.obstacle(asked.out, error),)
    except OSError as error:
        return (diagnostics.unreadable(asked.out, error),)


def _decide(asked: Request, ground: Survey) -> Plan | tuple[Diagnostic, ...]:
    found, blocked, refused = ground.find_all(asked)
    problems = list(blocked.values())
    if not asked.force:
        problems += refused
        if ground.problem is None or not ground.readable:
            problems += _refusals(ground, found)
        else:
            problems.append(diagnostics.untrusted(asked.out, ground.problem))
    if problems:
        return tuple(problems)
    entries = planned_entries(asked, ground)
    return Plan(
        request=asked,
        changes=tuple(sorted(map(_change, concerned(ground, found)), key=lambda change: change.path)),
        manifest=_change(find_manifest(ground, entries)),
        entries=entries,
        orphans=tuple(file.path for file in found if file.wanted is None),
        interrupted=ground.journal is not None,
    )


def _refusals(ground: Survey, found: list[Found]) -> Iterator[Diagnostic]:
    """Why the build must not be done without --force: it would destroy what booconf did not write."""
    files = [file for file in concerned(ground, found) if not file.equal and not file.ours]
    adopted = any(file.equal and file.sha256 for file in found)
    lost = not ground.readable and ground.journal is None  # nothing says of any file that it is ours
    if lost and (files or not adopted):
        yield diagnostics.untrusted(ground.out, str(ground.problem))
    for file in files:
        if lost and not file.line_ends:
            continue  # the manifest may have known it: that is said once
        if file.wanted:
            yield diagnostics.edited(ground.out, file.path, owned=file.owned, line_ends=file.line_ends)
        else:
            yield diagnostics.orphaned(ground.out, file.path, ours=False)


def concerned(ground: Survey, found: list[Found]) -> Iterator[Found]:
    """Pick wanted files, and orphans that are there; one only in a journal must hold what it wrote."""
    for file in found:
        if file.wanted or (file.sha256 and (file.ours or file.path in ground.entries)):
            yield file


def planned_entries(asked: Request, ground: Survey) -> dict[str, Entry]:
    """What the manifest will say: the files wanted, and as it stands what was not asked for."""
    wanted = {file.path: Entry(file.sha256, file.target) for file in asked.wanted.values()}
    return ground.kept(asked) | wanted


def find_manifest(ground: Survey, entries: Mapping[str, Entry]) -> Found:
    """Look at the manifest beside the one that will be written."""
    return ground.find(MANIFEST, _OWN, content(MANIFEST, _OWN, manifest.render(entries)))


def _change(file: Found) -> Change:
    wanted = file.wanted
    if file.equal:
        state = State.UNCHANGED
    elif wanted is None:
        state = State.DELETED
    else:
        state = State.UPDATED if file.sha256 else State.CREATED
    data, new = (wanted.data, wanted.sha256) if wanted else (None, None)
    ours = file.ours or file.equal
    return Change(file.path, file.target, state, data, file.sha256, new, ours, file.stamp)
