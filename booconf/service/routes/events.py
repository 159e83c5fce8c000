"""Notify open pages of changes by server-sent events (HTML standard, section 9.2)."""

import asyncio
from contextlib import suppress
from typing import Literal

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from booconf.service.responses import NO_STORE, error_response, json_bytes

Topic = Literal["availability", "catalog", "favorites"]

MOST_STREAMS = 256
"""Streams that are open at once; each is a connection, which other requests need too."""

HEARTBEAT = 15.0
"""Seconds without a change after which an event confirms the connection; connection.js relies on it."""

_START = b"retry: 1000\n\n"
"""Milliseconds after which a page reconnects."""

_ALIVE = b"event: alive\ndata: {}\n\n"
"""An event, since a comment does not reach a page."""

_HEADERS = [
    (name.lower().encode(), value.encode())
    for name, value in {"Content-Type": "text/event-stream", **NO_STORE, "X-Accel-Buffering": "no"}.items()
]


class EventBroadcaster:
    """Sends changes to every open stream; a slow one gets one event for all changes that it missed."""

    def __init__(self, heartbeat: float = HEARTBEAT) -> None:
        self._heartbeat = heartbeat
        self._streams: set[_Stream] = set()
        self._is_closed = False

    def publish(self, topic: Topic) -> None:
        """Notify every stream of a change."""
        for stream in self._streams:
            stream.put(topic)

    def close(self) -> None:
        """End every stream, and each later one at its start."""
        self._is_closed = True
        for stream in self._streams:
            stream.end()

    async def subscribe(self, _request: Request) -> ASGIApp:
        """A stream of the changes from now on, until the client or `close` ends it."""
        if len(self._streams) >= MOST_STREAMS:
            return error_response(
                503, "too-many-streams", "too many event streams are open", headers={"Retry-After": "5"}
            )
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
    """The changes that one client has not been sent yet."""

    def __init__(self) -> None:
        self._pending: set[Topic] = set()
        self._has_ended = False
        self._wake = asyncio.Event()

    def put(self, topic: Topic) -> None:
        self._pending.add(topic)
        self._wake.set()

    def end(self) -> None:
        self._has_ended = True
        self._wake.set()

    async def next(self, heartbeat: float) -> bytes | None:
        """The next event; None at the end."""
        with suppress(TimeoutError):
            async with asyncio.timeout(heartbeat):
                await self._wake.wait()
        self._wake.clear()
        if self._has_ended:
            return None
        if not self._pending:
            return _ALIVE
        data = json_bytes({"changed": sorted(self._pending)})
        self._pending.clear()
        return b"event: changed\ndata: " + data + b"\n\n"


async def _end_with_client(stream: _Stream, receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.end()


async def _send_piece(send: Send, piece: bytes) -> None:
    await send({"type": "http.response.body", "body": piece, "more_body": True})
