"""One connection to a client: whether there is room for it, and how long it is waited for."""

import asyncio
import logging
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from booconf.service.middleware.room import LATE, Place, Room
from booconf.service.responses import ON_EVERY_ANSWER, failure

HEADER_PATIENCE = 15.0
"""Seconds in which the headers of a request must have come, and what is left of a body that nobody reads."""

SEND_PATIENCE = 20.0
"""Seconds in which a client must take some of what waits for it."""

LAST_PATIENCE = 2.0
"""The same once the server is about to end."""

LEAST_TAKEN = 16 << 10
"""Bytes that a client must take in that time, or all that waits."""

_log = logging.getLogger(__name__)

_protocol_log = logging.getLogger(f"{__name__}.protocol")
_protocol_log.setLevel(logging.DEBUG)
_protocol_log.addFilter(
    lambda record: record.levelno >= logging.ERROR or _log.isEnabledFor(logging.DEBUG)
)  # that a client talks nonsense is no news


class Connection(H11Protocol):
    """A connection that is closed when there is no `room` for it, or nothing comes of it."""

    room: Room

    _place: Place = "refused"
    _address = ""
    _coming: asyncio.TimerHandle | None = None
    _going: asyncio.TimerHandle | None = None
    _is_last = False

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.logger = _protocol_log

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        """Begin to wait for a request, if there is room."""
        super().connection_made(transport)
        self._address = self.client[0] if self.client else ""
        self._place = self.room.enter(self._address, self.loop.time())
        if self._place == "refused":
            transport.abort()
            return
        if self._place == "late":
            self.app_state = {**self.app_state, LATE: True}
        transport.set_write_buffer_limits(high=0)  # so that we are told of every byte that is not taken
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Take what came."""
        super().data_received(data)
        self._watch()

    def pause_writing(self) -> None:
        """Begin to wait until what is sent is taken."""
        super().pause_writing()
        self._wait_for_reader(None)

    def resume_writing(self) -> None:
        """All that was sent is taken."""
        super().resume_writing()
        self._stop_going()

    def shutdown(self) -> None:
        """Let the client take what is under way, and be quick about it."""
        super().shutdown()
        self._is_last = True
        if self._going is not None:
            self._stop_going()
            self._wait_for_reader(None)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._stop_coming()
        self._stop_going()
        self.room.leave(self._address, self._place)
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - what uvicorn would say
        """Answer what is no request, unless an answer is under way; and close."""
        if self.conn.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
            answer = failure(400, "invalid-request", "this is no valid HTTP", headers={"Connection": "close"})
            for event in (
                h11.Response(status_code=400, headers=[*answer.raw_headers, *ON_EVERY_ANSWER]),
                h11.Data(data=bytes(answer.body)),
                h11.EndOfMessage(),
            ):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _watch(self) -> None:
        """Start to count when a request or the rest of one is waited for, and stop when it is there."""
        theirs = self.conn.their_state
        if theirs is not h11.IDLE and not (theirs is h11.SEND_BODY and self.conn.our_state is h11.DONE):
            self._stop_coming()
        elif self._coming is None:
            self._coming = self.loop.call_later(HEADER_PATIENCE, self.transport.close)

    def _wait_for_reader(self, before: int | None) -> None:
        """Give up a client that has taken too little since `before` bytes were waiting for it."""
        waiting = self.transport.get_write_buffer_size()
        if before is not None and waiting > before - LEAST_TAKEN:
            self.transport.abort()
        else:
            patience = LAST_PATIENCE if self._is_last else SEND_PATIENCE
            self._going = self.loop.call_later(patience, self._wait_for_reader, waiting)

    def _stop_coming(self) -> None:
        if self._coming is not None:
            self._coming.cancel()
            self._coming = None

    def _stop_going(self) -> None:
        if self._going is not None:
            self._going.cancel()
            self._going = None


def connections_in(room: Room) -> type[Connection]:
    """The connections of one server."""
    return type("Connection", (Connection,), {"room": room})
