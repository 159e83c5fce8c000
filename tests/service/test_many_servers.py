"""Several servers on one database, many clients, and servers that are killed: no change is lost."""

import random
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from http.client import HTTPException
from itertools import count
from pathlib import Path

import pytest

from booconf.service.store import SettingsStore
from tests.hosts.faults import LISTING
from tests.hosts.postgres import Postgres
from tests.hosts.simulator import Hosts, Reply, routes
from tests.service.conftest import ON_POSTGRES
from tests.service.in_process import Client
from tests.service.serving_process import Server
from tests.service.waiting import wait_until

CLIENTS = 16
EACH = 6
"""Models that one client has to itself."""

MODELS = [f"m{number}" for number in range(CLIENTS * EACH)]

FLEET = "".join(
    [
        "version: 1\ndefault_provider: box\nroles: {default: box/m0}\nproviders:\n",
        "  box:\n    kind: openai-compatible\n    base_url: URL\n    models:\n",
        *(f"      {model}: {{context: 32768}}\n" for model in MODELS),
    ]
)

Start = Callable[[], Server]


@pytest.fixture
def start_on(tmp_path: Path) -> Iterator[Callable[[str], Server]]:
    """Start a server on the database of a URL; the host of its models is up."""
    with Hosts() as hosts, ExitStack() as stack:
        host = hosts.add(routes({"/v1/models": Reply(LISTING)}))
        names = count()

        def start(settings_url: str) -> Server:
            folder = tmp_path / f"server-{next(names)}"
            folder.mkdir()
            (folder / "fleet.yaml").write_text(FLEET.replace("URL", host.url), encoding="utf-8")
            server = Server(folder, settings_url=settings_url)
            stack.callback(server.stop)
            server.start()
            return server

        yield start


@pytest.fixture
def start(settings_url: str, start_on: Callable[[str], Server]) -> Start:
    """Start a server on the one database of either kind."""
    return lambda: start_on(settings_url)


def stored(settings_url: str) -> object:
    """What another program reads in the database."""
    store = SettingsStore(settings_url)
    try:
        return store.read("favorites")
    finally:
        store.close()


def test_sixteen_clients_of_two_servers_lose_nothing(start: Start, settings_url: str) -> None:
    """Each toggles its own models, adding them all, and leaves every other one; all end in its order."""
    servers = [start(), start()]
    begin = threading.Barrier(CLIENTS)

    def toggle(number: int) -> None:
        own = MODELS[number * EACH : (number + 1) * EACH]
        client = Client(servers[number % 2].port)
        begin.wait()
        for model in own:
            assert client.ask("PUT", f"/api/favorites/box/{model}").status == 200
        for model in own[::2]:
            assert client.ask("DELETE", f"/api/favorites/{model}").status == 200
        client.close()

    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(toggle, range(CLIENTS)))
    kept = stored(settings_url)
    assert isinstance(kept, list)
    assert sorted(kept) == sorted(f"box/{model}" for model in MODELS if int(model[1:]) % EACH % 2)
    for number in range(CLIENTS):
        own = [f"box/{model}" for model in MODELS[number * EACH : (number + 1) * EACH]]
        assert [entry for entry in kept if entry in own] == own[1::2]


def test_what_one_server_stores_the_other_shows_by_itself(start: Start) -> None:
    first, second = (Client(start().port) for _ in range(2))

    def shown() -> list[str]:
        return [row["model"] for row in second.ask("GET", "/api/models").body["sections"][0]["models"]]

    for model in ("m3", "m1"):
        first.ask("PUT", f"/api/favorites/{model}")
    wait_until(lambda: shown() == ["m3", "m1"])
    first.ask("PUT", "/api/favorites", {"favorites": ["m1", "m3"]})
    wait_until(lambda: shown() == ["m1", "m3"])
    first.ask("DELETE", "/api/favorites/m3")
    wait_until(lambda: shown() == ["m1"])
    first.close()
    second.close()


class Writer:
    """Adds one model after another in a thread, until the server is gone; `confirmed` are those it stored."""

    def __init__(self, models: Iterator[str], limit: int) -> None:
        self.confirmed: list[str] = []
        self.unconfirmed: list[str] = []
        self.enough = threading.Event()
        """Set after `limit` of them."""
        self._models = models
        self._limit = limit

    def begin(self, port: int) -> threading.Thread:
        thread = threading.Thread(target=self._write, args=(port,))
        thread.start()
        return thread

    def _write(self, port: int) -> None:
        client = Client(port)
        with suppress(OSError, HTTPException):
            for model in self._models:
                self.unconfirmed = [f"box/{model}"]
                assert client.ask("PUT", f"/api/favorites/{model}").status == 200
                self.confirmed += self.unconfirmed
                self.unconfirmed = []
                if len(self.confirmed) == self._limit:
                    self.enough.set()
        client.close()


def test_a_server_killed_at_any_moment_leaves_what_it_confirmed(start: Start, settings_url: str) -> None:
    """And at most the one change that it was asked for and had not confirmed yet."""
    server = start()
    chance = random.Random(20)
    models = iter(MODELS)
    before: list[object] = []
    for _ in range(5):
        writer = Writer(models, limit=chance.randint(1, 6))
        thread = writer.begin(server.port)
        assert writer.enough.wait(60)
        threading.Event().wait(chance.random() * 0.02)
        server.kill()
        thread.join(60)
        kept = stored(settings_url)
        confirmed = [*before, *writer.confirmed]
        assert kept in (confirmed, [*confirmed, *writer.unconfirmed])
        assert isinstance(kept, list)
        before = kept
        server.start()
        assert server.stored() == kept


@ON_POSTGRES
def test_a_database_that_goes_away_takes_the_favorites_along_and_brings_them_back(
    start_on: Callable[[str], Server], postgres: Postgres
) -> None:
    """The catalog is there meanwhile, and says that favourites are not; nobody has to do anything."""
    client = Client(start_on(postgres.new_database()).port)
    assert client.ask("PUT", "/api/favorites/m5").status == 200
    postgres.stop()
    try:
        refused = client.ask("PUT", "/api/favorites/m6")
        assert refused.status == 503
        assert int(refused.headers["retry-after"]) > 0
        assert refused.body["error"]["code"] == "favorites-unavailable"
        view = client.ask("GET", "/api/models")
        assert (view.status, view.headers["x-booconf-favorites"]) == (200, "unavailable")
        assert [len(section["models"]) for section in view.body["sections"]] == [0, len(MODELS)]
        assert client.ask("GET", "/healthz").body["status"] == "degraded"
        assert client.ask("GET", "/api/models/m6").status == 200
    finally:
        postgres.start()
    wait_until(lambda: client.ask("GET", "/api/models").headers["x-booconf-favorites"] == "available")
    assert client.ask("PUT", "/api/favorites/m6").status == 200
    favorites = client.ask("GET", "/api/models").body["sections"][0]["models"]
    assert [row["model"] for row in favorites] == ["m5", "m6"]
    assert client.ask("GET", "/healthz").body["status"] == "ok"
    client.close()
