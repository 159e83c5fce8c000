"""Running the application: a socket is bound first, and a signal ends it without cutting off an answer."""

import asyncio
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import ip_address

import h11
import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import HANDLED_SIGNALS

from booconf.live.asking.look_up import EventLoop

Listener = socket.socket

MOST_CONNECTIONS = 1000
"""Beyond these a request is answered with 503."""

LARGEST_HEADERS = 32 << 10
"""Bytes of a request's first line and headers at most."""

GRACE = 10
"""Seconds that requests have to be answered after a signal to stop."""


HEADER_PATIENCE = 15.0
"""Seconds in which the headers of a request must have come, and what is left of a body that nobody reads."""


def listen(host: str, port: int) -> Listener:
    """A socket that listens on the address of `host`, an IPv4 one if there are several; raises OSError.

    Port 0 is any that is free.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, _, _, _, address = min(found, key=lambda one: one[0] != socket.AF_INET)
    listener = socket.create_server(
        address[:2],
        family=family,
        backlog=1024,
        dualstack_ipv6=family == socket.AF_INET6
        and ip_address(address[0]).is_unspecified
        and socket.has_dualstack_ipv6(),
    )
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # for its connections: asyncio does not
    return listener


def serve(
    app: Starlette, listener: Listener, *, on_start: Callable[[], None], on_stop: Callable[[], None]
) -> int | None:
    """Answer requests until a signal comes, and return its number; in the main thread, as signals come there.

    `on_start` is called when requests are answered, `on_stop` when no new ones are.
    """
    config = uvicorn.Config(
        app,
        http=_Connection,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,  # nothing is decided by them
        server_header=False,
        limit_concurrency=MOST_CONNECTIONS,
        h11_max_incomplete_event_size=LARGEST_HEADERS,
        timeout_graceful_shutdown=GRACE,
    )
    server = _Server(config, on_start, on_stop)
    with asyncio.Runner(loop_factory=EventLoop) as runner:
        runner.run(server.serve(sockets=[listener]))
    return server.signal


class _Connection(H11Protocol):
    """A connection whose headers are bounded in size, and which is closed when nothing comes of it."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Take what came."""
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._forget()
        super().connection_lost(exc)

    def _watch(self) -> None:
        """Start to count when a request or the rest of one is waited for, and stop when it is there."""
        theirs = self.conn.their_state
        if theirs is not h11.IDLE and not (theirs is h11.SEND_BODY and self.conn.our_state is h11.DONE):
            self._forget()
        elif self._deadline is None:
            self._deadline = self.loop.call_later(HEADER_PATIENCE, self.transport.close)

    def _forget(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


class _Server(uvicorn.Server):
    """A server that says when it starts and stops, and leaves it to its caller what a signal means."""

    def __init__(
        self, config: uvicorn.Config, on_start: Callable[[], None], on_stop: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._on_start = on_start
        self._on_stop = on_stop

    @property
    def signal(self) -> int | None:
        """The first signal that came."""
        return next(iter(self._captured_signals), None)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer."""
        await super().startup(sockets)
        self._on_start()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Finish what is under way."""
        self._on_stop()  # a stream of events would go on for good
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take signals while this is open, and unlike uvicorn do not raise them again afterwards."""
        before = {number: signal.signal(number, self.handle_exit) for number in HANDLED_SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
