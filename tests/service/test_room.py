"""Places for connections: a bound on all, a share of it for each address, and a word in the log."""

import pytest

from booconf.service import room
from booconf.service.room import MOST_CONNECTIONS, MOST_LATE, PAUSE, Room, network_of, room_of_process


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


@pytest.mark.parametrize(
    ("descriptors", "most"),
    [(100_000, MOST_CONNECTIONS), (1024, 512), (900, 450), (1300, 650), (1600, 928), (1, 1)],
)
def test_there_is_room_as_far_as_descriptors_go(
    monkeypatch: pytest.MonkeyPatch, descriptors: int, most: int
) -> None:
    monkeypatch.setattr(room, "room_for", lambda wanted: min(wanted, descriptors))
    places = room_of_process()
    entered(places, "10.0.0.1", most)
    assert len([1 for _ in range(most) if places.enter("10.0.0.2", 0) == "served"]) == most // 8
    assert places.enter("10.0.0.3", 0) != "served"


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
