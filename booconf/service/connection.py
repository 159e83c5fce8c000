"""One connection to a client: what it may send, and when it is given up."""

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

LARGEST_HEADERS = 32 << 10
"""Bytes of a request's first line and headers at most."""

HEADER_PATIENCE = 15.0
"""Seconds in which the headers of a request must have come, and what is left of a body that nobody reads."""


class Connection(H11Protocol):
    """A connection whose headers are bounded in size, and which is closed when nothing comes of it."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Take what came."""
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._forget()
        super().connection_lost(exc)

    def _watch(self) -> None:
        """Start to count when a request or the rest of one is waited for, and stop when it is there."""
        theirs = self.conn.their_state
        if theirs is not h11.IDLE and not (theirs is h11.SEND_BODY and self.conn.our_state is h11.DONE):
            self._forget()
        elif self._deadline is None:
            self._deadline = self.loop.call_later(HEADER_PATIENCE, self.transport.close)

    def _forget(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
