"""Rows about `diff`: 500 hosts, half of them silent, some endless; wall in multiples of the timeout."""

import asyncio
import resource
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from benchmarks import fleets
from benchmarks.figure import Figure
from benchmarks.measure import CommandFailedError, cost
from benchmarks.models import MEBIBYTE
from benchmarks.programs import booconf
from benchmarks.settings import Settings
from tests.hosts.simulator import Behavior, Hosts, Reply, routes

LARGEST_MEMORY = 300
"""Mebibytes that `diff` may take, whatever the hosts send."""

ENDLESS_EVERY = 4
"""One of so many hosts that answer sends a body without an end."""

_LONGEST_IN_TIMEOUTS = 20
_EXIT_CODES = frozenset({0, 1, 3})

_HEALTHY = routes(
    {
        "/v1/models": Reply({"data": [{"id": f"model-{number}", "object": "model"} for number in range(20)]}),
        "/running": Reply({"running": []}),
    }
)


def figures(settings: Settings, scratch: Path) -> Iterator[Figure]:
    """Wall time against the timeout, and peak memory."""
    count, timeout = settings.hosts, settings.host_timeout
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with Hosts() as hosts, ExitStack() as open_sockets:
        answering = [hosts.add(_behavior(number)).port for number in range(count // 2)]
        silent = [_black_hole(open_sockets) for _ in range(count - len(answering))]
        urls = [f"http://127.0.0.1:{port}" for port in (*answering, *silent)]
        fleet = scratch / "fleet.yaml"
        fleet.write_text(fleets.of_hosts(urls, "llama-swap", "", 20), encoding="utf-8")
        command = booconf("diff", "--file", str(fleet), "--timeout", str(timeout))
        what = f"`diff` of {count} hosts, {len(silent)} of them silent, {_endless(len(answering))} endless"
        try:
            spent = cost(command, _LONGEST_IN_TIMEOUTS * timeout, _EXIT_CODES)
        except CommandFailedError as error:
            yield Figure(what, None, "x", 2, str(error))
            return
    detail = f"{spent.wall:.1f} s, {spent.cpu:.1f} s CPU, timeout {timeout} s"
    yield Figure(f"{what}: wall / timeout", spent.wall / timeout, "x", 2, detail)
    yield Figure(f"{what}: peak memory", spent.memory / MEBIBYTE, "MiB", LARGEST_MEMORY, "")


def _endless(answering: int) -> int:
    return len(range(0, answering, ENDLESS_EVERY))


def _behavior(number: int) -> Behavior:
    return (lambda _: _pour) if number % ENDLESS_EVERY == 0 else _HEALTHY


async def _pour(writer: asyncio.StreamWriter) -> None:
    """Send an endless listing as fast as it is read."""
    writer.write(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{"data": [')
    while True:
        writer.write(b'{"id": "model"},' * 4096)
        await writer.drain()


def _black_hole(sockets: ExitStack) -> int:
    """The port of a socket that accepts connections and never sends a byte."""
    listening = sockets.enter_context(socket.socket())
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    port: int = listening.getsockname()[1]
    return port
