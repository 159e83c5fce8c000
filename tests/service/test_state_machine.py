"""Favorites, hosts and the fleet change in any order: only the user changes what is stored.

What is stored is exactly what the user's requests come to, whatever hosts, the fleet and the server do.
What is shown is exactly what is stored and declared, online and keyed, in the order in which it is stored.
"""

import asyncio
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import cast
from urllib.parse import quote

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from booconf.service.state.favorites import KEY
from booconf.service.state.fleet_watcher import FleetWatcher
from booconf.service.state.host_monitor import HostMonitor, ProbeSchedule
from booconf.service.storage.settings_store import SettingsStore
from tests.hosts.faults import LISTING
from tests.hosts.simulator import Hosts, Reply, routes
from tests.service.in_process import Client, served
from tests.service.waiting import wait_until

HOSTS = ("box", "attic", "sky")
KEY_NAME = "SKY_KEY"

FIRST = """\
version: 1
default_provider: box
roles: {default: box/chat}
legacy: {providers: {old: box, gone: null}, bare_ids: {far-chat: sky/far}}
providers:
  box:
    kind: openai-compatible
    base_url: BOX
    models:
      chat: {context: 32768, aliases: [talk]}
      both: {context: 32768}
      embed: {type: embedding, context: 8192}
  attic:
    kind: openai-compatible
    base_url: ATTIC
    models: {both: {context: 32768}, deep/er: {context: 32768}}
  sky:
    kind: openai-compatible
    base_url: SKY
    location: cloud
    optional: true
    api_key_env: SKY_KEY
    models: {far: {context: 32768}}
"""

SECOND = """\
version: 1
default_provider: box
roles: {default: box/chat}
legacy: {providers: {attic: box}}
providers:
  sky:
    kind: openai-compatible
    base_url: SKY
    location: cloud
    optional: true
    api_key_env: SKY_KEY
    models: {far: {context: 32768}}
  box:
    kind: openai-compatible
    base_url: BOX
    models: {chat: {context: 32768}, both: {context: 32768}, deep/er: {context: 32768}}
"""

THIRD = """\
version: 1
default_provider: attic
roles: {default: attic/both}
legacy: {providers: {gone: attic}}
providers:
  attic:
    kind: openai-compatible
    base_url: ATTIC
    models: {deep/er: {context: 32768}, both: {context: 32768}}
  box:
    kind: openai-compatible
    base_url: BOX
    undeclared: reject
    models: {talk: {context: 32768}}
"""

FLEETS = (FIRST, SECOND, THIRD)

GROUPS = (
    {"box": ["box/chat", "box/both"], "attic": ["attic/both", "attic/deep/er"], "sky": ["sky/far"]},
    {"sky": ["sky/far"], "box": ["box/chat", "box/both", "box/deep/er"]},
    {"attic": ["attic/deep/er", "attic/both"], "box": ["box/talk"]},
)
"""The chat models of each fleet, by provider, in display order."""

ROUTES_OF_IDS = """\
id             first          second         third
box/chat       box/chat       box/chat       -
chat           box/chat       box/chat       attic/chat
talk           box/chat       box/talk       attic/talk
box/talk       box/chat       box/talk       box/talk
old/chat       box/chat       box/old/chat   attic/old/chat
both           box/both       box/both       attic/both
box/both       box/both       box/both       -
attic/both     attic/both     box/both       attic/both
gone/both      -              box/gone/both  attic/both
deep/er        box/deep/er    box/deep/er    attic/deep/er
attic/deep/er  attic/deep/er  box/deep/er    attic/deep/er
box/deep/er    box/deep/er    box/deep/er    -
sky/far        sky/far        sky/far        attic/sky/far
far-chat       sky/far        box/far-chat   attic/far-chat
box/embed      box/embed      box/embed      -
embed          box/embed      box/embed      attic/embed
none           box/none       box/none       attic/none
a-b~%2F        box/a-b~%2F    box/a-b~%2F    attic/a-b~%2F
x,y            -              -              -
box/           -              -              -
"""
"""Declared or not; `-` does not resolve."""

ROUTES = [
    {words[0]: words[number] for words in map(str.split, ROUTES_OF_IDS.splitlines()[1:])}
    for number in (1, 2, 3)
]

ids = st.sampled_from(sorted(ROUTES[0]))
foreign = st.one_of(ids, st.none(), st.integers(), st.just({"id": "box/chat"}), st.just(["chat"]))


class QuickWatcher(FleetWatcher):
    """Checks its file all the time."""

    async def watch(self, on_change: Callable[[], None], *, every: float = 0.005) -> None:
        await super().watch(on_change, every=every)


class FixedMonitor(HostMonitor):
    """Has `offline` set by the test."""

    def __init__(self) -> None:
        super().__init__({}, {}, ProbeSchedule(every=1, timeout=1))

    async def run(self, watcher: FleetWatcher, on_change: Callable[[], None]) -> None:
        await asyncio.Event().wait()


class Favorites(RuleBasedStateMachine):
    """A user, an operator, and hosts that go offline and online; the test sets `offline`."""

    client: Client
    monitor: HostMonitor

    def __init__(self) -> None:
        super().__init__()
        self.whole, self.server = ExitStack(), ExitStack()
        self.folder = Path(self.whole.enter_context(tempfile.TemporaryDirectory()))
        self.file = self.folder / "fleet.yaml"
        self.url = f"sqlite:///{self.folder / 'settings.db'}"
        self.store = SettingsStore(self.url)
        self.stored: list[object] = []
        self.down: set[str] = set()
        self.fleet = 0
        self.keyed = False

    @initialize(keyed=st.booleans())
    def begin(self, keyed: bool) -> None:
        self.write(self.text(0))
        self.start(keyed)

    def teardown(self) -> None:
        self.server.close()
        self.store.close()
        self.whole.close()

    # what differs where hosts are real

    def address(self, name: str) -> str:
        return f"http://127.0.0.1:9/{name}"

    def new_monitor(self, environment: dict[str, str]) -> HostMonitor:
        return FixedMonitor()

    def settle_hosts(self) -> None:
        """Wait until the monitor has the states of all hosts."""
        self.monitor.offline = frozenset(self.down)

    # the user

    @rule(text=ids, coding=st.sampled_from(["/", ""]))
    def add(self, text: str, coding: str) -> None:
        answer = self.client.ask("PUT", f"/api/favorites/{quote(text, safe=coding)}")
        target = self.leads(text)
        if target not in self.declared():
            self.is_refused(answer.status, answer.body, text)
            return
        assert answer.status == 200
        if target not in {self.leads(entry) for entry in self.stored}:
            self.stored.append(target)

    @rule(text=ids, coding=st.sampled_from(["/", ""]))
    def remove(self, text: str, coding: str) -> None:
        assert self.client.ask("DELETE", f"/api/favorites/{quote(text, safe=coding)}").status == 200
        self.stored = [entry for entry in self.stored if not self.same(entry, text)]

    @rule(texts=st.lists(ids, max_size=6))
    def order(self, texts: list[str]) -> None:
        answer = self.client.ask("PUT", "/api/favorites", {"favorites": texts})
        for text in texts:
            if self.leads(text) not in self.declared() and text not in self.stored:
                self.is_refused(answer.status, answer.body, text)
                return
        assert answer.status == 200
        result = cast("list[object]", self.store.read(KEY) or [])
        self.is_ordered(texts, result)
        self.stored = result

    @precondition(lambda self: self.stored)
    @rule(data=st.data())
    def order_what_is_there(self, data: st.DataObject) -> None:
        there = [entry for entry in self.stored if isinstance(entry, str)]
        self.order(data.draw(st.permutations(there)))

    def is_refused(self, status: int, body: dict[str, dict[str, str]], text: str) -> None:
        assert status == 422
        assert body["error"]["id"] == text
        assert body["error"]["code"]
        assert body["error"]["message"]

    def is_ordered(self, texts: list[str], result: list[object]) -> None:
        """Named entries are in that order; others stay behind their predecessors."""
        before, named = self.stored, list(dict.fromkeys(map(self.identity, texts)))
        new = [target for target in named if target not in {self.identity(entry) for entry in before}]
        assert sorted(map(repr, result)) == sorted(map(repr, [*before, *new]))
        reported = [self.identity(entry) for entry in result if self.identity(entry) in named]
        assert list(dict.fromkeys(reported)) == named
        for follower in range(1, len(before)):
            if self.identity(before[follower]) not in named:
                pair = before[follower - 1 : follower + 1]
                assert pair in [result[start : start + 2] for start in range(len(result) - 1)]

    # everybody else

    @rule(entry=foreign)
    def another_program_appends(self, entry: object) -> None:
        self.stored.append(entry)
        self.store.change(KEY, lambda stored: [*cast("list[object]", stored or []), entry])

    @rule(name=st.sampled_from(HOSTS))
    def host_goes(self, name: str) -> None:
        self.down.add(name)
        self.settle_hosts()

    @rule(name=st.sampled_from(HOSTS))
    def host_returns(self, name: str) -> None:
        self.down.discard(name)
        self.settle_hosts()

    @rule(fleet=st.sampled_from(range(len(FLEETS))))
    def fleet_changes(self, fleet: int) -> None:
        self.fleet = fleet
        self.write(self.text(fleet))
        digest = FleetWatcher(self.file).current.digest
        wait_until(lambda: self.watcher.current.digest == digest and self.watcher.problem is None)
        self.settle_hosts()

    @rule(fleet=st.sampled_from(range(len(FLEETS))))
    def fleet_is_broken(self, fleet: int) -> None:
        self.write(self.text(fleet).replace("context", "contxt"))
        wait_until(lambda: self.watcher.problem)
        self.write(self.text(self.fleet))
        wait_until(lambda: self.watcher.problem is None)

    @rule(keyed=st.booleans())
    def server_restarts(self, keyed: bool) -> None:
        self.server.close()
        self.start(keyed)

    # what holds

    @invariant()
    def nothing_but_the_user_changes_what_is_stored(self) -> None:
        assert (self.store.read(KEY) or []) == self.stored
        listed = self.client.ask("GET", "/api/favorites").body["favorites"]
        visible = self.visible()
        assert listed == [
            {"id": entry, "model": self.model(entry), "visible": self.model(entry) in visible}
            for entry in self.stored
            if isinstance(entry, str)
        ]

    @invariant()
    def what_is_shown_is_stored_declared_online_and_keyed(self) -> None:
        view = self.client.ask("GET", "/api/models")
        sections = view.body["sections"]
        assert [(section["id"], [row["id"] for row in section["models"]]) for section in sections] == [
            ("favorites", self.visible()),
            *self.groups(),
        ]
        marked = {row["id"] for section in sections for row in section["models"] if row["favorite"]}
        assert marked == set(self.visible())
        again = self.client.ask("GET", "/api/models", If_None_Match=view.headers["etag"])
        assert (again.status, again.body) == (304, None)

    # the model

    def leads(self, entry: object) -> str | None:
        found = ROUTES[self.fleet][entry] if isinstance(entry, str) else "-"
        return None if found == "-" else found

    def identity(self, entry: object) -> str:
        return self.leads(entry) or (entry if isinstance(entry, str) else repr(entry))

    def same(self, entry: object, text: str) -> bool:
        return isinstance(entry, str) and self.identity(entry) == self.identity(text)

    def declared(self) -> set[str]:
        return {model for models in GROUPS[self.fleet].values() for model in models}

    def model(self, entry: object) -> str | None:
        target = self.leads(entry)
        known = {*self.declared(), *(["box/embed"] if self.fleet == 0 else [])}
        return target if target in known else None

    def groups(self) -> list[tuple[str, list[str]]]:
        hidden = {*self.down, *([] if self.keyed else ["sky"])}
        return [(name, models) for name, models in GROUPS[self.fleet].items() if name not in hidden]

    def visible(self) -> list[str]:
        online = {model for _, models in self.groups() for model in models}
        return list(dict.fromkeys(target for target in map(self.leads, self.stored) if target in online))

    # the server

    def text(self, fleet: int) -> str:
        text = FLEETS[fleet]
        for name in HOSTS:
            text = text.replace(f"base_url: {name.upper()}\n", f"base_url: {self.address(name)}\n")
        return text

    def write(self, text: str) -> None:
        self.file.write_text(text, encoding="utf-8", newline="\n")

    def start(self, keyed: bool) -> None:
        self.keyed = keyed
        environment = {KEY_NAME: "secret"} if keyed else {}
        self.watcher = QuickWatcher(self.file)
        self.monitor = self.new_monitor(environment)
        self.client = self.server.enter_context(
            served(self.watcher, SettingsStore(self.url), self.monitor, environment)
        )
        self.settle_hosts()


class FavoritesOfRealHosts(Favorites):
    """The same with simulated hosts on sockets, which are probed all the time."""

    def __init__(self) -> None:
        super().__init__()
        hosts = self.whole.enter_context(Hosts())
        self.hosts = {name: hosts.add(routes({"/v1/models": Reply(LISTING)})) for name in HOSTS}
        self.listening = set(HOSTS)

    def address(self, name: str) -> str:
        return self.hosts[name].url

    def new_monitor(self, environment: dict[str, str]) -> HostMonitor:
        return HostMonitor(
            environment, {}, ProbeSchedule(0.02, timeout=30, cloud_every=0.02), pause=lambda _: 0.02
        )

    def settle_hosts(self) -> None:
        for name in self.down & self.listening:
            self.hosts[name].stop()
        for name in self.down ^ (set(HOSTS) - self.listening):
            if name not in self.down:
                self.hosts[name].start()
        self.listening = set(HOSTS) - self.down
        asked = set(GROUPS[self.fleet]) - (set() if self.keyed else {"sky"})
        wait_until(lambda: self.monitor.offline == self.down & asked)


TestFavorites = Favorites.TestCase
TestFavorites.settings = settings(max_examples=15, stateful_step_count=30)

TestFavoritesOfRealHosts = FavoritesOfRealHosts.TestCase
TestFavoritesOfRealHosts.settings = settings(max_examples=3, stateful_step_count=20)
