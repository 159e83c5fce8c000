"""The endpoint to probe for a provider, its headers and their secrets, prepared without any socket.

The key of a provider is the value of a variable, or the content of a file that is read here.
"""

import json
import re
from base64 import b64decode, b64encode, urlsafe_b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote as percent_encoded
from urllib.parse import urlsplit

from booconf.declaration.enums import Kind
from booconf.declaration.validators import ENVIRONMENT_NAME, HEADER_TEXT
from booconf.escaping import quote
from booconf.fleet.model import Provider
from booconf.fleet.urls import is_loopback, unsafe_path
from booconf.live import adapter_of
from booconf.live.flow import Base
from booconf.live.key_file import KeyFileError, read_key
from booconf.live.observation import Observation, Outcome

MASK = "\N{REPLACEMENT CHARACTER}masked\N{REPLACEMENT CHARACTER}"
"""Replaces a secret in a response; its replacement characters keep such a name out of fleet.yaml."""

SHORTEST_SECRET = 8
"""Characters of a secret that is masked; a shorter one, such as `1` or `ollama`, may be part of any name."""

_SENDABLE = re.compile(HEADER_TEXT)
_REFERENCE = re.compile(rf"\$\{{env:({ENVIRONMENT_NAME})\}}")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A host to probe: `bases` are URLs without a trailing slash, `headers` include its key if it has one.

    `secrets` matches the secrets in those headers, in any form that `secret_pattern` knows.
    """

    kind: Kind
    bases: Mapping[Base, str]
    headers: Mapping[str, str] = field(repr=False)
    sidecar: str | None
    has_key: bool = False
    secrets: re.Pattern[str] | None = field(default=None, repr=False)

    def mask(self, document: object) -> object:
        """Return a decoded response with the sent secrets masked; keys of objects stay, as none is kept."""
        if self.secrets is None:
            return document
        match document:
            case str():
                return self.secrets.sub(MASK, document)
            case list():
                return [self.mask(element) for element in document]
            case dict():
                return {key: self.mask(value) for key, value in document.items()}
        return document


def prepare(
    provider: Provider, environment: Mapping[str, str], connect: str | None
) -> Endpoint | Observation:
    """Return the endpoint to probe for `provider`, or the observation of one that must or can not be probed.

    `connect` is the URL of a server root that replaces the declared one; the sidecar is then not probed.
    """
    root = provider.base_url if connect is None else connect.rstrip("/")
    api = root + provider.api_base.removeprefix(provider.base_url)
    unsafe = unsafe_path(api, adapter_of)
    if unsafe:
        return Observation(Outcome.UNSAFE_URL, f"its address is below {unsafe}")
    names = provider.environment_names()
    unset = [name for name in names if not environment.get(name)]
    if unset:
        detail = f"`{unset[0]}` is not set"
        return Observation(Outcome.SKIPPED if provider.optional else Outcome.KEY_UNSET, detail)
    for name in names:
        if not _SENDABLE.fullmatch(environment[name]):
            return Observation(Outcome.KEY_UNSET, f"the value of `{name}` cannot be sent in a header")
    try:
        key = _key(provider, environment)
    except KeyFileError as error:
        return Observation(Outcome.KEY_UNSET, f"{quote(provider.api_key_file or '')} {error}")
    return Endpoint(
        kind=provider.kind,
        bases={Base.ROOT: root, Base.API: api},
        headers=_headers(provider, environment, key),
        sidecar=provider.sidecar.base_url if provider.sidecar and connect is None else None,
        has_key=provider.sends_secrets(),
        secrets=secret_pattern([*(environment[name] for name in names), *([key] if key else [])]),
    )


def exposes_key(provider: Provider, root: str) -> bool:
    """True if a probe of `provider` at the server root `root` sends its key in clear to another machine."""
    parts = urlsplit(root)
    return provider.sends_secrets() and parts.scheme == "http" and not is_loopback(parts.hostname)


def _key(provider: Provider, environment: Mapping[str, str]) -> str | None:
    """Return the key of a variable that is set, or of a file, or None; raises KeyFileError."""
    if provider.api_key_env:
        return environment[provider.api_key_env]
    if provider.api_key_file is None:
        return None
    key = read_key(provider.api_key_file, environment)
    if not _SENDABLE.fullmatch(key):
        raise KeyFileError("contains characters that cannot be sent in a header")
    return key


def _headers(provider: Provider, environment: Mapping[str, str], key: str | None) -> dict[str, str]:
    """Return the declared headers with references replaced; a declared `Authorization` replaces the key."""
    headers = {
        name: _REFERENCE.sub(lambda match: environment[match.group(1)], value)
        for name, value in provider.headers.items()
    }
    if key and "authorization" not in {name.lower() for name in headers}:
        headers["Authorization"] = f"Bearer {key}"
    return headers


def secret_pattern(values: Iterable[str]) -> re.Pattern[str] | None:
    """Return a pattern that matches these values of variables and files in text of a host, or None.

    It matches a value, its words (the token of `Bearer TOKEN`), and of Basic credentials the decoded text and
    the password, each also percent-encoded, in base64, or as JSON escapes it. Parts shorter than
    SHORTEST_SECRET are left out.
    """
    plain = {part for value in values for part in _parts(value) if len(part) >= SHORTEST_SECRET}
    forms = {form for part in plain for form in _encoded(part)}
    longest_first = sorted(forms, key=lambda form: (-len(form), form))
    return re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE) if forms else None


def _parts(value: str) -> Iterator[str]:
    for part in (value, *value.split()):
        yield part
        try:
            decoded = b64decode(part, validate=True).decode("ascii")
        except ValueError:  # no base64, or no text
            continue
        yield decoded
        yield decoded.partition(":")[2]


def _encoded(text: str) -> Iterator[str]:
    raw = text.encode()
    yield text
    yield percent_encoded(text, safe="")
    yield percent_encoded(text)  # leaves a slash as it is
    yield json.dumps(text)[1:-1]
    yield b64encode(raw).decode().rstrip("=")
    yield urlsafe_b64encode(raw).decode().rstrip("=")
