"""Run the application with uvicorn on a socket that is already bound, until a signal stops it."""

import asyncio
import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from types import FrameType

import uvicorn
from starlette.applications import Starlette

from booconf.live.client.dns import EventLoop
from booconf.service.middleware.security import LARGEST_HEADERS

Listener = socket.socket

MOST_CLIENTS = 1000
"""Connections of clients; requests of more are answered with 503."""

KEEP_ALIVE = 15
"""Seconds after which an idle connection is closed."""

BACKLOG = 1024
"""Connections that wait to be accepted."""

SIGNAL_CHECK = 0.1
"""Seconds between checks for a second signal."""

GRACE = 10
"""Seconds in which requests in flight may finish after a signal."""


def listen(host: str, port: int) -> Listener:
    """A socket that listens on the address of `host`, on IPv4 if it has several; port 0 is any free port.

    Raises OSError, whose text is that of the system, and UnicodeError or OverflowError for an impossible
    host or port.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, _, _, _, address = min(found, key=lambda one: one[0] != socket.AF_INET)
    try:
        listener = socket.create_server(
            address[:2],
            family=family,
            backlog=BACKLOG,
            dualstack_ipv6=family == socket.AF_INET6
            and ip_address(address[0]).is_unspecified
            and socket.has_dualstack_ipv6(),
        )
    except OSError as error:
        number = error.args[0]
        raise OSError(number, os.strerror(number)) from None  # Python's text repeats the address
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # inherited; asyncio does not set it
    return listener


def serve(
    app: Starlette,
    listener: Listener,
    *,
    on_start: Callable[[], None],
    on_stop: Callable[[], None],
    grace: int = GRACE,
) -> int | None:
    """Serve until a signal, and return its number; only in the main thread, which receives signals.

    `on_start` is called when requests are accepted, `on_stop` when no new ones are. Requests in flight then
    have `grace` seconds, or until a second signal.
    """
    config = uvicorn.Config(
        app,
        http="h11",
        ws="none",
        lifespan="off",  # uvicorn would exit the process if it failed
        log_config=None,
        access_log=False,
        proxy_headers=False,  # nothing depends on them
        server_header=False,
        backlog=BACKLOG,
        limit_concurrency=MOST_CLIENTS,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=grace,
        h11_max_incomplete_event_size=LARGEST_HEADERS,
    )
    server = _Server(config, on_start, on_stop)

    async def run() -> None:
        async with app.router.lifespan_context(app):
            await server.serve(sockets=[listener])

    with asyncio.Runner(loop_factory=EventLoop) as runner:
        runner.run(run())
    return server.signal


class _Server(uvicorn.Server):
    """A server that reports its start and stop, and returns the signal that stopped it."""

    def __init__(
        self, config: uvicorn.Config, on_start: Callable[[], None], on_stop: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._on_start = on_start
        self._on_stop = on_stop
        self.signal: int | None = None
        """The first signal."""

    async def main_loop(self) -> None:
        """Serve until a signal."""
        self._on_start()
        await super().main_loop()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let requests in flight finish, or cancel them after a second signal."""
        self._on_stop()  # event streams would not end by themselves
        stopping = asyncio.ensure_future(super().shutdown(sockets))
        while not stopping.done() and not self.force_exit:
            await asyncio.wait({stopping}, timeout=SIGNAL_CHECK)
        stopping.cancel()  # from Python 3.12 on, uvicorn waits for all connections even then
        await asyncio.wait({stopping})
        if not stopping.cancelled():
            stopping.result()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Handle signals; unlike uvicorn, do not raise them again afterwards."""
        numbers = (signal.SIGINT, signal.SIGTERM)
        before = {number: signal.signal(number, self.handle_exit) for number in numbers}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - as signal handlers are called
        """Stop; at a second signal do not wait for requests in flight."""
        self.force_exit = self.signal is not None
        self.signal = self.signal or sig
        self.should_exit = True
