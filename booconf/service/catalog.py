"""The fleet that is served: compiled at the start, and again whenever its file changes for a valid one."""

import asyncio
import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from booconf.diagnostics import Diagnostic, Severity
from booconf.diagnostics.escaping import escaped
from booconf.fleet.load import load_fleet
from booconf.fleet.model import Fleet
from booconf.fleet.resolve import Resolver

OnChange = Callable[[], None]

LARGEST_READ = (64 << 20) + 1
"""Bytes read at most: one more than a fleet may have, so that a larger one is seen to be too large."""

LOOKS_TO_SETTLE = 3
"""A file that looked the same so often is not read; before that, a change may not show in its times."""

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


class CatalogSource:
    """The catalog of the fleet file at `path`; raises OSError or InvalidFleetError if that has none now.

    `current` is the catalog of the last valid file. `problem` says what is wrong with the file as it is now,
    None when that is the one `current` comes from.
    """

    def __init__(self, path: str | Path) -> None:
        self._name = str(path)
        self._file = _WatchedFile(Path(path))
        self._news = asyncio.Event()
        self.current = _compile(self._file.read(), self._name)
        self.problem: str | None = None

    async def watch(self, on_change: OnChange, *, every: float = 1.0) -> None:
        """Look at the file every so many seconds, for good; tell `on_change` of another catalog or problem."""
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
        seen = await asyncio.to_thread(self._file.look)
        if isinstance(seen, str):
            self._refuse(seen)
        elif seen is not None:
            try:
                await self._take(seen)
            except InvalidFleetError as error:
                self._refuse(_errors(error.diagnostics))

    async def _take(self, raw: bytes) -> None:
        if _digest(raw) != self.current.digest:
            self.current = await asyncio.to_thread(_compile, raw, self._name)
            self._news.set()
            self._news = asyncio.Event()
            _log.info("%s has changed and is served as it is now", escaped(self._name))
        elif self.problem is not None:
            _log.info("%s is again what is served", escaped(self._name))
        self.problem = None

    def _refuse(self, clause: str) -> None:
        name = escaped(Path(self._name).name)
        self.problem = f"{name} {clause}; what is served is the last valid fleet"
        _log.warning("%s", self.problem)


class _WatchedFile:
    """The file at `path` from look to look; a look that only half of a change has reached does not count."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._state: tuple[int, ...] = ()
        self._looks_alike = 0
        self._seen = ""
        self._told = ""

    def read(self) -> bytes:
        """The bytes of the file; OSError when it cannot be read."""
        with self._path.open("rb") as stream:
            return stream.read(LARGEST_READ)

    def look(self) -> bytes | str | None:
        """The bytes of the file, or a clause on why it cannot be read, once two looks in a row agree on it.

        None where they do not, and where they agree on what was told before.
        """
        seen: bytes | str
        try:
            if self._has_settled():
                return None
            seen = self.read()
            mark = _digest(seen)
        except OSError as error:
            seen = mark = f"cannot be read: {error.strerror or type(error).__name__}"
            self._state = ()
        is_certain, self._seen = mark == self._seen, mark
        if not is_certain or mark == self._told:
            return None
        self._told = mark
        return seen

    def _has_settled(self) -> bool:
        """Whether the file has looked the same for some time, so that it holds what it held."""
        status = self._path.stat()
        state = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
        self._looks_alike = self._looks_alike + 1 if state == self._state else 0
        self._state = state
        return self._looks_alike >= LOOKS_TO_SETTLE


def _digest(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def _compile(raw: bytes, name: str) -> Catalog:
    loading = load_fleet(raw, name)
    if loading.passed is None:
        raise InvalidFleetError(loading.diagnostics)
    return Catalog(loading.passed.fleet, loading.passed.resolver, _digest(raw))


def _errors(diagnostics: tuple[Diagnostic, ...]) -> str:
    """How many errors there are, and which is the first."""
    errors = [diagnostic for diagnostic in diagnostics if diagnostic.severity is Severity.ERROR]
    first = errors[0]
    place = first.primary and first.primary.span.start
    where = f"{first.code} in line {place.line}, column {place.column}" if place else first.code
    return f"has {len(errors)} errors, the first {where}" if errors[1:] else f"has an error, {where}"
