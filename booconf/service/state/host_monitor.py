"""Monitor which hosts answer: probe each on a schedule of its own, as `diff` does but without its sidecar."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace

from booconf.escaping import escaped
from booconf.fleet.model import Fleet, Provider
from booconf.live.client.host_probe import probe_host
from booconf.live.client.transport import TransportFactory
from booconf.live.endpoint import Endpoint, exposes_key, prepare
from booconf.live.limits import MOST_LARGE_HOSTS
from booconf.live.observation import Observation, Outcome
from booconf.service.state import OnChange
from booconf.service.state.fleet_watcher import FleetWatcher

HOSTS_AT_ONCE = 64
"""Hosts that are probed at the same time; the others wait for their turn."""

JITTER = 0.1
"""Largest change of a pause, as a part of it, so that hosts and servers do not fall into step."""

RETRY_AFTER = 2.0
"""Seconds until a host that answered before is probed again after a failed probe, before it is offline."""

NOT_PROBED = "not probed"
"""The state of a host that has not been probed, or never is."""

RUNNING = frozenset({Outcome.ANSWERED, Outcome.LOADING, Outcome.RATE_LIMITED})
"""Outcomes of a host that is running."""

_log = logging.getLogger(__name__)

Probe = Callable[[Endpoint], Awaitable[Observation]]
"""Probes one host within bounds of time and memory; never raises for anything that a host does."""

Pause = Callable[[float], float]
"""Seconds until the next probe, from the mean."""


@dataclass(frozen=True, slots=True)
class HostState:
    """The outcome of the last probe of a host, None before the first, and a clause on why it did not answer.

    Terminal control characters in texts of a host are escaped.
    """

    outcome: Outcome | None = None
    detail: str = ""

    @property
    def is_offline(self) -> bool:
        """True if the last probe failed; a skipped provider is not offline: the view hides it by its key."""
        return not self.is_running and self.outcome not in {None, Outcome.SKIPPED}

    @property
    def is_running(self) -> bool:
        """True if the last probe found the host running."""
        return self.outcome in RUNNING

    @property
    def name(self) -> str:
        """The outcome as text."""
        return self.outcome or NOT_PROBED

    def __str__(self) -> str:
        return f"{self.name}: {self.detail}" if self.detail else self.name


@dataclass(frozen=True, slots=True)
class ProbeSchedule:
    """Mean seconds between probes of a host: `every`, or `cloud_every` for a cloud provider (None: never).

    One probe takes `timeout` seconds at most.
    """

    every: float
    timeout: float
    cloud_every: float | None = None

    def interval(self, provider: Provider) -> float | None:
        """Mean seconds between two probes of a provider's host; None if it is not probed."""
        return self.cloud_every if provider.location == "cloud" else self.every


def jittered(mean: float) -> float:
    """Seconds around `mean`, different each time."""
    return mean * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - nothing depends on it being secret


class HostMonitor:
    """The state of the host of every provider.

    `environment` has the keys; `connect` maps provider ids to server roots to probe instead of declared ones.
    Proxies of the environment are used only with `use_proxies`. `probe` and `pause` are for tests.
    """

    def __init__(  # noqa: PLR0913 - two of them are for tests
        self,
        environment: Mapping[str, str],
        connect: Mapping[str, str],
        schedule: ProbeSchedule,
        *,
        use_proxies: bool = False,
        probe: Probe | None = None,
        pause: Pause = jittered,
    ) -> None:
        self._environment = environment
        self._connect = connect
        self._schedule = schedule
        self._use_proxies = use_proxies
        self._probe = probe
        self._pause = pause
        self._hosts: dict[str, _Host] = {}
        self._logged: set[str] = set()  # providers logged as offline
        self.offline: frozenset[str] = frozenset()
        """The ids of the providers that are offline."""

    @property
    def states(self) -> Mapping[str, HostState]:
        """The state of the host of each provider, in the order of the fleet."""
        return {name: host.state for name, host in self._hosts.items()}

    async def run(self, watcher: FleetWatcher, on_change: OnChange) -> None:
        """Probe the hosts of the current catalog, forever; call `on_change` when `offline` changes."""
        probe = _limited(self._probe or self._default_probe(), HOSTS_AT_ONCE)
        catalog = watcher.current
        async with asyncio.TaskGroup() as tasks:
            while True:
                for host in await self._replace_hosts(catalog.fleet):
                    host.task = tasks.create_task(self._keep_probing(host, probe, on_change))
                self._update(on_change)
                catalog = await watcher.successor(catalog)

    def _default_probe(self) -> Probe:
        transports = TransportFactory(self._environment if self._use_proxies else None)
        large_hosts = asyncio.Semaphore(MOST_LARGE_HOSTS)

        async def probe(endpoint: Endpoint) -> Observation:
            return await probe_host(
                endpoint, timeout=self._schedule.timeout, transports=transports, large_hosts=large_hosts
            )

        return probe

    async def _replace_hosts(self, fleet: Fleet) -> list["_Host"]:
        """Stop probing hosts that `fleet` declares otherwise or not at all; return those without a task."""
        known = self._hosts
        self._hosts = {}
        for provider in fleet.providers.values():
            endpoint = self._endpoint(provider)
            host = known.get(provider.id)
            if host is None or host.endpoint != endpoint:
                host = _Host(provider, endpoint, self._schedule.interval(provider))
            else:
                known.pop(provider.id)
                host.provider = provider
            self._hosts[provider.id] = host
        await _stop([host.task for host in known.values() if host.task])
        return [host for host in self._hosts.values() if host.task is None or host.task.done()]

    def _endpoint(self, provider: Provider) -> Endpoint | Observation:
        root = self._connect.get(provider.id)
        if root is not None and exposes_key(provider, root):  # a key that the fleet was given since the start
            return Observation(Outcome.UNREACHABLE, "`--connect` would send its key over plain http")
        prepared = prepare(provider, self._environment, root)
        return replace(prepared, sidecar=None)  # of either: the view shows no sidecar

    async def _keep_probing(self, host: "_Host", probe: Probe, on_change: OnChange) -> None:
        while host.is_probed and host.interval is not None:
            state = await self._probed(host, probe)
            if state.is_offline and host.state.is_running:
                _log.debug("%s: %s; it is probed again soon", host.name, state)
                await asyncio.sleep(self._pause(min(RETRY_AFTER, host.interval)))
                state = await self._probed(host, probe)
            host.state = state
            _log.debug("%s: %s", host.name, state)
            self._update(on_change)
            await asyncio.sleep(self._pause(host.interval))

    async def _probed(self, host: "_Host", probe: Probe) -> HostState:
        """Probe a host, with the present content of its key file."""
        if host.provider.api_key_file:
            host.endpoint = self._endpoint(host.provider)
        return _state(await probe(host.endpoint) if isinstance(host.endpoint, Endpoint) else host.endpoint)

    def _update(self, on_change: OnChange) -> None:
        offline = frozenset(name for name, host in self._hosts.items() if host.state.is_offline)
        self._log_changes()
        if offline != self.offline:
            self.offline = offline
            on_change()

    def _log_changes(self) -> None:
        """Log each host that went offline, or online again; a host not probed yet has done neither."""
        self._logged.intersection_update(self._hosts)
        for name, host in self._hosts.items():
            if host.state.is_offline and name not in self._logged:
                _log.info("%s is offline: %s", name, host.state.detail or host.state.outcome)
                self._logged.add(name)
            elif host.state.is_running and name in self._logged:
                _log.info("%s is online", name)
                self._logged.remove(name)


class _Host:
    """The host of one provider: its endpoint, if it has one, the task that probes it, and its state."""

    def __init__(self, provider: Provider, endpoint: Endpoint | Observation, interval: float | None) -> None:
        self.provider = provider
        self.name = provider.id
        self.endpoint = endpoint
        self.interval = interval
        self.task: asyncio.Task[None] | None = None
        if isinstance(endpoint, Observation):
            self.state = _state(endpoint)
        elif interval is None:
            self.state = HostState(None, "cloud providers are probed with `--probe-cloud`")
        else:
            self.state = HostState()

    @property
    def is_probed(self) -> bool:
        """True if it has an endpoint, or may get one, as a file without a key may change."""
        return isinstance(self.endpoint, Endpoint) or self.provider.api_key_file is not None


def _limited(probe: Probe, at_once: int) -> Probe:
    """The same probe, of so many hosts at the same time at most."""
    gate = asyncio.Semaphore(at_once)

    async def limited(endpoint: Endpoint) -> Observation:
        async with gate:
            return await probe(endpoint)

    return limited


async def _stop(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _state(seen: Observation) -> HostState:
    return HostState(seen.outcome, escaped(seen.detail))
