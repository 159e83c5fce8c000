"""Running the application: a socket is bound first, and a signal ends it when all requests are answered."""

import asyncio
import logging
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from ipaddress import ip_address
from types import FrameType

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.lifespan.on import LifespanOn
from uvicorn.server import HANDLED_SIGNALS

from booconf.live.client.dns import EventLoop
from booconf.quantity import quantity
from booconf.service.middleware.bounds import LARGEST_HEADERS
from booconf.service.middleware.connection import Connection, connections_in
from booconf.service.middleware.room import BURST, Room
from booconf.service.responses import ON_EVERY_ANSWER, failure

Listener = socket.socket

BACKLOG = 1024
"""Connections that wait until they are accepted."""

GRACE = 10.0
"""Seconds that requests have to be answered after a signal to stop."""

_log = logging.getLogger(__name__)


class NotStartedError(Exception):
    """The application did not begin; the log says why."""


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
    app: ASGIApp, listener: Listener, room: Room, *, on_start: Callable[[], None], on_stop: Callable[[], None]
) -> int | None:
    """Answer requests until a signal comes, and return its number; in the main thread, as signals come there.

    Connections that `room` has no place for are told so, or closed.
    `on_start` is called when requests are answered, `on_stop` when no new ones are. Requests that are under
    way have GRACE seconds then, or until a second signal. Raises NotStartedError.
    """
    config = uvicorn.Config(
        _Answered(app),
        http=connections_in(room),
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,  # nothing is decided by them
        server_header=False,
        backlog=BURST,  # more would be accepted before any can be closed
        h11_max_incomplete_event_size=LARGEST_HEADERS,
    )
    config.load()
    config.lifespan_class = _Lifespan
    server = _Server(config, on_start, on_stop)
    with asyncio.Runner(loop_factory=EventLoop) as runner:
        runner.run(server.serve(sockets=[listener]))
    return server.signal


class _Answered:
    """Has requests to `app` that are cancelled answered, too."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As an application of ASGI."""
        try:
            await self._app(scope, receive, send)
        except asyncio.CancelledError:
            if scope["type"] != "http":
                raise
            answer = failure(503, "stopping", "this server is about to end")
            answer.raw_headers.extend(ON_EVERY_ANSWER)
            await answer(scope, receive, send)


class _Lifespan(LifespanOn):
    """The begin and end of the application; where it does not begin, some versions of uvicorn go on."""

    async def startup(self) -> None:
        """Let it begin, or raise NotStartedError."""
        await super().startup()
        if self.should_exit:
            raise NotStartedError


class _Server(uvicorn.Server):
    """A server that says when it starts and stops, and leaves it to its caller what a signal means."""

    def __init__(
        self, config: uvicorn.Config, on_start: Callable[[], None], on_stop: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._on_start = on_start
        self._on_stop = on_stop
        self._is_urgent = asyncio.Event()
        self.signal: int | None = None
        """The first signal that came."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer."""
        await super().startup(sockets)
        for listener in sockets or ():
            listener.listen(BACKLOG)  # asyncio has one number for this and for what it accepts at one go
        try:
            self._on_start()
        except BaseException:
            await self.shutdown(sockets)
            raise

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Finish what is under way."""
        self._on_stop()  # a stream of events would go on for good
        cutting_off = asyncio.create_task(self._cut_off())
        try:
            await super().shutdown(sockets)  # waits until nothing is under way
        finally:
            cutting_off.cancel()

    async def _cut_off(self) -> None:
        """End what is under way when its time is over."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._is_urgent.wait(), GRACE)
        tasks = tuple(self.server_state.tasks)
        if tasks:
            verb = "was" if len(tasks) == 1 else "were"
            _log.warning("%s %s cut off", quantity(len(tasks), "request"), verb)
        for connection in tuple(self.server_state.connections):
            cycle = connection.cycle if isinstance(connection, Connection) else None
            if cycle and cycle.response_started:  # half an answer must not pass for a whole one
                cycle.disconnected = True
                connection.transport.abort()
        for task in tasks:
            task.cancel()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take signals while this is open, and unlike uvicorn do not raise them again afterwards."""
        before = {number: signal.signal(number, self._take_signal) for number in HANDLED_SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _take_signal(self, number: int, _frame: FrameType | None) -> None:
        """The first lets requests be answered, the second does not."""
        if self.signal is not None:
            asyncio.get_running_loop().call_soon_threadsafe(self._is_urgent.set)
        self.signal = self.signal or number
        self.should_exit = True
