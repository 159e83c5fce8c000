"""Resolve names without blocking: an event loop that resolves each name in a daemon thread.

asyncio resolves names in a few shared threads that cannot be stopped and that Python waits for at exit: a
resolver that does not respond would delay other hosts and the end of the command.
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

AddressInfo = list[tuple[Any, ...]]
"""The result of `socket.getaddrinfo`: family, type, protocol, canonical name and address."""

_Key = tuple[bytes, int, int, int, int]
"""A name, and its family, type, protocol and flags."""


def is_resolving(host: str) -> bool:
    """True if the running event loop is an EventLoop that is still resolving `host`."""
    loop = asyncio.get_running_loop()
    return isinstance(loop, EventLoop) and loop.resolves(host)


class EventLoop(SystemLoop):
    """An event loop that resolves each name in a thread; concurrent requests for a name share it."""

    def __init__(self) -> None:
        super().__init__()
        self._pending: dict[_Key, asyncio.Future[AddressInfo]] = {}

    def resolves(self, host: str) -> bool:
        """True while the addresses of `host` are being resolved."""
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
    ) -> AddressInfo:
        """As `socket.getaddrinfo`, for a host and the number of a port; at most MOST_ADDRESSES of a name."""
        with suppress(socket.gaierror):  # it is a name, not an address
            return socket.getaddrinfo(host, port, family, type, proto, flags | socket.AI_NUMERICHOST)
        name = host.encode("ascii") if isinstance(host, str) else host or b""
        key = (name, int(family), int(type), int(proto), int(flags))
        lookup = self._pending.get(key)
        if lookup is None:
            lookup = self._start(key)
        found = await asyncio.shield(lookup)  # a canceled request must not cancel it for others
        return [(*kind, (address, port, *rest)) for *kind, (address, _, *rest) in _alternating(found)]

    def _start(self, key: _Key) -> asyncio.Future[AddressInfo]:
        """Start to resolve a name; raises OSError if this process cannot start a thread."""
        lookup: asyncio.Future[AddressInfo] = self.create_future()

        def forget(done: asyncio.Future[AddressInfo]) -> None:
            del self._pending[key]
            done.exception()  # marks the error as retrieved if every request was canceled

        try:
            Thread(target=self._resolve, args=(lookup, *key), daemon=True).start()
        except RuntimeError:
            raise OSError(errno.EAGAIN, "no thread") from None
        self._pending[key] = lookup
        lookup.add_done_callback(forget)
        return lookup

    def _resolve(self, lookup: asyncio.Future[AddressInfo], name: bytes, *kind: int) -> None:
        """Resolve `name` in a thread, and pass the result to the loop unless it is closed."""
        try:
            found: AddressInfo | OSError = socket.getaddrinfo(name, None, *kind)
        except OSError as error:
            found = error
        with suppress(RuntimeError):  # the loop is closed
            self.call_soon_threadsafe(_finish, lookup, found)


def _finish(lookup: asyncio.Future[AddressInfo], found: AddressInfo | OSError) -> None:
    if isinstance(found, OSError):
        lookup.set_exception(found)
    else:
        lookup.set_result(found)


def _alternating(found: AddressInfo) -> AddressInfo:
    """Return at most MOST_ADDRESSES, of each family in turn, so that one broken family leaves the other."""
    families: dict[object, AddressInfo] = {}
    for row in found:
        families.setdefault(row[0], []).append(row)
    rows = (row for rows in zip_longest(*families.values()) for row in rows if row)
    return list(islice(rows, MOST_ADDRESSES))
