"""The favorites as they are stored now, at hand without asking the database for each request."""

import asyncio
import logging
from collections.abc import Callable

from booconf.service.state.background import OnChange, in_background
from booconf.service.state.favorites import KEY, entries
from booconf.service.storage.errors import StoreGoneError
from booconf.service.storage.settings_store import SettingsStore, StoreUnavailableError

LOOK_EVERY = 1.0
"""Seconds until what another server changed shows here."""

Edit = Callable[[object | None], object]
Found = list[object] | StoreUnavailableError

_log = logging.getLogger(__name__)


class FavoritesCache:
    """The stored favorites; `current` is None while they cannot be read, and `problem` says why.

    `on_change` is told when `current` becomes another.
    """

    def __init__(self, store: SettingsStore, on_change: OnChange) -> None:
        self._store = store
        self._on_change = on_change
        self._reading: asyncio.Task[Found] | None = None
        self._next: asyncio.Task[Found] | None = None
        self._writing = asyncio.Lock()
        self._refusal: StoreUnavailableError | None = None
        self.current: list[object] | None = None
        self.problem: str | None = None

    async def read(self) -> list[object]:
        """What is stored now; raises StoreUnavailableError.

        All who ask during one reading get what the next one finds, since the first may be older than what
        they know. Where that finds the database away, there is no next one, unless a change has ended since.
        """
        if self._reading is None or self._reading.done():
            reading = self._reading = asyncio.create_task(self._read())
        elif self._next is None:
            reading = self._next = asyncio.create_task(self._read_after(self._reading))
        else:
            reading = self._next
        found = await asyncio.shield(reading)
        if isinstance(found, StoreUnavailableError):
            raise type(found)(*found.args)  # of its own for each who asks: a traceback holds on to requests
        return found

    async def change(self, edit: Edit) -> list[object]:
        """What is stored after `edit`; raises what that raises, or StoreUnavailableError."""
        has_waited = self._writing.locked()
        async with self._writing:  # so that what is stored last is also seen last
            refusal = self._refusal
            if has_waited and refusal is not None:  # who was before has waited for the database long enough
                raise type(refusal)(*refusal.args)
            self._refusal = None
            try:
                found = entries(await in_background(lambda: self._store.change(KEY, edit)))
            except StoreUnavailableError as error:
                self._refusal = error
                if isinstance(error, StoreGoneError):
                    self._take(error)
                elif str(error) not in {str(refusal), self.problem}:
                    _log.warning("favorites cannot be changed: %s", error)
                raise
            self._reading = None  # what is being read may be older
            self._take(found)
            return found

    async def look(self) -> None:
        """As `read`, where it does not matter whether the database can be asked."""
        try:
            await self.read()
        except StoreUnavailableError:
            return  # `problem` says why

    async def watch(self, every: float = LOOK_EVERY) -> None:
        """Look every so many seconds, for good."""
        while True:
            await asyncio.sleep(every)
            await self.look()

    async def _read(self) -> Found:
        found: Found
        try:
            found = entries(await in_background(lambda: self._store.read(KEY)))
        except StoreUnavailableError as error:
            found = error
        if self._reading is asyncio.current_task():  # else there is news of a change, or of a later reading
            self._take(found)
        return found

    async def _read_after(self, reading: asyncio.Task[Found]) -> Found:
        try:
            found = await reading
        finally:
            self._next = None
        if isinstance(found, StoreUnavailableError) and self._reading is reading:
            return found
        self._reading = asyncio.current_task()
        return await self._read()

    def _take(self, found: Found) -> None:
        current, problem = (None, str(found)) if isinstance(found, StoreUnavailableError) else (found, None)
        if problem is not None and problem != self.problem:
            _log.warning("favorites are hidden: %s", problem)
        elif self.current is None and current is not None:
            _log.info("favorites are available")
        self.problem = problem
        if current != self.current:  # else it stays the very same list, as does what was made of it
            self.current = current
            self._on_change()
