"""What is asked of one provider's host, and with which key: decided before any socket is opened."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from booconf.declaration.enums import Kind
from booconf.declaration.validators import ENVIRONMENT_NAME, HEADER_TEXT
from booconf.fleet.model import Provider
from booconf.fleet.urls import is_loopback, unsafe_path
from booconf.live.flow import Base
from booconf.live.observation import Observation, Outcome

_SENDABLE = re.compile(HEADER_TEXT)
_REFERENCE = re.compile(rf"\$\{{env:({ENVIRONMENT_NAME})\}}")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A host to be asked: `bases` are URLs without a trailing slash, `headers` hold its key if it has one."""

    kind: Kind
    bases: Mapping[Base, str]
    headers: Mapping[str, str] = field(repr=False)
    sidecar: str | None
    has_key: bool = False


def prepare(
    provider: Provider, environment: Mapping[str, str], connect: str | None
) -> Endpoint | Observation:
    """What to ask of `provider`, or the observation that it must not, cannot or need not be asked.

    `connect` is the URL of a server root to ask in place of the declared one; the sidecar is not asked then.
    """
    root = provider.base_url if connect is None else connect.rstrip("/")
    api = root + provider.api_base.removeprefix(provider.base_url)
    unsafe = unsafe_path(api)
    if unsafe:
        return Observation(Outcome.UNSAFE_URL, f"its address is below {unsafe}")
    unset = [name for name in provider.environment_names() if not environment.get(name)]
    if unset:
        detail = f"`{unset[0]}` is not set"
        return Observation(Outcome.SKIPPED if provider.optional else Outcome.KEY_UNSET, detail)
    for name in provider.environment_names():
        if not _SENDABLE.fullmatch(environment[name]):
            return Observation(Outcome.KEY_UNSET, f"the value of `{name}` cannot be sent in a header")
    return Endpoint(
        kind=provider.kind,
        bases={Base.ROOT: root, Base.API: api},
        headers=_headers(provider, environment),
        sidecar=provider.sidecar.base_url if provider.sidecar and connect is None else None,
        has_key=bool(provider.environment_names()),
    )


def exposes_key(provider: Provider, root: str) -> bool:
    """Whether asking `provider` at the server root `root` sends its key in clear to another machine."""
    parts = urlsplit(root)
    return bool(provider.environment_names()) and parts.scheme == "http" and not is_loopback(parts.hostname)


def _headers(provider: Provider, environment: Mapping[str, str]) -> dict[str, str]:
    """The declared headers, references replaced; a declared `Authorization` stands instead of the key."""
    headers = {
        name: _REFERENCE.sub(lambda match: environment[match.group(1)], value)
        for name, value in provider.headers.items()
    }
    if provider.api_key_env and "authorization" not in {name.lower() for name in headers}:
        headers["Authorization"] = f"Bearer {environment[provider.api_key_env]}"
    return headers
