"""The fleet that is served: compiled at the start, and again whenever its file changes for a valid one."""

import asyncio
import logging
from dataclasses import dataclass
from pathlib import Path

from booconf.diagnostics import Diagnostic, Severity
from booconf.diagnostics.report import gather
from booconf.escaping import escaped
from booconf.fleet.load import load_fleet
from booconf.fleet.model import Fleet
from booconf.fleet.resolve import Resolver
from booconf.service.state.background import OnChange, in_background
from booconf.service.state.watched_file import Content, WatchedFile

PATIENCE = 10.0
"""Seconds that a look at the file may take. The next may take twice as long: a lost look keeps a thread."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Catalog:
    """A compiled fleet; `digest` is the SHA-256 of its file, in hexadecimal digits."""

    fleet: Fleet
    resolver: Resolver
    digest: str


class InvalidFleetError(Exception):
    """The fleet may not be compiled; `diagnostics` hold at least one error."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__("the fleet has errors")
        self.diagnostics = diagnostics


class FleetWatcher:
    """The catalog of the fleet file at `path`; raises OSError or InvalidFleetError if that has none now.

    `current` is the catalog of the last valid file. `problem` says what is wrong with the file as it is now,
    None when that is the one `current` comes from.
    """

    def __init__(self, path: str | Path) -> None:
        self._path = str(path)
        self._file = WatchedFile(Path(path))
        self._patience = PATIENCE
        self._news = asyncio.Event()
        self.current = _compile(self._file.read(), self._path)
        self.problem: str | None = None

    async def watch(self, on_change: OnChange, *, every: float = 1.0) -> None:
        """Look at the file every so many seconds, for good; tell `on_change` of a new catalog or problem."""
        while True:
            await asyncio.sleep(every)
            before = self.current, self.problem
            await self._look()
            if (self.current, self.problem) != before:
                on_change()

    async def successor(self, catalog: Catalog) -> Catalog:
        """The current catalog, as soon as that is another one than `catalog`."""
        while self.current is catalog:
            await self._news.wait()
        return self.current

    async def _look(self) -> None:
        try:
            async with asyncio.timeout(self._patience):
                look = await in_background(self._file.look)
        except TimeoutError:
            self._file.forget()
            self._refuse("cannot be read: its file system does not answer")
            self._patience *= 2
            return
        self._patience = PATIENCE
        seen = self._file.news(look)
        if isinstance(seen, str):
            self._refuse(seen)
        elif seen is not None:
            await self._take(seen)

    async def _take(self, seen: Content) -> None:
        try:
            if seen.digest != self.current.digest:
                self.current = await in_background(lambda: _compile(seen, self._path))
                self._news.set()
                self._news = asyncio.Event()
                _log.info("%s has changed and is served as it is now", escaped(self._path))
            elif self.problem is not None:
                _log.info("%s is again what is served", escaped(self._path))
            self.problem = None
        except InvalidFleetError as error:
            self._refuse(_errors(error.diagnostics))
        except Exception as error:  # noqa: BLE001 - a mistake of ours, or too little memory: the log has it
            if isinstance(error, MemoryError):
                self._file.forget()  # there may be more by then
            self._refuse("could not be compiled", error)

    def _refuse(self, clause: str, error: Exception | None = None) -> None:
        """Note what is wrong; the log has it once, and the whole path."""
        clause += "; what is served is the last valid fleet"
        problem = f"{escaped(Path(self._path).name)} {clause}"
        if problem != self.problem:
            _log.warning("%s %s", escaped(self._path), clause, exc_info=error)
        self.problem = problem


def _compile(content: Content, name: str) -> Catalog:
    loading = load_fleet(content.raw, name)
    if loading.context is None:
        raise InvalidFleetError(loading.diagnostics)
    return Catalog(loading.context.fleet, loading.context.resolver, content.digest)


def _errors(diagnostics: tuple[Diagnostic, ...]) -> str:
    """How many errors there are, and which is the first."""
    report = gather(found for found in diagnostics if found.severity is Severity.ERROR)
    first = report.diagnostics[0]
    start = first.primary and first.primary.span.start
    place = f" in line {start.line}, column {start.column}" if start else ""
    return f"has {report.summary}, the first is {first.code}{place}"
