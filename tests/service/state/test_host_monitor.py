"""The host monitor: hosts are probed on schedule, offline when they fail, online when they answer."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from booconf.live.endpoint import Endpoint
from booconf.live.observation import Observation, Outcome
from booconf.service.state.fleet_watcher import FleetWatcher
from booconf.service.state.host_monitor import (
    HOSTS_AT_ONCE,
    NOT_PROBED,
    RETRY_AFTER,
    HostMonitor,
    HostState,
    ProbeSchedule,
    jittered,
)
from tests.hosts.faults import LISTING, silent
from tests.hosts.simulator import Host, Hosts, Reply, routes
from tests.service.waiting import run, until

HEALTHY = routes({"/v1/models": Reply(LISTING)})
OFTEN, SELDOM = 0.02, 3600.0
TIMEOUT = 30.0

ANSWERED = HostState(Outcome.ANSWERED)
UNREACHABLE = HostState(Outcome.UNREACHABLE, "connection refused")


def provider(url: str, more: str = "") -> str:
    return f"{{kind: openai-compatible, base_url: '{url}', {more}models: {{m: {{context: 20000}}}}}}"


def fleet(**providers: str) -> str:
    """A fleet whose default provider is the first."""
    first = next(iter(providers))
    return "".join(
        [
            f"version: 1\ndefault_provider: {first}\nroles: {{default: {first}/m}}\nproviders:\n",
            *(f"  {name}: {text}\n" for name, text in providers.items()),
        ]
    )


class Monitored:
    """A watched fleet file and the monitor of its hosts; `changes` has each value of `offline`."""

    def __init__(self, file: Path, text: str, monitor: HostMonitor) -> None:
        self.file = file
        self.file.write_text(text, encoding="utf-8")
        self.watcher = FleetWatcher(file)
        self.monitor = monitor
        self.changes: list[frozenset[str]] = []

    async def edit(self, text: str) -> None:
        """Change the fleet, and wait until the monitor follows it."""
        before = self.watcher.current
        self.file.write_text(text, encoding="utf-8")
        await self.watcher.successor(before)
        await until(lambda: list(self.monitor.states) == list(self.watcher.current.fleet.providers))

    async def states_are(self, **states: HostState) -> None:
        """Wait until these are the states, in this order."""
        await until(lambda: self.monitor.states == states)
        assert list(self.monitor.states) == list(states)

    async def offline_is(self, *names: str) -> None:
        """Wait until exactly these are offline."""
        await until(lambda: self.monitor.offline == set(names))

    def note(self) -> None:
        self.changes.append(self.monitor.offline)


Story = Callable[[Monitored], Awaitable[None]]
Watch = Callable[..., None]


@pytest.fixture
def watch(tmp_path: Path) -> Watch:
    """Run a story while the hosts of a fleet are monitored."""

    def watch(
        text: str,
        story: Story,
        *,
        environment: Mapping[str, str] | None = None,
        connect: Mapping[str, str] | None = None,
        every: float = OFTEN,
        timeout: float = TIMEOUT,
        cloud_every: float | None = None,
        **options: Any,
    ) -> None:
        async def main() -> None:
            schedule = ProbeSchedule(every, timeout, cloud_every)
            monitor = HostMonitor(environment or {}, connect or {}, schedule, **options)
            monitored = Monitored(tmp_path / "fleet.yaml", text, monitor)
            tasks = [
                asyncio.create_task(monitor.run(monitored.watcher, monitored.note)),
                asyncio.create_task(monitored.watcher.watch(lambda: None, every=0.005)),
            ]
            await story(monitored)
            for task in tasks:
                task.cancel()
            for task in tasks:
                with pytest.raises(asyncio.CancelledError):
                    await task

        run(main())

    return watch


def test_host_is_online_before_first_probe(hosts: Hosts, watch: Watch) -> None:
    async def story(monitored: Monitored) -> None:
        assert monitored.monitor.states == {}
        await until(lambda: host.received)
        assert monitored.monitor.states == {"a": HostState()}
        assert monitored.monitor.offline == frozenset()
        assert HostState().name == NOT_PROBED

    host = hosts.add(lambda _: silent)
    watch(fleet(a=provider(host.url)), story)


def test_host_goes_offline_and_online(hosts: Hosts, watch: Watch) -> None:
    async def story(monitored: Monitored) -> None:
        await monitored.states_are(a=ANSWERED, b=ANSWERED)
        for _ in range(2):
            await asyncio.to_thread(second.stop)
            await monitored.offline_is("b")
            await monitored.states_are(a=ANSWERED, b=UNREACHABLE)
            await asyncio.to_thread(second.start)
            await monitored.offline_is()
            await monitored.states_are(a=ANSWERED, b=ANSWERED)
        assert monitored.changes == [{"b"}, set(), {"b"}, set()]

    first, second = hosts.add(HEALTHY), hosts.add(HEALTHY)
    watch(fleet(a=provider(first.url), b=provider(second.url)), story)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Reply({"error": "no"}, 401), Outcome.KEY_REFUSED),
        (Reply({"error": "no"}, 500), Outcome.FAILING),
        (Reply(b"<html>"), Outcome.INVALID_RESPONSE),
    ],
)
def test_failed_probe_hides_host(hosts: Hosts, watch: Watch, answer: Reply, outcome: Outcome) -> None:
    async def story(monitored: Monitored) -> None:
        await monitored.offline_is("a")
        state = monitored.monitor.states["a"]
        assert (state.outcome, bool(state.detail)) == (outcome, True)
        host.behavior = HEALTHY
        await monitored.offline_is()

    host = hosts.add(routes({"/v1/models": answer}))
    watch(fleet(a=provider(host.url)), story)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Reply({"error": "slow down"}, 429), Outcome.RATE_LIMITED),
        (Reply({"error": {"message": "Loading model", "code": 503}}, 503), Outcome.LOADING),
    ],
)
def test_busy_host_is_not_offline(hosts: Hosts, watch: Watch, answer: Reply, outcome: Outcome) -> None:
    async def story(monitored: Monitored) -> None:
        await until(lambda: len(host.received) > 3)
        assert monitored.monitor.states["a"].outcome is outcome
        assert monitored.changes == []

    host = hosts.add(routes({"/v1/models": answer}))
    watch(fleet(a=provider(host.url)), story)


class TestRetry:
    """A host that answered before is probed again soon after a failed probe, before it is offline."""

    def watch_outcomes(
        self, watch: Watch, outcomes: list[Outcome]
    ) -> tuple[list[frozenset[str]], list[float]]:
        """The changes of `offline` and the pauses while a host gives these outcomes, one a probe."""
        left, pauses = list(outcomes), list[float]()
        changes: list[frozenset[str]] = []

        async def probe(_endpoint: Endpoint) -> Observation:
            if not left:
                await asyncio.Event().wait()
            return Observation(left.pop(0))

        def pause(mean: float) -> float:
            pauses.append(mean)
            return 0.0

        async def story(monitored: Monitored) -> None:
            await until(lambda: len(pauses) == len(outcomes))
            changes.extend(monitored.changes)

        one = provider("http://127.0.0.1:9")
        watch(fleet(a=one), story, every=SELDOM, probe=probe, pause=pause)
        return changes, pauses

    def test_one_failed_probe_hides_nothing(self, watch: Watch) -> None:
        outcomes = [Outcome.ANSWERED, Outcome.UNREACHABLE, Outcome.ANSWERED]
        changes, pauses = self.watch_outcomes(watch, outcomes)
        assert changes == []
        assert pauses == [SELDOM, RETRY_AFTER, SELDOM]

    def test_second_failed_probe_hides_host(self, watch: Watch) -> None:
        outcomes = [Outcome.RATE_LIMITED, Outcome.UNREACHABLE, Outcome.UNREACHABLE, Outcome.UNREACHABLE]
        changes, pauses = self.watch_outcomes(watch, outcomes)
        assert changes == [{"a"}]
        assert pauses == [SELDOM, RETRY_AFTER, SELDOM, SELDOM]

    def test_host_that_never_answered_is_hidden_at_once(self, watch: Watch) -> None:
        changes, pauses = self.watch_outcomes(watch, [Outcome.UNREACHABLE])
        assert changes == [{"a"}]
        assert pauses == [SELDOM]


class TestCloud:
    @staticmethod
    def cloud(host: Host, more: str = "") -> str:
        return provider(host.url, f"location: cloud, api_key_env: SKY_KEY, {more}")

    def test_cloud_provider_is_not_probed_by_default(self, hosts: Hosts, watch: Watch) -> None:
        """Its key is sent only on request."""

        async def story(monitored: Monitored) -> None:
            await until(lambda: len(box.received) > 3)
            state = monitored.monitor.states["sky"]
            assert str(state) == "not probed: cloud providers are probed with `--probe-cloud`"
            assert monitored.monitor.offline == frozenset()

        box, sky = hosts.add(HEALTHY), hosts.add(HEALTHY)
        watch(fleet(box=provider(box.url), sky=self.cloud(sky)), story, environment={"SKY_KEY": "k"})
        assert sky.received == []

    def test_probe_cloud_probes_it(self, hosts: Hosts, watch: Watch) -> None:
        async def story(monitored: Monitored) -> None:
            await monitored.states_are(box=ANSWERED, sky=ANSWERED)
            await until(lambda: len(sky.received) > 2)

        box, sky = hosts.add(HEALTHY), hosts.add(HEALTHY)
        text = fleet(box=provider(box.url), sky=self.cloud(sky))
        watch(text, story, environment={"SKY_KEY": "k"}, every=SELDOM, cloud_every=OFTEN)
        assert len(box.received) == 1

    def test_missing_key_hides_it_without_a_probe(self, hosts: Hosts, watch: Watch) -> None:
        async def story(monitored: Monitored) -> None:
            await monitored.offline_is("sky")

        box, sky = hosts.add(HEALTHY), hosts.add(HEALTHY)
        watch(fleet(box=provider(box.url), sky=self.cloud(sky)), story)


def test_silent_host_is_offline_after_timeout_and_delays_no_other(hosts: Hosts, watch: Watch) -> None:
    async def story(monitored: Monitored) -> None:
        await until(lambda: len(other.received) > 3)
        await monitored.offline_is("a")

    host, other = hosts.add(lambda _: silent), hosts.add(HEALTHY)
    watch(fleet(a=provider(host.url), b=provider(other.url)), story, timeout=0.5)


def test_text_of_a_host_is_escaped_in_state_and_log(watch: Watch, caplog: pytest.LogCaptureFixture) -> None:
    async def probe(_endpoint: Endpoint) -> Observation:
        return Observation(Outcome.INVALID_RESPONSE, "it says \x1b[2J\u202e\n")

    async def story(monitored: Monitored) -> None:
        await monitored.states_are(a=HostState(Outcome.INVALID_RESPONSE, r"it says \u{1b}[2J\u{202e}\n"))

    with caplog.at_level(logging.DEBUG):
        watch(fleet(a=provider("http://127.0.0.1:9")), story, probe=probe)
    assert caplog.messages
    assert all(message.isprintable() for message in caplog.messages)


def test_change_is_logged_once_and_probes_only_in_detail(
    hosts: Hosts, watch: Watch, caplog: pytest.LogCaptureFixture
) -> None:
    async def story(monitored: Monitored) -> None:
        await monitored.offline_is("b", "c")
        already = len(first.received)
        await until(lambda: len(first.received) > already + 5)
        await asyncio.to_thread(second.start)
        await monitored.offline_is("c")

    def logged(level: int) -> list[str]:
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
    assert logged(logging.INFO) == [
        "c is offline: `C_KEY` is not set",
        "b is offline: connection refused",
        "b is online",
    ]
    assert set(logged(logging.DEBUG)) == {"a: answered", "b: unreachable: connection refused", "b: answered"}


def test_host_at_new_address_is_not_logged_as_online_before_its_probe(
    hosts: Hosts, watch: Watch, caplog: pytest.LogCaptureFixture
) -> None:
    async def story(monitored: Monitored) -> None:
        await monitored.offline_is("b")
        await monitored.edit(fleet(a=provider(here.url), b=provider(elsewhere.url)))
        await until(lambda: monitored.changes == [{"b"}, set(), {"b"}])

    here, gone, elsewhere = (hosts.add(HEALTHY) for _ in range(3))
    gone.stop()
    elsewhere.stop()
    with caplog.at_level(logging.INFO, logger="booconf.service.state.host_monitor"):
        watch(fleet(a=provider(here.url), b=provider(gone.url)), story)
    messages = [record.getMessage() for record in caplog.records if record.name.endswith("host_monitor")]
    assert messages == ["b is offline: connection refused"]


def test_keys_are_those_of_the_environment(hosts: Hosts, watch: Watch) -> None:
    """An optional provider without its key is neither probed nor offline; another one is offline."""

    async def story(monitored: Monitored) -> None:
        await monitored.offline_is("needs")
        await until(lambda: keyed.received)
        states = monitored.monitor.states
        assert states["needs"] == HostState(Outcome.KEY_UNSET, "`K2` is not set")
        assert states["may"] == HostState(Outcome.SKIPPED, "`K3` is not set")
        assert keyed.received[0].headers["authorization"] == "Bearer secret"

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
    assert host.received == []


def test_key_file_is_read_for_each_probe(hosts: Hosts, watch: Watch, tmp_path: Path) -> None:
    """A file that appears, changes or moves needs no restart and no change of the fleet."""
    (tmp_path / "home").mkdir()
    key = tmp_path / "home" / "key"

    async def story(monitored: Monitored) -> None:
        missing = HostState(Outcome.KEY_UNSET, "`~/key` cannot be read: No such file or directory")
        await monitored.states_are(box=missing)
        await monitored.offline_is("box")
        assert host.received == []
        key.write_text("first\n", encoding="utf-8")
        await monitored.states_are(box=ANSWERED)
        key.write_text("second\n", encoding="utf-8")
        await until(lambda: host.received[-1].headers["authorization"] == "Bearer second")
        (tmp_path / "home" / "moved").write_text("second", encoding="utf-8")
        await monitored.edit(fleet(box=provider(host.url, "api_key_file: ~/moved, ")))
        key.unlink()
        count = len(host.received)
        await until(lambda: len(host.received) > count + 1)
        assert monitored.monitor.states == {"box": ANSWERED}

    host = hosts.add(HEALTHY)
    text = fleet(box=provider(host.url, "api_key_file: ~/key, "))
    watch(text, story, environment={"HOME": str(tmp_path / "home")})


def test_connect_replaces_address(hosts: Hosts, watch: Watch) -> None:
    async def story(monitored: Monitored) -> None:
        await monitored.states_are(a=ANSWERED)

    host = hosts.add(HEALTHY)
    watch(fleet(a=provider("http://127.0.0.1:9")), story, connect={"a": host.url, "gone": host.url})


def test_new_key_of_a_fleet_is_not_sent_over_plain_http(watch: Watch) -> None:
    """`--connect` was checked against the fleet of the start, and the fleet may change."""

    async def story(monitored: Monitored) -> None:
        detail = "`--connect` would send its key over plain http"
        await monitored.states_are(box=HostState(Outcome.UNREACHABLE, detail))
        await monitored.offline_is("box")

    watch(
        fleet(box=provider("http://127.0.0.1:9", "api_key_env: BOX_KEY, ")),
        story,
        environment={"BOX_KEY": "k"},
        connect={"box": "http://tunnel.invalid:1"},
    )


@pytest.mark.parametrize("use_proxies", [True, False])
def test_proxies_are_used_on_request(hosts: Hosts, watch: Watch, use_proxies: bool) -> None:
    async def story(monitored: Monitored) -> None:
        await until(lambda: monitored.monitor.states and monitored.monitor.states["box"].outcome)
        assert (monitored.monitor.states["box"] == ANSWERED) is use_proxies

    proxy = hosts.add(routes({"http://box.invalid/v1/models": Reply(LISTING)}))
    watch(
        fleet(box=provider("http://box.invalid")),
        story,
        environment={"http_proxy": proxy.url},
        every=SELDOM,
        use_proxies=use_proxies,
    )
    assert bool(proxy.received) is use_proxies


def test_sidecar_is_not_probed(hosts: Hosts, watch: Watch) -> None:
    async def story(_monitored: Monitored) -> None:
        await until(lambda: len(host.received) > 3)
        assert sidecar.connections == 0

    host, sidecar = hosts.add(HEALTHY), hosts.add(HEALTHY)
    watch(fleet(a=provider(host.url, f"sidecar: {{base_url: '{sidecar.url}'}}, ")), story)


def test_slow_host_has_one_probe_at_a_time(hosts: Hosts, watch: Watch) -> None:
    open_now, most = set[object](), [0]

    async def slow(writer: asyncio.StreamWriter) -> None:
        open_now.add(writer)
        most[0] = max(most[0], len(open_now))
        await asyncio.sleep(OFTEN * 5)
        writer.write(Reply(LISTING).encode())
        open_now.remove(writer)

    async def story(_monitored: Monitored) -> None:
        await until(lambda: len(host.received) == 3)
        assert most == [1]

    host = hosts.add(lambda _: slow)
    watch(fleet(a=provider(host.url)), story)


def test_probe_of_a_changed_provider_ends_before_the_next_begins(watch: Watch) -> None:
    events: list[str] = []

    async def probe(endpoint: Endpoint) -> Observation:
        events.append("begins")
        try:
            if "X-Team" not in endpoint.headers:
                await asyncio.Event().wait()
        finally:
            for _ in range(10):
                await asyncio.sleep(0)
            events.append("ends")
        return Observation(Outcome.ANSWERED)

    async def story(monitored: Monitored) -> None:
        await until(lambda: events == ["begins"])
        await monitored.edit(fleet(a=provider("http://127.0.0.1:9", "headers: {X-Team: b}, ")))
        await monitored.states_are(a=ANSWERED)
        assert events == ["begins", "ends"] * 2

    watch(fleet(a=provider("http://127.0.0.1:9")), story, every=SELDOM, probe=probe)


def test_pauses_vary_around_their_mean() -> None:
    pauses = {jittered(30) for _ in range(1000)}
    assert len(pauses) > 900
    assert 27 <= min(pauses) < 28
    assert 32 < max(pauses) <= 33


def test_new_provider_is_probed_at_once_and_removed_one_forgotten(hosts: Hosts, watch: Watch) -> None:
    async def story(monitored: Monitored) -> None:
        await monitored.states_are(a=ANSWERED, b=UNREACHABLE)
        await monitored.edit(fleet(a=provider(host.url), c=provider(new.url)))
        await monitored.states_are(a=ANSWERED, c=ANSWERED)
        assert monitored.changes == [{"b"}, set()]
        assert len(host.received) == len(new.received) == 1

    host, gone, new = (hosts.add(HEALTHY) for _ in range(3))
    gone.stop()
    watch(fleet(a=provider(host.url), b=provider(gone.url)), story, every=SELDOM)


def test_removed_provider_is_not_probed(hosts: Hosts, watch: Watch) -> None:
    async def story(monitored: Monitored) -> None:
        await until(lambda: removed.received)
        await monitored.edit(fleet(a=provider(host.url)))
        count = len(removed.received)
        already = len(host.received)
        await until(lambda: len(host.received) > already + 5)
        assert len(removed.received) <= count + 1  # one more may have been on its way

    host, removed = hosts.add(HEALTHY), hosts.add(HEALTHY)
    watch(fleet(a=provider(host.url), b=provider(removed.url)), story)


def test_provider_at_new_address_is_online_until_its_probe(hosts: Hosts, watch: Watch) -> None:
    async def story(monitored: Monitored) -> None:
        await monitored.states_are(a=UNREACHABLE)
        await monitored.edit(fleet(a=provider(other.url)))
        await monitored.offline_is()
        await until(lambda: other.received)
        assert monitored.monitor.states == {"a": HostState()}
        assert monitored.changes == [{"a"}, set()]

    gone, other = hosts.add(HEALTHY), hosts.add(lambda _: silent)
    gone.stop()
    watch(fleet(a=provider(gone.url)), story, every=SELDOM)


def test_provider_with_same_endpoint_keeps_its_state(hosts: Hosts, watch: Watch) -> None:
    """A label is not sent to a host, nor is the position in the file, which orders the states."""

    async def story(monitored: Monitored) -> None:
        await monitored.states_are(a=UNREACHABLE, b=ANSWERED)
        changed = provider(gone.url, "label: Anew, ")
        await monitored.edit(fleet(b=provider(host.url), a=changed, c=provider(host.url)))
        await monitored.states_are(b=ANSWERED, a=UNREACHABLE, c=ANSWERED)
        assert monitored.changes == [{"a"}]

    gone, host = hosts.add(HEALTHY), hosts.add(HEALTHY)
    gone.stop()
    watch(fleet(a=provider(gone.url), b=provider(host.url)), story, every=SELDOM)


def test_cancelling_ends_all_tasks(hosts: Hosts, tmp_path: Path) -> None:
    """Of a host that is being probed, and of one that waits for its next probe."""

    async def main(file: Path, busy: Host) -> None:
        monitor = HostMonitor({}, {}, ProbeSchedule(SELDOM, SELDOM))
        running = asyncio.create_task(monitor.run(FleetWatcher(file), lambda: None))
        await until(lambda: monitor.offline and busy.received)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert asyncio.all_tasks() == {asyncio.current_task()}

    busy, gone = hosts.add(lambda _: silent), hosts.add(HEALTHY)
    gone.stop()
    file = tmp_path / "fleet.yaml"
    file.write_text(fleet(a=provider(busy.url), b=provider(gone.url)), encoding="utf-8")
    run(main(file, busy))


def test_restarted_monitor_keeps_its_states(hosts: Hosts, tmp_path: Path) -> None:
    def fail() -> None:
        raise RuntimeError

    async def main() -> None:
        monitor = HostMonitor({}, {}, ProbeSchedule(OFTEN, TIMEOUT))
        watcher = FleetWatcher(file)
        with pytest.raises(ExceptionGroup):
            await monitor.run(watcher, fail)
        assert monitor.offline == {"b"}
        running = asyncio.create_task(monitor.run(watcher, lambda: None))
        await until(lambda: len(host.received) > 5)
        assert monitor.states == {"a": ANSWERED, "b": UNREACHABLE}
        await asyncio.to_thread(gone.start)
        await until(lambda: not monitor.offline)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    host, gone = hosts.add(HEALTHY), hosts.add(HEALTHY)
    gone.stop()
    file = tmp_path / "fleet.yaml"
    file.write_text(fleet(a=provider(host.url), b=provider(gone.url)), encoding="utf-8")
    run(main())


def test_hosts_beyond_the_limit_wait_for_their_turn(watch: Watch) -> None:
    probed, most, now = [0], [0], [0]
    count = HOSTS_AT_ONCE + 10

    async def probe(_endpoint: Endpoint) -> Observation:
        probed[0] += 1
        now[0] += 1
        most[0] = max(most[0], now[0])
        for _ in range(100):  # all probes that may begin have begun then
            await asyncio.sleep(0)
        now[0] -= 1
        return Observation(Outcome.ANSWERED)

    async def story(_monitored: Monitored) -> None:
        await until(lambda: probed[0] == count and not now[0])

    one = provider("http://127.0.0.1:9")
    watch(fleet(**{f"p{number}": one for number in range(count)}), story, every=SELDOM, probe=probe)
    assert most == [HOSTS_AT_ONCE]
