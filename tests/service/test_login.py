"""Where a token is set: who shows it, or a session that was started with it, and nobody else."""

import asyncio
from pathlib import Path

import pytest

from booconf.service import credentials
from booconf.service.credentials import COOKIE, MOST_DELAYED, SESSION_SECONDS, Attempts, Credentials
from tests.service.application import NOW, OWN, TOKEN, Application, application, client_of
from tests.service.waiting import run, until

ADD = "/api/favorites/box/chat"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wrong credentials are refused without delay."""
    monkeypatch.setattr(credentials, "DELAY", 0.0)


@pytest.fixture
def app(tmp_path: Path) -> Application:
    return application(tmp_path, token=TOKEN)


def session(app: Application) -> str:
    """The value of the cookie of a new session."""
    answer = app.host("127.0.0.1:8500").post("/login", data={"token": TOKEN})
    cookie: str = answer.headers["set-cookie"]
    return cookie.partition(";")[0].partition("=")[2]


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
    def test_nothing_is_told(self, app: Application, method: str, path: str) -> None:
        answer = app.client.request(method, path)
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "token-needed")
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert app.stored is None

    def test_the_page_leads_to_the_form(self, app: Application) -> None:
        answer = app.client.get("/")
        assert (answer.status_code, answer.headers["location"]) == (303, "login")
        assert answer.headers["cache-control"] == "no-store"

    def test_the_form_and_its_looks_are_shown(self, app: Application) -> None:
        form = app.client.get("/login")
        assert (form.status_code, 'type="password"' in form.text) == (200, True)
        assert app.client.get("/picker.css").status_code == 200

    def test_health_is_one_word(self, app: Application) -> None:
        assert app.client.get("/healthz").json() == {"status": "degraded"}
        app.client.get("/api/favorites", headers=BEARER)
        assert app.client.get("/healthz").json() == {"status": "ok"}


class TestHeader:
    @pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
    def test_the_token_opens_everything(self, app: Application, scheme: str) -> None:
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
    def test_anything_else_opens_nothing(self, app: Application, value: str, path: str) -> None:
        answer = app.client.get(path, headers={"Authorization": value})
        assert answer.status_code == 401
        assert TOKEN not in answer.text

    def test_the_token_in_an_address_is_no_credential(self, app: Application) -> None:
        assert app.client.get(f"/api/models?token={TOKEN}").status_code == 401

    def test_foreign_pages_may_not_write_with_it_either(self, app: Application) -> None:
        answer = app.client.put(ADD, headers={**BEARER, "Origin": "https://evil.example"})
        assert answer.status_code == 403


class TestSession:
    def test_it_begins_with_the_token_and_opens_everything(self, app: Application) -> None:
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

    def test_it_is_for_https_alone_where_the_browser_sees_https(self, tmp_path: Path) -> None:
        app = application(tmp_path, token=TOKEN, hosts=["picker.example"])
        headers = {"Host": "picker.example", "Origin": "https://picker.example"}
        secure = app.client.post("/login", data={"token": TOKEN}, headers=headers)
        plain = app.client.post("/login", data={"token": TOKEN}, headers={"Origin": OWN})
        assert "Secure" in secure.headers["set-cookie"]
        assert "Secure" not in plain.headers["set-cookie"]

    @pytest.mark.parametrize(
        "data", [{"token": "wrong"}, {"token": ""}, {}, {"other": TOKEN}, {"token": TOKEN + " "}]
    )
    def test_the_form_comes_again_for_a_wrong_token(self, app: Application, data: dict[str, str]) -> None:
        answer = app.client.post("/login", data=data or {"x": ""})
        assert (answer.status_code, answer.headers["location"]) == (303, "login#refused")
        assert "set-cookie" not in answer.headers

    def test_a_token_with_any_sign_can_be_typed(self, tmp_path: Path) -> None:
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
    def test_what_is_no_form_is_refused(
        self, app: Application, content: bytes, headers: dict[str, str], status: int
    ) -> None:
        assert app.client.post("/login", content=content, headers=headers).status_code == status

    def test_every_server_with_the_token_knows_it_and_no_other(
        self, app: Application, tmp_path: Path
    ) -> None:
        headers = {"Cookie": f"other=1; {COOKIE}={session(app)}"}
        for folder, token, status in (("same", TOKEN, 200), ("other", TOKEN + "2", 401)):
            (tmp_path / folder).mkdir()
            server = application(tmp_path / folder, token=token)
            assert server.client.get("/api/models", headers=headers).status_code == status

    def test_it_ends(self, tmp_path: Path) -> None:
        now = [NOW]
        app = application(tmp_path, token=TOKEN, clock=lambda: now[0])
        headers = {"Cookie": f"{COOKIE}={session(app)}"}
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
    def test_one_that_was_made_up_is_none(self, app: Application, change: object) -> None:
        assert callable(change)
        headers = {"Cookie": f"{COOKIE}={change(session(app))}"}
        assert app.client.get("/api/models", headers=headers).status_code == 401

    def test_one_right_credential_is_enough(self, app: Application) -> None:
        headers = {**BEARER, "Cookie": f"{COOKIE}=stale"}
        assert app.client.get("/api/models", headers=headers).status_code == 200

    def test_the_form_is_shown_whatever_comes_with_the_request(self, app: Application) -> None:
        assert app.client.get("/login", headers={"Cookie": f"{COOKIE}=stale"}).status_code == 200

    def test_without_a_token_there_is_nothing_to_log_in_to(self, tmp_path: Path) -> None:
        app = application(tmp_path)
        for answer in (app.client.get("/login"), app.client.post("/login", data={"token": "x"})):
            assert (answer.status_code, answer.headers["location"]) == (303, "./")


class TestGuessing:
    def test_an_address_that_guesses_has_to_wait_and_others_do_not(self) -> None:
        async def scenario() -> None:
            attempts = Attempts(delay=3600)
            guesses = [asyncio.create_task(attempts.failed("a")) for _ in range(MOST_DELAYED)]
            await until(lambda: not attempts.may_try("a"))
            assert attempts.may_try("b")
            for guess in guesses:
                guess.cancel()
            await asyncio.gather(*guesses, return_exceptions=True)
            assert attempts.may_try("a")

        run(scenario())

    def test_what_was_delayed_counts_until_it_is_answered(self) -> None:
        async def scenario() -> None:
            attempts = Attempts(delay=0.01)
            await asyncio.gather(*(attempts.failed("a") for _ in range(MOST_DELAYED)))
            assert attempts.may_try("a")

        run(scenario())

    def test_too_many_are_not_even_looked_at(self, app: Application, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Attempts, "may_try", lambda _, address: address != "10.0.0.9")
        there = client_of(app.client.app, address="10.0.0.9")
        for answer in (
            there.get("/api/models", headers=BEARER),
            there.get("/healthz", headers=BEARER),
            there.post("/login", data={"token": TOKEN}),
        ):
            assert (answer.status_code, answer.json()["error"]["code"]) == (429, "too-many-attempts")
            assert answer.headers["retry-after"] == "2"
        assert there.get("/healthz").status_code == 200
        assert app.client.get("/api/models", headers=BEARER).status_code == 200

    def test_a_wrong_guess_takes_its_time(self) -> None:
        """Measured by the loop's own clock, not by this machine's speed."""

        async def scenario() -> float:
            loop = asyncio.get_running_loop()
            before = loop.time()
            await Attempts(delay=0.05).failed("a")
            return loop.time() - before

        assert run(scenario()) >= 0.045

    def test_the_token_is_compared_whole(self) -> None:
        one = Credentials(TOKEN, lambda: NOW)
        assert one.is_token(TOKEN.encode())
        assert not one.is_token(b"")
        assert not one.is_token("é".encode())
