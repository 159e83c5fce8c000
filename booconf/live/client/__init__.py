"""Probe all hosts concurrently: from endpoints to one Observation of each, even of a host that fails.

This folder is the only part of booconf that connects to hosts. `host_probe` runs the flow of one host over
`transport`; `dns` resolves names, and `errors` words failures.
"""

import asyncio
from collections.abc import Callable, Mapping

from booconf.live.client.dns import EventLoop
from booconf.live.client.host_probe import probe_host
from booconf.live.client.transport import TransportFactory, available_connections, connections_to
from booconf.live.endpoint import Endpoint
from booconf.live.flow import Base
from booconf.live.limits import MOST_AT_ONCE, MOST_LARGE_HOSTS
from booconf.live.observation import Observation

OnChange = Callable[[frozenset[str]], None]


def probe(
    endpoints: Mapping[str, Endpoint],
    *,
    timeout: float,
    environment: Mapping[str, str] | None = None,
    on_change: OnChange | None = None,
) -> dict[str, Observation]:
    """Probe every host for at most `timeout` seconds; return the observations in the order of `endpoints`.

    Proxies are used only if an `environment` that names them is given. `on_change` receives the ids that are
    still being probed, at the start and after each host. Nothing that a host does raises. If there are more
    hosts than MOST_AT_ONCE, or than this process may open connections to, the last ones wait for others to
    finish; their time starts when their probe does.
    """
    with asyncio.Runner(loop_factory=EventLoop) as runner:
        return runner.run(_probe_all(endpoints, timeout, TransportFactory(environment), on_change))


async def _probe_all(
    endpoints: Mapping[str, Endpoint],
    timeout: float,
    transports: TransportFactory,
    on_change: OnChange | None,
) -> dict[str, Observation]:
    large_hosts = asyncio.Semaphore(MOST_LARGE_HOSTS)
    each = max((_connections(endpoint, transports) for endpoint in endpoints.values()), default=1)
    at_once = min(MOST_AT_ONCE, max(1, len(endpoints)))
    slots = asyncio.Semaphore(max(1, available_connections(each * at_once) // each))
    waiting = set(endpoints)

    async def probe_one(name: str, endpoint: Endpoint) -> Observation:
        async with slots:
            observation = await probe_host(
                endpoint, timeout=timeout, transports=transports, large_hosts=large_hosts
            )
        waiting.remove(name)
        report_progress()
        return observation

    def report_progress() -> None:
        if on_change is not None:
            on_change(frozenset(waiting))

    report_progress()
    seen = await asyncio.gather(*(probe_one(name, endpoint) for name, endpoint in endpoints.items()))
    return dict(zip(endpoints, seen, strict=True))


def _connections(endpoint: Endpoint, transports: TransportFactory) -> int:
    """Count the connections that may be open at once while a host and its sidecar are probed."""
    root = endpoint.bases[Base.ROOT]
    sidecar = connections_to(endpoint.sidecar) if endpoint.sidecar else 0
    return connections_to(transports.proxy_for(root) or root) + sidecar
