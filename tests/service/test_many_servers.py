"""Several servers on one database, many clients, and servers that are killed: no change is lost."""

import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPException
from itertools import cycle
from pathlib import Path

import pytest

from booconf.service.storage.settings_store import SettingsStore
from tests.hosts.faults import LISTING
from tests.hosts.postgres import Postgres
from tests.hosts.simulator import Hosts, Reply, routes
from tests.service.conftest import ON_POSTGRES
from tests.service.in_process import Client
from tests.service.serving_process import Server
from tests.service.waiting import LONGEST, wait_until

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


@contextmanager
def servers(count: int, folder: Path, settings_url: str) -> Iterator[list[Server]]:
    """Servers on the database of a URL; the host of their models is up."""
    with Hosts() as hosts, ExitStack() as stack:
        host = hosts.add(routes({"/v1/models": Reply(LISTING)}))
        started = []
        for number in range(count):
            place = folder / f"server-{number}"
            place.mkdir()
            (place / "fleet.yaml").write_text(FLEET.replace("URL", host.url), encoding="utf-8")
            server = Server(place, settings_url=settings_url)
            stack.callback(server.stop)
            server.start()
            started.append(server)
        yield started


@dataclass(frozen=True, slots=True)
class Pair:
    """Two servers on one database."""

    first: Server
    second: Server
    settings_url: str

    def stored(self) -> object:
        """The stored favorites, read by another program."""
        with closing(SettingsStore(self.settings_url)) as store:
            return store.read("favorites")


@pytest.fixture(scope="module")
def one_pair(lasting_settings_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """A pair on a database of either kind, which all tests use."""
    with servers(2, tmp_path_factory.mktemp("servers"), lasting_settings_url) as (first, second):
        yield Pair(first, second, lasting_settings_url)


@pytest.fixture
def pair(one_pair: Pair) -> Pair:
    """A pair with no favorites."""
    with closing(SettingsStore(one_pair.settings_url)) as store:
        store.change("favorites", lambda _: [])
    return one_pair


def test_clients_of_two_servers_lose_no_change(pair: Pair) -> None:
    """Each toggles its own models, adding them all, and leaves every other one; all end in its order."""
    begin = threading.Barrier(CLIENTS)

    def toggle(number: int) -> None:
        own = MODELS[number * EACH : (number + 1) * EACH]
        client = Client((pair.second if number % 2 else pair.first).port)
        begin.wait(LONGEST)
        for model in own:
            assert client.ask("PUT", f"/api/favorites/box/{model}").status == 200
        for model in own[::2]:
            assert client.ask("DELETE", f"/api/favorites/{model}").status == 200
        client.close()

    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(toggle, range(CLIENTS)))
    kept = pair.stored()
    assert isinstance(kept, list)
    assert sorted(kept) == sorted(f"box/{model}" for model in MODELS if int(model[1:]) % EACH % 2)
    for number in range(CLIENTS):
        own = [f"box/{model}" for model in MODELS[number * EACH : (number + 1) * EACH]]
        assert [entry for entry in kept if entry in own] == own[1::2]


def test_change_is_shown_by_other_server(pair: Pair) -> None:
    first, second = Client(pair.first.port), Client(pair.second.port)

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
    """Adds each model, or removes it, one after another in a thread until the server is gone.

    `confirmed` is what is stored as far as it was told, `asked` what its last request comes to.
    """

    def __init__(self, stored: list[object], limit: int) -> None:
        self.confirmed = self.asked = stored
        self.enough = threading.Event()
        """Set after `limit` changes."""
        self._limit = limit

    def begin(self, port: int) -> threading.Thread:
        thread = threading.Thread(target=self._write, args=(port,))
        thread.start()
        return thread

    def _write(self, port: int) -> None:
        client = Client(port)
        with suppress(OSError, HTTPException):
            for number, model in enumerate(cycle(MODELS), 1):
                entry = f"box/{model}"
                is_there = entry in self.confirmed
                without = [each for each in self.confirmed if each != entry]
                self.asked = without if is_there else [*without, entry]
                method = "DELETE" if is_there else "PUT"
                assert client.ask(method, f"/api/favorites/{model}").status == 200
                self.confirmed = self.asked
                if number == self._limit:
                    self.enough.set()
        client.close()


def test_killed_server_keeps_confirmed_changes(pair: Pair) -> None:
    """And at most the one change that was not confirmed yet."""
    server, chance = pair.first, random.Random(20)
    before: list[object] = []
    for _ in range(5):
        writer = Writer(before, limit=chance.randint(1, 6))
        thread = writer.begin(server.port)
        assert writer.enough.wait(LONGEST)
        time.sleep(chance.random() * 0.02)
        server.kill()
        thread.join(LONGEST)
        kept = pair.stored()
        server.start()  # before anything can fail: other tests go on with it
        assert kept in (writer.confirmed, writer.asked)
        assert isinstance(kept, list)
        before = kept
        assert server.stored() == kept


@ON_POSTGRES
def test_favorites_are_hidden_while_database_is_unavailable(tmp_path: Path, postgres: Postgres) -> None:
    """The catalog is still served, reports it, and recovers by itself."""
    with servers(1, tmp_path, postgres.new_database()) as (server,):
        client = Client(server.port)
        assert client.ask("PUT", "/api/favorites/m5").status == 200
        postgres.stop()
        try:
            refused = client.ask("PUT", "/api/favorites/m6")
            assert refused.status == 503
            assert int(refused.headers["retry-after"]) > 0
            assert refused.body["error"]["code"] == "favorites-unavailable"
            wait_until(lambda: favorites_header(client) == "unavailable")
            view = client.ask("GET", "/api/models")
            assert view.status == 200
            assert [len(section["models"]) for section in view.body["sections"]] == [0, len(MODELS)]
            assert client.ask("GET", "/healthz").body["status"] == "degraded"
            assert client.ask("GET", "/api/models/m6").status == 200
        finally:
            postgres.start()
        wait_until(lambda: favorites_header(client) == "available")
        assert client.ask("PUT", "/api/favorites/m6").status == 200
        favorites = client.ask("GET", "/api/models").body["sections"][0]["models"]
        assert [row["model"] for row in favorites] == ["m5", "m6"]
        assert client.ask("GET", "/healthz").body["status"] == "ok"
        client.close()


def favorites_header(client: Client) -> str:
    return client.ask("GET", "/api/models").headers["x-booconf-favorites"]
