"""Carry out a plan, all of it or none; a build killed at any moment loses nothing.

New files are written to `.booconf/staging/` and synced, then a journal with the old and the new hash of each
path. Each file is then replaced at once, the manifest last, and the journal is deleted. The staging folder
contains the replaced and deleted files until then, and an error of the system restores them.
"""

import re
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from booconf.output import CACHE, JOURNAL, MANIFEST, STAGING, diagnostics, filesystem, journal, lock
from booconf.output.diagnostics import OutputError
from booconf.output.filesystem import ObstacleError
from booconf.output.journal import JournalEntry
from booconf.output.plan import FileAction, FileChange, Plan, decide

_LEFTOVER = re.compile(r"(?:[0-9]+\.(?:new|old)|journal\.new)")


def publish(plan: Plan, *, seconds: float = lock.LOCK_TIMEOUT) -> Plan:
    """Plan again behind the lock, carry that plan out and return it; raises OutputError.

    Waits `seconds` for another build of the same folder.
    """
    out = plan.request.out
    if not plan.pending:
        _delete_staging(out)
        return plan
    try:
        lock.prepare_cache(out)
        with lock.acquire(out, seconds):
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
        with suppress(OutputError, ObstacleError, OSError), lock.acquire(out, 0):
            filesystem.delete_folder(out / STAGING)


class _Publication:
    """A plan that is being carried out, with the data for a rollback."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.out = plan.request.out
        self.staging = self.out / STAGING
        self.changes = [
            change for change in (*plan.changes, plan.manifest) if change.action is not FileAction.UNCHANGED
        ]
        self.done: list[tuple[FileChange, Path]] = []
        self.new_folders: list[Path] = []

    def run(self) -> None:
        """Stage the new files, write the journal, replace the files; roll back on an error."""
        try:
            self._stage()
            self._write_journal()
        except BaseException:
            self._clear()
            raise
        try:
            for number, change in enumerate(self.changes):
                self._apply(number, change)
            self._sync()
        except BaseException as error:
            self._roll_back(error)
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
            status = filesystem.find(self.out, change.path)
            if status:
                filesystem.set_mode(file, stat.S_IMODE(status.st_mode))

    def _write_journal(self) -> None:
        """Write the journal. It lists unchanged files too, since the manifest may not list them yet."""
        entries = {
            change.path: JournalEntry(change.old, change.new, change.target, change.ours)
            for change in self.changes
        }
        for path, entry in self.plan.entries.items():
            entries.setdefault(path, JournalEntry(entry.sha256, entry.sha256, entry.target, ours=True))
        file = self.staging / "journal.new"
        filesystem.create(file, journal.render(entries).encode())
        filesystem.sync_folder(self.staging)
        filesystem.move(file, self.out / JOURNAL)
        filesystem.sync_folder(self.out / CACHE)

    def _apply(self, number: int, change: FileChange) -> None:
        if change.path == MANIFEST:
            self._sync()
        self._verify(change)
        self._make_folders(change.path)
        file, backup = self.out / change.path, self._staged(number, "old")
        if change.data is None:
            self.done.append((change, backup))
            filesystem.move(file, backup)
            return
        if change.old is not None:
            filesystem.back_up(file, backup)
        self.done.append((change, backup))
        filesystem.move(self._staged(number, "new"), file)

    def _make_folders(self, path: str) -> None:
        for folder in reversed(list(_folders(self.out, path))):
            if not folder.exists():
                self.new_folders.append(folder)
                filesystem.make_folder(folder)

    def _verify(self, change: FileChange) -> None:
        """Raise OutputError if the file was written after the plan was made."""
        status = filesystem.find(self.out, change.path)
        if (filesystem.stamp(status) if status else None) != change.stamp:
            raise OutputError((diagnostics.changed_meanwhile(self.out, change.path),))

    def _roll_back(self, cause: BaseException) -> None:
        try:
            for change, backup in reversed(self.done):
                if change.old is None:
                    filesystem.delete(self.out / change.path)
                elif backup.exists():
                    filesystem.move(backup, self.out / change.path)
            for folder in reversed(self.new_folders):
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
        for folder in sorted(folders | {made.parent for made in self.new_folders}):
            filesystem.sync_folder(folder)

    def _clear(self) -> None:
        """Delete booconf's own files in the staging folder, and the folder if it is empty then."""
        filesystem.find(self.out, f"{STAGING}/0.new")
        with suppress(FileNotFoundError):
            for file in list(self.staging.iterdir()):
                if _LEFTOVER.fullmatch(file.name):
                    filesystem.delete(file)
        filesystem.delete_folder(self.staging)

    def _staged(self, number: int, kind: str) -> Path:
        return self.staging / f"{number}.{kind}"


def _folders(out: Path, path: str) -> Iterator[Path]:
    """The folders between a path and `out`, innermost first."""
    parts = path.split("/")
    for count in range(len(parts) - 1, 0, -1):
        yield out.joinpath(*parts[:count])
