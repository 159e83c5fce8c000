"""Running the application: where it listens, and how it ends without cutting off an answer."""

import asyncio
import os
import signal
import socket
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Never

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from booconf.service import server
from booconf.service.middleware import connection
from booconf.service.middleware.bounds import LARGEST_HEADERS
from booconf.service.middleware.room import Room
from booconf.service.server import Listener, NotStartedError, listen, serve
from tests.service.waiting import LONGEST


class Served:
    """A small application; `begun` is set when a slow path is asked, which is answered once `end` is."""

    def __init__(self) -> None:
        self.events: list[str] = []
        self.begun, self.end = threading.Event(), threading.Event()
        self.app = Starlette(
            routes=[
                Route("/", self._fast, methods=["GET", "PUT"]),
                Route("/slow", self._slow),
                Route("/body", self._body, methods=["PUT"]),
                Route("/pieces", self._pieces),
                Route("/large", self._large),
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

    async def _body(self, request: Request) -> Response:
        self.begun.set()
        return PlainTextResponse(await request.body())

    async def _pieces(self, _request: Request) -> Response:
        async def pieces() -> AsyncIterator[str]:
            yield "half"
            self.begun.set()
            await self._until_end()
            yield "whole"

        return StreamingResponse(pieces())

    async def _large(self, _request: Request) -> Response:
        self.begun.set()
        return Response(bytes(64 << 20))

    @asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        self.events.append("begins")
        yield
        self.events.append("ends")


def serving_while(work: Callable[[int], None], number: int = signal.SIGTERM) -> tuple[Served, int | None]:
    """Serve in this thread, and after `work`, in another one, send a signal; `work` gets the port."""
    served, errors = Served(), list[BaseException]()
    listener = listen("127.0.0.1", 0)
    port: int = listener.getsockname()[1]

    def run() -> None:
        try:
            work(port)
        except BaseException as error:  # noqa: BLE001 - told below
            errors.append(error)
        finally:
            os.kill(os.getpid(), number)

    worker = threading.Thread(target=run)

    def start() -> None:
        served.events.append("answers")
        worker.start()

    ended_by = serve(
        served.app, listener, Room(8), on_start=start, on_stop=lambda: served.events.append("stops")
    )
    worker.join()
    assert errors == []
    return served, ended_by


def talk(port: int, text: bytes) -> bytes:
    """All that comes back for some bytes."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(text)
        received = b""
        while piece := connection.recv(65536):
            received += piece
        return received


def get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_answers_until_a_signal_and_says_which(number: int) -> None:
    answers: list[bytes] = []
    before = signal.getsignal(number)
    served, ended_by = serving_while(lambda port: answers.append(talk(port, get("/"))), number)
    assert answers[0].startswith(b"HTTP/1.1 200 OK\r\n")
    assert answers[0].endswith(b"here")
    assert b"server:" not in answers[0].lower()
    assert ended_by == number
    assert served.events == ["begins", "answers", "stops", "ends"]
    assert signal.getsignal(number) == before


def test_a_request_that_is_under_way_is_answered() -> None:
    served, listener = Served(), listen("127.0.0.1", 0)
    port: int = listener.getsockname()[1]
    answers: list[bytes] = []
    asking = threading.Thread(target=lambda: answers.append(talk(port, get("/slow"))))

    def interrupt() -> None:
        served.begun.wait(LONGEST)
        os.kill(os.getpid(), signal.SIGTERM)

    def start() -> None:
        asking.start()
        threading.Thread(target=interrupt).start()

    assert serve(served.app, listener, Room(8), on_start=start, on_stop=served.end.set) == signal.SIGTERM
    asking.join()
    assert answers[0].endswith(b"done")


class TestCuttingOff:
    """Requests that are not answered in time, or before a second signal, end; nothing of it is a mistake."""

    def end_while(
        self, monkeypatch: pytest.MonkeyPatch, text: bytes, *, twice: bool
    ) -> tuple[bytes, list[str]]:
        """What comes back for `text` when the server ends before it is done, and what happened there."""
        monkeypatch.setattr(server, "GRACE", LONGEST * 2 if twice else 0.01)
        served, listener, stopping = Served(), listen("127.0.0.1", 0), threading.Event()
        port: int = listener.getsockname()[1]
        answers: list[bytes] = []

        def ask() -> None:
            try:
                answers.append(talk(port, text))
            finally:
                served.end.set()  # a server that would not end does now

        def interrupt() -> None:
            served.begun.wait(LONGEST)
            os.kill(os.getpid(), signal.SIGTERM)
            if twice:
                stopping.wait(LONGEST)  # two signals at once may be taken for one
                os.kill(os.getpid(), signal.SIGTERM)

        threads = [threading.Thread(target=work) for work in (ask, interrupt)]

        def start() -> None:
            for thread in threads:
                thread.start()

        assert serve(served.app, listener, Room(8), on_start=start, on_stop=stopping.set) == signal.SIGTERM
        for thread in threads:
            thread.join()
        return answers[0], served.events

    @pytest.mark.parametrize("twice", [True, False], ids=["a second signal", "no time left"])
    @pytest.mark.parametrize(
        "text",
        [get("/slow"), b"PUT /body HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n{"],
        ids=["answer", "body"],
    )
    def test_who_has_no_answer_yet_is_told(
        self, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, text: bytes, twice: bool
    ) -> None:
        answer, events = self.end_while(monkeypatch, text, twice=twice)
        assert answer.startswith(b"HTTP/1.1 503 ")
        assert b"\r\nx-content-type-options: nosniff\r\n" in answer
        assert answer.endswith(b'{"error":{"code":"stopping","message":"this server is about to end"}}')
        assert caplog.messages == ["1 request was cut off"]
        assert events == ["begins", "ends"]

    def test_half_an_answer_stays_a_half(
        self, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        answer, events = self.end_while(monkeypatch, get("/pieces"), twice=False)
        assert answer.endswith(b"\r\n4\r\nhalf\r\n")  # the piece of length 0 that would end it is missing
        assert caplog.messages == ["1 request was cut off"]
        assert events == ["begins", "ends"]

    def test_nobody_waits_for_who_does_not_take_the_answer(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(server, "GRACE", 0.01)
        served, listener, ended = Served(), listen("127.0.0.1", 0), threading.Event()
        has_ended: list[bool] = []

        def ask_and_wait() -> None:
            with socket.create_connection(listener.getsockname(), timeout=LONGEST) as client:
                client.sendall(get("/large"))
                served.begun.wait(LONGEST)
                os.kill(os.getpid(), signal.SIGTERM)
                has_ended.append(ended.wait(LONGEST))

        asking = threading.Thread(target=ask_and_wait)
        serve(served.app, listener, Room(8), on_start=asking.start, on_stop=lambda: None)
        ended.set()
        asking.join()
        assert has_ended == [True]


@pytest.mark.parametrize("number", [1, 3])
def test_more_than_one_are_counted(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, number: int
) -> None:
    monkeypatch.setattr(server, "GRACE", 0.01)
    served, listener = Served(), listen("127.0.0.1", 0)
    address = listener.getsockname()

    def ask() -> None:
        clients = [socket.create_connection(address, timeout=LONGEST) for _ in range(number)]
        for client in clients:
            served.begun.clear()
            client.sendall(get("/slow"))
            served.begun.wait(LONGEST)
        os.kill(os.getpid(), signal.SIGTERM)
        for client in clients:
            client.recv(1)
            client.close()

    asking = threading.Thread(target=ask)
    serve(served.app, listener, Room(8), on_start=asking.start, on_stop=lambda: None)
    asking.join()
    assert caplog.messages == ["1 request was cut off" if number == 1 else "3 requests were cut off"]


def test_an_application_that_does_not_begin_is_an_error(caplog: pytest.LogCaptureFixture) -> None:
    @asynccontextmanager
    async def broken(_app: Starlette) -> AsyncIterator[None]:
        yield failing()

    def failing() -> Never:
        raise RuntimeError("what is wrong")

    told: list[str] = []
    with listen("127.0.0.1", 0) as listener, pytest.raises(NotStartedError):
        serve(
            Starlette(lifespan=broken),
            listener,
            Room(8),
            on_start=lambda: told.append("started"),
            on_stop=lambda: told.append("stops"),
        )
    assert told == []
    assert "what is wrong" in caplog.text


def test_who_cannot_say_that_it_began_ends_as_it_should(caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        raise BrokenPipeError

    served = Served()
    with listen("127.0.0.1", 0) as listener, pytest.raises(BrokenPipeError):
        serve(served.app, listener, Room(8), on_start=fail, on_stop=lambda: served.events.append("stops"))
    assert served.events == ["begins", "stops", "ends"]
    assert caplog.messages == []


def test_nothing_but_a_request_is_answered_when_it_is_cancelled() -> None:
    async def cancelled(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise asyncio.CancelledError

    async def nobody(*_: object) -> Never:
        raise AssertionError("it was answered")

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(server._Answered(cancelled)({"type": "lifespan"}, nobody, nobody))


def test_nobody_is_left_listening_afterwards() -> None:
    ports: list[int] = []
    serving_while(ports.append)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", ports[0]), timeout=60)


@pytest.mark.parametrize(("size", "status"), [(LARGEST_HEADERS, b"200"), (LARGEST_HEADERS + 1, b"400")])
def test_headers_are_bounded(size: int, status: bytes) -> None:
    """Not a byte more is sent than makes the difference: what is left unread resets a connection."""
    begin = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Large: "
    end = b"\r\n\r\n" if status == b"200" else b""
    answers: list[bytes] = []
    large = begin + b"x" * (size - len(begin) - len(end)) + end
    serving_while(lambda port: answers.append(talk(port, large)))
    assert answers[0].startswith(b"HTTP/1.1 " + status)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: x\r\n",
        b"PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 10000\r\n\r\nsome",
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\n",
    ],
    ids=["nothing", "half a head", "half a body that nobody reads", "half a second head"],
)
def test_a_connection_that_nothing_comes_of_is_closed(monkeypatch: pytest.MonkeyPatch, text: bytes) -> None:
    """Though a byte comes now and then, which is all that keeps uvicorn from closing it."""
    monkeypatch.setattr(connection, "HEADER_PATIENCE", 0.2)
    closed: list[bool] = []
    serving_while(lambda port: closed.append(is_closed_while_trickling(port, text)))
    assert closed == [True]


def is_closed_while_trickling(port: int, text: bytes) -> bool:
    with socket.create_connection(("127.0.0.1", port), timeout=0.02) as client:
        try:
            client.sendall(text)
            for _ in range(1000):
                try:
                    if not client.recv(65536):
                        return True
                except TimeoutError:
                    client.sendall(b"x")
        except ConnectionError:
            return True
    return False


def test_a_connection_may_be_used_again() -> None:
    answers: list[bytes] = []
    twice = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" + get("/")
    serving_while(lambda port: answers.append(talk(port, twice)))
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
    def test_an_address_or_a_name(self, host: str, family: socket.AddressFamily, address: str) -> None:
        assert self.family(listen(host, 0)) == (family, address)

    def test_a_port_that_is_taken_is_an_error(self) -> None:
        with listen("127.0.0.1", 0) as one, pytest.raises(OSError, match="in use"):
            listen("127.0.0.1", one.getsockname()[1])
