"""How many clients may be connected at once: a bound on all of them, and a share of it for each address."""

import logging
from collections import Counter
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Literal

from booconf.live.asking.descriptors import room_for

MOST_CONNECTIONS = 1000
"""Connections whose requests are answered at once, where the system lets us have so many."""

MOST_LATE = 32
"""Connections beyond them that are told so; more are closed unheard."""

BURST = 32
"""Connections that are accepted at one go, before any of them can be closed."""

PAUSE = 60.0
"""Seconds between two lines of the log that say that clients are turned away."""

Place = Literal["served", "late", "refused"]

_log = logging.getLogger(__name__)

_TURNS = 4
"""Of the event loop, from accepting a connection until it is closed."""

_ASKING = 512
"""Descriptors left for asking hosts."""


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


def room_of_process() -> Room:
    """As much room as the descriptors of this process allow, beside what it needs itself."""
    beside = MOST_LATE + _ASKING + BURST * _TURNS
    room = room_for(MOST_CONNECTIONS + beside)
    return Room(max(1, room // 2, room - beside))


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
