"""Name resolution: a slow resolver delays no other host, and each failure is reported."""

import asyncio
import errno
import gc
import logging
import socket
import subprocess
import sys
from collections.abc import Iterator
from threading import Event, Thread
from typing import Any

import pytest

from booconf.live.client import probe
from booconf.live.client.dns import EventLoop
from booconf.live.limits import MOST_ADDRESSES
from booconf.live.observation import Observation, Outcome
from tests.hosts.faults import LISTING
from tests.hosts.simulator import Hosts, Reply, always
from tests.support.endpoints import endpoint, ids

HEALTHY = always(Reply(LISTING))


@pytest.fixture
def black_hole(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A resolver that does not answer for `black.hole` and below; the names that it was names for."""
    real, end, names = socket.getaddrinfo, Event(), list[str]()

    def look_up(name: bytes, *arguments: int) -> object:
        if not arguments[-1] & socket.AI_NUMERICHOST and name.endswith(b"black.hole"):
            names.append(name.decode())
            end.wait()
        return real(name, *arguments)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    yield names
    end.set()


def test_hung_resolver_delays_no_other_host(hosts: Hosts, black_hole: list[str]) -> None:
    """More look-ups hang than asyncio has threads for them (32), and all for one name are one."""
    host = hosts.add(HEALTHY)
    names = [f"{number}.black.hole" for number in range(40)]
    endpoints = {
        f"{name}:{port}": endpoint(f"http://{name.title()}:{port}") for port in (1, 2) for name in names
    }
    here = endpoint(host.url.replace("127.0.0.1", "localhost"), sidecar="http://0.black.hole")
    seen = probe({**endpoints, "here": here}, timeout=2)
    assert ids(seen["here"]) == ["model"]
    assert seen["here"].sidecar == "its name is not resolved within 2 s"
    assert {seen[name] for name in endpoints} == {
        Observation(Outcome.UNREACHABLE, "its name is not resolved within 2 s")
    }
    assert sorted(black_hole) == sorted(names)


def test_hung_resolver_does_not_keep_the_process_from_ending() -> None:
    program = (
        "import socket, time\n"
        "real = socket.getaddrinfo\n"
        "socket.getaddrinfo = lambda name, *rest: real(name, *rest) if rest[-1] else time.sleep(600)\n"
        "from booconf.live.client import probe\n"
        "from tests.support.endpoints import ids, endpoint\n"
        "print(probe({'one': endpoint('http://black.hole')}, timeout=0.2)['one'].detail)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.stdout, done.stderr, done.returncode) == ("its name is not resolved within 0.2 s\n", "", 0)


@pytest.mark.parametrize("name", ["nowhere.invalid", "a..b", "x" * 64 + ".invalid"])
def test_unknown_name_is_reported(name: str) -> None:
    seen = probe({"one": endpoint(f"http://{name}", sidecar=f"http://{name}:8")}, timeout=30)["one"]
    assert seen == Observation(
        Outcome.UNREACHABLE, "its name cannot be resolved", sidecar="its name cannot be resolved"
    )


def test_a_proxy_whose_name_is_not_resolved(black_hole: list[str]) -> None:
    endpoints = {"one": endpoint("http://far.invalid:2")}
    seen = probe(endpoints, timeout=0.3, environment={"HTTP_PROXY": "http://black.hole:1"})["one"]
    assert seen == Observation(Outcome.UNREACHABLE, "its name is not resolved within 0.3 s")
    assert black_hole == ["black.hole"]


def test_abandoned_look_up_logs_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """asyncio logs neither the failure nor the success."""
    end = Event()

    def look_up(name: bytes, *arguments: int) -> object:
        if not arguments[-1] & socket.AI_NUMERICHOST:
            end.wait()
        raise socket.gaierror(socket.EAI_NONAME, "nobody has it")

    async def give_up() -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, EventLoop)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await loop.getaddrinfo("late.example", 80)
        assert loop.resolves("late.example")
        end.set()
        while loop.resolves("late.example"):
            await asyncio.sleep(0.01)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with caplog.at_level(logging.ERROR, "asyncio"), asyncio.Runner(loop_factory=EventLoop) as runner:
        runner.run(give_up())
        gc.collect()
    assert caplog.messages == []


def test_look_up_without_a_thread_fails_alone(hosts: Hosts, monkeypatch: pytest.MonkeyPatch) -> None:
    """A system may allow a user, or a container, so many threads and no more."""

    def refuse(_: Thread) -> None:
        raise RuntimeError("can't start new thread")

    async def twice() -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, EventLoop)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Thread, "start", refuse)
            with pytest.raises(OSError, match="no thread") as refused:
                await loop.getaddrinfo("localhost", 80)
        assert refused.value.errno == errno.EAGAIN
        assert not loop.resolves("localhost")
        assert await loop.getaddrinfo("localhost", 80)

    with asyncio.Runner(loop_factory=EventLoop) as runner:
        runner.run(twice())
    host = hosts.add(HEALTHY)
    named = host.url.replace("127.0.0.1", "localhost")
    monkeypatch.setattr(Thread, "start", refuse)
    seen = probe({"named": endpoint(named, sidecar=named), "other": endpoint(host)}, timeout=30)
    detail = "this process can start no more threads to resolve its name"
    assert seen["named"] == Observation(Outcome.UNREACHABLE, detail, sidecar=detail)
    assert ids(seen["other"]) == ["model"]


@pytest.mark.parametrize(
    ("found", "taken"),
    [
        ("4", "4"),
        ("6444", "6444"),
        ("4446", "4644"),
        ("66666666664", "64666666"),
        ("6666666666444444", "64646464"),
    ],
)
def test_addresses_of_each_family_are_tried(found: str, taken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    families = {"4": socket.AF_INET, "6": socket.AF_INET6}

    def look_up(name: bytes, port: object, *arguments: int) -> object:
        if arguments[-1] & socket.AI_NUMERICHOST:
            raise socket.gaierror(socket.EAI_NONAME, "it is a name")
        return [(families[digit], 1, 6, "", (f"address {place}", 0)) for place, digit in enumerate(found)]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with asyncio.Runner(loop_factory=EventLoop) as runner:
        rows: list[Any] = runner.run(runner.get_loop().getaddrinfo("many.example", 80))
    assert [family for family, *_ in rows] == [families[digit] for digit in taken]
    assert {port for *_, (_, port) in rows} == {80}
    assert len(rows) <= MOST_ADDRESSES
    addresses = [address for *_, (address, _) in rows]
    for family in families.values():
        of_family = [address for (kind, *_), address in zip(rows, addresses, strict=True) if kind == family]
        assert of_family == sorted(of_family)
