"""What a build would do to the files below --out: decided here and done in `publish`, or only reported."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from booconf.diagnostics.diagnostic import Diagnostic
from booconf.output import filesystem, lock, manifest, report
from booconf.output.difference import difference
from booconf.output.filesystem import ObstacleError, Stamp
from booconf.output.manifest import Entry
from booconf.output.names import LOCK, MANIFEST
from booconf.output.request import Request, content, request
from booconf.output.survey import Found, Survey, survey
from booconf.targets.artifact import Artifact

_OWN = "manifest"
"""The target name under which the manifest itself is planned."""


class State(StrEnum):
    """What a build does with one file."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    DELETED = "deleted"


class Trouble(StrEnum):
    """What is wrong with one file of a committed build."""

    STALE = "stale"
    HAND_EDITED = "hand-edited"
    MISSING = "missing"
    ORPHANED = "orphaned"
    UNTRUSTED = "untrusted"
    UNSAFE = "unsafe"


@dataclass(frozen=True, slots=True)
class Change:
    """One file and what becomes of it: `data` is None when it is deleted.

    `old` and `new` are sha256 of its bytes before and after, None for no file; `stamp` is the file's as seen.
    """

    path: str
    target: str
    state: State
    data: bytes | None
    old: str | None
    new: str | None
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


@dataclass(frozen=True, slots=True)
class Drift:
    """One file that is not as build would leave it; `difference` is a unified diff, or empty."""

    path: str
    trouble: Trouble
    diagnostic: Diagnostic
    difference: str


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
    except report.OutputError as error:
        return error.diagnostics
    except (ObstacleError, OSError):
        return None


def decide(asked: Request) -> Plan | tuple[Diagnostic, ...]:
    """Compare what is wanted with what is on disk now."""
    try:
        return _decide(asked, survey(asked.out))
    except ObstacleError as error:
        return (report.obstacle(asked.out, error),)
    except OSError as error:
        return (report.failed(asked.out, error),)


def _decide(asked: Request, ground: Survey) -> Plan | tuple[Diagnostic, ...]:
    found, blocked, refused = ground.find_all(asked)
    problems = list(blocked.values())
    if not asked.force:
        problems += refused
        if ground.problem is None or not ground.readable:
            problems += _refusals(ground, found)
        else:
            problems.append(report.untrusted(asked.out, ground.problem))
    if problems:
        return tuple(problems)
    entries = _entries(asked, ground)
    return Plan(
        request=asked,
        changes=tuple(sorted(map(_change, _concerned(ground, found)), key=lambda change: change.path)),
        manifest=_change(_manifest(ground, entries)),
        entries=entries,
        orphans=tuple(file.path for file in found if file.wanted is None),
        interrupted=ground.journal is not None,
    )


def _refusals(ground: Survey, found: list[Found]) -> Iterator[Diagnostic]:
    """Why the build must not be done without --force: it would destroy what booconf did not write."""
    for file in _concerned(ground, found):
        if not file.equal and not file.ours:
            if file.wanted:
                yield report.edited(ground.out, file.path, owned=file.owned, line_ends=file.line_ends)
            else:
                yield report.orphaned(ground.out, file.path, ours=False)
    adopted = any(file.equal and file.sha256 for file in found)
    if not ground.readable and ground.journal is None and not adopted:
        yield report.untrusted(ground.out, str(ground.problem))


def _concerned(ground: Survey, found: list[Found]) -> Iterator[Found]:
    """Wanted files, and orphans that are there; one that only a journal names must hold what it wrote."""
    for file in found:
        if file.wanted or (file.sha256 and (file.ours or file.path in ground.entries)):
            yield file


def _entries(asked: Request, ground: Survey) -> dict[str, Entry]:
    wanted = {file.path: Entry(file.sha256, file.target) for file in asked.wanted.values()}
    return ground.kept(asked) | wanted


def _manifest(ground: Survey, entries: Mapping[str, Entry]) -> Found:
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
    return Change(file.path, file.target, state, data, file.sha256, new, file.stamp)


def inspect(out: Path, artifacts_by_target: Mapping[str, Sequence[Artifact]]) -> tuple[Drift, ...]:
    """Tell every file that is not as a build would leave it, sorted by path; writes and repairs nothing."""
    asked = request(out, artifacts_by_target, force=False)
    if isinstance(asked, tuple):
        return tuple(Drift("", Trouble.UNSAFE, problem, "") for problem in asked)
    try:
        ground = survey(out)
        found, blocked, refused = ground.find_all(asked)
        drifts = [Drift(place, Trouble.UNSAFE, problem, "") for place, problem in blocked.items()]
        if ground.problem is None:
            found.append(replace(_manifest(ground, _entries(asked, ground)), ours=True))
        else:
            refused.append(report.untrusted(out, ground.problem))
        drifts += [Drift(MANIFEST, Trouble.UNTRUSTED, problem, "") for problem in refused]
        drifts += [_drift(out, file) for file in _concerned(ground, found) if not file.equal]
    except ObstacleError as error:
        return (Drift(error.place, Trouble.UNSAFE, report.obstacle(out, error), ""),)
    except OSError as error:
        return (Drift("", Trouble.UNSAFE, report.failed(out, error), ""),)
    return tuple(sorted(drifts, key=lambda drift: drift.path))


def _drift(out: Path, file: Found) -> Drift:
    wanted = file.wanted
    if wanted is None:
        diagnostic = report.orphaned(out, file.path, ours=file.ours)
        return Drift(file.path, Trouble.ORPHANED, diagnostic, "")
    if file.sha256 is None:
        return Drift(file.path, Trouble.MISSING, report.missing(out, file.path), "")
    seen = filesystem.read(out, file.path)
    text = difference(report.shown(out, file.path), seen[0] if seen else b"", wanted.data)
    if file.ours:
        return Drift(file.path, Trouble.STALE, report.stale(out, file.path), text)
    diagnostic = report.edited(out, file.path, owned=file.owned, line_ends=file.line_ends)
    return Drift(file.path, Trouble.HAND_EDITED, diagnostic, text)
