"""Which hosts answer now: each is asked on a schedule of its own, as `diff` asks it but for the sidecar."""

import asyncio
import logging
import random
from collections.abc import Mapping
from dataclasses import dataclass, replace

from booconf.escaping import escaped
from booconf.fleet.model import Fleet, Provider
from booconf.live.client.host_probe import probe_host
from booconf.live.client.transport import TransportFactory
from booconf.live.endpoint import Endpoint, exposes_key, prepare
from booconf.live.limits import MOST_ADDRESSES, MOST_LARGE_HOSTS
from booconf.live.observation import Observation, Outcome
from booconf.service.state.background import OnChange
from booconf.service.state.fleet_watcher import FleetWatcher

JITTER = 0.1
"""What part of it a pause is shorter or longer by, so that hosts and servers do not fall into step."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class HostState:
    """How asking a host ended, and a clause on why it did not answer; outcome None before the first time.

    No text of a host can steer a terminal from here.
    """

    outcome: Outcome | None = None
    detail: str = ""

    @property
    def is_offline(self) -> bool:
        """Whether the host could not be asked; one that for want of a key need not be asked is no such."""
        return self.outcome not in {None, Outcome.ANSWERED, Outcome.SKIPPED}

    def __str__(self) -> str:
        return f"{self.outcome}: {self.detail}" if self.detail else f"{self.outcome}"


class HostMonitor:
    """What is known of the host of every provider.

    `environment` holds the keys, `connect` the server roots to ask in place of declared ones. A host is asked
    `timeout` seconds in all, and again about `every` seconds later; all of them on so many `sockets` at most,
    and through proxies only with `use_proxies`.
    """

    def __init__(  # noqa: PLR0913 - all but `sockets` are options of `serve`
        self,
        environment: Mapping[str, str],
        connect: Mapping[str, str],
        every: float,
        timeout: float,
        *,
        sockets: int,
        use_proxies: bool = False,
    ) -> None:
        self._environment = environment
        self._connect = connect
        self._every = every
        self._timeout = timeout
        self._sockets = sockets
        self._use_proxies = use_proxies
        self._hosts: dict[str, _Host] = {}
        self._logged: set[str] = set()  # as offline
        self.offline: frozenset[str] = frozenset()
        """The ids of the providers whose hosts could not be asked the last time."""

    @property
    def states(self) -> Mapping[str, HostState]:
        """What is known of the host of each provider, in the order of the fleet."""
        return {name: host.state for name, host in self._hosts.items()}

    async def run(self, source: FleetWatcher, on_change: OnChange) -> None:
        """Ask the hosts of the catalog of `source`, for good; `on_change` is told of another `offline`."""
        network = TransportFactory(self._environment if self._use_proxies else None)
        asker = _Asker(self._timeout, network, self._sockets)
        catalog = source.current
        async with asyncio.TaskGroup() as tasks:
            while True:
                for host in await self._take_up(catalog.fleet):
                    host.task = tasks.create_task(self._keep_asking(host, asker, on_change))
                self._settle(on_change)
                catalog = await source.successor(catalog)

    async def _take_up(self, fleet: Fleet) -> list["_Host"]:
        """Forget every host that is not asked as `fleet` declares it; those that no task asks."""
        known = self._hosts
        self._hosts = {}
        for provider in fleet.providers.values():
            question = self._question(provider)
            before = known.get(provider.id)
            kept = before is not None and before.question == question
            self._hosts[provider.id] = known.pop(provider.id) if kept else _Host(provider.id, question)
        await _stop([host.task for host in known.values() if host.task])
        return [host for host in self._hosts.values() if host.task is None or host.task.done()]

    def _question(self, provider: Provider) -> Endpoint | Observation:
        root = self._connect.get(provider.id)
        if root is not None and exposes_key(provider, root):  # a key that the fleet was given since the start
            return Observation(Outcome.UNREACHABLE, "`--connect` would send its key over plain http")
        prepared = prepare(provider, self._environment, root)
        return replace(prepared, sidecar=None)  # of either: pages show no sidecar

    async def _keep_asking(self, host: "_Host", asker: "_Asker", on_change: OnChange) -> None:
        while isinstance(host.question, Endpoint):
            host.state = _state(await asker.ask(host.question))
            _log.debug("%s: %s", host.name, host.state)
            self._settle(on_change)
            await asyncio.sleep(pause(self._every))

    def _settle(self, on_change: OnChange) -> None:
        offline = frozenset(name for name, host in self._hosts.items() if host.state.is_offline)
        self._log_changes()
        if offline != self.offline:
            self.offline = offline
            on_change()

    def _log_changes(self) -> None:
        """Say who is offline, and who is online again: a host that nobody has asked yet is neither."""
        self._logged.intersection_update(self._hosts)
        for name, host in self._hosts.items():
            if host.state.is_offline and name not in self._logged:
                _log.info("%s is offline: %s", name, host.state.detail or host.state.outcome)
                self._logged.add(name)
            elif host.state.outcome is Outcome.ANSWERED and name in self._logged:
                _log.info("%s is online", name)
                self._logged.remove(name)


class _Host:
    """The host of one provider: what it is asked, if anything, by which task, and what is known of it."""

    def __init__(self, name: str, question: Endpoint | Observation) -> None:
        self.name = name
        self.question = question
        self.state = _state(question) if isinstance(question, Observation) else HostState()
        self.task: asyncio.Task[None] | None = None


class _Asker:
    """Asks hosts, within the bounds of all of them together."""

    def __init__(self, timeout: float, network: TransportFactory, sockets: int) -> None:
        self._timeout = timeout
        self._network = network
        self._large_hosts = asyncio.Semaphore(MOST_LARGE_HOSTS)
        self._gate = asyncio.Semaphore(max(1, sockets // MOST_ADDRESSES))

    async def ask(self, question: Endpoint) -> Observation:
        """What is seen of a host, when its turn has come."""
        async with self._gate:
            return await probe_host(
                question, timeout=self._timeout, transports=self._network, large_hosts=self._large_hosts
            )


def pause(every: float) -> float:
    """Seconds until a host is asked again, `every` on average."""
    return every * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - nobody is to be kept from guessing it


async def _stop(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _state(seen: Observation) -> HostState:
    return HostState(seen.outcome, escaped(seen.detail))
