"""How many clients may be connected while hosts are asked, and a share of that for each address."""

import logging
from collections import Counter
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Literal

from booconf.live.client.file_limits import available_connections
from booconf.live.limits import MOST_ADDRESSES, MOST_AT_ONCE

MOST_CONNECTIONS = 1000
"""Connections whose requests are answered at once, where the system lets us have so many."""

MOST_LATE = 32
"""Connections beyond them that are told so; more are closed unheard."""

BURST = 32
"""Connections that are accepted at one go, before any of them can be closed."""

PAUSE = 60.0
"""Seconds between two lines of the log that say that clients are turned away."""

LATE = "booconf.late"
"""Stands in the `state` of the requests of a connection that there is no room for."""

Place = Literal["served", "late", "refused"]

_log = logging.getLogger(__name__)

_TURNS = 4
"""Of the event loop, from accepting a connection until it is closed."""

_BESIDE = MOST_LATE + BURST * _TURNS
"""Connections that may be open beside those that are served, on their way to being closed."""

_MOST_ASKING = MOST_AT_ONCE * MOST_ADDRESSES

_LEAST = MOST_ADDRESSES
"""Of either, however little there is: one host can be asked, and one browser be served."""


@dataclass(frozen=True, slots=True)
class Shares:
    """Connections of clients that are `served` at once, and sockets for `asking` hosts."""

    served: int
    asking: int


class Room:
    """Gives places to connections; `most` of them are served at once.

    One address has the most of them at most, as a proxy in front is one, and never all.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._share = most - most // 8
        self._served: Counter[str] = Counter()
        self._late = 0
        self._told: float | None = None

    def enter(self, address: str, now: float) -> Place:
        """The place of a connection from `address`; `now` is in seconds since whenever."""
        network, count = network_of(address), self._served.total()
        if count < self._most and self._served[network] < self._share:
            self._served[network] += 1
            return "served"
        if self._told is None or now >= self._told + PAUSE:
            self._told = now
            theirs = self._served[network]
            _log.warning(
                "clients are turned away: %d are connected, %d of them from %s", count, theirs, network
            )
        if self._late >= MOST_LATE:
            return "refused"
        self._late += 1
        return "late"

    def leave(self, address: str, place: Place) -> None:
        """A connection that had this place has ended."""
        if place == "late":
            self._late -= 1
        elif place == "served":
            network = network_of(address)
            self._served[network] -= 1
            if not self._served[network]:
                del self._served[network]


def shared_out(sockets: int) -> Shares:
    """What clients and hosts have of so many sockets: half of them each, but for what closing takes.

    Clients need no more than MOST_CONNECTIONS; what that leaves is for hosts.
    """
    both = sockets - _BESIDE
    served = max(_LEAST, min(MOST_CONNECTIONS, both // 2))
    return Shares(served, max(_LEAST, min(_MOST_ASKING, both - served)))


def shares_of_process() -> Shares:
    """The shares of what this process may open beside what is open now; so it is asked once, at the start."""
    return shared_out(available_connections(MOST_CONNECTIONS + _BESIDE + _MOST_ASKING))


def network_of(address: str) -> str:
    """What a client has to itself: an address of IPv4, or a network of 64 bits of IPv6."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return address
    mapped = found.ipv4_mapped
    return str(mapped) if mapped else str(ip_network((found, 64), strict=False))
