"""The security middleware: hosts, origins, sizes, and headers of every response."""

import asyncio
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from booconf.service.middleware.authentication import LoginThrottle
from booconf.service.middleware.security import SecurityMiddleware
from booconf.service.middleware.trusted_hosts import AccessOptionError, AccessPolicy, check_host, check_origin
from booconf.service.state.host_monitor import HostMonitor, HostState
from tests.service.application import NOW, OWN, PORT, TOKEN, Application, application, client_of

CHAT = "https://chat.example"
ADD = "/api/favorites/box/chat"


@pytest.fixture
def app(tmp_path: Path) -> Application:
    return application(tmp_path)


class TestNames:
    @pytest.mark.parametrize(
        "host", ["localhost:8500", "127.0.0.1:8500", "[::1]:8500", "LocalHost:8500", "localhost:08500"]
    )
    def test_loopback_names_are_accepted(self, app: Application, host: str) -> None:
        assert app.client.get("/api/models", headers={"Host": host}).status_code == 200

    @pytest.mark.parametrize(
        "host",
        [
            "rebound.example:8500", "127.0.0.1", "127.0.0.1:80", "localhost:8501", "localhost.:8500", "",
            "127.0.0.2:8500", "192.168.1.5:8500", "localhost:8500@evil.example",
            "evil.example#localhost:8500", "a.localhost:8500", "localhost:8500:8500", "[::1",
            "localhost:999999", " ", "localhost:",
        ],
    )  # fmt: skip
    @pytest.mark.parametrize("path", ["/", "/api/models", "/healthz", "/login", "/picker.css", "/nope"])
    def test_unknown_host_is_misdirected(self, app: Application, host: str, path: str) -> None:
        answer = app.client.get(path, headers={"Host": host})
        assert (answer.status_code, answer.json()["error"]["code"]) == (421, "unknown-host")

    def test_two_host_headers_are_refused(self, app: Application) -> None:
        answer = app.client.get("/healthz", headers=[("Host", "127.0.0.1:8500"), ("Host", "localhost:8500")])
        assert answer.status_code == 421

    @pytest.mark.parametrize(
        ("host", "status"),
        [
            ("picker.example", 200),
            ("picker.example:8443", 200),
            ("Picker.Example", 200),
            ("exact.example:9000", 200),
            ("exact.example", 421),
            ("exact.example:9001", 421),
            ("not.picker.example", 421),
        ],
    )
    def test_allowed_hosts_are_accepted(self, tmp_path: Path, host: str, status: int) -> None:
        app = application(tmp_path, hosts=["picker.example", "exact.example:9000"])
        assert app.client.get("/healthz", headers={"Host": host}).status_code == status

    def test_cache_of_hosts_is_bounded(self, tmp_path: Path) -> None:
        """Invented names do not fill memory; frequent ones are not checked again."""
        judged: list[str] = []

        class RecordingPolicy(AccessPolicy):
            def allows_host(self, host: str, local_address: str) -> bool:
                judged.append(host)
                return AccessPolicy.allows_host(self, host, local_address)

        app = application(tmp_path, hosts=["picker.example"], policy=RecordingPolicy)
        names = [f"picker.example:{port}" for port in range(1, 130)]
        for name in names * 2:
            assert app.client.get("/healthz", headers={"Host": name}).status_code == 200
        assert judged == names + names[100:]

    def test_host_is_cached_with_its_local_address(self, tmp_path: Path) -> None:
        app = application(tmp_path, address="0.0.0.0", token=TOKEN)
        for local, status in (("192.168.1.5", 200), ("192.168.1.6", 421)):
            client = client_of(app.client.app, f"http://{local}:{PORT}")
            answer = client.get("/healthz", headers={"Host": f"192.168.1.5:{PORT}"})
            assert answer.status_code == status

    @pytest.mark.parametrize(
        ("address", "name", "host", "local", "admitted"),
        [
            ("192.168.1.5", "192.168.1.5", "192.168.1.5:8500", "192.168.1.5", True),
            ("192.168.1.5", "192.168.1.5", "localhost:8500", "192.168.1.5", False),
            ("192.168.1.5", "den.lan", "den.lan:8500", "192.168.1.5", True),
            ("192.168.1.5", "den.lan", "192.168.1.5:8500", "192.168.1.5", True),
            ("0.0.0.0", "0.0.0.0", "192.168.1.5:8500", "192.168.1.5", True),
            ("0.0.0.0", "0.0.0.0", "192.168.1.6:8500", "192.168.1.5", False),
            ("0.0.0.0", "0.0.0.0", "localhost:8500", "127.0.0.1", True),
            ("0.0.0.0", "0.0.0.0", "rebound.example:8500", "192.168.1.5", False),
            ("::", "::", "[fd00::5]:8500", "fd00::5", True),
            ("::", "::", "192.168.1.5:8500", "::ffff:192.168.1.5", True),
            ("::", "::", "192.168.1.6:8500", "::ffff:192.168.1.5", False),
            ("::", "::", "127.0.0.1:8500", "::ffff:127.0.0.1", True),
            ("::", "::", "[fe80::5]:8500", "fe80::5%eth0", True),
            ("::", "::", "localhost:8500", "", True),
            ("fe80::5%eth0", "fe80::5%eth0", "[fe80::5]:8500", "fe80::5%eth0", True),
            ("::1", "::1", "[::1]:8500", "::1", True),
            ("fd00::5", "fd00::5", "[fd00::5]:8500", "fd00::5", True),
        ],
    )
    def test_listening_address_is_a_host(
        self, address: str, name: str, host: str, local: str, admitted: bool
    ) -> None:
        assert AccessPolicy(address, PORT, name, lambda: NOW).allows_host(host, local) is admitted

    def test_default_port_may_be_omitted(self) -> None:
        assert AccessPolicy("127.0.0.1", 80, "127.0.0.1", lambda: NOW).allows_host("localhost", "127.0.0.1")

    @pytest.mark.parametrize(
        ("address", "local"),
        [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("0.0.0.0", False), ("192.168.1.5", False)],
    )
    def test_is_loopback(self, address: str, local: bool) -> None:
        assert AccessPolicy(address, PORT, address, lambda: NOW).is_loopback is local


class TestWrites:
    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"Origin": OWN},
            {"Origin": OWN, "Sec-Fetch-Site": "same-origin"},
            {"Sec-Fetch-Site": "same-origin"},
            {"Sec-Fetch-Site": "none"},
            {"Origin": "http://localhost:8500", "Host": "localhost:8500"},
            {"Origin": "https://picker.example", "Host": "picker.example"},
        ],
        ids=str,
    )
    def test_programs_and_own_pages_may_write(self, tmp_path: Path, headers: dict[str, str]) -> None:
        app = application(tmp_path, hosts=["picker.example"])
        assert app.client.put(ADD, headers=headers).status_code == 200

    @pytest.mark.parametrize(
        "headers",
        [
            {"Origin": CHAT},
            {"Origin": "null"},
            {"Origin": "http://127.0.0.1:3000"},
            {"Origin": "http://localhost:8500"},  # another origin than the one that was asked
            {"Origin": "http://127.0.0.1:8500.evil.example"},
            {"Origin": "http://127.0.0.1:8500/"},
            {"Origin": "file://127.0.0.1:8500"},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Sec-Fetch-Site": "new-value"},
            {"Origin": OWN, "Sec-Fetch-Site": "cross-site"},
            {"Origin": CHAT, "Sec-Fetch-Site": "same-origin"},
        ],
        ids=str,
    )
    @pytest.mark.parametrize(
        ("method", "path"), [("PUT", ADD), ("DELETE", ADD), ("PUT", "/api/favorites"), ("POST", "/login")]
    )
    def test_foreign_pages_may_not_write(
        self, app: Application, method: str, path: str, headers: dict[str, str]
    ) -> None:
        answer = app.client.request(method, path, headers=headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "foreign-origin")
        assert "access-control-allow-origin" not in answer.headers
        assert app.stored is None

    def test_two_origins_are_refused(self, app: Application) -> None:
        assert app.client.put(ADD, headers=[("Origin", OWN), ("Origin", OWN)]).status_code == 403

    def test_foreign_pages_may_send_reads(self, app: Application) -> None:
        answer = app.client.get("/api/models", headers={"Origin": CHAT, "Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 200
        assert "access-control-allow-origin" not in answer.headers  # so no browser shows it to the page


class TestOtherOrigins:
    @pytest.fixture
    def app(self, tmp_path: Path) -> Application:
        return application(tmp_path, origins=[CHAT])

    def test_allowed_page_may_read_and_write(self, app: Application) -> None:
        headers = {"Origin": CHAT, "Sec-Fetch-Site": "cross-site"}
        for method, path in (("GET", "/api/models"), ("PUT", ADD), ("GET", "/nope"), ("POST", "/api/models")):
            answer = app.client.request(method, path, headers=headers)
            assert answer.headers["access-control-allow-origin"] == CHAT
            assert answer.headers["access-control-expose-headers"] == "ETag, X-Booconf-Favorites"
            assert "access-control-allow-credentials" not in answer.headers
        assert app.stored == ["box/chat"]

    def test_other_pages_are_not_allowed(self, app: Application) -> None:
        assert app.client.put(ADD, headers={"Origin": "https://chat.example.evil"}).status_code == 403

    def test_every_response_varies_by_origin(self, app: Application) -> None:
        for headers in ({}, {"Origin": CHAT}, {"Origin": OWN}):
            assert app.client.get("/api/models", headers=headers).headers["vary"] == "Origin"

    def test_preflight_of_allowed_page(self, tmp_path: Path) -> None:
        app = application(tmp_path, origins=[CHAT], token=TOKEN)  # which a preflight never has
        answer = app.client.options(ADD, headers={"Origin": CHAT, "Access-Control-Request-Method": "PUT"})
        assert answer.status_code == 204
        assert answer.headers["access-control-allow-origin"] == CHAT
        assert {"PUT", "DELETE"} <= set(answer.headers["access-control-allow-methods"].split(", "))
        assert "Authorization" in answer.headers["access-control-allow-headers"]

    @pytest.mark.parametrize("origin", ["https://evil.example", "null", OWN, ""])
    def test_preflight_of_other_page_is_refused(self, app: Application, origin: str) -> None:
        answer = app.client.options(ADD, headers={"Origin": origin, "Access-Control-Request-Method": "PUT"})
        assert answer.status_code == 403
        assert "access-control-allow-methods" not in answer.headers


class TestSizes:
    @pytest.mark.parametrize(
        ("size", "code"),
        [(32 << 10, None), ((32 << 10) + 1, "headers-too-large"), (90_000, "headers-too-large")],
    )
    def test_headers_are_bounded_together(self, app: Application, size: int, code: str | None) -> None:
        headers = {"Host": "127.0.0.1:8500", "X": ""}
        empty = app.client.build_request("GET", "/healthz", headers=headers)
        taken = len(b"/healthz") + sum(len(name) + len(value) + 4 for name, value in empty.headers.raw)
        answer = app.client.get("/healthz", headers={**headers, "X": "x" * (size - taken)})
        assert answer.status_code == (431 if code else 200)
        assert answer.json().get("error", {}).get("code") == code
        assert "content-security-policy" in answer.headers

    @pytest.mark.parametrize("address", ["/healthz?" + "x" * (32 << 10), "/" + "x" * (32 << 10)])
    def test_addresses_are_bounded(self, app: Application, address: str) -> None:
        answer = app.client.get(address)
        assert (answer.status_code, answer.json()["error"]["code"]) == (414, "address-too-long")

    @pytest.mark.parametrize("length", ["65537", "9" * 30, "-1", "x", "1, 1"])
    def test_announced_large_body_is_not_read(self, app: Application, length: str) -> None:
        answer = app.client.request("DELETE", ADD, headers={"Content-Length": length})
        assert (answer.status_code, answer.json()["error"]["code"]) == (413, "body-too-large")

    @pytest.mark.parametrize("announced", [True, False])
    def test_long_list_of_favorites_is_accepted(self, app: Application, announced: bool) -> None:
        """1501 ids of 60 letters are 94 KB."""
        body = b'{"favorites": []}'.ljust((1 << 20) + 1)
        content: Any = body if announced else iter([body[:-1], body[-1:]])
        headers = {"Content-Type": "application/json"}
        answer = app.client.put("/api/favorites", content=content, headers=headers)
        assert (answer.status_code, "1048576" in answer.json()["error"]["message"]) == (413, True)

    def test_largest_body_is_accepted(self, app: Application) -> None:
        body = b'{"favorites": []}'.ljust(1 << 20)
        headers = {"Content-Type": "application/json"}
        assert app.client.put("/api/favorites", content=body, headers=headers).status_code == 200


class TestAmbiguousBodies:
    """A proxy may find another end of such a body than the server."""

    @pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
    def test_body_with_two_lengths_is_refused(self, app: Application, method: str) -> None:
        headers = {"Transfer-Encoding": "chunked", "Content-Length": "0"}
        self.assert_refused(app.client.request(method, ADD, headers=headers))

    def test_chunked_body_of_http_1_0_is_refused(self, app: Application) -> None:
        async def as_version_1_0(scope: Any, receive: Any, send: Any) -> None:
            served: Any = app.client.app
            await served({**scope, "http_version": "1.0"}, receive, send)

        old = client_of(as_version_1_0)
        self.assert_refused(old.put(ADD, headers={"Transfer-Encoding": "chunked"}))
        assert old.put(ADD).status_code == 200

    def assert_refused(self, answer: Any) -> None:
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "ambiguous-length")
        assert answer.headers["connection"] == "close"

    def test_chunked_body_is_accepted(self, app: Application) -> None:
        assert app.client.put(ADD, headers={"Transfer-Encoding": "chunked"}).status_code == 200


class TestEveryAnswer:
    @pytest.mark.parametrize(
        ("method", "path", "headers"),
        [
            ("GET", "/", {}),
            ("GET", "/api/models", {}),
            ("GET", "/nope", {}),
            ("POST", "/", {}),
            ("GET", "/", {"Host": "evil.example"}),
            ("PUT", ADD, {"Origin": CHAT}),
            ("GET", "/api/models/%ff", {}),
            ("GET", "/healthz", {}),
        ],
        ids=str,
    )
    def test_has_security_headers(
        self, app: Application, method: str, path: str, headers: dict[str, str]
    ) -> None:
        answer = app.client.request(method, path, headers=headers)
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; ")
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert "cache-control" in answer.headers

    def test_unexpected_error_is_not_disclosed(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        class BrokenMonitor(HostMonitor):
            @property
            def states(self) -> Mapping[str, HostState]:
                raise ZeroDivisionError

        app = application(tmp_path, monitor=BrokenMonitor)
        with caplog.at_level(logging.ERROR):
            answer = app.client.get("/healthz")
        assert answer.status_code == 500
        assert answer.json()["error"]["code"] == "internal-error"
        assert "Zero" not in answer.text
        assert "nosniff" in answer.headers["x-content-type-options"]
        assert "ZeroDivisionError" in caplog.text

    def test_error_after_start_of_response_is_raised(self) -> None:
        async def broken(_scope: Scope, _receive: Receive, send: Send) -> None:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            raise RuntimeError

        access = AccessPolicy("127.0.0.1", PORT, "127.0.0.1", lambda: NOW)
        client = client_of(SecurityMiddleware(broken, access, None, LoginThrottle()))
        with pytest.raises(RuntimeError):
            client.get("/api/events")

    def test_canceled_response_that_has_started_stays_incomplete(self) -> None:
        sent: list[Message] = []

        async def canceled(_scope: Scope, _receive: Receive, send: Send) -> None:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            raise asyncio.CancelledError

        async def receive() -> Message:
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            sent.append(message)

        access = AccessPolicy("127.0.0.1", PORT, "127.0.0.1", lambda: NOW)
        middleware = SecurityMiddleware(canceled, access, None, LoginThrottle())
        scope: Scope = {
            "type": "http",
            "method": "GET",
            "path": "/",
            "http_version": "1.1",
            "server": ("127.0.0.1", PORT),
            "headers": [(b"host", f"127.0.0.1:{PORT}".encode())],
        }
        with pytest.raises(asyncio.CancelledError):
            asyncio.run(middleware(scope, receive, send))
        assert [message["type"] for message in sent] == ["http.response.start"]

    def test_other_scopes_are_passed_on(self, app: Application) -> None:
        with client_of(app.client.app) as client:  # the lifespan
            assert client.get("/healthz").json()["status"] == "ok"


class TestOptions:
    @pytest.mark.parametrize("text", ["picker.example", "picker.example:8443", "10.0.0.1", "[::1]:80", "A"])
    def test_valid_hosts(self, text: str) -> None:
        assert check_host(text) == text.lower()

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "*",
            "http://picker.example",
            "a b",
            "a/b",
            "a:b",
            "user@host",
            "a:08443",
            "a:0",
            "a:65536",
            "a..b",
            "::1",
            "[:::]",
            "[0:0::1]",
            "10.0.0.01",
            "127.1",
        ],
    )
    def test_invalid_hosts(self, text: str) -> None:
        with pytest.raises(AccessOptionError, match="is not a host"):
            check_host(text)

    @pytest.mark.parametrize(
        ("text", "origin"),
        [
            ("https://chat.example", "https://chat.example"),
            ("https://Chat.Example:443", "https://chat.example"),
            ("http://chat.example:80", "http://chat.example"),
            ("http://127.0.0.1:3000", "http://127.0.0.1:3000"),
            ("https://chat.example:80", "https://chat.example:80"),
            ("https://[::1]:3000", "https://[::1]:3000"),
            ("https://4chat.example4", "https://4chat.example4"),
        ],
    )
    def test_origin_is_normalized(self, text: str, origin: str) -> None:
        assert check_origin(text) == origin

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "*",
            "null",
            "chat.example",
            "https://chat.example/",
            "https://*.example",
            "ftp://a",
            "https://",
            "https://chat.example:0443",
            "https://chat.example:99999",
            "https://[:::]",
            "https://chat..example",
            "https://127.1",
        ],
    )
    def test_invalid_origins(self, text: str) -> None:
        with pytest.raises(AccessOptionError, match="is not an origin"):
            check_origin(text)
