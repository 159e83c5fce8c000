"""Current output files, and which of them booconf owns."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from booconf.diagnostics.diagnostic import Diagnostic
from booconf.escaping import quote
from booconf.output import JOURNAL, MANIFEST, diagnostics, filesystem, journal, manifest
from booconf.output.filesystem import ObstacleError, Stamp
from booconf.output.journal import JournalEntry
from booconf.output.manifest import ManifestEntry, UnreadableError, UntrustedError
from booconf.output.request import BuildRequest, WantedFile, collision, digest, target_problem

_SIZE_LIMIT = 64 << 20
"""Bytes of the largest manifest or journal that is read: some 300,000 files."""


@dataclass(frozen=True, slots=True)
class DiskFile:
    """The current file at one path, and the wanted one (None for an orphan).

    `sha256` and `stamp` are None if no file exists. `ours` is true if booconf wrote this content, `owned` if
    the manifest or a journal lists the path, `line_ends` if the content differs from ours only by CRLF line
    endings.
    """

    path: str
    target: str
    wanted: WantedFile | None
    sha256: str | None
    stamp: Stamp | None
    ours: bool
    owned: bool
    line_ends: bool

    @property
    def is_current(self) -> bool:
        """True if the file has the wanted content, or neither exists."""
        return self.sha256 == (self.wanted.sha256 if self.wanted else None)


@dataclass(frozen=True, slots=True)
class ExaminedFiles:
    """Wanted and orphaned files, and obstacles: `blocked` to wanted files, by path, `refused` to orphans."""

    files: list[DiskFile]
    blocked: dict[str, Diagnostic]
    refused: list[Diagnostic]


@dataclass(frozen=True, slots=True)
class DiskState:
    """The valid parts of the manifest and the journal below `out`.

    `problem` is a predicate about an invalid manifest, which has no `entries`; `readable` is false if it is
    no manifest at all, as after a merge. `journal` is None unless a build was killed.
    """

    out: Path
    entries: Mapping[str, ManifestEntry]
    problem: str | None
    readable: bool
    journal: Mapping[str, JournalEntry] | None

    def examine(self, path: str, target: str, wanted: WantedFile | None) -> DiskFile:
        """Compare one path; raises ObstacleError for anything but a file, or OSError."""
        hashes = self._own_hashes(path, is_wanted=wanted is not None)
        present = filesystem.read(self.out, path)
        if present is None:
            return DiskFile(path, target, wanted, None, None, ours=True, owned=bool(hashes), line_ends=False)
        data, stamp = present
        sha256 = digest(data)
        ours = sha256 in hashes
        if not ours and b"\r\n" in data:
            reverted = digest(data.replace(b"\r\n", b"\n"))
            line_ends = reverted in hashes or (wanted is not None and reverted == wanted.sha256)
        else:
            line_ends = False
        return DiskFile(path, target, wanted, sha256, stamp, ours, bool(hashes), line_ends)

    def _own_hashes(self, path: str, *, is_wanted: bool) -> set[str | None]:
        """Hashes of content that booconf wrote, or that a killed build was allowed to overwrite."""
        entry, step = self.entries.get(path), (self.journal or {}).get(path)
        hashes: set[str | None] = {entry.sha256} if entry else set()
        if step:
            hashes |= {step.new, step.old} if step.ours or is_wanted or entry else {step.new}
        return hashes

    def examine_all(self, request: BuildRequest) -> ExaminedFiles:
        """Compare every wanted file and every orphan."""
        files: list[DiskFile] = []
        blocked: dict[str, Diagnostic] = {}
        refused: list[Diagnostic] = []
        for wanted in request.wanted.values():
            try:
                files.append(self.examine(wanted.path, wanted.target, wanted))
            except ObstacleError as error:
                blocked[error.path] = diagnostics.obstacle(self.out, error)
        folded = {path.lower(): path for path in request.wanted}
        for path, target in self._orphans(request):
            other = collision(path, folded)
            problem = f"which collides with {quote(other)}" if other else target_problem(path, target)
            if problem:
                refused.append(diagnostics.misnamed(self.out, f"names {quote(path)}, {problem}"))
                continue
            try:
                files.append(self.examine(path, target, None))
            except ObstacleError as error:
                reason = f"names {quote(path)}, but {quote(error.path)} {error.reason}"
                refused.append(diagnostics.misnamed(self.out, reason))
        return ExaminedFiles(files, blocked, refused)

    def _orphans(self, request: BuildRequest) -> Iterator[tuple[str, str]]:
        """Paths that booconf owns for a selected target but does not want, each with the target."""
        targets = {path: step.target for path, step in (self.journal or {}).items()}
        targets |= {path: entry.target for path, entry in self.entries.items()}
        for path, target in sorted(targets.items()):
            if path not in request.wanted and path != MANIFEST and request.covers(target):
                yield path, target

    def unselected_entries(self, request: BuildRequest) -> dict[str, ManifestEntry]:
        """Entries of targets that are not selected, with the hashes that a killed build left."""
        entries = {
            path: entry
            for path, entry in self.entries.items()
            if path not in request.wanted and not request.covers(entry.target)
        }
        for path, step in (self.journal or {}).items():
            if path in request.wanted or path == MANIFEST or request.covers(step.target):
                continue
            with suppress(ObstacleError):
                file = self.examine(path, step.target, None)
                if file.ours and file.sha256:
                    entries[path] = ManifestEntry(file.sha256, step.target)
        return entries


def read_disk_state(out: Path) -> DiskState:
    """Read the manifest and the journal below `out`; raises ObstacleError or OSError."""
    entries: Mapping[str, ManifestEntry] = {}
    problem, readable = None, True
    try:
        text = _read_bounded(out, MANIFEST)
        entries = {} if text is None else manifest.read(text)
    except UntrustedError as error:
        problem = str(error)
    except UnreadableError:
        problem, readable = "is not a manifest that booconf wrote", False
    steps = _read_bounded(out, JOURNAL)
    return DiskState(out, entries, problem, readable, None if steps is None else journal.read(steps))


def _read_bounded(out: Path, path: str) -> bytes | None:
    """The bytes of a file, none for a larger one; None if no file exists."""
    status = filesystem.find(out, path)
    if status and status.st_size > _SIZE_LIMIT:
        return b""
    present = filesystem.read(out, path)
    return present[0] if present else None
