"""TLS: certificates are verified as this machine verifies any, and plain http is never a way out."""

import asyncio
import ssl
from contextlib import suppress
from pathlib import Path

import pytest
import trustme
import truststore

from booconf.live.client import probe
from booconf.live.client.transport import system_trust
from booconf.live.observation import Observation, Outcome
from tests.hosts.faults import LISTING, says
from tests.hosts.simulator import Host, Hosts, Reply, always
from tests.support.endpoints import endpoint

KEY = {"Authorization": "Bearer k"}


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def _trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine trusts `authority`: the store of OpenSSL contains nothing else."""
    store = tmp_path / "store.pem"
    authority.cert_pem.write_to_path(store)
    monkeypatch.setenv("SSL_CERT_FILE", str(store))


def tls_host(hosts: Hosts, certificate: trustme.LeafCert) -> Host:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return hosts.add(always(Reply(LISTING)), tls=context)


def observed(url: str, timeout: float = 30) -> Observation:
    return probe({"one": endpoint(url, headers=KEY)}, timeout=timeout)["one"]


@pytest.mark.usefixtures("_trusted")
def test_host_with_trusted_certificate_receives_its_key(hosts: Hosts, authority: trustme.CA) -> None:
    host = tls_host(hosts, authority.issue_cert("127.0.0.1", "localhost"))
    for url in (host.url, host.url.replace("127.0.0.1", "localhost")):
        assert observed(url).outcome is Outcome.ANSWERED
    assert [request.headers["authorization"] for request in host.received] == ["Bearer k"] * 2


@pytest.mark.usefixtures("_trusted")
def test_host_with_an_untrusted_certificate_gets_no_request(hosts: Hosts) -> None:
    host = tls_host(hosts, trustme.CA().issue_cert("127.0.0.1"))
    assert observed(host.url) == Observation(Outcome.UNREACHABLE, "its certificate is not trusted")
    assert host.received == []


@pytest.mark.usefixtures("_trusted")
@pytest.mark.parametrize(
    ("name", "detail"),
    [
        ("127.0.0.1", "its certificate is for another address"),
        ("localhost", "its certificate is for another name"),
    ],
)
def test_certificate_for_another_name_is_refused(
    hosts: Hosts, authority: trustme.CA, name: str, detail: str
) -> None:
    host = tls_host(hosts, authority.issue_cert("other.example", "127.0.0.2"))
    assert observed(host.url.replace("127.0.0.1", name)) == Observation(Outcome.UNREACHABLE, detail)
    assert host.received == []


def test_system_store_is_found_without_an_openssl_one(
    hosts: Hosts, authority: trustme.CA, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That store does not trust an unknown authority."""
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere")
    assert type(system_trust()) is truststore.SSLContext
    host = tls_host(hosts, authority.issue_cert("127.0.0.1"))
    assert observed(host.url) == Observation(Outcome.UNREACHABLE, "its certificate is not trusted")
    assert host.received == []


def test_https_is_not_tried_as_http(hosts: Hosts) -> None:
    host = hosts.add(always(Reply(LISTING)))
    assert observed(host.url.replace("http:", "https:"), 0.5) == Observation(
        Outcome.UNREACHABLE, "no TLS connection within 0.5 s"
    )
    assert host.received == []


def test_plain_text_on_https_port_fails_the_handshake(hosts: Hosts) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.read(10)
            await says(Reply(b"use http", 400).encode())(writer)
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def listen() -> asyncio.Server:
        return await asyncio.start_server(serve, "127.0.0.1", 0)

    async def close() -> None:
        server.close()
        await server.wait_closed()

    server = hosts.run(listen())
    seen = observed(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    hosts.run(close())
    assert seen == Observation(Outcome.UNREACHABLE, "the TLS handshake fails")


def test_http_is_not_tried_as_https(hosts: Hosts, authority: trustme.CA) -> None:
    host = tls_host(hosts, authority.issue_cert("127.0.0.1"))
    seen = observed(host.url.replace("https:", "http:"))
    assert seen.outcome in {
        Outcome.UNREACHABLE,
        Outcome.INVALID_RESPONSE,
    }
    assert host.received == []
