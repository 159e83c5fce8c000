"""Access with a token: by the header, by a session of the login form, and slowed-down guessing."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import Response
from starlette.types import Message, Scope

from booconf.service.middleware import authentication
from booconf.service.middleware.authentication import (
    COOKIE,
    MOST_DELAYED,
    SESSION_SECONDS,
    Authenticator,
    LoginThrottle,
)
from tests.service.application import NOW, OWN, TOKEN, Application, application, client_of
from tests.service.waiting import run

ADD = "/api/favorites/box/chat"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
OWN_COOKIE = Authenticator(TOKEN, lambda: NOW).cookie


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wrong credentials are refused without delay."""
    monkeypatch.setattr(authentication, "DELAY", 0.0)


class RecordingThrottle(LoginThrottle):
    """The throttle, and the addresses whose wrong credentials it delayed."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    async def refuse(self, scope: Scope, refusal: Response) -> Response:
        self.addresses.append(scope["client"][0])
        return await super().refuse(scope, refusal)


@pytest.fixture
def throttle() -> RecordingThrottle:
    return RecordingThrottle()


@pytest.fixture
def app(tmp_path: Path, throttle: RecordingThrottle) -> Application:
    return application(tmp_path, token=TOKEN, throttle=throttle)


@pytest.fixture
def delayed(throttle: RecordingThrottle) -> list[str]:
    """The addresses whose wrong credentials were delayed."""
    return throttle.addresses


def session(app: Application, token: str = TOKEN) -> str:
    """The cookie of a new session, its name and its value."""
    answer = app.host("127.0.0.1:8500").post("/login", data={"token": token})
    cookie: str = answer.headers["set-cookie"]
    return cookie.partition(";")[0]


class TestWithout:
    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("GET", "/api/models"),
            ("GET", "/api/models/box/chat"),
            ("GET", "/api/favorites"),
            ("PUT", "/api/favorites"),
            ("PUT", ADD),
            ("DELETE", ADD),
            ("GET", "/api/events"),
            ("GET", "/openapi.json"),
            ("GET", "/picker.js"),
            ("GET", "/nope"),
            ("GET", "/login\n".replace("\n", "%0A")),
            ("POST", "/api/models"),
            ("POST", "/"),
        ],
    )
    def test_nothing_is_disclosed(self, app: Application, method: str, path: str) -> None:
        answer = app.client.request(method, path)
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "token-needed")
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert app.stored is None

    def test_page_redirects_to_form(self, app: Application) -> None:
        answer = app.client.get("/")
        assert (answer.status_code, answer.headers["location"]) == (303, "login")
        assert answer.headers["cache-control"] == "no-store"

    def test_form_and_its_style_are_open(self, app: Application) -> None:
        form = app.client.get("/login")
        assert (form.status_code, 'type="password"' in form.text) == (200, True)
        assert app.client.get("/picker.css").status_code == 200
        assert "has ended" not in form.text
        again = app.client.get("/login", headers={"If-None-Match": form.headers["etag"]})
        assert again.status_code == 304

    def test_form_reports_ended_session(self, app: Application) -> None:
        form = app.client.get("/login?ended")
        assert (form.status_code, "Your session has ended." in form.text) == (200, True)
        assert form.headers["etag"] != app.client.get("/login").headers["etag"]

    def test_health_is_status_alone(self, app: Application) -> None:
        assert app.client.get("/healthz").json() == {"status": "degraded"}
        app.client.get("/api/favorites", headers=BEARER)
        assert app.client.get("/healthz").json() == {"status": "ok"}


class TestHeader:
    @pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
    def test_token_grants_access(self, app: Application, scheme: str) -> None:
        headers = {"Authorization": f"{scheme} {TOKEN}"}
        assert app.client.get("/api/models", headers=headers).status_code == 200
        assert app.client.put(ADD, headers=headers).status_code == 200
        assert app.client.get("/", headers=headers).status_code == 200
        assert "fleet" in app.client.get("/healthz", headers=headers).json()

    @pytest.mark.parametrize(
        "value",
        ["Bearer wrong", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", f"Bearer {TOKEN.upper()}", "Bearer", "",
         f"Basic {TOKEN}", TOKEN, f"Bearer {TOKEN} {TOKEN}"],
    )  # fmt: skip
    @pytest.mark.parametrize("path", ["/api/models", "/healthz", "/picker.js"])
    def test_invalid_header_grants_nothing(self, app: Application, value: str, path: str) -> None:
        answer = app.client.get(path, headers={"Authorization": value})
        assert answer.status_code == 401
        assert TOKEN not in answer.text

    def test_token_in_query_is_ignored(self, app: Application) -> None:
        assert app.client.get(f"/api/models?token={TOKEN}").status_code == 401

    def test_foreign_pages_may_not_write_with_token(self, app: Application) -> None:
        answer = app.client.put(ADD, headers={**BEARER, "Origin": "https://evil.example"})
        assert answer.status_code == 403


class TestSession:
    def test_session_grants_access(self, app: Application) -> None:
        answer = app.client.post("/login", data={"token": TOKEN}, headers={"Origin": OWN})
        assert (answer.status_code, answer.headers["location"]) == (303, "./")
        cookie = answer.headers["set-cookie"]
        assert {"HttpOnly", "SameSite=strict", "Path=/", f"Max-Age={SESSION_SECONDS}"} <= set(
            cookie.split("; ")
        )
        assert TOKEN not in cookie
        assert app.client.get("/").status_code == 200  # the client has kept the cookie
        assert app.client.put(ADD, headers={"Origin": OWN}).status_code == 200
        assert app.client.get("/healthz").json()["favorites"]["state"] == "available"

    def test_cookie_is_secure_over_https(self, tmp_path: Path) -> None:
        app = application(tmp_path, token=TOKEN, hosts=["picker.example"])
        headers = {"Host": "picker.example", "Origin": "https://picker.example"}
        secure = app.client.post("/login", data={"token": TOKEN}, headers=headers)
        plain = app.client.post("/login", data={"token": TOKEN}, headers={"Origin": OWN})
        assert "Secure" in secure.headers["set-cookie"]
        assert "Secure" not in plain.headers["set-cookie"]

    @pytest.mark.parametrize(
        "data", [{"token": "wrong"}, {"token": ""}, {}, {"other": TOKEN}, {"token": TOKEN + " "}]
    )
    def test_wrong_token_shows_form_again(self, app: Application, data: dict[str, str]) -> None:
        answer = app.client.post("/login", data=data or {"x": ""})
        assert (answer.status_code, answer.headers["content-type"]) == (401, "text/html; charset=utf-8")
        assert "That is not the token of this server." in answer.text
        assert 'aria-invalid="true"' in answer.text
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert "set-cookie" not in answer.headers

    def test_wrong_token_is_delayed(self, app: Application, delayed: list[str]) -> None:
        app.client.post("/login", data={"token": "wrong"})
        assert delayed == ["127.0.0.1"]

    @pytest.mark.parametrize(
        "content", [b"token=%C3%A9", "token=é".encode(), b"token=\xff\xfe", b"token=%ff"]
    )
    def test_token_in_other_case_is_wrong(self, app: Application, content: bytes) -> None:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = app.client.post("/login", content=content, headers=headers)
        assert (answer.status_code, answer.headers["content-type"]) == (401, "text/html; charset=utf-8")

    def test_token_with_any_character_can_be_entered(self, tmp_path: Path) -> None:
        app = application(tmp_path, token="a+b%20&c=d;é".replace("é", "~"))
        answer = app.client.post("/login", data={"token": "a+b%20&c=d;~"})
        assert "set-cookie" in answer.headers

    @pytest.mark.parametrize(
        ("content", "headers", "status"),
        [
            (b"token=x", {"Content-Type": "text/plain"}, 415),
            (b'{"token": "x"}', {"Content-Type": "application/json"}, 415),
            (b"a=b&" * 20, {"Content-Type": "application/x-www-form-urlencoded"}, 400),
            (b"token=" + b"x" * 70_000, {"Content-Type": "application/x-www-form-urlencoded"}, 413),
        ],
        ids=["text", "json", "fields", "large"],
    )
    def test_body_that_is_no_form_is_refused(
        self, app: Application, content: bytes, headers: dict[str, str], status: int
    ) -> None:
        assert app.client.post("/login", content=content, headers=headers).status_code == status

    def test_session_is_valid_on_servers_with_same_token(self, app: Application, tmp_path: Path) -> None:
        headers = {"Cookie": f"other=1; {session(app)}"}
        for folder, token, status in (("same", TOKEN, 200), ("other", TOKEN + "2", 401)):
            (tmp_path / folder).mkdir()
            server = application(tmp_path / folder, token=token)
            assert server.client.get("/api/models", headers=headers).status_code == status

    def test_session_expires(self, tmp_path: Path) -> None:
        now = [NOW]
        app = application(tmp_path, token=TOKEN, clock=lambda: now[0])
        headers = {"Cookie": session(app)}
        now[0] += SESSION_SECONDS - 1
        assert app.client.get("/api/models", headers=headers).status_code == 200
        now[0] += 1
        assert app.client.get("/api/models", headers=headers).status_code == 401
        assert app.client.get("/", headers=headers).status_code == 303
        assert app.client.get("/healthz", headers=headers).json() == {"status": "degraded"}

    @pytest.mark.parametrize(
        "change",
        [
            lambda value: value[:-1] + ("0" if value[-1] != "0" else "1"),
            lambda value: "9" + value[1:],
            lambda value: value.partition(".")[2],
            lambda value: "",
            lambda value: value + "0",
            lambda value: TOKEN,
        ],
        ids=["signature", "end", "no end", "empty", "longer", "token"],
    )
    def test_forged_session_is_invalid(self, app: Application, change: object) -> None:
        assert callable(change)
        name, _, value = session(app).partition("=")
        headers = {"Cookie": f"{name}={change(value)}"}
        assert app.client.get("/api/models", headers=headers).status_code == 401

    def test_one_valid_credential_is_enough(self, app: Application) -> None:
        headers = {**BEARER, "Cookie": f"{OWN_COOKIE}=stale"}
        assert app.client.get("/api/models", headers=headers).status_code == 200

    def test_form_is_open_with_wrong_credentials(self, app: Application) -> None:
        assert app.client.get("/login", headers={"Cookie": f"{OWN_COOKIE}=stale"}).status_code == 200

    def test_login_without_token_redirects(self, tmp_path: Path) -> None:
        app = application(tmp_path)
        for answer in (app.client.get("/login"), app.client.post("/login", data={"token": "x"})):
            assert (answer.status_code, answer.headers["location"]) == (303, "./")


class TestLeaving:
    def test_logout_deletes_cookie(self, app: Application) -> None:
        app.client.post("/login", data={"token": TOKEN}, headers={"Origin": OWN})
        assert app.client.get("/").status_code == 200
        answer = app.client.post("/logout", headers={"Origin": OWN})
        assert (answer.status_code, answer.headers["location"]) == (303, "login")
        assert answer.headers["set-cookie"].startswith(f'{OWN_COOKIE}=""; ')
        assert "Max-Age=0" in answer.headers["set-cookie"]
        assert app.client.get("/").status_code == 303

    def test_foreign_page_cannot_log_out(self, app: Application) -> None:
        headers = {**BEARER, "Sec-Fetch-Site": "cross-site"}
        assert app.client.post("/logout", headers=headers).status_code == 403
        assert app.client.get("/logout", headers=BEARER).status_code == 405

    def test_logout_without_token_redirects(self, tmp_path: Path) -> None:
        answer = application(tmp_path).client.post("/logout")
        assert (answer.status_code, answer.headers["location"]) == (303, "./")


class TestSeveral:
    def test_servers_on_one_host_have_separate_sessions(self, app: Application, tmp_path: Path) -> None:
        """Cookies do not depend on the port."""
        (tmp_path / "other").mkdir()
        other = application(tmp_path / "other", token=TOKEN + "2")
        headers = {"Cookie": f"{session(other, TOKEN + '2')}; {session(app)}"}
        for server in (app, other):
            assert server.client.get("/api/models", headers=headers).status_code == 200

    def test_cookie_name_does_not_contain_token(self) -> None:
        assert OWN_COOKIE.startswith(COOKIE)
        assert len(OWN_COOKIE) == len(COOKIE) + 8
        assert Authenticator(TOKEN + "2", lambda: NOW).cookie != OWN_COOKIE

    def test_two_authorization_headers_are_invalid(self, app: Application) -> None:
        headers = [("Authorization", "Bearer wrong"), ("Authorization", f"Bearer {TOKEN}")]
        assert app.client.get("/api/models", headers=headers).status_code == 401

    @pytest.mark.parametrize(("stale", "status"), [(1, 200), (2, 401)])
    def test_number_of_checked_sessions_is_bounded(self, app: Application, stale: int, status: int) -> None:
        headers = {"Cookie": "; ".join([f"{OWN_COOKIE}=stale"] * stale + [session(app)])}
        assert app.client.get("/api/models", headers=headers).status_code == status


class TestGuessing:
    def scope(self, address: str) -> Scope:
        return {"type": "http", "client": (address, 1)}

    def test_delays_are_bounded_per_network(self, monkeypatch: pytest.MonkeyPatch) -> None:
        async def scenario() -> None:
            attempts, refusal = LoginThrottle(), Response(status_code=401)
            there = [asyncio.create_task(attempts.refuse(self.scope("fd00::1"), refusal)) for _ in range(4)]
            elsewhere = asyncio.create_task(attempts.refuse(self.scope("fd00:0:0:1::1"), refusal))
            for address in ("fd00::1", "fd00::2"):  # of one network, which is one client's
                await asyncio.sleep(0)
                answer = await attempts.refuse(self.scope(address), refusal)
                assert (answer.status_code, answer.headers["retry-after"]) == (429, "2")
            assert not any(guess.done() for guess in (*there, elsewhere))
            for guess in (*there, elsewhere):
                guess.cancel()
            await asyncio.gather(*there, elsewhere, return_exceptions=True)
            again = asyncio.create_task(attempts.refuse(self.scope("fd00::1"), refusal))
            await asyncio.sleep(0)
            assert not again.done()
            again.cancel()

        assert MOST_DELAYED == 4
        monkeypatch.setattr(authentication, "DELAY", 3600.0)
        run(scenario())

    def test_delayed_request_counts_until_its_response(self) -> None:
        async def scenario() -> None:
            attempts, refusal = LoginThrottle(), Response(status_code=401)
            for _ in range(2):
                answers = await asyncio.gather(
                    *(attempts.refuse(self.scope("10.0.0.9"), refusal) for _ in range(MOST_DELAYED))
                )
                assert answers == [refusal] * MOST_DELAYED

        run(scenario())

    def test_wrong_guess_takes_a_second(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Measured by the loop's own clock, not by this machine's speed."""

        async def scenario() -> float:
            loop = asyncio.get_running_loop()
            before = loop.time()
            await LoginThrottle().refuse(self.scope("a"), Response())
            return loop.time() - before

        monkeypatch.setattr(authentication, "DELAY", 0.05)
        assert run(scenario()) >= 0.045

    @pytest.mark.parametrize("path", ["/api/models", "/healthz", "/"])
    def test_wrong_header_is_delayed(self, app: Application, delayed: list[str], path: str) -> None:
        there = client_of(app.client.app, address="10.0.0.9")
        there.get(path, headers={"Authorization": "Bearer wrong"})
        assert delayed == ["10.0.0.9"]

    def test_invalid_session_is_not_delayed(self, app: Application, delayed: list[str]) -> None:
        """It cannot be guessed, and browsers send old ones after a new token."""
        headers = {"Cookie": f"{OWN_COOKIE}=1.{'0' * 64}; {OWN_COOKIE}=stale; {COOKIE}00000000=1"}
        assert app.client.get("/api/models", headers=headers).status_code == 401
        assert app.client.get("/healthz", headers=headers).status_code == 200
        assert delayed == []

    def test_missing_credentials_are_not_delayed(self, app: Application, delayed: list[str]) -> None:
        assert app.client.get("/api/models").status_code == 401
        assert delayed == []

    def test_right_token_is_accepted_during_guessing(
        self, app: Application, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(authentication, "MOST_DELAYED", 0)
        cookie = session(app)
        there = app.host("127.0.0.1:8500")
        for answer in (
            there.get("/api/models", headers={"Authorization": "Bearer wrong"}),
            there.get("/healthz", headers={"Authorization": "Bearer wrong"}),
            there.post("/login", data={"token": "wrong"}),
        ):
            assert (answer.status_code, answer.json()["error"]["code"]) == (429, "too-many-attempts")
        assert there.get("/api/models", headers=BEARER).status_code == 200
        assert there.get("/api/models", headers={"Cookie": cookie}).status_code == 200
        assert there.get("/healthz").status_code == 200
        assert there.post("/login", data={"token": TOKEN}).status_code == 303

    def test_delayed_bodies_are_guesses(self, app: Application) -> None:
        """Each is checked when it is complete; the number of delays is bounded."""

        async def scenario() -> list[int]:
            gate = asyncio.Event()
            posting = (self.post_wrong_token(app, gate) for _ in range(MOST_DELAYED + 6))
            guesses = [asyncio.create_task(post) for post in posting]
            await asyncio.sleep(0)
            gate.set()
            return await asyncio.gather(*guesses)

        statuses = run(scenario())
        assert (statuses.count(401), statuses.count(429)) == (MOST_DELAYED, 6)

    async def post_wrong_token(self, app: Application, gate: asyncio.Event) -> int:
        """The status for a guess whose body arrives when `gate` opens."""
        statuses: list[int] = []

        async def receive() -> Message:
            await gate.wait()
            return {"type": "http.request", "body": b"token=wrong", "more_body": False}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])

        scope = {
            "type": "http", "http_version": "1.1", "method": "POST", "path": "/login", "raw_path": b"/login",
            "query_string": b"", "server": ("127.0.0.1", 8500), "client": ("10.0.0.9", 1), "scheme": "http",
            "headers": [
                (b"host", b"127.0.0.1:8500"), (b"content-type", b"application/x-www-form-urlencoded"),
            ],
        }  # fmt: skip
        asgi: Any = app.client.app
        await asgi(scope, receive, send)
        return statuses[0]

    def test_tokens_and_signatures_are_compared_in_constant_time(
        self, app: Application, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        compared: list[tuple[bytes, bytes]] = []

        def compare(one: bytes, other: bytes) -> bool:
            compared.append((one, other))
            return one == other

        cookie = session(app)
        monkeypatch.setattr("hmac.compare_digest", compare)
        app.client.get("/api/models", headers={"Authorization": "Bearer wrong"})
        app.client.get("/api/models", headers={"Cookie": cookie})
        app.client.post("/login", data={"token": "wrong too"}, headers={"Cookie": ""})
        signature = cookie.rpartition(".")[2].encode()
        assert compared == [
            (b"wrong", TOKEN.encode()),
            (signature, signature),
            (b"wrong too", TOKEN.encode()),
        ]

    def test_whole_token_is_compared(self) -> None:
        one = Authenticator(TOKEN, lambda: NOW)
        assert one.is_token(TOKEN.encode())
        assert not one.is_token(b"")
        assert not one.is_token("é".encode())
