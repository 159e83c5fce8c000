"""Responses of the paths below /api, and of /healthz."""

import asyncio
import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from starlette.requests import Request
from starlette.types import Message

from booconf.fleet.serialize import view_json
from booconf.fleet.view import CatalogView, catalog_view
from booconf.live.observation import Outcome
from booconf.service import routes
from booconf.service.routes import BadBodyError, json_body
from booconf.service.routes.catalog import CatalogRoutes
from booconf.service.state.favorites_cache import FavoritesCache
from booconf.service.state.host_monitor import HostMonitor, HostState
from booconf.service.state.view_cache import ViewCache
from tests.service.application import FLEET, Application, application
from tests.service.waiting import run
from tests.support.schemas import mistakes


@pytest.fixture
def app(tmp_path: Path) -> Application:
    return application(tmp_path)


def ids(view: Any, section: str) -> list[str]:
    """The ids in one section of a view, none without that section."""
    return [row["id"] for part in view["sections"] if part["id"] == section for row in part["models"]]


class TestModels:
    def test_body_is_the_catalog_view(self, tmp_path: Path) -> None:
        app = application(tmp_path, environment={"SKY_KEY": "k", "TEAM_KEY": "k"})
        app.store("talk", "attic/both", "sky/far", "nowhere/x", 7, None, {"a": []})
        app.service.monitor.offline = frozenset({"attic"})
        answer = app.client.get("/api/models")
        catalog = app.service.watcher.current
        view = catalog_view(
            catalog.fleet, catalog.resolver,
            favorites=["talk", "attic/both", "sky/far"], offline={"attic"}, env={"SKY_KEY": "k"},
        )  # fmt: skip
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/json"
        assert answer.json() == json.loads(json.dumps(view_json(view)))
        assert mistakes("catalog-view", answer.json()) == []
        assert ids(answer.json(), "favorites") == ["box/chat", "sky/far"]
        assert [part["id"] for part in answer.json()["sections"]] == ["favorites", "box", "sky"]

    def test_favorite_of_offline_host_is_hidden(self, app: Application) -> None:
        app.store("attic/both", "box/both")
        for offline, shown in ((set(), ["attic/both", "box/both"]), ({"attic"}, ["box/both"]),
                               (set(), ["attic/both", "box/both"])):  # fmt: skip
            app.service.monitor.offline = frozenset(offline)
            assert ids(app.client.get("/api/models").json(), "favorites") == shown
        assert app.stored == ["attic/both", "box/both"]

    def test_optional_provider_needs_its_key(self, app: Application) -> None:
        assert ids(app.client.get("/api/models").json(), "sky") == []

    def test_etag_depends_on_body_alone(self, app: Application, tmp_path: Path) -> None:
        app.store("box/chat")
        first = app.client.get("/api/models")
        assert app.client.get("/api/models").headers["etag"] == first.headers["etag"]
        (tmp_path / "other").mkdir()
        other = application(tmp_path / "other")
        other.store("talk")
        assert other.client.get("/api/models").headers["etag"] == first.headers["etag"]
        other.store("box/both")
        assert other.client.get("/api/models").headers["etag"] != first.headers["etag"]

    @pytest.mark.parametrize("form", ["{}", "W/{}", '"x", {}', "*", '"x",{} '])
    def test_known_view_is_not_modified(self, app: Application, form: str) -> None:
        app.store()
        etag = app.client.get("/api/models").headers["etag"]
        answer = app.client.get("/api/models", headers={"If-None-Match": form.format(etag)})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == etag
        assert answer.headers["x-booconf-favorites"] == "available"

    @pytest.mark.parametrize("form", ['"x"', "{}x", "", "x{}"])
    def test_other_etag_gets_the_view(self, app: Application, form: str) -> None:
        etag = app.client.get("/api/models").headers["etag"]
        assert app.client.get("/api/models", headers={"If-None-Match": form.format(etag)}).status_code == 200

    def test_view_without_database_has_no_favorites(self, tmp_path: Path) -> None:
        app = application(tmp_path, settings=f"sqlite:///{tmp_path}")  # a folder
        answer = app.client.get("/api/models")
        assert answer.status_code == 200
        assert answer.headers["x-booconf-favorites"] == "unavailable"
        assert ids(answer.json(), "box") == ["box/chat", "box/both"]
        assert mistakes("catalog-view", answer.json()) == []

    def test_head_returns_headers(self, app: Application) -> None:
        head, get = app.client.head("/api/models"), app.client.get("/api/models")
        assert (head.status_code, head.headers) == (200, get.headers)


class TestResolve:
    @pytest.mark.parametrize(
        ("text", "model", "legacy"),
        [
            ("box/chat", "box/chat", False),
            ("box/talk", "box/chat", False),
            ("talk", "box/chat", True),
            ("old/both", "box/both", True),
            ("far-chat", "sky/far", True),
            ("attic/deep/er", "attic/deep/er", False),
            ("attic/a:b@c", "attic/a:b@c", False),
            ("attic/é", "attic/é", False),
            ("attic/not/declared", "attic/not/declared", False),
            ("attic//", "attic//", False),
            ("attic/\ufffd", "attic/\ufffd", False),
        ],
    )
    @pytest.mark.parametrize("safe", ["/", ""])
    def test_id_is_resolved_with_any_quoting(
        self, app: Application, text: str, model: str, legacy: bool, safe: str
    ) -> None:
        answer = app.client.get(f"/api/models/{quote(text, safe=safe)}")
        assert answer.status_code == 200
        assert (answer.json()["id"], answer.json()["legacy"]) == (model, legacy)

    def test_header_values_are_masked(self, app: Application) -> None:
        answer = app.client.get("/api/models/box/chat")
        assert answer.json()["headers"] == {"X-Team": "***"}
        assert "TEAM_KEY" not in answer.text

    def test_texts_of_the_body_that_look_like_a_secret_are_masked(self, app: Application) -> None:
        answer = app.client.get("/api/models/box/embed")
        assert answer.json()["extra_body"] == {"dimensions": 256, "user": "***"}
        assert "canary" not in answer.text

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("", "invalid-id"),
            ("box/", "invalid-id"),
            ("box/nope", "undeclared"),
            ("gone/x", "retired"),
            ("attic/a b", "invalid-id"),
            ("attic/both\n", "invalid-id"),
            ("attic/bo\x00th", "invalid-id"),
            ("attic/..", "invalid-id"),
            ("attic/../x", "invalid-id"),
            ("attic/a#b", "invalid-id"),
            ("attic/" + "m" * 300, "invalid-id"),
            ("BOX/chat", "undeclared"),
        ],
    )
    def test_unresolvable_id_is_not_found(self, app: Application, text: str, code: str) -> None:
        answer = app.client.get(f"/api/models/{quote(text).replace('..', '%2E%2E')}")
        assert answer.status_code == 404
        assert answer.json()["error"]["code"] == code

    def test_path_that_is_not_utf8_is_refused(self, app: Application) -> None:
        answer = app.client.get("/api/models/attic/%ff")
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid-path")


class TestFavorites:
    def test_favorites_are_listed_with_their_models(self, app: Application) -> None:
        app.store("talk", "attic/both", "sky/far", "nowhere", 7, "attic/undeclared", "box/embed", "talk")
        app.service.monitor.offline = frozenset({"attic"})
        assert app.client.get("/api/favorites").json() == {
            "favorites": [
                {"id": "talk", "model": "box/chat", "visible": True},
                {"id": "attic/both", "model": "attic/both", "visible": False},
                {"id": "sky/far", "model": "sky/far", "visible": False},
                {"id": "nowhere", "model": None, "visible": False},
                {"id": "attic/undeclared", "model": None, "visible": False},
                {"id": "box/embed", "model": "box/embed", "visible": False},
                {"id": "talk", "model": "box/chat", "visible": True},
            ]
        }

    @pytest.mark.parametrize(
        ("text", "stored"),
        [
            ("box/chat", "box/chat"),
            ("talk", "box/chat"),
            ("old/both", "box/both"),
            ("attic/deep/er", "attic/deep/er"),
            ("attic/é", "attic/é"),
            ("sky/far", "sky/far"),
        ],
    )
    @pytest.mark.parametrize("safe", ["/", ""])
    def test_favorite_is_added_once_under_composite_id(
        self, app: Application, text: str, stored: str, safe: str
    ) -> None:
        app.store("attic/both")
        for _ in range(2):
            answer = app.client.put(f"/api/favorites/{quote(text, safe=safe)}")
            assert answer.status_code == 200
            assert [one["id"] for one in answer.json()["favorites"]] == ["attic/both", stored]
        assert app.stored == ["attic/both", stored]
        assert app.client.get("/api/models").headers["x-booconf-favorites"] == "available"

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("box/embed", "not-a-chat-model"),
            ("box/nope", "undeclared"),
            ("attic/nope", "undeclared"),
            ("gone/x", "retired"),
            ("box/chat\n", "invalid-id"),
            ("", "invalid-id"),
        ],
    )
    def test_undeclared_or_other_model_is_refused(self, app: Application, text: str, code: str) -> None:
        app.store("box/chat")
        answer = app.client.put(f"/api/favorites/{quote(text)}")
        assert answer.status_code == 422
        assert answer.json()["error"]["code"] == code
        assert answer.json()["error"]["id"] == text
        assert app.stored == ["box/chat"]

    def test_all_entries_of_a_model_are_removed(self, app: Application) -> None:
        app.store("talk", "box/both", "box/chat", 7, "old/chat", "nowhere/x")
        assert app.client.delete("/api/favorites/box%2Fchat").status_code == 200
        assert app.stored == ["box/both", 7, "nowhere/x"]
        assert app.client.delete("/api/favorites/nowhere/x").status_code == 200
        assert app.client.delete("/api/favorites/never/there").status_code == 200
        assert app.stored == ["box/both", 7]

    def test_reordering_loses_no_favorite(self, app: Application) -> None:
        app.store("box/chat", "gone/hidden", "box/both")
        answer = app.client.put("/api/favorites", json={"favorites": ["box/both", "box/chat"]})
        assert answer.status_code == 200
        assert app.stored == ["box/both", "box/chat", "gone/hidden"]

    def test_order_with_unknown_id_changes_nothing(self, app: Application) -> None:
        app.store("box/chat", "box/both")
        answer = app.client.put("/api/favorites", json={"favorites": ["box/both", "box/embed"]})
        assert (answer.status_code, answer.json()["error"]["id"]) == (422, "box/embed")
        assert app.stored == ["box/chat", "box/both"]

    @pytest.mark.parametrize("store", [{"not": "a list"}, "text", 7])
    def test_stored_value_that_is_no_list_is_kept(self, app: Application, store: object) -> None:
        app.service.store.change("favorites", lambda _: store)
        assert app.client.get("/api/favorites").status_code == 503
        assert app.client.put("/api/favorites/box/chat").status_code == 503
        assert app.client.get("/api/models").headers["x-booconf-favorites"] == "unavailable"
        assert app.stored == store

    def test_unavailable_database_is_reported_until_it_works(self, tmp_path: Path) -> None:
        place = tmp_path / "state"
        place.write_text("a file where a folder has to be", encoding="utf-8")
        app = application(tmp_path, settings=f"sqlite:///{place / 'settings.sqlite'}")
        for answer in (
            app.client.get("/api/favorites"),
            app.client.put("/api/favorites/box/chat"),
            app.client.delete("/api/favorites/box/chat"),
            app.client.put("/api/favorites", json={"favorites": []}),
        ):
            assert answer.status_code == 503
            assert answer.json()["error"]["code"] == "favorites-unavailable"
            assert answer.headers["retry-after"] == "1"
            assert str(tmp_path) not in answer.text
        place.unlink()
        assert app.client.put("/api/favorites/box/chat").status_code == 200
        assert app.stored == ["box/chat"]

    def test_failed_change_keeps_the_view(self, app: Application, tmp_path: Path) -> None:
        app.store("box/chat")
        before = app.client.get("/api/models")
        with closing(sqlite3.connect(tmp_path / "settings.sqlite", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            answer = app.client.put("/api/favorites/box/both")
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
            after = app.client.get("/api/models")
        assert (after.content, after.headers) == (before.content, before.headers)
        assert app.client.get("/healthz").json()["status"] == "ok"

    def test_favorites_do_not_need_the_view(self, app: Application) -> None:
        """Making it takes long for thousands of models."""
        made: list[object] = []

        def make_view(*arguments: object, **_: object) -> CatalogView:
            made.append(arguments)
            return CatalogView((), "box/chat")

        async def scenario() -> None:
            favorites = FavoritesCache(app.service.store, lambda: None)
            served = CatalogRoutes(app.service, favorites, ViewCache({}, make_view))
            request = Request({"type": "http", "headers": [], "path_params": {"id": "box/chat"}})
            for change in (served.put_favorite, served.delete_favorite, served.put_favorite):
                assert (await change(request)).status_code == 200
            assert b'"visible":true' in bytes((await served.get_favorites(request)).body)
            assert made == []
            await served.get_models(request)
            assert len(made) == 1

        run(scenario())


class TestBodies:
    @pytest.mark.parametrize(
        ("content", "status", "code"),
        [
            (b"", 400, "invalid-json"),
            (b"{", 400, "invalid-json"),
            (b"<html>", 400, "invalid-json"),
            (b"\xff", 400, "invalid-json"),
            (b"\xef\xbb\xbf{}", 400, "invalid-json"),
            (b'{"favorites": [NaN]}', 400, "invalid-json"),
            (b'{"favorites": [], "favorites": []}', 400, "invalid-json"),
            (b"[" * 30_000 + b"]" * 30_000, 400, "invalid-json"),
            (b'{"favorites": ' + b"9" * 20_000 + b"}", 400, "invalid-json"),
            (b"{}", 422, "invalid-body"),
            (b"[]", 422, "invalid-body"),
            (b"null", 422, "invalid-body"),
            (b'{"favorites": null}', 422, "invalid-body"),
            (b'{"favorites": "box/chat"}', 422, "invalid-body"),
            (b'{"favorites": [1]}', 422, "invalid-body"),
            (b'{"favorites": [["box/chat"]]}', 422, "invalid-body"),
            (b'{"favorites": [], "more": 1}', 422, "invalid-body"),
            (b'{"favorites": ["\\ud800"]}', 422, "undeclared"),
            (b'{"favorites": [""]}', 422, "invalid-id"),
            (b'{"favorites": ["' + b"m" * (1 << 20) + b'"]}', 413, "body-too-large"),
        ],
        ids=lambda value: repr(value)[:40],
    )
    def test_unusable_body_changes_nothing(
        self, app: Application, content: bytes, status: int, code: str
    ) -> None:
        app.store("box/chat")
        answer = app.client.put(
            "/api/favorites", content=content, headers={"Content-Type": "application/json"}
        )
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
        assert app.stored == ["box/chat"]

    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"Content-Type": "text/plain"},
            {"Content-Type": "application/json+x"},
            {"Content-Type": "application/x-www-form-urlencoded"},
            {"Content-Type": "application/json", "Content-Encoding": "gzip"},
        ],
    )
    def test_only_json_is_accepted(self, app: Application, headers: dict[str, str]) -> None:
        answer = app.client.put("/api/favorites", content=b'{"favorites": []}', headers=headers)
        assert answer.status_code == 415

    def test_charset_may_be_declared(self, app: Application) -> None:
        answer = app.client.put(
            "/api/favorites",
            content=b'{"favorites": []}',
            headers={"Content-Type": "Application/JSON; charset=utf-8", "Content-Encoding": "identity"},
        )
        assert answer.status_code == 200

    def test_unannounced_size_is_bounded(self, app: Application) -> None:
        answer = app.client.put(
            "/api/favorites",
            content=iter([b"x" * 600_000, b"x" * 600_000]),
            headers={"Content-Type": "application/json"},
        )
        assert (answer.status_code, answer.json()["error"]["code"]) == (413, "body-too-large")

    @pytest.mark.parametrize(
        ("message", "status", "code"),
        [(None, 408, "body-too-slow"), ({"type": "http.disconnect"}, 400, "body-cut-off")],
    )
    def test_incomplete_body_is_refused(
        self, monkeypatch: pytest.MonkeyPatch, message: Message | None, status: int, code: str
    ) -> None:
        monkeypatch.setattr(routes, "BODY_PATIENCE", 0.01)

        async def receive() -> Message:
            if message is None:
                await asyncio.Event().wait()
            return message or {}

        async def scenario() -> None:
            headers = [(b"content-type", b"application/json")]
            request = Request({"type": "http", "method": "PUT", "headers": headers}, receive)
            with pytest.raises(BadBodyError) as refused:
                await json_body(request)
            assert refused.value.response.status_code == status
            assert json.loads(bytes(refused.value.response.body))["error"]["code"] == code

        run(scenario())


class TestHealth:
    def test_health_of_working_server(self, app: Application) -> None:
        app.store()
        answer = app.client.get("/healthz")
        assert answer.status_code == 200
        assert answer.json() == {
            "status": "ok",
            "fleet": {"digest": app.service.watcher.current.digest, "problem": None},
            "favorites": {"state": "available", "problem": None},
            "providers": {},
        }

    def test_health_has_states_of_hosts(self, tmp_path: Path) -> None:
        class KnowingMonitor(HostMonitor):
            @property
            def states(self) -> Mapping[str, HostState]:
                return {"box": HostState(), "attic": HostState(Outcome.UNREACHABLE, "connection refused")}

        app = application(tmp_path, monitor=KnowingMonitor)
        assert app.client.get("/healthz").json()["providers"] == {
            "box": {"state": "not probed", "detail": ""},
            "attic": {"state": "unreachable", "detail": "connection refused"},
        }

    def test_invalid_fleet_file_degrades_health(self, app: Application) -> None:
        app.store()
        app.service.watcher.problem = "fleet.yaml has an error, BC101 in line 1, column 1"
        answer = app.client.get("/healthz").json()
        assert answer["status"] == "degraded"
        assert answer["fleet"]["problem"].startswith("fleet.yaml has an error")

    def test_unavailable_database_degrades_health(self, app: Application, tmp_path: Path) -> None:
        answer = app.client.get("/healthz").json()  # before the first read
        assert (answer["status"], answer["favorites"]) == (
            "degraded",
            {"state": "unavailable", "problem": None},
        )
        (tmp_path / "settings.sqlite").mkdir()
        app.client.get("/api/favorites")
        answer = app.client.get("/healthz").json()
        problem = "the settings database is unavailable"
        assert (answer["status"], answer["favorites"]) == (
            "degraded",
            {"state": "unavailable", "problem": problem},
        )


class TestPaths:
    @pytest.mark.parametrize(
        "path",
        ["/nope", "/api", "/api/", "/api/models%0A", "/healthz/", "/api/models.json", "/login.html"],
    )
    def test_unknown_path_is_a_json_error(self, app: Application, path: str) -> None:
        answer = app.client.get(path)
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "no-such-path")

    @pytest.mark.parametrize(
        ("method", "path", "allowed"),
        [
            ("POST", "/api/models", "GET, HEAD"),
            ("DELETE", "/api/favorites", "GET, HEAD, PUT"),
            ("GET", "/api/favorites/x", "DELETE, PUT"),
            ("PUT", "/api/models/x", "GET, HEAD"),
            ("OPTIONS", "/healthz", "GET, HEAD"),
            ("PUT", "/login", "GET, HEAD, POST"),
            ("BREW", "/", "GET, HEAD"),
        ],
    )
    def test_unsupported_method_is_a_json_error(
        self, app: Application, method: str, path: str, allowed: str
    ) -> None:
        answer = app.client.request(method, path)
        assert (answer.status_code, answer.headers["allow"]) == (405, allowed)
        assert answer.json()["error"]["code"] == "method-not-allowed"

    def test_page_and_its_files_are_served(self, app: Application) -> None:
        page = app.client.get("/")
        assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
        for name, kind in {
            "picker.css": "text/css; charset=utf-8",
            "picker.js": "text/javascript; charset=utf-8",
            "icon.svg": "image/svg+xml",
        }.items():
            answer = app.client.get(f"/{name}")
            assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
            known = {"If-None-Match": answer.headers["etag"]}
            assert app.client.get(f"/{name}", headers=known).status_code == 304

    def test_changed_fleet_is_served(self, app: Application, tmp_path: Path) -> None:
        other = application(tmp_path, fleet=FLEET.replace("both:", "third:"))
        app.service.watcher.current = other.service.watcher.current
        assert app.client.get("/api/models/box/third").status_code == 200
        assert ids(app.client.get("/api/models").json(), "box") == ["box/chat", "box/third"]
