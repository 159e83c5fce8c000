"""Work of other processes on shared settings; they get the names of these functions."""

import os
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from typing import Any

from sqlalchemy import Engine, event

from booconf.service.storage.settings_store import SettingsStore

TOGGLES = 9
"""Number of entries that each process adds; it removes every third."""

STATUS = 9
"""Exit status of a process that ends itself."""


def toggle(url: str, number: int, start: Barrier) -> None:
    """Append entries and remove some of them, as a user would, and count."""
    store = SettingsStore(url, patience=60)
    start.wait()
    for step in range(TOGGLES):
        store.change("favorites", with_entry(f"{number}/{step}"))
        if step % 3 == 2:
            store.change("favorites", without_entry(f"{number}/{step - 1}"))
        store.change("count", one_more)


def kept(number: int) -> list[str]:
    """The remaining entries of a process, in order."""
    return [f"{number}/{step}" for step in range(TOGGLES) if step % 3 != 1]


def with_entry(entry: str) -> Callable[[Any], list[str]]:
    """An edit that appends an entry."""
    return lambda stored: [*(stored or []), entry]


def without_entry(entry: str) -> Callable[[Any], list[str]]:
    """An edit that removes an entry."""
    return lambda stored: [each for each in stored if each != entry]


def one_more(stored: Any) -> int:
    """The next count."""
    count: int = (stored or 0) + 1
    return count


def count_up(url: str, told: Connection) -> None:
    """Store lists of equal, growing numbers forever, and report each one."""
    store = SettingsStore(url, patience=60)
    while True:
        stored: Any = store.change("favorites", _next_list)
        told.send(stored[0])


def _next_list(stored: Any) -> list[int]:
    return [one_more(stored and stored[0])] * 2000


def die(url: str, moment: str) -> None:
    """Exit abruptly at a moment of changing the favorites to `["mine"]`."""
    store = SettingsStore(url, patience=60)
    store.read("favorites")
    if moment == "before the commit":
        event.listen(Engine, "commit", _end)
    elif moment == "after the insertion":
        event.listen(Engine, "after_execute", _end_after("INSERT"))
    elif moment == "after the update":
        event.listen(Engine, "after_execute", _end_after("UPDATE"))
    store.change("favorites", _end if moment == "in the edit" else lambda _: ["mine"])
    _end()


def _end(*_: object) -> None:
    os._exit(STATUS)


def _end_after(verb: str) -> Callable[..., None]:
    def look(_connection: object, clause: object, *_: object) -> None:
        if str(clause).startswith(verb):
            _end()

    return look


def hold(url: str, told: Connection) -> None:
    """Start to change the favorites, report it, and wait for a message."""
    store = SettingsStore(url, patience=60)

    def wait(_: object) -> list[str]:
        told.send("holding")
        told.recv()
        return ["held"]

    store.change("favorites", wait)
