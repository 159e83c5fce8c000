"""Telling open pages that something changed: server-sent events (HTML standard, section 9.2)."""

import asyncio
from contextlib import suppress
from typing import Literal

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from booconf.service.responses import NOT_STORED, failure, json_bytes

Change = Literal["availability", "catalog", "favorites"]

MOST_STREAMS = 256
"""Streams open at once; each is a connection, which other requests need too."""

HEARTBEAT = 15.0
"""Seconds of silence after which an event shows that the connection stands; connection.js counts on it."""

_START = b"retry: 1000\n\n"
"""How many milliseconds after its end a page asks for another stream."""

_ALIVE = b"event: alive\ndata: {}\n\n"
"""An event, since pages are not told of comments."""


class EventBroadcaster:
    """Tells every open stream what changed; one that is slow is told once of all that it missed."""

    def __init__(self, heartbeat: float = HEARTBEAT) -> None:
        self._heartbeat = heartbeat
        self._streams: set[_Stream] = set()
        self._is_closed = False

    def tell(self, change: Change) -> None:
        """Something is different from now on."""
        for stream in self._streams:
            stream.put(change)

    def close(self) -> None:
        """End every stream, and each later one at its start."""
        self._is_closed = True
        for stream in self._streams:
            stream.end()

    async def listen(self, _request: Request) -> ASGIApp:
        """Answers with a stream that is told of changes from now on, until the client or `close` ends it."""
        if len(self._streams) >= MOST_STREAMS:
            return failure(503, "too-many-streams", "too many pages listen", headers={"Retry-After": "5"})
        return self._respond

    async def _respond(self, scope: Scope, receive: Receive, send: Send) -> None:
        stream = _Stream()
        self._streams.add(stream)
        watch = asyncio.create_task(_end_with_client(stream, receive))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
            if self._is_closed or scope["method"] == "HEAD":
                stream.end()
            await _send_piece(send, _START)
            while (piece := await stream.next(self._heartbeat)) is not None:
                await _send_piece(send, piece)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            self._streams.discard(stream)
            watch.cancel()


class _Stream:
    """What one client has not been told yet."""

    def __init__(self) -> None:
        self._untold: dict[Change, None] = {}
        self._has_ended = False
        self._news = asyncio.Event()

    def put(self, change: Change) -> None:
        self._untold[change] = None
        self._news.set()

    def end(self) -> None:
        self._has_ended = True
        self._news.set()

    async def next(self, heartbeat: float) -> bytes | None:
        """What to send next; None at the end."""
        with suppress(TimeoutError):
            async with asyncio.timeout(heartbeat):
                await self._news.wait()
        self._news.clear()
        if self._has_ended:
            return None
        if not self._untold:
            return _ALIVE
        data = json_bytes({"changed": sorted(self._untold)})
        self._untold.clear()
        return b"event: changed\ndata: " + data + b"\n\n"


async def _end_with_client(stream: _Stream, receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.end()


async def _send_piece(send: Send, piece: bytes) -> None:
    await send({"type": "http.response.body", "body": piece, "more_body": True})


_HEADERS = [
    (name.lower().encode(), value.encode())
    for name, value in {"Content-Type": "text/event-stream", **NOT_STORED, "X-Accel-Buffering": "no"}.items()
]
