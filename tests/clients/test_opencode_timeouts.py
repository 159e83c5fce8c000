"""Timeouts of a fleet in the real opencode: a slow answer is abandoned after the declared seconds."""

import asyncio
from collections.abc import Iterator

import pytest

from tests.clients.compiled import compile_fleet
from tests.clients.fake_host import chat
from tests.clients.opencode_client import Opencode
from tests.hosts.simulator import Behavior, Host, Hosts, Misbehavior, ReceivedRequest, Reply

pytestmark = pytest.mark.xdist_group("opencode_timeouts")  # one worker starts opencode

PROVIDERS = {"header": "{header: 1}", "chunk": "{chunk: 1}", "total": "{total: 1}", "patient": "{}"}
"""Provider id -> its timeouts."""


def slow_once(header: float, chunk: float) -> Behavior:
    """Answer the first request with tools slowly: seconds until the head, and after each event."""
    slow = True

    def behave(request: ReceivedRequest) -> Reply | Misbehavior:
        nonlocal slow
        answer = chat(request)
        if not slow or "tools" not in request.body:
            return answer
        slow = False

        async def write(writer: asyncio.StreamWriter) -> None:
            head, end, events = answer.encode().partition(b"\r\n\r\n")
            await asyncio.sleep(header)
            writer.write(head + end)
            for event in events.removesuffix(b"\n\n").split(b"\n\n"):
                writer.write(event + b"\n\n")
                await writer.drain()
                await asyncio.sleep(chunk)

        return write

    return behave


@pytest.fixture(scope="module")
def hosts() -> Iterator[dict[str, Host]]:
    delays = {"header": (2.5, 0.0), "chunk": (0.0, 2.5), "total": (0.0, 0.7), "patient": (2.5, 1.5)}
    with Hosts() as hosts:
        yield {name: hosts.add(slow_once(*seconds)) for name, seconds in delays.items()}


@pytest.fixture(scope="module")
def client(hosts: dict[str, Host], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opencode]:
    providers = "".join(
        f"  {name}: {{kind: vllm, base_url: {hosts[name].url}, timeouts: {timeouts},"
        f" models: {{{name}: {{context: 65536}}}}}}\n"
        for name, timeouts in PROVIDERS.items()
    )
    text = (
        f"version: 1\ndefault_provider: patient\nroles: {{default: patient/patient}}\nproviders:\n{providers}"
    )
    compiled = compile_fleet(text, tmp_path_factory.mktemp("fleet"))
    with Opencode(tmp_path_factory.mktemp("home"), compiled.config) as client:
        yield client


def turns(host: Host) -> int:
    return sum("tools" in request.body for request in host.received)


@pytest.mark.parametrize("name", ["header", "chunk"])
def test_silent_host_is_asked_again(client: Opencode, hosts: dict[str, Host], name: str) -> None:
    answer = client.chat(f"{name}/{name}")
    assert "error" not in answer["info"]
    assert turns(hosts[name]) == 2


def test_total_time_ends_the_message(client: Opencode, hosts: dict[str, Host]) -> None:
    answer = client.chat("total/total")
    assert answer["info"]["error"]["data"]["message"] == "The operation timed out."
    assert turns(hosts["total"]) == 1


def test_without_timeouts_opencode_waits(client: Opencode, hosts: dict[str, Host]) -> None:
    """Its own limits, for the head and between two parts, are five minutes."""
    answer = client.chat("patient/patient")
    assert [part["text"] for part in answer["parts"] if part["type"] == "text"] == ["fine"]
    assert turns(hosts["patient"]) == 1
