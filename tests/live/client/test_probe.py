"""Probe all hosts at once: the requests, their keys, proxies and time limits."""

import asyncio
import gzip
import json
import os
import signal
import socket
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Timer
from types import ModuleType

import pytest

from booconf import __version__
from booconf.live.client import probe
from booconf.live.client.host_probe import ForbiddenRequestError, probe_host
from booconf.live.client.transport import TransportFactory
from booconf.live.endpoint import Endpoint, secret_pattern
from booconf.live.flow import Base, Failure, ProbeFlow, Request, Response
from booconf.live.limits import LARGEST_BODY, SMALL_BODY
from booconf.live.observation import Observation, Outcome
from tests.hosts.faults import LISTING, body, resets, says, silent
from tests.hosts.simulator import Hosts, Misbehavior, ReceivedRequest, Reply, always, routes
from tests.support.endpoints import endpoint, ids

HEALTHY = routes({"/v1/models": Reply(LISTING)})
RUNNING = Reply({"running": [{"model": "model", "state": "ready", "cmd": "llama-server -c 8192 -np 1"}]})
SWAP_LISTING = Reply({"data": [{"id": "model", "owned_by": "llama-swap"}]})


# probed hosts


def test_no_hosts_give_no_observations() -> None:
    changes: list[frozenset[str]] = []
    assert probe({}, timeout=1, on_change=changes.append) == {}
    assert changes == [frozenset()]


def test_observations_are_in_the_order_of_the_endpoints(hosts: Hosts) -> None:
    """The order of the responses does not matter."""
    endpoints = {name: endpoint(hosts.add(HEALTHY)) for name in "cabd"}
    endpoints["b"] = endpoint(hosts.add(always(silent)))
    assert list(probe(endpoints, timeout=0.5)) == list("cabd")


def test_running_probes_are_reported_from_start_to_end(hosts: Hosts) -> None:
    changes: list[frozenset[str]] = []
    endpoints = {"slow": endpoint(hosts.add(always(silent))), "quick": endpoint(hosts.add(HEALTHY))}
    probe(endpoints, timeout=0.5, on_change=changes.append)
    assert changes == [frozenset({"slow", "quick"}), frozenset({"slow"}), frozenset()]


def test_all_hosts_are_probed_concurrently(hosts: Hosts) -> None:
    """None of these answers before all of them have received a request."""
    received: list[ReceivedRequest] = []

    def wait_for_all(request: ReceivedRequest) -> Misbehavior:
        received.append(request)

        async def answer(writer: asyncio.StreamWriter) -> None:
            while len(received) < 20:
                await asyncio.sleep(0.01)
            writer.write(Reply(LISTING).encode())

        return answer

    endpoints = {str(number): endpoint(hosts.add(wait_for_all)) for number in range(20)}
    seen = probe(endpoints, timeout=30)
    assert {observation.outcome for observation in seen.values()} == {Outcome.ANSWERED}


# sent requests


def test_request_names_format_and_program(hosts: Hosts) -> None:
    host = hosts.add(HEALTHY)
    probe({"one": endpoint(host)}, timeout=30)
    assert host.received == [
        ReceivedRequest(
            "GET",
            "/v1/models",
            {
                "host": f"127.0.0.1:{host.port}",
                "accept": "application/json",
                "accept-encoding": "gzip",
                "connection": "close",
                "user-agent": f"booconf/{__version__}",
            },
        )
    ]


def test_key_is_sent_with_every_request_to_its_own_host_only(hosts: Hosts) -> None:
    swap = routes({"/v1/models": SWAP_LISTING, "/running": RUNNING})
    first, second, third = hosts.add(swap), hosts.add(swap), hosts.add(swap)
    probe(
        {
            "first": endpoint(first, "llama-swap", headers={"Authorization": "Bearer key-1"}),
            "second": endpoint(second, "llama-swap", headers={"X-Key": "key-2", "accept": "text/json"}),
            "third": endpoint(third, "llama-swap"),
        },
        timeout=30,
    )
    assert [request.headers.get("authorization") for request in first.received] == ["Bearer key-1"] * 2
    assert [request.headers.get("x-key") for request in second.received] == ["key-2"] * 2
    assert [request.headers["accept"] for request in second.received] == ["text/json"] * 2
    for host, secret in ((first, "key-2"), (second, "key-1"), (third, "key-1"), (third, "key-2")):
        assert secret not in str(host.received)


def test_cookies_are_not_kept(hosts: Hosts) -> None:
    cookie = {"Set-Cookie": "session=1; Path=/"}
    host = hosts.add(
        routes(
            {
                "/v1/models": Reply(SWAP_LISTING.body, headers=cookie),
                "/running": Reply(RUNNING.body, headers=cookie),
            }
        )
    )
    other = hosts.add(HEALTHY)
    probe({"one": endpoint(host, "llama-swap"), "two": endpoint(other)}, timeout=30)
    assert len(host.received) == 2
    assert "cookie" not in {name for request in (*host.received, *other.received) for name in request.headers}


def test_netrc_and_environment_add_no_header(
    hosts: Hosts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login user password secret\n", encoding="utf-8")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HOME", str(tmp_path))
    host = hosts.add(HEALTHY)
    probe({"one": endpoint(host)}, timeout=30, environment=os.environ)
    assert "authorization" not in host.received[0].headers


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(hosts: Hosts, status: int) -> None:
    elsewhere = hosts.add(HEALTHY)
    host = hosts.add(lambda _: Reply(b"", status, {"Location": f"{elsewhere.url}/v1/models"}))
    (seen,) = probe({"one": endpoint(host, headers={"X-Key": "k"})}, timeout=30).values()
    assert (seen.outcome, elsewhere.connections) == (Outcome.INVALID_RESPONSE, 0)
    assert seen.detail.endswith(f"with a redirect (HTTP {status}), which is not followed")


@pytest.mark.parametrize("header", ["Refresh: 0; url={}", "Link: <{}>; rel=preload", 'Alt-Svc: h2="{}"'])
def test_no_response_header_causes_a_request(hosts: Hosts, header: str) -> None:
    elsewhere = hosts.add(HEALTHY)
    name, _, value = header.partition(": ")
    host = hosts.add(lambda _: Reply(LISTING, headers={name: value.format(elsewhere.url)}))
    (seen,) = probe({"one": endpoint(host)}, timeout=30).values()
    assert (ids(seen), len(host.received), elsewhere.connections) == (["model"], 1, 0)


ALLOWED, FORBIDDEN = Request(Base.API, "/models"), Request(Base.API, "/unload")


@pytest.fixture
def unruly(monkeypatch: pytest.MonkeyPatch) -> None:
    """In place of vLLM's: an adapter that yields a forbidden request."""

    def flow() -> ProbeFlow:
        yield ALLOWED
        yield FORBIDDEN
        return Observation(Outcome.ANSWERED)

    module = ModuleType("unruly")
    vars(module).update(REQUESTS=(ALLOWED,), observe=flow, UNSAFE_SEGMENT=None)
    monkeypatch.setitem(sys.modules, "booconf.live.kinds.vllm", module)


@pytest.mark.usefixtures("unruly")
def test_undeclared_request_is_never_sent(hosts: Hosts) -> None:
    host = hosts.add(HEALTHY)
    with pytest.raises(ForbiddenRequestError, match="vllm"):
        probe({"one": endpoint(host, "vllm")}, timeout=30)
    assert host.requests == [("GET", "/v1/models")]


def test_a_request_that_would_load_a_model_is_never_sent(hosts: Hosts) -> None:
    host = hosts.add(HEALTHY)
    safe = endpoint(host)
    unsafe = replace(safe, bases={base: f"{url}/upstream/model" for base, url in safe.bases.items()})
    with pytest.raises(ForbiddenRequestError, match="a model would be loaded"):
        probe({"one": unsafe}, timeout=30)
    assert host.requests == []


# responses


def test_compressed_slow_chunks_are_accepted(hosts: Hosts) -> None:
    content = gzip.compress(json.dumps(LISTING).encode())
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunks = [b"1\r\n" + content[index : index + 1] + b"\r\n" for index in range(len(content))]
    host = hosts.add(lambda _: says(head, *chunks, b"0\r\nX-Trailer: y\r\n\r\n"))
    (seen,) = probe({"one": endpoint(host)}, timeout=30).values()
    assert ids(seen) == ["model"]


def test_response_of_http_1_0_with_trailing_data_is_read(hosts: Hosts) -> None:
    head = b"HTTP/1.0 200 OK\r\nContent-Length: 27\r\n\r\n"
    host = hosts.add(lambda _: says(head, b'{"data": [{"id": "model"}]}', b"HTTP/1.1 500 Oops\r\n\r\n"))
    (seen,) = probe({"one": endpoint(host)}, timeout=30).values()
    assert ids(seen) == ["model"]


def test_loading_is_distinguished_from_busy(hosts: Hosts) -> None:
    loading = hosts.add(lambda _: Reply({"error": {"message": "Loading model"}}, 503))
    busy = hosts.add(lambda _: Reply(b"<html>Loading", 503))
    seen = probe({"loading": endpoint(loading), "busy": endpoint(busy)}, timeout=30)
    assert seen["loading"] == Observation(Outcome.LOADING, "it is loading a model")
    assert seen["busy"].outcome is Outcome.FAILING


@pytest.fixture
def adapter_input(monkeypatch: pytest.MonkeyPatch) -> list[Response | Failure]:
    """In place of vLLM's: an adapter that records the responses it was sent."""
    answers: list[Response | Failure] = []

    def flow() -> ProbeFlow:
        answers.append((yield ALLOWED))
        answers.append((yield ALLOWED))
        return Observation(Outcome.ANSWERED)

    module = ModuleType("recorder")
    vars(module).update(REQUESTS=(ALLOWED,), observe=flow, UNSAFE_SEGMENT=None)
    monkeypatch.setitem(sys.modules, "booconf.live.kinds.vllm", module)
    return answers


def test_adapter_receives_responses(hosts: Hosts, adapter_input: list[Response | Failure]) -> None:
    replies = iter([body(b"[1]"), body(b"oops")])
    probe({"one": endpoint(hosts.add(lambda _: next(replies)), "vllm")}, timeout=30)
    assert adapter_input == [Response(200, [1]), Response(200, defect="is not JSON")]


# time


def test_responses_before_the_deadline_are_kept(hosts: Hosts) -> None:
    host = hosts.add(routes({"/v1/models": SWAP_LISTING, "/running": silent}))
    (seen,) = probe({"one": endpoint(host, "llama-swap")}, timeout=1).values()
    assert (seen.outcome, ids(seen)) == (Outcome.ANSWERED, ["model"])
    assert seen.remarks == ("the running models are unknown: no answer within 1 s",)


def test_failed_request_does_not_end_the_flow(hosts: Hosts) -> None:
    host = hosts.add(routes({"/v1/models": SWAP_LISTING, "/running": resets(b"")}))
    (seen,) = probe({"one": endpoint(host, "llama-swap")}, timeout=30).values()
    assert seen.remarks == ("the running models are unknown: the connection was reset",)


def test_no_request_is_sent_after_the_deadline(hosts: Hosts, adapter_input: list[Response | Failure]) -> None:
    host = hosts.add(always(silent))
    probe({"one": endpoint(host, "vllm")}, timeout=0.5)
    assert adapter_input == [Failure(Outcome.UNREACHABLE, "no answer within 0.5 s")] * 2
    assert host.connections == 1


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Ctrl-C as a terminal has it: a shell that starts tests in the background may have disabled it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_ctrl_c_ends_it_at_once(hosts: Hosts) -> None:
    endpoints = {str(number): endpoint(hosts.add(always(silent))) for number in range(5)}
    Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        probe(endpoints, timeout=60)


# sidecars


def test_a_sidecar_gets_a_connection_and_not_one_byte(hosts: Hosts) -> None:
    sidecar = hosts.add(HEALTHY)
    seen = probe({"one": endpoint(hosts.add(HEALTHY), sidecar=sidecar)}, timeout=30)["one"]
    assert (ids(seen), seen.sidecar) == (["model"], None)
    assert (sidecar.connections, sidecar.received) == (1, [])


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "[::1]"])
def test_missing_sidecar_does_not_affect_its_host(hosts: Hosts, name: str) -> None:
    gone = hosts.add(HEALTHY)
    gone.stop()
    seen = probe({"one": endpoint(hosts.add(HEALTHY), sidecar=f"http://{name}:{gone.port}")}, timeout=30)[
        "one"
    ]
    assert (ids(seen), seen.outcome) == (["model"], Outcome.ANSWERED)
    assert seen.sidecar in {"connection refused", "no route to it"}


def test_a_sidecar_is_seen_though_its_host_is_silent(hosts: Hosts) -> None:
    sidecar = hosts.add(HEALTHY).url.replace("127.0.0.1", "localhost")
    seen = probe({"one": endpoint(hosts.add(always(silent)), sidecar=sidecar)}, timeout=0.5)["one"]
    assert (seen.outcome, seen.sidecar) == (Outcome.UNREACHABLE, None)


def test_a_sidecar_that_takes_no_connection_has_as_long_as_the_host(hosts: Hosts) -> None:
    """A socket whose queue is full: the system accepts no connection."""
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = [socket.socket() for _ in range(8)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(full.getsockname())
        url = f"http://127.0.0.1:{full.getsockname()[1]}"
        seen = probe({"one": endpoint(url, sidecar=url)}, timeout=0.5)["one"]
        for each in waiting:
            each.close()
    assert seen == Observation(
        Outcome.UNREACHABLE, "no connection within 0.5 s", sidecar="no connection within 0.5 s"
    )


# memory


def listing(bulk: int) -> Reply:
    """Return a listing of llama-swap of about so many bytes."""
    return Reply({"data": [{"id": "model", "owned_by": "llama-swap", "description": "x" * bulk}]})


LARGE = listing(SMALL_BODY)


async def probed(large_hosts: asyncio.Semaphore, timeout: float, *endpoints: Endpoint) -> list[Observation]:
    """Probe hosts one after the other, with these permits for large bodies."""
    return [
        await probe_host(each, timeout=timeout, transports=TransportFactory(), large_hosts=large_hosts)
        for each in endpoints
    ]


def test_large_body_waits_for_a_permit_until_the_deadline(hosts: Hosts) -> None:
    small, large = endpoint(hosts.add(HEALTHY)), endpoint(hosts.add(always(LARGE)))
    seen = asyncio.run(probed(asyncio.Semaphore(0), 1, small, large))
    assert (ids(seen[0]), seen[0].outcome) == (["model"], Outcome.ANSWERED)
    detail = "its large answer has to wait for those of other hosts, and is not read within 1 s"
    assert seen[1] == Observation(Outcome.UNREACHABLE, detail)


def test_permit_is_kept_until_the_probe_of_a_host_ends(hosts: Hosts) -> None:
    """The adapter keeps the first document while it waits for the second response."""
    permits: list[bool] = []
    large_hosts = asyncio.Semaphore(1)

    def large_twice(request: ReceivedRequest) -> Reply:
        permits.append(large_hosts.locked())
        running = {"running": [{"model": "model", "state": "ready", "cmd": "x" * SMALL_BODY}]}
        return LARGE if request.target == "/v1/models" else Reply(running)

    endpoints = [endpoint(hosts.add(large_twice), "llama-swap") for _ in range(3)]
    seen = asyncio.run(probed(large_hosts, 30, *endpoints))
    assert [ids(each) for each in seen] == [["model"]] * 3
    assert permits == [False, True] * 3
    assert not large_hosts.locked()


def test_compressed_bomb_waits_for_a_permit_before_it_expands(hosts: Hosts) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"
    content = gzip.compress(bytes(2 * LARGEST_BODY))
    bomb = endpoint(hosts.add(lambda _: says(head, content)))
    waiting, read = asyncio.run(probed(asyncio.Semaphore(0), 1, bomb)), probe({"one": bomb}, timeout=30)
    assert waiting[0].detail.startswith("its large answer has to wait")
    assert read["one"].detail.endswith("is larger than 8 MiB")


def test_deeply_nested_answer_with_a_secret_is_malformed(hosts: Hosts) -> None:
    """Levels that JSON can be read with, and that masking cannot descend."""
    nested = body(b'{"data": %s}' % (b"[" * 700 + b"]" * 700))
    secret = replace(endpoint(hosts.add(always(nested))), secrets=secret_pattern(["sk-canary-1"]))
    (seen,) = probe({"one": secret}, timeout=30).values()
    assert seen.outcome is Outcome.INVALID_RESPONSE
