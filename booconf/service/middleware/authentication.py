"""Authenticate requests on a server with a token: by the token itself, or by a session that it started.

A session is a cookie with its expiry, signed with the token: it is valid on every server that has the token
and survives a restart, another token ends it, and the token cannot be read from it.
"""

import asyncio
import hmac
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from ipaddress import IPv6Address, ip_address, ip_network
from itertools import islice
from typing import Literal

from starlette.responses import Response
from starlette.types import Scope

from booconf.service.responses import error_response

CHALLENGE = {"WWW-Authenticate": 'Bearer realm="booconf"'}
"""The header of every 401."""

COOKIE = "booconf_session_"
"""Prefix of the cookie's name; the rest differs between servers with different tokens on one host."""

SESSION_SECONDS = 30 * 24 * 3600
"""Lifetime of a session."""

DELAY = 1.0
"""Seconds before invalid credentials are answered."""

MOST_DELAYED = 4
"""Delayed answers to one network at the same time; beyond them invalid credentials are answered with 429."""

MOST_SESSIONS = 2
"""Sessions of one request that are checked."""

_BEARER = re.compile(rb"bearer +([\x21-\x7e]+) *", re.IGNORECASE)
_VALUE = re.compile(rb"([0-9]{1,12})\.([0-9a-f]{64})")

AuthResult = Literal["missing", "valid", "invalid"]


class Authenticator:
    """Checks the credentials of requests; `clock` returns seconds since 1970."""

    def __init__(self, token: str, clock: Callable[[], float]) -> None:
        self._token = token.encode()
        self._clock = clock
        self.cookie = COOKIE + self._signed(b"booconf cookie")[:8]
        """The name of the cookie of a session."""

    def check(self, authorizations: Sequence[bytes], cookies: Iterable[bytes]) -> AuthResult:
        """The result for the headers `Authorization` and `Cookie`; one valid credential is enough.

        An expired or forged session counts as missing, not as invalid: nobody can guess one.
        """
        sessions = (value for header in cookies for value in self._sessions(header))
        if any(self._is_session(value) for value in islice(sessions, MOST_SESSIONS)):
            return "valid"
        if not authorizations:
            return "missing"
        match = _BEARER.fullmatch(authorizations[0]) if len(authorizations) == 1 else None
        return "valid" if match and self.is_token(match.group(1)) else "invalid"

    def is_token(self, text: bytes) -> bool:
        """True if this is the token; compared in constant time."""
        return hmac.compare_digest(text, self._token)

    def new_session(self) -> str:
        """The value of the cookie of a session that starts now."""
        end = b"%d" % (self._clock() + SESSION_SECONDS)
        return f"{end.decode()}.{self._signature(end)}"

    def _sessions(self, cookie: bytes) -> Iterator[bytes]:
        """The values of the session cookie in one header."""
        for pair in cookie.split(b";"):
            name, _, value = pair.strip().partition(b"=")
            if name == self.cookie.encode():
                yield value

    def _is_session(self, value: bytes) -> bool:
        match = _VALUE.fullmatch(value)
        if not match or not hmac.compare_digest(match.group(2), self._signature(match.group(1)).encode()):
            return False
        return int(match.group(1)) > self._clock()

    def _signature(self, end: bytes) -> str:
        return self._signed(b"booconf session until " + end)

    def _signed(self, text: bytes) -> str:
        return hmac.new(self._token, text, "sha256").hexdigest()


class LoginThrottle:
    """Slows down guessing of credentials, per network; valid credentials are never delayed."""

    def __init__(self) -> None:
        self._delayed: Counter[str] = Counter()

    async def refuse(self, scope: Scope, refusal: Response) -> Response:
        """`refusal` after a delay, or a 429 while several requests of that network are delayed."""
        network = network_of((scope.get("client") or ("", 0))[0])
        if self._delayed[network] >= MOST_DELAYED:
            return error_response(
                429, "too-many-attempts", "too many requests with invalid credentials",
                headers={"Retry-After": "2"},
            )  # fmt: skip
        self._delayed[network] += 1
        try:
            await asyncio.sleep(DELAY)
        finally:
            self._delayed[network] -= 1
            if not self._delayed[network]:
                del self._delayed[network]
        return refusal


def network_of(address: str) -> str:
    """The addresses that one client can have: one of IPv4, or a /64 network of IPv6."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return address
    mapped = found.ipv4_mapped
    return str(mapped) if mapped else str(ip_network((found, 64), strict=False))
