"""The favourites as they are stored now, at hand without asking the database for each request."""

import asyncio
import logging
from collections.abc import Callable

from booconf.service.background import in_background
from booconf.service.favorites import KEY, entries
from booconf.service.store import SettingsStore, StoreUnavailableError

LOOK_EVERY = 1.0
"""Seconds until what another server changed shows here."""

MOST_READS = 4
"""At once; others wait."""

Edit = Callable[[object | None], object]
OnChange = Callable[[], None]

_log = logging.getLogger(__name__)


class Shelf:
    """The stored favourites; `current` is None while the database cannot be asked.

    `on_change` is told when `current` becomes another.
    """

    def __init__(self, store: SettingsStore, on_change: OnChange) -> None:
        self._store = store
        self._on_change = on_change
        self._reading = asyncio.Semaphore(MOST_READS)
        self._writing = asyncio.Lock()
        self._writes = 0
        self._problem = ""
        self.current: list[object] | None = None

    async def read(self) -> list[object]:
        """What is stored; raises StoreUnavailableError."""
        writes = self._writes
        try:
            async with self._reading:
                found = entries(await in_background(lambda: self._store.read(KEY)))
        except StoreUnavailableError as error:
            self._take(None, str(error))
            raise
        if writes == self._writes:  # else a change of ours is newer
            self._take(found)
        return found

    async def change(self, edit: Edit) -> list[object]:
        """What is stored after `edit`; raises what that raises, or StoreUnavailableError."""
        has_waited = self._writing.locked()
        async with self._writing:  # so that what is stored last is also seen last
            if has_waited and self.current is None:  # who was before has waited for the database long enough
                raise StoreUnavailableError(self._problem)
            try:
                found = entries(await in_background(lambda: self._store.change(KEY, edit)))
            except StoreUnavailableError as error:
                self._take(None, str(error))
                raise
            self._writes += 1
            self._take(found)
            return found

    async def look(self) -> None:
        """As `read`, where it does not matter whether the database can be asked."""
        try:
            await self.read()
        except StoreUnavailableError:
            return  # `current` says so

    async def watch(self, every: float = LOOK_EVERY) -> None:
        """Look every so many seconds, for good."""
        while True:
            await asyncio.sleep(every)
            await self.look()

    def _take(self, found: list[object] | None, problem: str = "") -> None:
        self._problem = problem
        if found == self.current:
            return
        if found is None:
            _log.warning("favourites are unavailable: %s", problem)
        elif self.current is None:
            _log.info("favourites are available")
        self.current = found
        self._on_change()
