"""Asking all hosts at once: none waits for another, and none can stop what is learned of the others."""

import asyncio
from collections.abc import Callable, Mapping

from booconf.live.client import observe
from booconf.live.client.dns import EventLoop
from booconf.live.client.file_limits import connections_to, room_for
from booconf.live.client.memory import Memory
from booconf.live.client.transport import TransportFactory
from booconf.live.endpoint import Endpoint
from booconf.live.flow import Base
from booconf.live.limits import LARGEST_TOTAL
from booconf.live.observation import Observation

MOST_AT_ONCE = 512
"""Hosts: more of them would take each other's time, with no more than one processor to read them all."""

OnChange = Callable[[frozenset[str]], None]


def probe(
    endpoints: Mapping[str, Endpoint],
    *,
    timeout: float,
    environment: Mapping[str, str] | None = None,
    on_change: OnChange | None = None,
) -> dict[str, Observation]:
    """Ask every host, each `timeout` seconds in all; what was seen of each, in the order of `endpoints`.

    Proxies lead to the hosts only where an `environment` is given that names them.
    `on_change` gets the ids that are still being asked, at the start and whenever one is done. Nothing that
    a host does raises. Of more hosts than MOST_AT_ONCE, or than this process may have connections, the last
    wait until others are done; their time starts when they are asked.
    """
    with asyncio.Runner(loop_factory=EventLoop) as runner:
        return runner.run(_observe_all(endpoints, timeout, TransportFactory(environment), on_change))


async def _observe_all(
    endpoints: Mapping[str, Endpoint], timeout: float, network: TransportFactory, on_change: OnChange | None
) -> dict[str, Observation]:
    memory = Memory(LARGEST_TOTAL)
    each = max((_connections(endpoint, network) for endpoint in endpoints.values()), default=1)
    at_once = min(MOST_AT_ONCE, max(1, len(endpoints)))
    gate = asyncio.Semaphore(max(1, room_for(each * at_once) // each))
    waiting = set(endpoints)

    async def ask(name: str, endpoint: Endpoint) -> Observation:
        async with gate:
            observation = await observe(endpoint, timeout=timeout, network=network, memory=memory)
        waiting.remove(name)
        tell()
        return observation

    def tell() -> None:
        if on_change is not None:
            on_change(frozenset(waiting))

    tell()
    seen = await asyncio.gather(*(ask(name, endpoint) for name, endpoint in endpoints.items()))
    return dict(zip(endpoints, seen, strict=True))


def _connections(endpoint: Endpoint, network: TransportFactory) -> int:
    """How many may be open at once while a host and its sidecar are asked."""
    root = endpoint.bases[Base.ROOT]
    sidecar = connections_to(endpoint.sidecar) if endpoint.sidecar else 0
    return connections_to(network.proxy_for(root) or root) + sidecar
