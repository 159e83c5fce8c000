"""Simulated hosts over real sockets: each on a loopback port of its own, all in one background thread."""

import asyncio
import json
import ssl
import threading
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self, TypeVar

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class ReceivedRequest:
    """One received request.

    `target` is the path with its query, header names are in lower case, `body` is parsed JSON.
    """

    method: str
    target: str
    headers: dict[str, str]
    body: Any = None


@dataclass(frozen=True, slots=True)
class Reply:
    """A valid response; a `body` that is no bytes is sent as JSON."""

    body: object = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    def encode(self) -> bytes:
        """The whole response."""
        content = self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()
        kind = "text/plain" if isinstance(self.body, bytes) else "application/json"
        headers = {
            "Content-Type": kind, "Content-Length": str(len(content)), "Connection": "close", **self.headers
        }  # fmt: skip
        lines = [f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + content


Misbehavior = Callable[[asyncio.StreamWriter], Awaitable[None]]
"""Writes arbitrary bytes at any pace instead of a Reply."""

Behavior = Callable[[ReceivedRequest], Reply | Misbehavior]
"""Returns the reply to a request. It may change while the host runs: assign `Host.behavior`."""


class Host:
    """One simulated host; `received` contains every request in order."""

    def __init__(self, hosts: "Hosts", behavior: Behavior, tls: ssl.SSLContext | None) -> None:
        self.behavior = behavior
        self.received: list[ReceivedRequest] = []
        self.connections = 0
        self._hosts = hosts
        self._tls = tls
        self._server: asyncio.Server | None = None
        self.port = 0

    @property
    def url(self) -> str:
        """The server root, without a trailing slash."""
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    @property
    def requests(self) -> list[tuple[str, str]]:
        """Method and target of every request so far."""
        return [(request.method, request.target) for request in self.received]

    def start(self) -> None:
        """Listen, after `stop` on the same port as before."""
        self._hosts.run(self._listen())

    def stop(self) -> None:
        """Stop: connections are refused from now on."""
        self._hosts.run(self._close())

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(
            self._accept, "127.0.0.1", self.port, ssl=self._tls, backlog=512
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Register the connection at once: a task canceled before its first step would leave it open."""
        self.connections += 1
        self._hosts.transports.add(writer.transport)
        task = asyncio.ensure_future(self._serve(reader, writer))
        self._hosts.tasks.add(task)
        task.add_done_callback(self._hosts.tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            first, *lines = head.removesuffix("\r\n\r\n").split("\r\n")
            method, target, _ = first.split(" ", 2)
            pairs = (line.split(":", 1) for line in lines)
            headers = {name.lower(): value.strip() for name, value in pairs}
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            request = ReceivedRequest(method, target, headers, json.loads(body) if body else None)
            self.received.append(request)
            answer = self.behavior(request)
            if isinstance(answer, Reply):
                writer.write(answer.encode())
            else:
                await answer(writer)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the other side has gone, or the simulation ends
        finally:
            writer.close()


class Hosts:
    """The background thread that runs simulated hosts while the context is open."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._hosts: list[Host] = []
        self.transports: set[asyncio.WriteTransport] = set()
        self.tasks: set[asyncio.Future[None]] = set()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for host in self._hosts:
            host.stop()
        self.run(self._cancel())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def add(self, behavior: Behavior, *, tls: ssl.SSLContext | None = None) -> Host:
        """A host that listens at once."""
        host = Host(self, behavior, tls)
        host.start()
        self._hosts.append(host)
        return host

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Do `work` in the thread of the hosts and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    async def _cancel(self) -> None:
        for _ in range(3):  # rounds in which connections that were accepted get their transports
            await asyncio.sleep(0)
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for transport in self.transports:
            transport.abort()
        for _ in range(2):  # rounds of the event loop in which the transports close their sockets
            await asyncio.sleep(0)


def always(answer: Reply | Misbehavior) -> Behavior:
    """Answer every request like this."""
    return lambda _: answer


def routes(table: dict[str, Reply | Misbehavior]) -> Behavior:
    """Answer each target by the table, GET only; all else is 404."""

    def behave(request: ReceivedRequest) -> Reply | Misbehavior:
        if request.method != "GET":
            return Reply({"error": "method"}, 405)
        return table.get(request.target, Reply(b"404 page not found", 404))

    return behave
