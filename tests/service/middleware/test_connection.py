"""Connections: those that there is no room for, those whose client reads nothing, and what is no HTTP."""

import asyncio
import json
import logging
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.server import ServerState

from booconf.service.middleware import connection
from booconf.service.middleware.connection import LEAST_TAKEN, Connection, connections_in
from booconf.service.middleware.room import MOST_LATE, Room
from tests.service.application import application
from tests.service.waiting import run, until

GET = b"GET /healthz HTTP/1.1\r\nHost: picker.example\r\n\r\n"
ENOUGH = 16 << 20
"""Bytes that no system keeps for a client that does not read them."""


@dataclass
class Serving:
    """A server, and who is connected to it."""

    port: int
    state: ServerState = field(default_factory=ServerState)

    def connect(self, buffer: int | None = None) -> socket.socket:
        """A client; `buffer` is how many bytes its system takes for it."""
        client = socket.socket()
        if buffer is not None:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        client.setblocking(False)
        client.connect_ex(("127.0.0.1", self.port))
        return client

    async def talk(self, text: bytes) -> bytes:
        """All that comes back for some bytes, until the server closes."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(text)
        try:
            return await reader.read()
        except ConnectionResetError:
            return b"reset"
        finally:
            writer.close()


@asynccontextmanager
async def serving(app: ASGIApp, room: Room | None = None) -> AsyncIterator[Serving]:
    """Serve `app` on loopback."""
    config = uvicorn.Config(app, ws="none", lifespan="off", log_config=None, proxy_headers=False)
    kind, served = connections_in(room or Room(100)), Serving(0)
    server = await asyncio.get_running_loop().create_server(
        lambda: kind(config=config, server_state=served.state, app_state={}), "127.0.0.1", 0
    )
    served.port = server.sockets[0].getsockname()[1]
    try:
        yield served
    finally:
        server.close()
        for one in tuple(served.state.connections):
            assert isinstance(one, Connection)
            one.transport.abort()
        await until(lambda: not served.state.connections)


async def large(_scope: Scope, _receive: Receive, send: Send) -> None:
    """Answer with more than any system keeps for a client."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"x" * ENOUGH})


async def stream(_scope: Scope, _receive: Receive, send: Send) -> None:
    """Answer with a stream, piece by piece, as long as the client takes them."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    for _ in range(ENOUGH // 1024):
        await send({"type": "http.response.body", "body": b"x" * 1024, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


@pytest.fixture
def guarded(tmp_path: Path) -> ASGIApp:
    app: ASGIApp = application(tmp_path, hosts=["picker.example"]).client.app
    return app


class TestRoom:
    def test_who_comes_late_is_told_so_and_who_comes_later_is_not_heard(self, guarded: ASGIApp) -> None:
        async def scenario() -> None:
            async with serving(guarded, Room(1)) as served:
                first = served.connect()
                await until(lambda: len(served.state.connections) == 1)
                head, _, body = (await served.talk(GET)).partition(b"\r\n\r\n")
                assert head.startswith(b"HTTP/1.1 503 ")
                assert b"retry-after: 5" in head
                assert b"content-security-policy" in head
                assert json.loads(body)["error"]["code"] == "overloaded"
                late = [served.connect() for _ in range(MOST_LATE)]
                await until(lambda: len(served.state.connections) == 1 + MOST_LATE)
                assert await served.talk(GET) in {b"", b"reset"}
                for client in (first, *late):
                    client.close()
                await until(lambda: not served.state.connections)
                assert (await served.talk(GET.replace(b"1.1", b"1.0"))).startswith(b"HTTP/1.1 200 ")

        run(scenario())

    def test_who_came_in_time_is_served_whoever_comes_late(self, guarded: ASGIApp) -> None:
        async def scenario() -> None:
            async with serving(guarded, Room(1)) as served:
                reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
                await until(lambda: len(served.state.connections) == 1)
                late = served.connect()
                await until(lambda: len(served.state.connections) == 2)
                writer.write(GET)
                assert (await reader.readline()).startswith(b"HTTP/1.1 200 ")
                writer.close()
                late.close()

        run(scenario())

    def test_a_client_that_is_gone_already_takes_no_place(self) -> None:
        """Its address is not known any more."""

        class Gone(asyncio.Transport):
            def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
                """As there is nothing to send."""

            def is_closing(self) -> bool:
                return True

            def close(self) -> None:
                """As it is closed."""

        async def scenario() -> None:
            config = uvicorn.Config(large, log_config=None)
            kind = connections_in(Room(1))
            for _ in range(3):
                state = ServerState()
                one = kind(config=config, server_state=state, app_state={})
                one.connection_made(Gone())
                assert one._place == "served"
                one.connection_lost(None)

        run(scenario())


class TestWhoReadsNothing:
    @pytest.mark.parametrize("app", [large, stream])
    @pytest.mark.parametrize("requests", [1, 50])
    def test_is_given_up(self, monkeypatch: pytest.MonkeyPatch, app: ASGIApp, requests: int) -> None:
        monkeypatch.setattr(connection, "SEND_PATIENCE", 0.05)

        async def scenario() -> None:
            async with serving(app) as served:
                client = served.connect(buffer=4096)
                await asyncio.get_running_loop().sock_sendall(client, GET * requests)
                await until(lambda: served.state.connections)
                await until(lambda: not served.state.connections)
                await until(lambda: not served.state.tasks)
                client.close()

        run(scenario())

    def test_is_given_up_soon_when_the_server_ends(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(connection, "SEND_PATIENCE", 3600)
        monkeypatch.setattr(connection, "LAST_PATIENCE", 0.05)

        async def scenario() -> None:
            async with serving(large) as served:
                client = served.connect(buffer=4096)
                await asyncio.get_running_loop().sock_sendall(client, GET)
                await until(
                    lambda: any(isinstance(one, Connection) and one._going for one in self.of(served))
                )
                idle = served.connect()
                await until(lambda: len(served.state.connections) == 2)
                for one in self.of(served):
                    one.shutdown()
                await until(lambda: not served.state.connections)
                client.close()
                idle.close()

        run(scenario())

    def of(self, served: Serving) -> tuple[Any, ...]:
        return tuple(served.state.connections)

    def test_who_reads_all_gets_all(self) -> None:
        async def scenario() -> None:
            async with serving(large) as served:
                answer = await served.talk(GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
                assert answer.count(b"x" * 1024) == ENOUGH // 1024

        run(scenario())


class Slow(asyncio.Transport):
    """A transport whose client takes bytes when a test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting = 0
        self.is_aborted = False

    def get_write_buffer_size(self) -> int:
        return self.waiting

    def abort(self) -> None:
        self.is_aborted = True


@dataclass
class Clock:
    """The part of an event loop that waits, until a test says so."""

    due: list[Callable[[], None]] = field(default_factory=list)

    def call_later(self, _delay: float, call: Callable[..., None], *arguments: object) -> "Clock":
        self.due.append(lambda: call(*arguments))
        return self

    def cancel(self) -> None:
        self.due.clear()

    def go_on(self) -> None:
        self.due.pop()()


class TestWhoReadsSlowly:
    @pytest.fixture
    def slow(self) -> tuple[Connection, Slow, Clock]:
        clock, transport = Clock(), Slow()
        one = connections_in(Room(1))(
            config=uvicorn.Config(large, log_config=None),
            server_state=ServerState(),
            app_state={},
            _loop=clock,
        )
        one.transport = transport
        one.flow = FlowControl(transport)
        return one, transport, clock

    def test_is_waited_for_while_it_takes_enough(self, slow: tuple[Connection, Slow, Clock]) -> None:
        one, transport, clock = slow
        transport.waiting = 3 * LEAST_TAKEN
        one.pause_writing()
        for _ in range(2):
            transport.waiting -= LEAST_TAKEN
            clock.go_on()
            assert not transport.is_aborted
        transport.waiting -= LEAST_TAKEN - 1
        clock.go_on()
        assert transport.is_aborted

    def test_is_not_waited_for_any_more_when_it_has_taken_all(
        self, slow: tuple[Connection, Slow, Clock]
    ) -> None:
        one, transport, clock = slow
        transport.waiting = LEAST_TAKEN
        one.pause_writing()
        one.resume_writing()
        assert clock.due == []
        one.pause_writing()
        assert len(clock.due) == 1


class TestNoHttp:
    @pytest.mark.parametrize(
        "text",
        [b"nonsense\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n"],
        ids=["nonsense", "no host", "no ascii"],
    )
    def test_it_is_answered_as_every_error(self, guarded: ASGIApp, text: bytes) -> None:
        async def scenario() -> bytes:
            async with serving(guarded) as served:
                return await served.talk(text)

        head, _, body = run(scenario()).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 400 ")
        assert b"\r\ncontent-type: application/json" in head
        assert b"\r\ncontent-security-policy: default-src 'none'" in head
        assert json.loads(body)["error"]["code"] == "invalid-request"

    def test_after_an_answer_began_there_is_no_other(
        self, guarded: ASGIApp, caplog: pytest.LogCaptureFixture
    ) -> None:
        text = GET.replace(b"\r\n\r\n", b"\r\nTransfer-Encoding: chunked\r\n\r\n")

        async def scenario() -> tuple[bytes, bytes]:
            async with serving(guarded) as served:
                reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
                writer.write(text)
                first = await reader.readline()
                writer.write(b"no chunk\r\n")
                rest = await reader.read()
                writer.close()
                return first, rest

        first, rest = run(scenario())
        assert first.startswith(b"HTTP/1.1 200 ")
        assert b"HTTP/1.1" not in rest
        assert caplog.messages == []

    @pytest.mark.parametrize(("level", "is_told"), [(logging.INFO, False), (logging.DEBUG, True)])
    @pytest.mark.parametrize(
        "text",
        [
            b"nonsense\r\n\r\n",
            GET.replace(b"\r\n\r\n", b"\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n"),
        ],
        ids=["nonsense", "upgrade"],
    )
    def test_the_log_tells_it_only_to_who_wants_to_know_all(
        self, guarded: ASGIApp, caplog: pytest.LogCaptureFixture, level: int, is_told: bool, text: bytes
    ) -> None:
        async def scenario() -> None:
            async with serving(guarded) as served:
                reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
                writer.write(text)
                await reader.readline()
                writer.close()

        with caplog.at_level(level, "booconf"):
            run(scenario())
        assert bool(caplog.messages) is is_told

    def test_a_mistake_of_ours_is_told_to_all(self, caplog: pytest.LogCaptureFixture) -> None:
        async def broken(_scope: Scope, _receive: Receive, _send: Send) -> None:
            raise RuntimeError

        async def scenario() -> None:
            async with serving(broken) as served:
                await served.talk(GET)

        with caplog.at_level(logging.INFO, "booconf"):
            run(scenario())
        assert "RuntimeError" in caplog.text
