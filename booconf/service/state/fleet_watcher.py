"""Follow the fleet file: compile it at the start, and again whenever it has changed and is valid."""

import asyncio
import logging
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from booconf.diagnostics import Diagnostic, Severity
from booconf.diagnostics.report import gather
from booconf.escaping import escaped
from booconf.fleet.load import load_fleet
from booconf.fleet.model import Fleet
from booconf.fleet.resolve import Resolver
from booconf.live import adapter_of
from booconf.output.request import digest
from booconf.service.state import OnChange, run_in_thread
from booconf.source.document import LARGEST_FILE

PATIENCE = 10.0
"""Seconds that reading the file may take; doubled by each time-out, as an abandoned read keeps a thread."""

SETTLED_AFTER = 3
"""Equal states in a row after which the file is not read: before that, its times may not show a change."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Catalog:
    """A compiled fleet; `digest` is the SHA-256 of its file, in hexadecimal digits."""

    fleet: Fleet
    resolver: Resolver
    digest: str


class InvalidFleetError(Exception):
    """The fleet file cannot be compiled; `diagnostics` has at least one error."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__("the fleet has errors")
        self.diagnostics = diagnostics


class NotRegularError(OSError):
    """The path is a folder, a pipe or a device, which cannot be read again."""


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes of a file and their SHA-256, in hexadecimal digits."""

    raw: bytes
    digest: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state of a file at one time; `seen` is its content, or why it has none, or None if settled."""

    state: tuple[int, ...]
    seen: Content | str | None


class WatchedFile:
    """The file at `path`, however it is replaced: in place, by a rename, through a link.

    A change counts once two snapshots in a row agree on it: a file written in place may be half written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._state: tuple[int, ...] = ()
        self._equal_states = 0
        self._seen = ""
        self._reported = ""

    def read(self) -> Content:
        """The content; raises OSError if it cannot be read, and ValueError for an impossible name."""
        if not stat.S_ISREG(self._path.stat().st_mode):
            # opening a pipe would wait for its other end
            raise NotRegularError("it is not a regular file, so that it cannot be followed")
        with self._path.open("rb") as stream:
            raw = stream.read(LARGEST_FILE + 1)  # one byte more, so that the reader sees that it is too large
        return Content(raw, digest(raw))

    def snapshot(self) -> Snapshot:
        """The file now. May block, and changes nothing here: a snapshot may be abandoned."""
        try:
            status = self._path.stat()
            state = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
            has_settled = state == self._state and self._equal_states >= SETTLED_AFTER - 1
            return Snapshot(state, None if has_settled else self.read())
        except NotRegularError:
            return Snapshot((), "is not a regular file")
        except OSError as error:
            return Snapshot((), f"cannot be read: {error.strerror or type(error).__name__}")

    def change(self, snapshot: Snapshot) -> Content | str | None:
        """The content or error of a snapshot if it is confirmed and has not been reported; otherwise None."""
        self._equal_states = self._equal_states + 1 if snapshot.state == self._state else 0
        self._state = snapshot.state
        if snapshot.seen is None:
            return None
        mark = snapshot.seen if isinstance(snapshot.seen, str) else snapshot.seen.digest
        is_confirmed, self._seen = mark == self._seen, mark
        if not is_confirmed or mark == self._reported:
            return None
        self._reported = mark
        return snapshot.seen

    def reset(self) -> None:
        """Report the next confirmed snapshot, even if it equals the last one."""
        self._seen = self._reported = ""
        self._state = ()


def compile_catalog(content: Content, name: str) -> Catalog:
    """The catalog of the fleet in `content`; raises InvalidFleetError."""
    loading = load_fleet(content.raw, name, adapter_of)
    if loading.context is None:
        raise InvalidFleetError(loading.diagnostics)
    return Catalog(loading.context.fleet, loading.context.resolver, content.digest)


Compiler = Callable[[Content, str], Catalog]
"""Compiles the content of the file with this name; raises InvalidFleetError."""


class FleetWatcher:
    """The catalog of the fleet file at `path`; raises OSError, ValueError or InvalidFleetError without one.

    `current` is the catalog of the last valid file. `problem` is the reason why the file as it is now is not
    served, None if it is. `file` replaces access to the file at `path`, `patience` is in seconds.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        file: WatchedFile | None = None,
        compiler: Compiler = compile_catalog,
        patience: float = PATIENCE,
    ) -> None:
        self._path = str(path)
        self._file = file or WatchedFile(Path(path))
        self._compiler = compiler
        self._usual_patience = self._patience = patience
        self._replaced = asyncio.Event()
        self.current = compiler(self._file.read(), self._path)
        self.problem: str | None = None

    async def watch(self, on_change: OnChange, *, every: float = 1.0) -> None:
        """Check the file every so many seconds, forever; call `on_change` after a new catalog or problem."""
        while True:
            await asyncio.sleep(every)
            before = self.current, self.problem
            await self._check()
            if (self.current, self.problem) != before:
                on_change()

    async def successor(self, catalog: Catalog) -> Catalog:
        """The current catalog, as soon as it is another one than `catalog`."""
        while self.current is catalog:
            await self._replaced.wait()
        return self.current

    async def _check(self) -> None:
        try:
            async with asyncio.timeout(self._patience):
                snapshot = await run_in_thread(self._file.snapshot)
        except TimeoutError:
            self._file.reset()
            self._refuse("cannot be read: its file system does not answer")
            self._patience *= 2
            return
        self._patience = self._usual_patience
        seen = self._file.change(snapshot)
        if isinstance(seen, str):
            self._refuse(seen)
        elif seen is not None:
            await self._load(seen)

    async def _load(self, seen: Content) -> None:
        try:
            if seen.digest != self.current.digest:
                self.current = await run_in_thread(lambda: self._compiler(seen, self._path))
                self._replaced.set()
                self._replaced = asyncio.Event()
                _log.info("%s has changed; the new fleet is served", escaped(self._path))
            elif self.problem is not None:
                _log.info("%s is the served fleet again", escaped(self._path))
            self.problem = None
        except InvalidFleetError as error:
            self._refuse(_error_summary(error.diagnostics))
        except Exception as error:  # noqa: BLE001 - a bug of booconf, or too little memory: logged
            if isinstance(error, MemoryError):
                self._file.reset()  # a later attempt may succeed
            self._refuse("could not be compiled", error)

    def _refuse(self, clause: str, error: Exception | None = None) -> None:
        """Set `problem`, and log it once with the whole path."""
        clause += "; the last valid fleet is still served"
        problem = f"{escaped(Path(self._path).name)} {clause}"
        if problem != self.problem:
            _log.warning("%s %s", escaped(self._path), clause, exc_info=error)
        self.problem = problem


def _error_summary(diagnostics: tuple[Diagnostic, ...]) -> str:
    """The number of errors, and the code and position of the first: a message might quote the file."""
    report = gather(found for found in diagnostics if found.severity is Severity.ERROR)
    first = report.diagnostics[0]
    start = first.primary and first.primary.span.start
    position = f" in line {start.line}, column {start.column}" if start else ""
    return f"has {report.summary}, the first is {first.code}{position}"
