"""Promises 1, 2, 5 and 6 over HTTP: the committed fleet, served by `booconf serve`, its hosts simulated.

Each holds with either database.
"""

import http.client
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from booconf.fleet.load import load_fleet
from booconf.live import adapter_of
from booconf.service.storage.settings_store import SettingsStore
from tests.hosts.llama_swap import LlamaSwap, Model
from tests.hosts.openai_compatible import OpenAICompatible
from tests.hosts.simulator import Host, Hosts
from tests.service.in_process import Client
from tests.service.serving_process import PROBE_EVERY, Server
from tests.service.waiting import wait_until
from tests.support.fleets import COMMITTED

TEXT = COMMITTED.read_text("utf-8")
KEY = "sk-the-key-of-the-cloud"
CHOSEN = ["embedding/gpt-oss-20b", "sam-desktop/qwen3-8b"]


class Fleet:
    """The served fleet: its hosts by provider, its server and its clients."""

    def __init__(self, folder: Path, hosts: Hosts, settings_url: str) -> None:
        fleet = load_fleet(TEXT.encode(), "fleet.yaml", adapter_of).fleet
        assert fleet is not None
        self.file = folder / "fleet.yaml"
        self.edit(TEXT)
        self.hosts: dict[str, Host] = {}
        for provider in fleet.providers.values():
            cloud = provider.location == "cloud"
            self.hosts[provider.id] = hosts.add(
                OpenAICompatible(list(provider.models), key=KEY)
                if cloud
                else LlamaSwap(models=dict.fromkeys(provider.models, Model()))
            )
        options = [f"--connect={name}={host.url}" for name, host in self.hosts.items()]
        options.append(f"--probe-cloud={PROBE_EVERY}")
        self.server = Server(folder, {}, tuple(options), settings_url=settings_url)
        self._settings_url = settings_url
        self._away: set[str] = set()

    def start(self, key: str = "") -> None:
        self.server.environment = {"DEEPSEEK_API_KEY": key}
        self.server.start()

    def restart(self, key: str = "") -> None:
        self.server.stop()
        self.start(key)

    def host_goes(self, name: str) -> None:
        self.hosts[name].stop()
        self._away.add(name)

    def host_returns(self, name: str) -> None:
        self.hosts[name].start()
        self._away.discard(name)

    def begin_anew(self) -> None:
        """Restore the initial state: nothing stored, no key, all hosts up."""
        for name in sorted(self._away):
            self.host_returns(name)
        for host in self.hosts.values():
            host.received.clear()
        self.change_settings([])
        if self.file.read_text("utf-8") != TEXT or self.server.environment["DEEPSEEK_API_KEY"]:
            self.edit(TEXT)
            self.restart()
        wait_until(lambda: all(state["state"] == "answered" for state in local(self)))
        self.await_stored([])

    def edit(self, text: str) -> None:
        """Replace the fleet file."""
        self.file.write_text(text, encoding="utf-8", newline="\n")

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """The body of a successful response."""
        client = Client(self.server.port)
        try:
            answer = client.ask(method, path, body)
        finally:
            client.close()
        assert answer.status == 200, answer
        return answer.body

    def view(self) -> dict[str, list[Any]]:
        """The rows of each section."""
        return {section["id"]: section["models"] for section in self.ask("GET", "/api/models")["sections"]}

    def favorites(self) -> list[str]:
        """The ids in Favorites."""
        return [row["id"] for row in self.view()["favorites"]]

    def stored(self) -> object:
        """The stored favorites, read by another program."""
        with closing(SettingsStore(self._settings_url)) as store:
            return store.read("favorites")

    def store(self, *entries: object) -> None:
        """Store favorites as another program does."""
        self.change_settings(list(entries))
        self.await_stored(list(entries))

    def await_stored(self, entries: list[object]) -> None:
        """Wait until the server has read these favorites."""

        def has_read() -> bool:
            listed = self.ask("GET", "/api/favorites")["favorites"]
            return [entry["id"] for entry in listed] == [entry for entry in entries if isinstance(entry, str)]

        wait_until(has_read)

    def change_settings(self, favorites: list[object]) -> None:
        with closing(SettingsStore(self._settings_url)) as store:
            store.change("favorites", lambda _: favorites)


@pytest.fixture(scope="module")
def one_fleet(lasting_settings_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """The fleet on a database of its own; only tests of restarts start its server again."""
    with Hosts() as hosts, ExitStack() as stack:
        fleet = Fleet(tmp_path_factory.mktemp("fleet"), hosts, lasting_settings_url)
        stack.callback(fleet.server.stop)
        fleet.start()
        yield fleet


@pytest.fixture
def fleet(one_fleet: Fleet) -> Fleet:
    """The committed fleet without the key of its cloud, served; all hosts are up."""
    one_fleet.begin_anew()
    return one_fleet


def test_1_catalog_distinguishes_duplicate_names_on_different_hosts(fleet: Fleet) -> None:
    view = fleet.view()
    rows = [row for name in ("sam-desktop", "embedding") for row in view[name]]
    names = [row["model"] for row in rows]
    assert {name for name in names if names.count(name) > 1} == {
        "qwen3-4b-instruct",
        "qwen3-8b",
        "gemma-3-12b-it",
        "gpt-oss-20b",
    }
    assert (
        len({row["id"] for row in rows}) == len({(row["label"], row["provider_label"]) for row in rows}) == 11
    )
    routes = [
        fleet.ask("GET", f"/api/models/{provider}/qwen3-8b") for provider in ("sam-desktop", "embedding")
    ]
    assert [route["base_url"] for route in routes] == [
        "http://100.101.41.16:8401",
        "http://100.90.172.55:8411",
    ]
    assert [route["upstream_model"] for route in routes] == ["qwen3-8b"] * 2


def test_2_stored_bare_id_works_without_migration(fleet: Fleet) -> None:
    stored = ["qwen3-8b", "llama-swap/gpt-oss-20b", "deepseek-chat"]
    fleet.store(*stored)
    assert fleet.favorites() == ["sam-desktop/qwen3-8b", "sam-desktop/gpt-oss-20b"]
    for bare, target in zip(stored, [*fleet.favorites(), "deepseek/deepseek-flash"], strict=True):
        route, meant = (fleet.ask("GET", f"/api/models/{quote(name, safe='')}") for name in (bare, target))
        assert route == {**meant, "legacy": True}
    assert fleet.ask("GET", "/api/favorites")["favorites"][0] == {
        "id": "qwen3-8b",
        "model": "sam-desktop/qwen3-8b",
        "visible": True,
    }
    fleet.ask("PUT", "/api/favorites/qwen3-8b")
    assert fleet.stored() == stored
    fleet.ask("DELETE", "/api/favorites/sam-desktop/qwen3-8b")
    assert fleet.stored() == stored[1:]


def test_5_favorites_are_first_and_stay_in_their_groups(fleet: Fleet) -> None:
    without = fleet.view()
    assert without["favorites"] == []
    for chosen in CHOSEN:
        fleet.ask("PUT", f"/api/favorites/{chosen}")
    view = fleet.view()
    assert list(view) == ["favorites", "sam-desktop", "embedding"]
    assert [row["id"] for row in view["favorites"]] == CHOSEN
    for group in ("sam-desktop", "embedding"):
        assert [row["id"] for row in view[group]] == [row["id"] for row in without[group]]
        assert [row["id"] for row in view[group] if row["favorite"]] == [
            name for name in CHOSEN if name.startswith(f"{group}/")
        ]
    fleet.ask("PUT", "/api/favorites", {"favorites": CHOSEN[::-1]})
    assert fleet.favorites() == CHOSEN[::-1]


def test_6_favorite_of_offline_provider_is_hidden_and_returns(fleet: Fleet) -> None:
    """Twice, the second time over a restart of the server."""
    fleet.ask("PUT", "/api/favorites", {"favorites": CHOSEN})
    for restarts in (False, True):
        fleet.host_goes("embedding")
        wait_until(lambda: fleet.favorites() == CHOSEN[1:])
        assert list(fleet.view()) == ["favorites", "sam-desktop"]
        if restarts:
            fleet.restart()
            wait_until(lambda: fleet.favorites() == CHOSEN[1:])
        assert fleet.stored() == CHOSEN
        fleet.host_returns("embedding")
        wait_until(lambda: fleet.favorites() == CHOSEN)
        assert list(fleet.view()) == ["favorites", "sam-desktop", "embedding"]
    assert fleet.stored() == CHOSEN


def test_6_favorite_of_provider_without_key_is_hidden_and_returns(fleet: Fleet) -> None:
    chosen = ["deepseek/deepseek-v4-pro", *CHOSEN]
    fleet.ask("PUT", "/api/favorites", {"favorites": chosen})
    for key, shown in ((KEY, chosen), ("", CHOSEN), (KEY, chosen)):
        fleet.restart(key)
        assert fleet.favorites() == shown
        assert ("deepseek" in fleet.view()) == bool(key)
    fleet.restart("sk-revoked")
    wait_until(lambda: "deepseek" not in fleet.view())
    assert fleet.favorites() == CHOSEN
    assert fleet.stored() == chosen


def test_6_undeclared_favorite_is_hidden_and_returns(fleet: Fleet) -> None:
    """The fleet file is edited while the server runs, once to an invalid one."""
    fleet.ask("PUT", "/api/favorites", {"favorites": CHOSEN})
    line = next(line for line in TEXT.splitlines() if line.startswith("      gpt-oss-20b: {context: 32768"))
    without = TEXT.replace(line + "\n", "")
    assert without != TEXT
    fleet.edit(without)
    wait_until(lambda: fleet.favorites() == CHOSEN[1:])
    fleet.edit(TEXT.replace("version: 1", "version: 2"))
    wait_until(lambda: fleet.ask("GET", "/healthz")["fleet"]["problem"])
    problem = fleet.ask("GET", "/healthz")["fleet"]["problem"]
    assert problem.startswith("fleet.yaml has 1 error, the first is BC")
    assert fleet.favorites() == CHOSEN[1:]
    fleet.edit(TEXT)
    wait_until(lambda: fleet.favorites() == CHOSEN)
    assert fleet.ask("GET", "/healthz")["fleet"]["problem"] is None
    assert fleet.stored() == CHOSEN


def test_event_stream_reports_changes(fleet: Fleet) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", fleet.server.port, timeout=60)
    connection.request("GET", "/api/events")
    stream = connection.getresponse()

    def next_change() -> str:
        while not (line := stream.readline().decode()).startswith("data: "):
            assert line, "the stream ended"
        return line

    wait_until(lambda: all(state["state"] == "answered" for state in local(fleet)))
    fleet.host_goes("embedding")
    assert next_change() == 'data: {"changed":["availability"]}\n'
    assert "embedding" not in fleet.view()
    fleet.host_returns("embedding")
    assert next_change() == 'data: {"changed":["availability"]}\n'
    assert "embedding" in fleet.view()
    fleet.ask("PUT", f"/api/favorites/{CHOSEN[0]}")
    assert next_change() == 'data: {"changed":["favorites"]}\n'
    fleet.edit(TEXT + "\n")
    assert next_change() == 'data: {"changed":["catalog"]}\n'
    connection.close()


def local(fleet: Fleet) -> list[dict[str, str]]:
    """The states of the local hosts."""
    providers = fleet.ask("GET", "/healthz")["providers"]
    return [state for name, state in providers.items() if name != "deepseek"]


def test_probes_load_no_model_and_leak_no_key(fleet: Fleet) -> None:
    fleet.restart(KEY)
    wait_until(lambda: all(len(host.received) > 5 for host in fleet.hosts.values()))
    for name, host in fleet.hosts.items():
        assert isinstance(host.behavior, LlamaSwap | OpenAICompatible)
        assert host.behavior.loads == []
        assert (KEY in str(host.received)) == (name == "deepseek")
    for path in ("/api/models", "/api/models/deepseek/deepseek-flash", "/healthz", "/api/favorites"):
        assert KEY not in str(fleet.ask("GET", path))
