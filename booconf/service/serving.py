"""Running the application: a socket is bound first, and a signal ends it without cutting off an answer."""

import asyncio
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import ip_address

import uvicorn
from starlette.applications import Starlette
from uvicorn.server import HANDLED_SIGNALS

from booconf.live.asking.look_up import EventLoop
from booconf.service.connection import LARGEST_HEADERS, connections_in
from booconf.service.room import BURST, room_of_process

Listener = socket.socket

BACKLOG = 1024
"""Connections that wait until they are accepted."""

GRACE = 10
"""Seconds that requests have to be answered after a signal to stop."""


def listen(host: str, port: int) -> Listener:
    """A socket that listens on the address of `host`, an IPv4 one if there are several; raises OSError.

    Port 0 is any that is free.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, _, _, _, address = min(found, key=lambda one: one[0] != socket.AF_INET)
    listener = socket.create_server(
        address[:2],
        family=family,
        backlog=BACKLOG,
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
        http=connections_in(room_of_process()),
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,  # nothing is decided by them
        server_header=False,
        backlog=BURST,  # more would be accepted before any can be closed
        h11_max_incomplete_event_size=LARGEST_HEADERS,
        timeout_graceful_shutdown=GRACE,
    )
    server = _Server(config, on_start, on_stop)
    with asyncio.Runner(loop_factory=EventLoop) as runner:
        runner.run(server.serve(sockets=[listener]))
    return server.signal


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
        for listener in sockets or ():
            listener.listen(BACKLOG)  # asyncio has one number for this and for what it accepts at one go
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
