"""The stored favorites in memory, so that a request does not query the database."""

import asyncio
import logging
from collections.abc import Callable
from math import inf

from booconf.service.state import OnChange, Result, run_in_thread
from booconf.service.state.favorites import KEY, entries
from booconf.service.storage import UNAVAILABLE, StoreUnavailableError
from booconf.service.storage.settings_store import SettingsStore

MAX_AGE = 1.0
"""Seconds after which the favorites are read again: another server may have changed them."""

DEADLINE = 5.0
"""Seconds that one call of the database may take."""

Edit = Callable[[object | None], object]

_log = logging.getLogger(__name__)


class FavoritesCache:
    """The favorites in `store`; `current` is None while they cannot be read, and `problem` is the reason.

    Reads and changes take turns under one lock. `on_change` is called when `current` has changed.
    """

    def __init__(
        self,
        store: SettingsStore,
        on_change: OnChange,
        *,
        max_age: float = MAX_AGE,
        deadline: float = DEADLINE,
    ) -> None:
        self._store = store
        self._on_change = on_change
        self._max_age = max_age
        self._deadline = deadline
        self._lock = asyncio.Lock()
        self._expires = -inf
        self._failed_change: tuple[float, StoreUnavailableError] | None = None
        self._logged: set[str] = set()
        self.current: list[object] | None = None
        self.problem: str | None = None

    async def read(self) -> list[object]:
        """The stored favorites, at most MAX_AGE old; raises StoreUnavailableError."""
        await self.refresh()
        if self.current is None:
            raise StoreUnavailableError(self.problem or UNAVAILABLE)
        return self.current

    async def change(self, edit: Edit) -> list[object]:
        """Store `edit(favorites)` and return it; raises StoreUnavailableError and any exception of `edit`."""
        start = _now()
        async with self._lock:
            if self._failed_change is not None and self._failed_change[0] >= start:
                raise StoreUnavailableError(str(self._failed_change[1]))  # no second wait for the database
            try:
                stored = entries(await self._change_in_time(edit))
            except StoreUnavailableError as error:
                self._failed_change = _now(), error
                self._log_once("favorites cannot be changed", error)
                raise
            self._failed_change = None
            self._logged.clear()
            self._set(stored, None)
            return stored

    async def refresh(self) -> None:
        """Read the favorites unless they are young enough; does not raise if the database is unavailable."""
        async with self._lock:
            if _now() < self._expires:
                return
            try:
                stored = entries(await self._in_time(lambda: self._store.read(KEY)))
            except StoreUnavailableError as error:
                self._log_once("favorites are hidden", error)
                self._set(None, str(error))
            else:
                if self.problem is not None:
                    _log.info("favorites are available")
                    self._logged.clear()
                self._set(stored, None)

    async def watch(self) -> None:
        """Refresh every MAX_AGE seconds, forever."""
        while True:
            await asyncio.sleep(self._max_age)
            await self.refresh()

    async def _change_in_time(self, edit: Edit) -> object:
        """As the store, but a change whose deadline has passed before its edit stores nothing."""
        is_late = False

        def edit_in_time(stored: object | None) -> object:
            if is_late:
                raise StoreUnavailableError
            return edit(stored)

        try:
            return await self._in_time(lambda: self._store.change(KEY, edit_in_time))
        finally:
            is_late = True

    async def _in_time(self, call: Callable[[], Result]) -> Result:
        try:
            async with asyncio.timeout(self._deadline):
                return await run_in_thread(call)
        except TimeoutError:
            detail = f"no answer within {self._deadline:g} seconds"
            raise StoreUnavailableError(UNAVAILABLE, detail) from None

    def _set(self, current: list[object] | None, problem: str | None) -> None:
        self._expires = _now() + self._max_age
        self.problem = problem
        if current != self.current:  # otherwise keep the same list: views are cached by its identity
            self.current = current
            self._on_change()

    def _log_once(self, event: str, error: StoreUnavailableError) -> None:
        """Log a failure, once until a success that ends it."""
        line = f"{event}: {error.detail}"
        if line not in self._logged:
            self._logged.add(line)
            _log.warning("%s", line)


def _now() -> float:
    return asyncio.get_running_loop().time()
