"""Carry out a plan, all of it or none, so that being killed at any moment loses nothing.

New files are written to `.booconf/staging/` and synced; a journal with every path's old and new hash is
synced; then each file is put in its place at once, the manifest last, and the journal goes. What is
replaced or deleted is kept in the staging folder until then: when the system refuses half way, it is put
back.
"""

import re
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from booconf.output import diagnostics, filesystem, journal, lock
from booconf.output.cache import prepare_cache
from booconf.output.diagnostics import OutputError
from booconf.output.filesystem import ObstacleError
from booconf.output.journal import Step
from booconf.output.names import CACHE, JOURNAL, MANIFEST, STAGING
from booconf.output.plan import Change, Plan, State, decide

_LEFTOVER = re.compile(r"(?:[0-9]+\.(?:new|old)|journal\.new)")


def publish(plan: Plan, *, seconds: float = lock.SECONDS) -> Plan:
    """Do what `plan` says after one more look at the disk, and return it as done, or OutputError.

    Waits `seconds` for another build of the same folder.
    """
    out = plan.request.out
    if not plan.pending:
        _delete_staging(out)
        return plan
    try:
        prepare_cache(out)
        with lock.hold(out, seconds):
            current = decide(plan.request)
            if isinstance(current, tuple):
                raise OutputError(current)
            if current.pending:
                _Publication(current).run()
            return current
    except ObstacleError as error:
        raise OutputError((diagnostics.obstacle(out, error),)) from error
    except OSError as error:
        raise OutputError((diagnostics.failed(out, error),)) from error


def _delete_staging(out: Path) -> None:
    """Delete the empty staging folder of an earlier build that failed to, unless another build runs."""
    if (out / STAGING).is_dir():
        with suppress(OutputError, ObstacleError, OSError), lock.hold(out, 0):
            filesystem.delete_folder(out / STAGING)


class _Publication:
    """One plan being carried out, with what it takes to go back."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.out = plan.request.out
        self.staging = self.out / STAGING
        self.changes = [
            change for change in (*plan.changes, plan.manifest) if change.state is not State.UNCHANGED
        ]
        self.done: list[tuple[Change, Path]] = []
        self.made: list[Path] = []

    def run(self) -> None:
        """Stage, announce, replace; on a failure take back what was replaced."""
        try:
            self._stage()
            self._announce()
        except BaseException:
            self._clear()
            raise
        try:
            for number, change in enumerate(self.changes):
                self._apply(number, change)
            self._sync()
        except BaseException as error:
            self._take_back(error)
            raise
        self._finish()

    def _stage(self) -> None:
        self._clear()
        filesystem.make_folder(self.staging)
        for number, change in enumerate(self.changes):
            if change.data is None:
                continue
            file = self._staged(number, "new")
            filesystem.create(file, change.data)
            status = filesystem.look(self.out, change.path)
            if status:
                filesystem.set_mode(file, stat.S_IMODE(status.st_mode))

    def _announce(self) -> None:
        """Write the journal. It names unchanged files too: nothing else may yet say that they are ours."""
        steps = {
            change.path: Step(change.old, change.new, change.target, change.ours) for change in self.changes
        }
        for path, entry in self.plan.entries.items():
            steps.setdefault(path, Step(entry.sha256, entry.sha256, entry.target, ours=True))
        file = self.staging / "journal.new"
        filesystem.create(file, journal.render(steps).encode())
        filesystem.sync_folder(self.staging)
        filesystem.move(file, self.out / JOURNAL)
        filesystem.sync_folder(self.out / CACHE)

    def _apply(self, number: int, change: Change) -> None:
        if change.path == MANIFEST:
            self._sync()
        self._verify(change)
        self._make_folders(change.path)
        place, kept = self.out / change.path, self._staged(number, "old")
        if change.data is None:
            self.done.append((change, kept))
            filesystem.move(place, kept)
            return
        if change.old is not None:
            filesystem.keep(place, kept)
        self.done.append((change, kept))
        filesystem.move(self._staged(number, "new"), place)

    def _make_folders(self, path: str) -> None:
        for folder in reversed(list(_folders(self.out, path))):
            if not folder.exists():
                self.made.append(folder)
                filesystem.make_folder(folder)

    def _verify(self, change: Change) -> None:
        """Whoever wrote the file since we looked at it keeps it."""
        status = filesystem.look(self.out, change.path)
        if (filesystem.stamp(status) if status else None) != change.stamp:
            raise OutputError((diagnostics.changed_meanwhile(self.out, change.path),))

    def _take_back(self, cause: BaseException) -> None:
        try:
            for change, kept in reversed(self.done):
                if change.old is None:
                    filesystem.delete(self.out / change.path)
                elif kept.exists():
                    filesystem.move(kept, self.out / change.path)
            for folder in reversed(self.made):
                filesystem.delete_folder(folder)
            self._clear()
            if not self.plan.interrupted:
                filesystem.delete(self.out / JOURNAL)
        except OSError as error:
            raise OutputError((diagnostics.stopped(self.out, error),)) from cause

    def _finish(self) -> None:
        try:
            for path in self.plan.orphans:
                for folder in _folders(self.out, path):
                    filesystem.delete_folder(folder)
            self._clear()
            filesystem.delete(self.out / JOURNAL)
        except OSError as error:
            raise OutputError((diagnostics.stopped(self.out, error),)) from error

    def _sync(self) -> None:
        folders = {(self.out / change.path).parent for change, _ in self.done}
        for folder in sorted(folders | {made.parent for made in self.made}):
            filesystem.sync_folder(folder)

    def _clear(self) -> None:
        """Empty the staging folder of files that are ours by name; what else is there stays."""
        filesystem.look(self.out, f"{STAGING}/0.new")
        with suppress(FileNotFoundError):
            for file in list(self.staging.iterdir()):
                if _LEFTOVER.fullmatch(file.name):
                    filesystem.delete(file)
        filesystem.delete_folder(self.staging)

    def _staged(self, number: int, kind: str) -> Path:
        return self.staging / f"{number}.{kind}"


def _folders(out: Path, path: str) -> Iterator[Path]:
    """Name the folders between a path and `out`, innermost first."""
    parts = path.split("/")
    for count in range(len(parts) - 1, 0, -1):
        yield out.joinpath(*parts[:count])
