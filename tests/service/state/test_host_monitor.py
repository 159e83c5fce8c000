"""Which hosts answer: each is asked again and again, gone when it cannot be asked, back when it answers."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

import pytest

from booconf.live.endpoint import Endpoint
from booconf.live.limits import MOST_ADDRESSES
from booconf.live.observation import Observation, Outcome
from booconf.service.state import host_monitor
from booconf.service.state.fleet_watcher import FleetWatcher
from booconf.service.state.host_monitor import HostMonitor, HostState, pause
from tests.hosts.faults import LISTING, silent
from tests.hosts.simulator import Host, Hosts, Reply, routes
from tests.service.waiting import run, until

HEALTHY = routes({"/v1/models": Reply(LISTING)})
OFTEN, SELDOM = 0.02, 3600.0
SOCKETS = 64

ANSWERS = HostState(Outcome.ANSWERED)
GONE = HostState(Outcome.UNREACHABLE, "connection refused")


def provider(url: str, more: str = "") -> str:
    return f"{{kind: openai-compatible, base_url: '{url}', {more}models: {{m: {{context: 20000}}}}}}"


def fleet(**providers: str) -> str:
    """The first is the default one."""
    first = next(iter(providers))
    return "".join(
        [
            f"version: 1\ndefault_provider: {first}\nroles: {{default: {first}/m}}\nproviders:\n",
            *(f"  {name}: {text}\n" for name, text in providers.items()),
        ]
    )


class Watching:
    """A fleet file that is watched, and its hosts as they are asked; `told` has each `offline`."""

    def __init__(self, file: Path, text: str, availability: HostMonitor) -> None:
        self.file = file
        self.file.write_text(text, encoding="utf-8")
        self.source = FleetWatcher(file)
        self.availability = availability
        self.told: list[frozenset[str]] = []

    async def edit(self, text: str) -> None:
        """Change the fleet, and wait until it is taken up."""
        before = self.source.current
        self.file.write_text(text, encoding="utf-8")
        await self.source.successor(before)
        await until(lambda: list(self.availability.states) == list(self.source.current.fleet.providers))

    async def knows(self, **states: HostState) -> None:
        """Wait until exactly this is known."""
        await until(lambda: self.availability.states == states)
        assert list(self.availability.states) == list(states)

    async def is_offline(self, *names: str) -> None:
        """Wait until exactly these are offline."""
        await until(lambda: self.availability.offline == set(names))

    def note(self) -> None:
        self.told.append(self.availability.offline)


Story = Callable[[Watching], Awaitable[None]]


@pytest.fixture
def watch(tmp_path: Path) -> Callable[..., None]:
    """Let a story go on while the hosts of a fleet are asked."""

    def watch(
        text: str,
        story: Story,
        *,
        environment: Mapping[str, str] | None = None,
        connect: Mapping[str, str] | None = None,
        every: float = OFTEN,
        timeout: float = 30.0,
        sockets: int = SOCKETS,
    ) -> None:
        async def main() -> None:
            availability = HostMonitor(environment or {}, connect or {}, every, timeout, sockets=sockets)
            watching = Watching(tmp_path / "fleet.yaml", text, availability)
            tasks = [
                asyncio.create_task(availability.run(watching.source, watching.note)),
                asyncio.create_task(watching.source.watch(lambda: None, every=0.005)),
            ]
            await story(watching)
            for task in tasks:
                task.cancel()
            for task in tasks:
                with pytest.raises(asyncio.CancelledError):
                    await task

        run(main())

    return watch


Watch = Callable[..., None]


def test_before_it_was_asked_a_host_counts_as_online(hosts: Hosts, watch: Watch) -> None:
    async def story(watching: Watching) -> None:
        assert watching.availability.states == {}
        await until(lambda: host.asked)
        assert watching.availability.states == {"a": HostState()}
        assert watching.availability.offline == frozenset()
        assert not HostState().is_offline

    host = hosts.add(lambda _: silent)
    watch(fleet(a=provider(host.url)), story)


def test_a_host_goes_and_returns(hosts: Hosts, watch: Watch) -> None:
    async def story(watching: Watching) -> None:
        await watching.knows(a=ANSWERS, b=ANSWERS)
        for _ in range(2):
            await asyncio.to_thread(second.stop)
            await watching.is_offline("b")
            await watching.knows(a=ANSWERS, b=GONE)
            await asyncio.to_thread(second.start)
            await watching.is_offline()
            await watching.knows(a=ANSWERS, b=ANSWERS)
        assert watching.told == [{"b"}, set(), {"b"}, set()]

    first, second = hosts.add(HEALTHY), hosts.add(HEALTHY)
    watch(fleet(a=provider(first.url), b=provider(second.url)), story)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Reply({"error": "no"}, 401), Outcome.KEY_REFUSED),
        (Reply({"error": "no"}, 500), Outcome.FAILING),
        (Reply(b"<html>"), Outcome.INVALID_RESPONSE),
        (Reply({"error": {"message": "Loading model", "code": 503}}, 503), Outcome.LOADING),
    ],
)
def test_whatever_is_no_answer_makes_it_offline(
    hosts: Hosts, watch: Watch, answer: Reply, outcome: Outcome
) -> None:
    async def story(watching: Watching) -> None:
        await watching.is_offline("a")
        state = watching.availability.states["a"]
        assert (state.outcome, bool(state.detail)) == (outcome, True)
        host.behavior = HEALTHY
        await watching.is_offline()

    host = hosts.add(routes({"/v1/models": answer}))
    watch(fleet(a=provider(host.url)), story)


def test_a_silent_host_is_offline_after_the_timeout_and_delays_no_other(hosts: Hosts, watch: Watch) -> None:
    async def story(watching: Watching) -> None:
        await until(lambda: len(other.asked) > 3)
        await watching.is_offline("a")

    host, other = hosts.add(lambda _: silent), hosts.add(HEALTHY)
    watch(fleet(a=provider(host.url), b=provider(other.url)), story, timeout=0.5)


def test_what_a_host_says_cannot_hide_in_its_state_nor_in_the_log(
    watch: Watch, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def observe(_question: Endpoint, **_bounds: object) -> Observation:
        return Observation(Outcome.INVALID_RESPONSE, "it says \x1b[2J\u202e\n")

    async def story(watching: Watching) -> None:
        await watching.knows(a=HostState(Outcome.INVALID_RESPONSE, r"it says \u{1b}[2J\u{202e}\n"))

    monkeypatch.setattr(host_monitor, "probe_host", observe)
    with caplog.at_level(logging.DEBUG):
        watch(fleet(a=provider("http://127.0.0.1:9")), story)
    assert caplog.messages
    assert all(message.isprintable() for message in caplog.messages)


def test_a_change_is_logged_once_and_what_was_asked_only_in_detail(
    hosts: Hosts, watch: Watch, caplog: pytest.LogCaptureFixture
) -> None:
    async def story(watching: Watching) -> None:
        await watching.is_offline("b", "c")
        already = len(first.asked)
        await until(lambda: len(first.asked) > already + 5)
        await asyncio.to_thread(second.start)
        await watching.is_offline("c")

    def told(level: int) -> list[str]:
        messages = [record.getMessage() for record in caplog.records if record.levelno == level]
        return [message for message in messages if message[:2] in {"a:", "b:", "c:", "a ", "b ", "c "}]

    first, second = hosts.add(HEALTHY), hosts.add(HEALTHY)
    second.stop()
    providers = {
        "a": provider(first.url),
        "b": provider(second.url),
        "c": provider(first.url, "api_key_env: C_KEY, "),
    }
    with caplog.at_level(logging.DEBUG, logger="booconf"):
        watch(fleet(**providers), story)
    assert told(logging.INFO) == [
        "c is offline: `C_KEY` is not set",
        "b is offline: connection refused",
        "b is online",
    ]
    assert set(told(logging.DEBUG)) == {"a: answered", "b: unreachable: connection refused", "b: answered"}


def test_a_host_that_was_not_asked_yet_is_not_said_to_be_back(
    hosts: Hosts, watch: Watch, caplog: pytest.LogCaptureFixture
) -> None:
    """It counts as online from the moment that its address is another."""

    async def story(watching: Watching) -> None:
        await watching.is_offline("b")
        await watching.edit(fleet(a=provider(here.url), b=provider(elsewhere.url)))
        await until(lambda: watching.told == [{"b"}, set(), {"b"}])

    here, gone, elsewhere = (hosts.add(HEALTHY) for _ in range(3))
    gone.stop()
    elsewhere.stop()
    with caplog.at_level(logging.INFO, logger="booconf.service.state.host_monitor"):
        watch(fleet(a=provider(here.url), b=provider(gone.url)), story)
    said = [record.getMessage() for record in caplog.records if record.name.endswith("host_monitor")]
    assert said == ["b is offline: connection refused"]


def test_keys_are_those_of_the_environment(hosts: Hosts, watch: Watch) -> None:
    """An optional provider without its key is not asked and not offline; another one is."""

    async def story(watching: Watching) -> None:
        await watching.is_offline("needs")
        await until(lambda: keyed.asked)
        states = watching.availability.states
        assert states["needs"] == HostState(Outcome.KEY_UNSET, "`K2` is not set")
        assert states["may"] == HostState(Outcome.SKIPPED, "`K3` is not set")
        assert keyed.asked[0].headers["authorization"] == "Bearer secret"

    keyed, host = hosts.add(HEALTHY), hosts.add(HEALTHY)
    watch(
        fleet(
            keyed=provider(keyed.url, "api_key_env: K1, "),
            needs=provider(host.url, "api_key_env: K2, "),
            may=provider(host.url, "api_key_env: K3, optional: true, location: cloud, "),
        ),
        story,
        environment={"K1": "secret"},
    )
    assert host.asked == []


def test_a_provider_is_asked_where_connect_says(hosts: Hosts, watch: Watch) -> None:
    async def story(watching: Watching) -> None:
        await watching.knows(a=ANSWERS)

    host = hosts.add(HEALTHY)
    watch(fleet(a=provider("http://127.0.0.1:9")), story, connect={"a": host.url, "gone": host.url})


def test_a_key_that_the_fleet_was_given_is_not_sent_over_plain_http(watch: Watch) -> None:
    """`--connect` was checked with the fleet of the start, and the fleet may change."""

    async def story(watching: Watching) -> None:
        detail = "`--connect` would send its key over plain http"
        await watching.knows(box=HostState(Outcome.UNREACHABLE, detail))
        await watching.is_offline("box")

    watch(
        fleet(box=provider("http://127.0.0.1:9", "api_key_env: BOX_KEY, ")),
        story,
        environment={"BOX_KEY": "k"},
        connect={"box": "http://tunnel.invalid:1"},
    )


@pytest.mark.parametrize("use_proxies", [True, False])
def test_proxies_are_used_where_that_is_asked_for(hosts: Hosts, tmp_path: Path, use_proxies: bool) -> None:
    proxy = hosts.add(routes({"http://box.invalid/v1/models": Reply(LISTING)}))
    file = tmp_path / "fleet.yaml"
    file.write_text(fleet(box=provider("http://box.invalid")), encoding="utf-8")

    async def main() -> None:
        availability = HostMonitor(
            {"http_proxy": proxy.url}, {}, SELDOM, 30.0, sockets=SOCKETS, use_proxies=use_proxies
        )
        task = asyncio.create_task(availability.run(FleetWatcher(file), lambda: None))
        await until(lambda: availability.states and availability.states["box"].outcome)
        assert (availability.states["box"] == ANSWERS) is use_proxies
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    run(main())
    assert bool(proxy.asked) is use_proxies


def test_the_sidecar_is_not_asked(hosts: Hosts, watch: Watch) -> None:
    async def story(watching: Watching) -> None:
        await until(lambda: len(host.asked) > 3)
        assert sidecar.connections == 0

    host, sidecar = hosts.add(HEALTHY), hosts.add(HEALTHY)
    watch(fleet(a=provider(host.url, f"sidecar: {{base_url: '{sidecar.url}'}}, ")), story)


def test_a_host_is_never_asked_twice_at_once(hosts: Hosts, watch: Watch) -> None:
    """However long it takes."""
    open_now, most = set[object](), [0]

    async def slow(writer: asyncio.StreamWriter) -> None:
        open_now.add(writer)
        most[0] = max(most[0], len(open_now))
        await asyncio.sleep(OFTEN * 5)
        writer.write(Reply(LISTING).encode())
        open_now.remove(writer)

    async def story(watching: Watching) -> None:
        await until(lambda: len(host.asked) == 3)
        assert most == [1]

    host = hosts.add(lambda _: slow)
    watch(fleet(a=provider(host.url)), story)


def test_what_was_asked_of_a_changed_provider_has_ended_before_it_is_asked_anew(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long closing a connection takes."""
    events: list[str] = []

    async def observe(question: Endpoint, **_bounds: object) -> Observation:
        events.append("begins")
        try:
            if "X-Team" not in question.headers:
                await asyncio.Event().wait()
        finally:
            for _ in range(10):
                await asyncio.sleep(0)
            events.append("ends")
        return Observation(Outcome.ANSWERED)

    async def story(watching: Watching) -> None:
        await until(lambda: events == ["begins"])
        await watching.edit(fleet(a=provider("http://127.0.0.1:9", "headers: {X-Team: b}, ")))
        await watching.knows(a=ANSWERS)
        assert events == ["begins", "ends"] * 2

    monkeypatch.setattr(host_monitor, "probe_host", observe)
    watch(fleet(a=provider("http://127.0.0.1:9")), story, every=SELDOM)


def test_pauses_differ_and_are_about_what_was_asked_for() -> None:
    """So that hosts do not stay in step."""
    pauses = {pause(30) for _ in range(1000)}
    assert len(pauses) > 900
    assert 27 <= min(pauses) < 28
    assert 32 < max(pauses) <= 33


def test_a_host_is_asked_again_after_such_a_pause(
    hosts: Hosts, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []

    def shorter(every: float) -> float:
        pauses.append(every)
        return OFTEN

    async def story(_watching: Watching) -> None:
        await until(lambda: len(host.asked) > 2)

    monkeypatch.setattr(host_monitor, "pause", shorter)
    host = hosts.add(HEALTHY)
    watch(fleet(a=provider(host.url)), story, every=SELDOM)
    assert set(pauses) == {SELDOM}


def test_a_new_provider_is_asked_at_once_and_a_removed_one_forgotten(hosts: Hosts, watch: Watch) -> None:
    async def story(watching: Watching) -> None:
        await watching.knows(a=ANSWERS, b=GONE)
        await watching.edit(fleet(a=provider(host.url), c=provider(new.url)))
        await watching.knows(a=ANSWERS, c=ANSWERS)
        assert watching.told == [{"b"}, set()]
        assert len(host.asked) == len(new.asked) == 1

    host, gone, new = (hosts.add(HEALTHY) for _ in range(3))
    gone.stop()
    watch(fleet(a=provider(host.url), b=provider(gone.url)), story, every=SELDOM)


def test_a_removed_provider_is_asked_no_more(hosts: Hosts, watch: Watch) -> None:
    async def story(watching: Watching) -> None:
        await until(lambda: removed.asked)
        await watching.edit(fleet(a=provider(host.url)))
        count = len(removed.asked)
        already = len(host.asked)
        await until(lambda: len(host.asked) > already + 5)
        assert len(removed.asked) <= count + 1  # one more may have been on its way

    host, removed = hosts.add(HEALTHY), hosts.add(HEALTHY)
    watch(fleet(a=provider(host.url), b=provider(removed.url)), story)


def test_a_provider_at_another_address_starts_anew_as_online(hosts: Hosts, watch: Watch) -> None:
    async def story(watching: Watching) -> None:
        await watching.knows(a=GONE)
        await watching.edit(fleet(a=provider(other.url)))
        await watching.is_offline()
        await until(lambda: other.asked)
        assert watching.availability.states == {"a": HostState()}
        assert watching.told == [{"a"}, set()]

    gone, other = hosts.add(HEALTHY), hosts.add(lambda _: silent)
    gone.stop()
    watch(fleet(a=provider(gone.url)), story, every=SELDOM)


def test_a_provider_that_is_asked_as_before_keeps_its_state(hosts: Hosts, watch: Watch) -> None:
    """Its label is not what is asked; nor is its place in the file, in whose order the states are."""

    async def story(watching: Watching) -> None:
        await watching.knows(a=GONE, b=ANSWERS)
        changed = provider(gone.url, "label: Anew, ")
        await watching.edit(fleet(b=provider(host.url), a=changed, c=provider(host.url)))
        await watching.knows(b=ANSWERS, a=GONE, c=ANSWERS)
        assert watching.told == [{"a"}]

    gone, host = hosts.add(HEALTHY), hosts.add(HEALTHY)
    gone.stop()
    watch(fleet(a=provider(gone.url), b=provider(host.url)), story, every=SELDOM)


def test_it_ends_at_once_whatever_the_hosts_do(hosts: Hosts, tmp_path: Path) -> None:
    """While one host is being asked, one is not asked now, and one was never there; no connection stays."""

    async def main(file: Path, busy: Host) -> None:
        availability = HostMonitor({}, {}, SELDOM, SELDOM, sockets=SOCKETS)
        asking = asyncio.create_task(availability.run(FleetWatcher(file), lambda: None))
        await until(lambda: availability.offline and busy.asked)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert asyncio.all_tasks() == {asyncio.current_task()}

    busy, gone = hosts.add(lambda _: silent), hosts.add(HEALTHY)
    gone.stop()
    file = tmp_path / "fleet.yaml"
    file.write_text(fleet(a=provider(busy.url), b=provider(gone.url)), encoding="utf-8")
    run(main(file, busy))


def test_it_may_begin_anew_and_knows_what_it_knew(hosts: Hosts, tmp_path: Path) -> None:
    def fail() -> None:
        raise RuntimeError

    async def main() -> None:
        availability = HostMonitor({}, {}, OFTEN, 30, sockets=SOCKETS)
        source = FleetWatcher(file)
        with pytest.raises(ExceptionGroup):
            await availability.run(source, fail)
        assert availability.offline == {"b"}
        asking = asyncio.create_task(availability.run(source, lambda: None))
        await until(lambda: len(host.asked) > 5)
        assert availability.states == {"a": ANSWERS, "b": GONE}
        await asyncio.to_thread(gone.start)
        await until(lambda: not availability.offline)
        asking.cancel()

    host, gone = hosts.add(HEALTHY), hosts.add(HEALTHY)
    gone.stop()
    file = tmp_path / "fleet.yaml"
    file.write_text(fleet(a=provider(host.url), b=provider(gone.url)), encoding="utf-8")
    run(main())


@pytest.mark.parametrize(("sockets", "at_once"), [(1, 1), (4 * MOST_ADDRESSES - 1, 3)])
def test_more_hosts_than_there_are_sockets_for_take_turns(
    watch: Watch, monkeypatch: pytest.MonkeyPatch, sockets: int, at_once: int
) -> None:
    """Each may take one for each address of its name."""
    asked, most, now = [0], [0], [0]

    async def observe(_question: Endpoint, **_bounds: object) -> Observation:
        asked[0] += 1
        now[0] += 1
        most[0] = max(most[0], now[0])
        for _ in range(100):  # all that may begin have begun then
            await asyncio.sleep(0)
        now[0] -= 1
        return Observation(Outcome.ANSWERED)

    async def story(_watching: Watching) -> None:
        await until(lambda: asked[0] == 20 and not now[0])

    monkeypatch.setattr(host_monitor, "probe_host", observe)
    one = provider("http://127.0.0.1:9")
    watch(fleet(**{f"p{number}": one for number in range(20)}), story, every=SELDOM, sockets=sockets)
    assert most == [at_once]
