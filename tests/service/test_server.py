"""Running the application: its listener, its limits, and its end without cutting off a response."""

import asyncio
import os
import signal
import socket
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Never

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from booconf.service import server
from booconf.service.app import build_app
from booconf.service.middleware.security import LARGEST_HEADERS
from booconf.service.server import Listener, listen, serve
from tests.service.application import application
from tests.service.waiting import LONGEST


class SmallApp:
    """An application with slow paths: `begun` is set when one is requested, which is answered after `end`."""

    def __init__(self) -> None:
        self.events: list[str] = []
        self.begun, self.end = threading.Event(), threading.Event()
        self.app = Starlette(
            routes=[
                Route("/", self._fast, methods=["GET", "PUT"]),
                Route("/slow", self._slow),
                Route("/pieces", self._pieces),
            ],
            lifespan=self._lifespan,
        )

    async def _fast(self, _request: Request) -> Response:
        return PlainTextResponse("here")

    async def _slow(self, _request: Request) -> Response:
        self.begun.set()
        await self._until_end()
        return PlainTextResponse("done")

    async def _until_end(self) -> None:
        while not self.end.is_set():
            await asyncio.sleep(0.005)

    async def _pieces(self, _request: Request) -> Response:
        async def pieces() -> AsyncIterator[str]:
            yield "half"
            self.begun.set()
            await self._until_end()
            yield "whole"

        return StreamingResponse(pieces())

    @asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        self.events.append("starts")
        try:
            yield
        finally:
            self.events.append("ends")


def talk(port: int, text: bytes) -> bytes:
    """The bytes that the server sends for some bytes."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(text)
        received = b""
        while piece := connection.recv(65536):
            received += piece
        return received


def get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:8500\r\nConnection: close\r\n\r\n".encode()


def interrupt(number: int = signal.SIGTERM) -> None:
    os.kill(os.getpid(), number)


def run_server(
    app: Starlette,
    work: Callable[[int], None],
    *,
    on_stop: Callable[[], None] = lambda: None,
    grace: int = server.GRACE,
) -> int | None:
    """Serve in this thread while `work`, which gets the port, runs in another; `work` ends with a signal."""
    errors: list[BaseException] = []
    with listen("127.0.0.1", 0) as listener:
        port: int = listener.getsockname()[1]

        def run() -> None:
            try:
                work(port)
            except BaseException as error:  # noqa: BLE001 - reported below
                errors.append(error)
                interrupt()

        worker = threading.Thread(target=run)
        ended_by = serve(app, listener, on_start=worker.start, on_stop=on_stop, grace=grace)
        worker.join()
    assert errors == []
    return ended_by


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_server_runs_until_a_signal_and_returns_it(number: int) -> None:
    before, small, answers = signal.getsignal(number), SmallApp(), list[bytes]()

    def work(port: int) -> None:
        answers.append(talk(port, get("/")))
        interrupt(number)

    assert run_server(small.app, work, on_stop=lambda: small.events.append("stops")) == number
    assert answers[0].startswith(b"HTTP/1.1 200 OK\r\n")
    assert answers[0].endswith(b"here")
    assert b"server:" not in answers[0].lower()
    assert small.events == ["starts", "stops", "ends"]
    assert signal.getsignal(number) == before


def test_request_in_flight_is_answered() -> None:
    small, answers = SmallApp(), list[bytes]()

    def work(port: int) -> None:
        asking = threading.Thread(target=lambda: answers.append(talk(port, get("/slow"))))
        asking.start()
        small.begun.wait(LONGEST)
        interrupt()
        asking.join()

    run_server(small.app, work, on_stop=small.end.set)
    assert answers[0].endswith(b"done")


class TestCuttingOff:
    """Requests that are not answered in time, or before a second signal, end."""

    def end_while(self, app: Starlette, small: SmallApp, text: bytes, *, twice: bool) -> bytes:
        """The response to `text` from a server that stops before it is complete."""
        answers, stopping = list[bytes](), threading.Event()

        def work(port: int) -> None:
            asking = threading.Thread(target=lambda: answers.append(talk(port, text)))
            asking.start()
            small.begun.wait(LONGEST)
            interrupt()
            if twice:
                stopping.wait(LONGEST)  # two signals at once may be delivered as one
                interrupt()
            asking.join()

        run_server(app, work, on_stop=stopping.set, grace=LONGEST * 2 if twice else 1)
        return answers[0]

    @pytest.mark.parametrize("twice", [True, False], ids=["second signal", "no time left"])
    def test_request_without_response_gets_an_error(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture, twice: bool
    ) -> None:
        """Here while it waits for a body."""
        small = SmallApp()
        app = build_app(application(tmp_path).service)

        class Noting:
            """Middleware that notes a request."""

            def __init__(self, app: ASGIApp) -> None:
                self._app = app

            async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
                small.begun.set()
                await self._app(scope, receive, send)

        app.add_middleware(Noting)
        head = b"PUT /api/favorites HTTP/1.1\r\nHost: 127.0.0.1:8500\r\nContent-Type: application/json\r\n"
        text = head + b"Content-Length: 500\r\n\r\n{"
        answer = self.end_while(app, small, text, twice=twice)
        assert answer.startswith(b"HTTP/1.1 503 ")
        assert b"\r\nx-content-type-options: nosniff\r\n" in answer
        assert answer.endswith(b'{"error":{"code":"stopping","message":"the server is stopping"}}')
        assert "Traceback" not in caplog.text

    @pytest.mark.parametrize("twice", [True, False], ids=["second signal", "no time left"])
    def test_half_a_response_stays_incomplete(self, tmp_path: Path, twice: bool) -> None:
        small = SmallApp()
        answer = self.end_while(small.app, small, get("/pieces"), twice=twice)
        assert answer.endswith(b"\r\n4\r\nhalf\r\n")  # the empty chunk at the end is missing
        assert small.events == ["starts", "ends"]


def test_application_that_does_not_start_raises() -> None:
    @asynccontextmanager
    async def broken(_app: Starlette) -> AsyncIterator[None]:
        yield failing()

    def failing() -> Never:
        raise RuntimeError("the reason")

    calls: list[str] = []
    with listen("127.0.0.1", 0) as listener, pytest.raises(RuntimeError, match="the reason"):
        serve(
            Starlette(lifespan=broken),
            listener,
            on_start=lambda: calls.append("starts"),
            on_stop=lambda: calls.append("stops"),
        )
    assert calls == []


def test_failing_start_callback_stops_the_server(caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        raise BrokenPipeError

    small = SmallApp()
    with listen("127.0.0.1", 0) as listener, pytest.raises(BrokenPipeError):
        serve(small.app, listener, on_start=fail, on_stop=lambda: small.events.append("stops"))
    assert small.events == ["starts", "ends"]
    assert caplog.messages == []


def test_listener_is_closed_at_the_end() -> None:
    ports: list[int] = []

    def work(port: int) -> None:
        ports.append(port)
        interrupt()

    run_server(SmallApp().app, work)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", ports[0]), timeout=60)


@pytest.mark.parametrize(("size", "status"), [(LARGEST_HEADERS, b"200"), (LARGEST_HEADERS + 1, b"400")])
def test_headers_are_bounded(size: int, status: bytes) -> None:
    """Not one byte too many is sent: unread bytes reset a connection."""
    start = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Large: "
    end = b"\r\n\r\n" if status == b"200" else b""
    answers: list[bytes] = []
    large = start + b"x" * (size - len(start) - len(end)) + end

    def work(port: int) -> None:
        answers.append(talk(port, large))
        interrupt()

    run_server(SmallApp().app, work)
    assert answers[0].startswith(b"HTTP/1.1 " + status)


def test_clients_beyond_the_limit_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "MOST_CLIENTS", 3)
    answers: list[bytes] = []

    def work(port: int) -> None:
        address = ("127.0.0.1", port)
        with closing(socket.create_connection(address)) as one, closing(socket.create_connection(address)):
            answers.append(talk(port, get("/")))
            one.close()
            while not (answer := talk(port, get("/"))).endswith(b"here"):
                assert b" 503 " in answer
        interrupt()

    run_server(SmallApp().app, work)
    assert answers[0].startswith(b"HTTP/1.1 503 ")


def test_connection_may_be_reused() -> None:
    answers: list[bytes] = []

    def work(port: int) -> None:
        answers.append(talk(port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" + get("/")))
        interrupt()

    run_server(SmallApp().app, work)
    assert answers[0].count(b"HTTP/1.1 200 OK") == 2


class TestListening:
    def family(self, listener: Listener) -> tuple[socket.AddressFamily, str]:
        with listener:
            address: str = listener.getsockname()[0]
            return listener.family, address

    @pytest.mark.parametrize(
        ("host", "family", "address"),
        [
            ("127.0.0.1", socket.AF_INET, "127.0.0.1"),
            ("localhost", socket.AF_INET, "127.0.0.1"),
            ("::1", socket.AF_INET6, "::1"),
            ("::", socket.AF_INET6, "::"),
            ("0.0.0.0", socket.AF_INET, "0.0.0.0"),
        ],
    )
    def test_host_may_be_an_address_or_a_name(
        self, host: str, family: socket.AddressFamily, address: str
    ) -> None:
        assert self.family(listen(host, 0)) == (family, address)

    def test_port_in_use_is_an_error(self) -> None:
        with listen("127.0.0.1", 0) as one, pytest.raises(OSError, match="in use"):
            listen("127.0.0.1", one.getsockname()[1])

    def test_connections_do_not_use_nagles_algorithm(self) -> None:
        """Head and body of a response are two packets; with it, responses take 40 ms more."""
        with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
            connection, _ = listener.accept()
            with connection:
                assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0
