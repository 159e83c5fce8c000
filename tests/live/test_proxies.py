"""Proxies: none but those of the environment, and none of these unless it is asked for."""

from collections.abc import Iterator

import pytest

from booconf.live.network import Network, proxies_in
from booconf.live.observation import Observation, Outcome
from booconf.live.probe import probe
from tests.hosts.faults import LISTING
from tests.hosts.simulator import Host, Hosts, Reply, always
from tests.support.questions import question

HEALTHY = always(Reply(LISTING))


@pytest.fixture
def hosts() -> Iterator[Hosts]:
    with Hosts() as hosts:
        yield hosts


def ids(observation: Observation) -> list[str]:
    return [model.id for model in observation.models]


@pytest.mark.parametrize(
    ("environment", "proxies"),
    [
        ({}, {}),
        ({"HTTP_PROXY": "a", "HTTPS_PROXY": "b", "ALL_PROXY": "c", "NO_PROXY": "d"},
         {"http": "a", "https": "b", "all": "c", "no": "d"}),
        ({"http_proxy": "a", "Https_Proxy": "b", "PATH": "c", "proxy": "d", "ftp_proxy": "e"},
         {"http": "a", "https": "b"}),
        ({"http_proxy": "lower", "HTTP_PROXY": "upper"}, {"http": "lower"}),
        ({"HTTP_PROXY": "upper", "http_proxy": "lower"}, {"http": "lower"}),
        ({"http_proxy": "", "HTTP_PROXY": "upper"}, {}),
        ({"HTTP_PROXY": "", "HTTPS_PROXY": ""}, {}),
        ({"HTTP_PROXY": "of a visitor", "HTTPS_PROXY": "b", "REQUEST_METHOD": "GET"}, {"https": "b"}),
        ({"HTTP_PROXY": "of a visitor", "http_proxy": "a", "REQUEST_METHOD": "GET"}, {"http": "a"}),
    ],
)  # fmt: skip
def test_the_proxies_of_an_environment(environment: dict[str, str], proxies: dict[str, str]) -> None:
    assert proxies_in(environment) == proxies


def test_each_scheme_has_its_proxy() -> None:
    network = Network({"http_proxy": "a:1", "all_proxy": "http://c", "no_proxy": "box.example"})
    assert network.proxy_for("http://far.example/x") == "http://a:1"
    assert network.proxy_for("https://far.example/x") == "http://c"
    assert network.proxy_for("https://box.example:8/x") is None
    assert Network().proxy_for("http://far.example/x") is None


def proxied(hosts: Hosts) -> tuple[Host, Host]:
    """A proxy that answers every request itself, and a host beyond it."""
    return hosts.add(lambda _: Reply({"data": [{"id": "by proxy"}]})), hosts.add(HEALTHY)


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_a_proxy_of_the_environment_is_left_aside_unless_asked_for(
    hosts: Hosts, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy, host = proxied(hosts)
    monkeypatch.setenv(variable, proxy.url)
    questions = {"one": question(host, headers={"Authorization": "Bearer k"})}
    assert ids(probe(questions, timeout=30)["one"]) == ["model"]
    assert proxy.connections == 0
    assert ids(probe(questions, timeout=30, environment={variable: proxy.url})["one"]) == ["by proxy"]
    assert proxy.requests == [("GET", f"{host.url}/v1/models")]
    assert proxy.asked[0].headers["authorization"] == "Bearer k"
    assert host.connections == 1


def test_a_proxy_may_be_named_without_a_scheme(hosts: Hosts) -> None:
    proxy, host = proxied(hosts)
    environment = {"HTTP_PROXY": f"user:pass@127.0.0.1:{proxy.port}"}
    assert ids(probe({"one": question(host)}, timeout=30, environment=environment)["one"]) == ["by proxy"]
    assert proxy.asked[0].headers["proxy-authorization"].startswith("Basic ")


@pytest.mark.parametrize("no_proxy", ["127.0.0.1", "*", "127.0.0.1:{port}"])
def test_no_proxy_is_respected(hosts: Hosts, no_proxy: str) -> None:
    proxy, host = proxied(hosts)
    environment = {"HTTP_PROXY": proxy.url, "NO_PROXY": no_proxy.format(port=host.port)}
    assert ids(probe({"one": question(host)}, timeout=30, environment=environment)["one"]) == ["model"]
    assert proxy.connections == 0


def test_the_key_of_an_https_host_is_not_shown_to_its_proxy(hosts: Hosts) -> None:
    proxy = hosts.add(always(Reply(b"", 403)))
    asked = question("https://sky.example", headers={"Authorization": "Bearer k"})
    seen = probe({"one": asked}, timeout=30, environment={"HTTPS_PROXY": proxy.url})["one"]
    assert seen == Observation(Outcome.UNREACHABLE, "its proxy lets nothing through")
    assert proxy.requests == [("CONNECT", "sky.example:443")]
    assert "Bearer" not in str(proxy.asked)


@pytest.mark.parametrize(
    "proxy", ["gopher://127.0.0.1:70", "socks5://127.0.0.1:1080", "http://[::", "http://"]
)
def test_a_proxy_that_cannot_be_used_says_so(hosts: Hosts, proxy: str) -> None:
    host = hosts.add(HEALTHY)
    seen = probe({"one": question(host)}, timeout=30, environment={"HTTP_PROXY": proxy})["one"]
    assert (seen.outcome, host.connections) == (Outcome.UNREACHABLE, 0)
