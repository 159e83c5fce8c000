"""What a probe is asked to do, for simulated hosts, and which models it saw."""

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
    """Ask this host, or the one at this URL, whose API lies below `/v1`."""
    root = host if isinstance(host, str) else host.url
    return Endpoint(
        kind=kind,
        bases={Base.ROOT: root, Base.API: f"{root}/v1"},
        headers=headers or {},
        sidecar=sidecar.url if isinstance(sidecar, Host) else sidecar,
    )


def ids(observation: Observation) -> list[str]:
    """The models that were seen."""
    return [model.id for model in observation.models]
