"""What a request needs: where to send it, under which name, with which limits."""

from collections.abc import Mapping
from dataclasses import dataclass

from booconf.declaration.enums import Capability, Kind, Location, ModelType


@dataclass(frozen=True, slots=True)
class Route:
    """The answer of `resolve`. Limits are in tokens, None when unknown or undeclared.

    `request_base` is the sidecar's API base when this traffic passes through it, else `api_base`.
    `headers` may hold `${env:NAME}`, to be replaced by whoever sends the request.
    `legacy` is true when a bare id or a former provider id led here.
    """

    id: str
    provider: str
    model: str
    upstream_model: str
    type: ModelType | None
    kind: Kind
    location: Location
    base_url: str
    api_base: str
    request_base: str
    via_sidecar: bool
    api_key_env: str | None
    headers: Mapping[str, str]
    context: int | None
    input: int | None
    output: int | None
    capabilities: tuple[Capability, ...]
    declared: bool
    legacy: bool
