"""Looking up names without ever being held up by it: an event loop whose look-ups are daemon threads.

The look-ups of asyncio share a few threads, which nothing can stop and the end of Python waits for: a
resolver that does not answer would keep other hosts waiting, and the command from ending.
"""

import asyncio
import errno
import socket
import sys
from contextlib import suppress
from itertools import islice, zip_longest
from threading import Thread
from typing import Any

from booconf.live.limits import MOST_ADDRESSES

if sys.platform == "win32":  # pragma: no cover - the other system's half
    from asyncio import ProactorEventLoop as SystemLoop
else:
    from asyncio import SelectorEventLoop as SystemLoop

Found = list[tuple[Any, ...]]
"""What `socket.getaddrinfo` returns: family, type, protocol, canonical name and address."""

_Key = tuple[bytes, int, int, int, int]
"""A name, and its family, type, protocol and flags."""


def is_looked_up(host: str) -> bool:
    """Whether the running event loop is one of these, and still looks for the addresses of `host`."""
    loop = asyncio.get_running_loop()
    return isinstance(loop, EventLoop) and loop.looks_up(host)


class EventLoop(SystemLoop):
    """An event loop that looks each name up in a thread of its own; who asks for it meanwhile shares that."""

    def __init__(self) -> None:
        super().__init__()
        self._pending: dict[_Key, asyncio.Future[Found]] = {}

    def looks_up(self, host: str) -> bool:
        """Whether the addresses of `host` are still being looked for."""
        return any(host.lower() == name.decode().lower() for name, *_ in self._pending)

    async def getaddrinfo(  # noqa: PLR0913 - as asyncio declares it
        self,
        host: bytes | str | None,
        port: bytes | str | int | None,
        *,
        family: int = 0,
        type: int = 0,  # noqa: A002 - as asyncio calls it
        proto: int = 0,
        flags: int = 0,
    ) -> Found:
        """As `socket.getaddrinfo`, for a host and the number of a port; at most MOST_ADDRESSES of a name."""
        with suppress(socket.gaierror):  # it is a name, not an address
            return socket.getaddrinfo(host, port, family, type, proto, flags | socket.AI_NUMERICHOST)
        name = host.encode("ascii") if isinstance(host, str) else host or b""
        key = (name, int(family), int(type), int(proto), int(flags))
        lookup = self._pending.get(key)
        if lookup is None:
            lookup = self._start(key)
        found = await asyncio.shield(lookup)  # who gives up waiting takes it from nobody
        return [(*kind, (address, port, *rest)) for *kind, (address, _, *rest) in _in_turn(found)]

    def _start(self, key: _Key) -> asyncio.Future[Found]:
        """Look a name up from now on; OSError where this process can have no thread for it."""
        lookup: asyncio.Future[Found] = self.create_future()

        def forget(done: asyncio.Future[Found]) -> None:
            del self._pending[key]
            done.exception()  # everybody may have given up waiting for it

        try:
            Thread(target=self._look_up, args=(lookup, *key), daemon=True).start()
        except RuntimeError:
            raise OSError(errno.EAGAIN, "no thread") from None
        self._pending[key] = lookup
        lookup.add_done_callback(forget)
        return lookup

    def _look_up(self, lookup: asyncio.Future[Found], name: bytes, *kind: int) -> None:
        """In a thread: look `name` up, and say so to the loop unless that has ended by now."""
        try:
            found: Found | OSError = socket.getaddrinfo(name, None, *kind)
        except OSError as error:
            found = error
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            self.call_soon_threadsafe(_finish, lookup, found)


def _finish(lookup: asyncio.Future[Found], found: Found | OSError) -> None:
    if isinstance(found, OSError):
        lookup.set_exception(found)
    else:
        lookup.set_result(found)


def _in_turn(found: Found) -> Found:
    """At most MOST_ADDRESSES, of each family in turn: one that leads nowhere does not push the other out."""
    families: dict[object, Found] = {}
    for row in found:
        families.setdefault(row[0], []).append(row)
    rows = (row for rows in zip_longest(*families.values()) for row in rows if row)
    return list(islice(rows, MOST_ADDRESSES))
