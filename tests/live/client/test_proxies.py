"""Proxies: only those of the environment, and only on request."""

from dataclasses import replace

import pytest

from booconf.live.client import probe
from booconf.live.client.transport import TransportFactory, proxies_in
from booconf.live.observation import Observation, Outcome
from tests.hosts.faults import LISTING
from tests.hosts.simulator import Host, Hosts, Reply, always
from tests.support.endpoints import endpoint, ids

HEALTHY = always(Reply(LISTING))


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
    network = TransportFactory({"http_proxy": "a:1", "all_proxy": "http://c", "no_proxy": "box.example"})
    assert network.proxy_for("http://far.invalid/x") == "http://a:1"
    assert network.proxy_for("https://far.invalid/x") == "http://c"
    assert network.proxy_for("https://box.example:8/x") is None
    assert TransportFactory().proxy_for("http://far.invalid/x") is None


FAR = "http://far.invalid:8401"
"""A host that only a proxy can reach: its name has no address."""


def proxying(hosts: Hosts) -> Host:
    """A proxy that answers every request itself."""
    return hosts.add(lambda _: Reply({"data": [{"id": "by proxy"}]}))


UNRESOLVED = Observation(Outcome.UNREACHABLE, "its name cannot be resolved")


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_proxy_of_the_environment_is_used_only_on_request(
    hosts: Hosts, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = proxying(hosts)
    monkeypatch.setenv(variable, proxy.url)
    endpoints = {"one": replace(endpoint(FAR, headers={"Authorization": "Bearer k"}), has_key=True)}
    assert probe(endpoints, timeout=30)["one"] == UNRESOLVED
    assert proxy.connections == 0
    assert ids(probe(endpoints, timeout=30, environment={variable: proxy.url})["one"]) == ["by proxy"]
    assert proxy.requests == [("GET", f"{FAR}/v1/models")]
    assert proxy.received[0].headers["authorization"] == "Bearer k"


def test_a_proxy_may_be_named_without_a_scheme(hosts: Hosts) -> None:
    proxy = proxying(hosts)
    environment = {"HTTP_PROXY": f"user:pass@127.0.0.1:{proxy.port}"}
    assert ids(probe({"one": endpoint(FAR)}, timeout=30, environment=environment)["one"]) == ["by proxy"]
    assert proxy.received[0].headers["proxy-authorization"].startswith("Basic ")


@pytest.mark.parametrize("no_proxy", ["far.invalid", "*", "far.invalid:8401", ".invalid"])
def test_no_proxy_is_respected(hosts: Hosts, no_proxy: str) -> None:
    proxy = proxying(hosts)
    environment = {"HTTP_PROXY": proxy.url, "NO_PROXY": no_proxy}
    assert probe({"one": endpoint(FAR)}, timeout=30, environment=environment)["one"] == UNRESOLVED
    assert proxy.connections == 0


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "LOCALHOST.", "127.0.0.2", "box.localhost"])
def test_no_proxy_is_used_for_this_machine(hosts: Hosts, name: str) -> None:
    """It could only reach another machine of that name, with the key."""
    proxy, host = proxying(hosts), hosts.add(HEALTHY)
    target = endpoint(f"http://{name}:{host.port}", headers={"Authorization": "Bearer k"})
    probe({"one": replace(target, has_key=True)}, timeout=30, environment={"ALL_PROXY": proxy.url})
    assert proxy.connections == 0


@pytest.mark.parametrize(
    "proxy", ["http://between.invalid:3128", "between.invalid", "https://between.invalid"]
)
def test_a_key_is_not_shown_to_a_proxy_of_another_machine(proxy: str) -> None:
    target = endpoint(FAR, headers={"Authorization": "Bearer k"})
    environment = {"HTTP_PROXY": proxy}
    seen = probe({"one": replace(target, has_key=True)}, timeout=30, environment=environment)["one"]
    refused = "its proxy could read its key, which would be sent over plain http"
    assert seen == Observation(Outcome.UNREACHABLE, refused)
    assert probe({"one": target}, timeout=30, environment=environment)["one"] == UNRESOLVED


def test_the_key_of_an_https_host_is_not_shown_to_its_proxy(hosts: Hosts) -> None:
    proxy = hosts.add(always(Reply(b"", 403)))
    target = endpoint("https://sky.example", headers={"Authorization": "Bearer k"})
    seen = probe({"one": target}, timeout=30, environment={"HTTPS_PROXY": proxy.url})["one"]
    assert seen == Observation(Outcome.UNREACHABLE, "its proxy refuses the connection")
    assert proxy.requests == [("CONNECT", "sky.example:443")]
    assert "Bearer" not in str(proxy.received)


@pytest.mark.parametrize(
    "proxy",
    [
        "gopher://127.0.0.1:70",
        "socks5://127.0.0.1:1080",
        "http://[::",
        "http://127.0.0.1:65536",
        "http://127.0.0.1:99999999999",
        "http://256.1.1.1:1",
    ],
)
def test_unusable_proxy_is_reported(proxy: str) -> None:
    seen = probe({"one": endpoint(FAR)}, timeout=30, environment={"HTTP_PROXY": proxy})["one"]
    assert seen == Observation(Outcome.UNREACHABLE, "its proxy has an address that cannot be used")


@pytest.mark.parametrize(
    "proxy",
    [
        "http://",
        "http://a b",
        "http://127.0.0.1:-1",
        "http://:1",
        "http://127.0.0.1:0",
        "//",
        ":",
        "http://%00",
        "x" * 70,
    ],
)
def test_no_proxy_stops_the_others(hosts: Hosts, proxy: str) -> None:
    host = hosts.add(HEALTHY)
    endpoints = {"far": endpoint(FAR), "near": endpoint(host)}
    seen = probe(endpoints, timeout=30, environment={"HTTP_PROXY": proxy})
    assert (seen["far"].outcome, ids(seen["near"])) == (Outcome.UNREACHABLE, ["model"])
