"""A connection to PostgreSQL that does not wait for ever for a server that says nothing.

Timeouts of the server do not help when the server itself hangs, nor does TCP: the machine answers for it.
"""

from math import ceil
from typing import TYPE_CHECKING, Any

from psycopg import Connection, OperationalError

if TYPE_CHECKING:
    from psycopg.abc import RV, PQGen

_TICK = 0.1
"""Seconds between two looks at a silent connection."""


class BoundedConnection(Connection):
    """One that is closed, with OperationalError, when the server is silent for too long in an exchange."""

    ticks = 1
    """How many looks at a silent connection are enough in one exchange."""

    @classmethod
    def open(cls, patience: float, options: dict[str, Any]) -> "BoundedConnection":
        """Connect with the options of libpq and psycopg; `patience`, in seconds, is for all that follows."""
        connection = cls.connect(**options)
        connection.ticks = ceil(patience / _TICK)
        return connection

    def wait(self, gen: "PQGen[RV]", interval: float = _TICK, *rest: Any, **options: Any) -> "RV":
        """Do one exchange with the server, as psycopg does, and give up when it stays silent."""
        return super().wait(self._bounded(gen), interval, *rest, **options)

    def _bounded(self, exchange: "PQGen[RV]") -> "PQGen[RV]":
        silent = 0
        try:
            wanted = next(exchange)
            while True:
                ready = yield wanted
                silent += not ready
                if silent > self.ticks:
                    self.close()
                    raise OperationalError("timeout expired")
                wanted = exchange.send(ready)
        except StopIteration as end:
            result: RV = end.value
            return result
