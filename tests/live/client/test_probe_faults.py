"""A broken or hostile host is one unusable observation, in time, and hides nothing about the others."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from booconf.live.client import probe
from booconf.live.endpoint import Endpoint
from booconf.live.observation import Observation, Outcome
from tests.hosts.faults import ALL_THE_TIME, FAULTS, LISTING, says
from tests.hosts.simulator import Hosts, Reply, always
from tests.support.endpoints import endpoint

HEALTHY = {
    "first": Reply(LISTING),
    "second": Reply({"data": [{"id": name} for name in "abc"]}),
    "third": Reply({"data": []}),
}


def observed(endpoints: dict[str, Endpoint], timeout: float = 30) -> dict[str, Observation]:
    return probe(endpoints, timeout=timeout)


def healthy_hosts(hosts: Hosts) -> dict[str, Endpoint]:
    return {name: endpoint(hosts.add(always(reply))) for name, reply in HEALTHY.items()}


def assert_told(names: list[str], timeout: float) -> None:
    """Each faulty host has its expected outcome, and healthy hosts beside it are observed."""
    with Hosts() as hosts:
        healthy = healthy_hosts(hosts)
        alone = observed(healthy)
        broken = {name: endpoint(hosts.add(always(FAULTS[name].behavior))) for name in names}
        seen = observed({**broken, **healthy}, timeout)
    for name in names:
        fault = FAULTS[name]
        path_missing = fault.outcome is Outcome.OTHER_KIND
        assert seen.pop(name) == Observation(fault.outcome, fault.detail, path_missing=path_missing)
    assert seen == alone
    assert {observation.outcome for observation in seen.values()} == {Outcome.ANSWERED}


@pytest.mark.parametrize("name", [name for name, fault in FAULTS.items() if not fault.takes_all_the_time])
def test_a_fault_is_one_observation_and_hides_nothing(name: str) -> None:
    assert_told([name], 60)


def test_faults_that_take_all_the_time_take_it_together() -> None:
    assert_told([name for name, fault in FAULTS.items() if fault.takes_all_the_time], ALL_THE_TIME)


def test_a_host_that_is_gone_is_refused() -> None:
    with Hosts() as hosts:
        host = hosts.add(lambda _: Reply(LISTING))
        host.stop()
        assert observed({"gone": endpoint(host)}) == {
            "gone": Observation(Outcome.UNREACHABLE, "connection refused")
        }


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (rb"\u001b[2J\u0000", "\x1b[2J\0"),
        (rb"\ud83d\ude00", "\U0001f600"),
        (rb"\ud800", "\ufffd"),
        (rb"\udc00\ud83d", "\ufffd\ufffd"),
        (rb"\\ud800", r"\ud800"),
        ("\u202e".encode(), "\u202e"),
        (b"x" * 5000, "x" * 1024),
    ],
)
def test_hostile_name_becomes_a_writable_text(text: bytes, name: str) -> None:
    with Hosts() as hosts:
        host = hosts.add(lambda _: Reply(b'{"data": [{"id": "' + text + b'"}, {"id": "good"}]}'))
        (seen,) = observed({"evil": endpoint(host)}).values()
    assert {model.id for model in seen.models} == {name, "good"}
    assert "".join(model.id for model in seen.models).encode()


def test_hints_before_an_answer_are_no_fault() -> None:
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 3
    with Hosts() as hosts:
        (seen,) = observed(
            {"one": endpoint(hosts.add(always(says(hints + Reply(LISTING).encode()))))}
        ).values()
    assert [model.id for model in seen.models] == ["model"]


PIECES = (
    st.binary(max_size=40)
    | st.sampled_from([
        b"HTTP/1.1 200 OK\r\n", b"HTTP/1.0 503 No\r\n", b"HTTP/1.1 100 \r\n\r\n", b"\r\n", b"\r\n\r\n",
        b"Content-Length: 7\r\n", b"Transfer-Encoding: chunked\r\n", b"Content-Encoding: gzip\r\n",
        b"Server: \xff\r\n", b" folded\r\n", b"2\r\n[]\r\n", b"0\r\n\r\n", b'{"data": [{"id": "a"}]}',
        b"\x1f\x8b\x08",
    ])
)  # fmt: skip


@settings(max_examples=30)
@given(st.lists(st.lists(PIECES, max_size=8), min_size=1, max_size=8))
@example([[b"HTTP/1.1 200 OK\r\n", b"Content-Encoding: \xff\r\n", b"\r\n"]])
@example([[b"HTTP/1.1 503 \xff\r\n", b"Server: \xff\xfe\r\n", b"\r\n", b'{"error": "Loading"}']])
def test_no_bytes_of_a_host_raise(answers: list[list[bytes]]) -> None:
    with Hosts() as hosts:
        endpoints = {
            str(number): endpoint(hosts.add(always(says(*answer)))) for number, answer in enumerate(answers)
        }
        assert list(observed(endpoints, 5)) == list(endpoints)
