"""Hundreds of hosts at once, and fewer descriptors than hosts."""

import asyncio
import json
import os
import resource
import subprocess
import sys
from collections.abc import Mapping
from socket import socket
from typing import Any

import pytest

from booconf.live.client import probe
from booconf.live.client.transport import available_connections, connections_to
from booconf.live.limits import MOST_ADDRESSES, MOST_AT_ONCE
from booconf.live.observation import Observation, Outcome
from tests.hosts.faults import FAULTS, LISTING, repeats
from tests.hosts.simulator import Host, Hosts, Misbehavior, Reply, always
from tests.support.endpoints import endpoint

ENDLESS = repeats(b'HTTP/1.1 200 OK\r\n\r\n{"data": [', b'{"id": "model"},' * 4096)


PROGRAM = """
import json, resource, socket, sys
urls, timeout, soft, hard = json.loads(sys.argv[1])
resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
real = socket.getaddrinfo
def look_up(name, port, *rest):
    if name != b"many.example":
        return real(name, port, *rest)
    return [row for number in range(1, 41) for row in real(f"127.0.0.{number}", port, *rest)]
socket.getaddrinfo = look_up
from booconf.live.client import probe
from booconf.live.limits import MOST_AT_ONCE
from tests.support.endpoints import endpoint
endpoints = {name: endpoint(url, sidecar=sidecar) for name, (url, sidecar) in urls.items()}
seen = probe(endpoints, timeout=timeout)
print(json.dumps([
    {
        name: [observation.outcome, [model.id for model in observation.models], observation.sidecar]
        for name, observation in seen.items()
    },
    resource.getrlimit(resource.RLIMIT_NOFILE)[0],
]))
"""
"""Probes in a process of its own, which shares neither descriptors nor processor time with the hosts.

`many.example` has forty addresses there.
"""


def probed(
    endpoints: Mapping[str, tuple[str, str | None]], timeout: float, soft: int, hard: int
) -> tuple[dict[str, list[Any]], int]:
    """Probe each URL with its sidecar; return outcome, ids, sidecar, and the limit of descriptors then."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, json.dumps([endpoints, timeout, soft, hard])],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    seen, limit = json.loads(done.stdout)
    return seen, limit


def test_500_hosts_half_of_them_silent_and_some_without_an_end() -> None:
    """Figures are measured in `benchmarks/`; this tests the result, not the time.

    The silent hosts wait until all healthy ones have a request, and then close their connections.
    """
    available_connections(700)  # for our ends of the connections
    names = [*["silent"] * 250, *["healthy"] * 240, *["endless"] * 10]
    healthy: list[Host] = []

    async def silent_for_long(_: asyncio.StreamWriter) -> None:
        while sum(len(host.received) for host in healthy) < names.count("healthy"):
            await asyncio.sleep(0.1)

    played: dict[str, Reply | Misbehavior] = {"silent": silent_for_long, "endless": ENDLESS}
    with Hosts() as hosts:
        healthy += [hosts.add(always(Reply(LISTING))) for _ in range(5)]
        urls = {name: [hosts.add(always(does)).url for _ in range(5)] for name, does in played.items()}
        urls["healthy"] = [host.url for host in healthy]
        endpoints = {f"{name} {number}": (urls[name][number % 5], None) for number, name in enumerate(names)}
        seen, _ = probed(endpoints, 120, 1024, 1024)
    outcomes = {"healthy": {"answered"}, "silent": {"unreachable"}, "endless": {"nonsense", "unreachable"}}
    assert list(seen) == list(endpoints)
    for name, possible in outcomes.items():
        assert {seen[each][0] for each in seen if each.startswith(name)} <= possible


def test_all_faults_at_once_hide_nothing() -> None:
    faults = {name: fault for name, fault in FAULTS.items() if not fault.takes_all_the_time}
    with Hosts() as hosts:
        urls = {name: (hosts.add(always(fault.behavior)).url, None) for name, fault in faults.items()}
        healthy = {f"healthy {each}": (hosts.add(always(Reply(LISTING))).url, None) for each in range(3)}
        seen, _ = probed({**urls, **healthy}, 120, 1024, 1024)
    for name in healthy:
        assert seen.pop(name) == ["answered", ["model"], None]
    assert {name: row[0] for name, row in seen.items()} == {
        name: fault.outcome for name, fault in faults.items()
    }


@pytest.mark.parametrize(("soft", "hard", "then"), [(100, 100, 100), (100, 200, 200), (1024, 1024, 1024)])
def test_hosts_wait_for_a_descriptor_and_all_are_probed(soft: int, hard: int, then: int) -> None:
    with Hosts() as hosts:
        url = hosts.add(always(Reply(LISTING))).url
        seen, limit = probed({str(number): (url, url) for number in range(150)}, 60, soft, hard)
    assert list(seen.values()) == [["answered", ["model"], None]] * 150
    assert limit == then


def test_hosts_and_sidecars_with_many_addresses_wait_for_their_descriptors_as_well() -> None:
    """A name has many addresses, all of which may be tried at the same time."""
    with Hosts() as hosts:
        url = hosts.add(always(Reply(LISTING))).url.replace("127.0.0.1", "many.example")
        seen, _ = probed({str(number): (url, url) for number in range(20)}, 60, 100, 100)
    assert list(seen.values()) == [["answered", ["model"], None]] * 20


@pytest.mark.parametrize(
    ("url", "connections"),
    [
        ("http://127.0.0.1:1", 1),
        ("http://[::1]:1/x", 1),
        ("https://sky.example", MOST_ADDRESSES),
        ("http://localhost", MOST_ADDRESSES),
        ("http://", MOST_ADDRESSES),
    ],
)
def test_an_address_takes_one_connection_and_a_name_as_many_as_it_has_addresses(
    url: str, connections: int
) -> None:
    assert connections_to(url) == connections


def test_waiting_hosts_have_their_full_time() -> None:
    with Hosts() as hosts:
        url = hosts.add(always(Reply(LISTING))).url
        count = MOST_AT_ONCE + 100
        seen, _ = probed({str(number): (url, None) for number in range(count)}, 60, 1024, 1024)
    assert list(seen.values()) == [["answered", ["model"], None]] * count


@pytest.fixture
def _limits() -> object:
    """The limit of this process, put back afterwards."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.mark.usefixtures("_limits")
def test_limit_is_not_raised_without_need() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 500), hard))
    assert available_connections(10) == 10
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == 500


@pytest.mark.usefixtures("_limits")
def test_connections_are_counted_without_dev_fd(monkeypatch: pytest.MonkeyPatch) -> None:
    """Containers and some systems have no `/dev/fd`."""

    def missing(*_: object) -> None:
        raise FileNotFoundError

    for name in ("listdir", "scandir"):
        monkeypatch.setattr(os, name, missing)
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (300, max(hard, 300)))
    held = [os.open(os.devnull, os.O_RDONLY) for _ in range(100)]
    try:
        assert available_connections(10) == 10
    finally:
        for each in held:
            os.close(each)
    monkeypatch.undo()


@pytest.mark.usefixtures("_limits")
@pytest.mark.parametrize("error", [OSError, ValueError])
def test_limit_that_cannot_be_raised_is_kept(error: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    """macOS has one more limit beside the hard one."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (300, hard))

    def refuse(*_: object) -> None:
        raise error

    monkeypatch.setattr(resource, "setrlimit", refuse)
    assert 100 < available_connections(1000) < 300
    monkeypatch.undo()


def test_no_limit_permits_all_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    limit = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    monkeypatch.setattr(resource, "getrlimit", lambda _: limit)
    assert available_connections(10**6) == 10**6


@pytest.mark.usefixtures("_limits")
def test_missing_descriptors_are_reported() -> None:
    """One host is always probed; the limit then reached is no fault of a host."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with Hosts() as hosts:
        host = hosts.add(always(Reply(LISTING)))
        assert probe({"one": endpoint(host)}, timeout=30)["one"].outcome is Outcome.ANSWERED
        taken: list[socket] = []

        def take_all(waiting: frozenset[str]) -> None:
            """The probe has its event loop by now."""
            resource.setrlimit(resource.RLIMIT_NOFILE, (200, hard))
            try:
                while waiting:
                    taken.append(socket())
            except OSError:
                pass

        with_sidecar = endpoint(host, sidecar=host)
        seen = probe({"one": with_sidecar}, timeout=30, on_change=take_all)["one"]
        for each in taken:
            each.close()
    detail = "this process has no file descriptor left for it"
    assert seen == Observation(Outcome.UNREACHABLE, detail, sidecar=detail)
