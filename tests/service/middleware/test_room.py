"""Places for connections: a bound on all, a share of it for each address, and a word in the log."""

import pytest

from booconf.live.limits import MOST_ADDRESSES, MOST_AT_ONCE
from booconf.service.middleware import room
from booconf.service.middleware.room import (
    BURST,
    MOST_CONNECTIONS,
    MOST_LATE,
    PAUSE,
    Room,
    Shares,
    network_of,
    shared_out,
    shares_of_process,
)


def entered(places: Room, address: str, count: int) -> list[str]:
    return [places.enter(address, 0) for _ in range(count)]


def test_no_address_has_all_places() -> None:
    places = Room(16)
    assert entered(places, "10.0.0.1", 15) == ["served"] * 14 + ["late"]
    assert entered(places, "10.0.0.2", 3) == ["served"] * 2 + ["late"]


def test_beyond_those_that_are_told_so_connections_are_refused() -> None:
    places = Room(8)
    assert entered(places, "10.0.0.1", 7 + MOST_LATE + 2) == [
        *["served"] * 7,
        *["late"] * MOST_LATE,
        *["refused"] * 2,
    ]
    assert entered(places, "10.0.0.2", 2) == ["served", "refused"]


def test_a_place_is_free_again_afterwards() -> None:
    places = Room(1)
    for _ in range(3):
        assert entered(places, "10.0.0.1", MOST_LATE + 2) == ["served", *["late"] * MOST_LATE, "refused"]
        for place in ("refused", "served", *["late"] * MOST_LATE):
            places.leave("10.0.0.1", place)  # type: ignore[arg-type] # one of three words


def test_the_log_says_so_once_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    places = Room(9)
    for now in (0.0, 0.1, PAUSE - 0.1, PAUSE, PAUSE + 1):
        for _ in range(20):
            places.enter("10.0.0.1", now)
    assert caplog.messages == ["clients are turned away: 8 are connected, 8 of them from 10.0.0.1"] * 2


def test_nothing_is_said_while_there_is_room(caplog: pytest.LogCaptureFixture) -> None:
    entered(Room(16), "10.0.0.1", 14)
    assert caplog.messages == []


OPEN_AT_START = 28
MARGIN = 32
"""Descriptors for the event loop, the database, files and modules, which `available_connections` leaves."""


@pytest.mark.parametrize(
    ("limit", "shares"),
    [
        (256, Shares(served=18, asking=18)),
        (1024, Shares(served=402, asking=402)),
        (4096, Shares(served=MOST_CONNECTIONS, asking=2876)),
        (20_000, Shares(served=MOST_CONNECTIONS, asking=MOST_AT_ONCE * MOST_ADDRESSES)),
    ],
)
def test_clients_and_hosts_have_no_more_together_than_the_limit(
    monkeypatch: pytest.MonkeyPatch, limit: int, shares: Shares
) -> None:
    monkeypatch.setattr(
        room, "available_connections", lambda wanted: min(wanted, limit - OPEN_AT_START - MARGIN)
    )
    assert shares_of_process() == shares
    on_their_way_out = MOST_LATE + 4 * BURST
    assert OPEN_AT_START + MARGIN + shares.served + on_their_way_out + shares.asking <= limit


@pytest.mark.parametrize("sockets", [1, 160, 176])
def test_either_has_a_least_share_however_little_there_is(sockets: int) -> None:
    assert shared_out(sockets) == Shares(served=8, asking=MOST_ADDRESSES)


@pytest.mark.parametrize("sockets", range(176, 7000, 97))
def test_nothing_is_given_twice(sockets: int) -> None:
    shares = shared_out(sockets)
    assert shares.served + shares.asking + MOST_LATE + 4 * BURST <= sockets
    assert min(shares.served, shares.asking) >= 8


def test_what_is_shared_out_is_all_that_is_needed() -> None:
    plenty = shared_out(10**6)
    assert shared_out(MOST_LATE + 4 * BURST + plenty.served + plenty.asking) == plenty


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.168.1.5", "192.168.1.5"),
        ("::ffff:192.168.1.5", "192.168.1.5"),
        ("fd00::1:2:3:4", "fd00::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_who_has_a_network_has_its_addresses(address: str, network: str) -> None:
    assert network_of(address) == network
