"""Endpoints of simulated hosts, and the model ids of an observation."""

from collections.abc import Mapping

from booconf.declaration.enums import Kind
from booconf.live.endpoint import Endpoint
from booconf.live.flow import Base
from booconf.live.observation import Observation
from tests.hosts.simulator import Host


def endpoint(
    host: Host | str,
    kind: Kind = "openai-compatible",
    *,
    headers: Mapping[str, str] | None = None,
    sidecar: Host | str | None = None,
) -> Endpoint:
    """The endpoint of this host or URL, with its API below `/v1`."""
    root = host if isinstance(host, str) else host.url
    return Endpoint(
        kind=kind,
        bases={Base.ROOT: root, Base.API: f"{root}/v1"},
        headers=headers or {},
        sidecar=sidecar.url if isinstance(sidecar, Host) else sidecar,
    )


def ids(observation: Observation) -> list[str]:
    """The ids of the observed models."""
    return [model.id for model in observation.models]
