"""What stands below --out now, and which of it is ours: the ground for a plan and for `build --check`."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from booconf.diagnostics.diagnostic import Diagnostic
from booconf.output import diagnostics, filesystem, journal, manifest
from booconf.output.filesystem import ObstacleError, Stamp
from booconf.output.journal import Step
from booconf.output.manifest import Entry, UnreadableError, UntrustedError
from booconf.output.names import JOURNAL, MANIFEST
from booconf.output.paths import collision, target_problem
from booconf.output.request import Content, Request, digest

_SIZE_LIMIT = 64 << 20
"""The largest manifest or journal that is believed, in bytes: some 300,000 files."""


@dataclass(frozen=True, slots=True)
class Found:
    """One path on disk, beside what is wanted there (None: nothing, the path is an orphan).

    `sha256` and `stamp` are None when there is no file. `ours` says that booconf wrote these bytes, `owned`
    that the manifest or a journal names the path, `line_ends` that the bytes would be ours but for CRLF.
    """

    path: str
    target: str
    wanted: Content | None
    sha256: str | None
    stamp: Stamp | None
    ours: bool
    owned: bool
    line_ends: bool

    @property
    def equal(self) -> bool:
        """The file is as it is wanted."""
        return self.sha256 == (self.wanted.sha256 if self.wanted else None)


@dataclass(frozen=True, slots=True)
class Survey:
    """The manifest and the journal below `out`, as far as they can be believed.

    `problem` says what is wrong with a manifest that cannot be believed, so there are no `entries`;
    `readable` is false when it is no manifest at all, as after a merge. `journal` is None when no build was
    killed.
    """

    out: Path
    entries: Mapping[str, Entry]
    problem: str | None
    readable: bool
    journal: Mapping[str, Step] | None

    def find(self, path: str, target: str, wanted: Content | None) -> Found:
        """Look at one path; ObstacleError when no file stands there, OSError when it cannot be read."""
        hashes = self._hashes(path, known=wanted is not None)
        seen = filesystem.read(self.out, path)
        if seen is None:
            return Found(path, target, wanted, None, None, ours=True, owned=bool(hashes), line_ends=False)
        data, stamp = seen
        sha256 = digest(data)
        ours = sha256 in hashes
        if not ours and b"\r\n" in data:
            reverted = digest(data.replace(b"\r\n", b"\n"))
            line_ends = reverted in hashes or (wanted is not None and reverted == wanted.sha256)
        else:
            line_ends = False
        return Found(path, target, wanted, sha256, stamp, ours, bool(hashes), line_ends)

    def _hashes(self, path: str, *, known: bool) -> set[str | None]:
        """Hashes of bytes that are ours, or that a killed build was told to overwrite, if still `known`."""
        entry, step = self.entries.get(path), (self.journal or {}).get(path)
        hashes: set[str | None] = {entry.sha256} if entry else set()
        if step:
            hashes |= {step.new, step.old} if step.ours or known or entry else {step.new}
        return hashes

    def find_all(self, request: Request) -> tuple[list[Found], dict[str, Diagnostic], list[Diagnostic]]:
        """Look at every wanted file and every orphan.

        With it come what blocks wanted files, by the place of the obstacle, and what blocks orphans.
        """
        found: list[Found] = []
        blocked: dict[str, Diagnostic] = {}
        refused: list[Diagnostic] = []
        for content in request.wanted.values():
            try:
                found.append(self.find(content.path, content.target, content))
            except ObstacleError as error:
                blocked[error.place] = diagnostics.obstacle(self.out, error)
        folded = {path.lower(): path for path in request.wanted}
        for path, target in self._orphans(request):
            other = collision(path, folded)
            problem = f"which cannot stand beside `{other}`" if other else target_problem(path, target)
            if problem:
                refused.append(diagnostics.misnamed(self.out, f"names `{path}`, {problem}"))
                continue
            try:
                found.append(self.find(path, target, None))
            except ObstacleError as error:
                reason = f"names `{path}`, but `{error.place}` {error.reason}"
                refused.append(diagnostics.misnamed(self.out, reason))
        return found, blocked, refused

    def _orphans(self, request: Request) -> Iterator[tuple[str, str]]:
        """Paths, each with its target, that were ours, belong to a target asked for, and are not wanted."""
        targets = {path: step.target for path, step in (self.journal or {}).items()}
        targets |= {path: entry.target for path, entry in self.entries.items()}
        for path, target in sorted(targets.items()):
            if path not in request.wanted and path != MANIFEST and request.covers(target):
                yield path, target

    def kept(self, request: Request) -> dict[str, Entry]:
        """Entries of targets not asked for, each with the hash that a killed build left behind."""
        entries = {
            path: entry
            for path, entry in self.entries.items()
            if path not in request.wanted and not request.covers(entry.target)
        }
        for path, step in (self.journal or {}).items():
            if path in request.wanted or path == MANIFEST or request.covers(step.target):
                continue
            with suppress(ObstacleError):
                found = self.find(path, step.target, None)
                if found.ours and found.sha256:
                    entries[path] = Entry(found.sha256, step.target)
        return entries


def survey(out: Path) -> Survey:
    """Read the manifest and the journal below `out`; ObstacleError or OSError when that is not possible."""
    entries: Mapping[str, Entry] = {}
    problem, readable = None, True
    try:
        text = _bounded(out, MANIFEST)
        entries = {} if text is None else manifest.read(text)
    except UntrustedError as error:
        problem = str(error)
    except UnreadableError:
        problem, readable = "is not a manifest that booconf wrote", False
    steps = _bounded(out, JOURNAL)
    return Survey(out, entries, problem, readable, None if steps is None else journal.read(steps))


def _bounded(out: Path, path: str) -> bytes | None:
    status = filesystem.look(out, path)
    if status and status.st_size > _SIZE_LIMIT:
        return b""
    seen = filesystem.read(out, path)
    return seen[0] if seen else None
