"""Who may come in when a token is set: the token itself, or a session that was started with it.

A session is a cookie that holds when it ends, signed with the token: every server that has the token knows
it, a restart keeps it, another token ends it, and the token cannot be read from it.
"""

import asyncio
import hmac
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Literal

from starlette.responses import Response
from starlette.types import Scope

from booconf.service.middleware.room import network_of
from booconf.service.responses import failure

CHALLENGE = {"WWW-Authenticate": 'Bearer realm="booconf"'}
"""The header of every 401."""

COOKIE = "booconf_session_"
"""What the name of the cookie begins with; the rest tells servers with different tokens on one host apart."""

SESSION_SECONDS = 30 * 24 * 3600
"""How long a session lasts."""

DELAY = 1.0
"""Seconds that an answer to a wrong credential takes."""

MOST_DELAYED = 4
"""Answers to one address that are delayed at once; beyond them a wrong credential is answered with 429."""

MOST_SESSIONS = 2
"""Sessions of one request that are looked at."""

_BEARER = re.compile(rb"bearer +([\x21-\x7e]+) *", re.IGNORECASE)
_VALUE = re.compile(rb"([0-9]{1,12})\.([0-9a-f]{64})")

Verdict = Literal["none", "right", "wrong"]


class Authenticator:
    """Judges what a request shows; `clock` tells seconds since 1970."""

    def __init__(self, token: str, clock: Callable[[], float]) -> None:
        self._token = token.encode()
        self._clock = clock
        self.cookie = COOKIE + self._signed(b"booconf cookie")[:8]
        """The name of the cookie that holds a session."""

    def judge(self, authorizations: Sequence[bytes], cookies: Iterable[bytes]) -> Verdict:
        """What the headers `Authorization` and `Cookie` show; one right credential is enough.

        What is no session of this token, or of no time from now on, shows nothing: nobody can guess one.
        """
        sessions = (value for header in cookies for value in self._sessions(header))
        if any(self._is_session(value) for value in islice(sessions, MOST_SESSIONS)):
            return "right"
        if not authorizations:
            return "none"
        match = _BEARER.fullmatch(authorizations[0]) if len(authorizations) == 1 else None
        return "right" if match and self.is_token(match.group(1)) else "wrong"

    def is_token(self, text: bytes) -> bool:
        """Whether this is the token; takes the same time for every wrong one of its length."""
        return hmac.compare_digest(text, self._token)

    def new_session(self) -> str:
        """The value of the cookie of a session that starts now."""
        end = b"%d" % (self._clock() + SESSION_SECONDS)
        return f"{end.decode()}.{self._signature(end)}"

    def _sessions(self, cookie: bytes) -> Iterator[bytes]:
        """The values of our cookie in one header."""
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
    """Slows down whoever tries credentials."""

    def __init__(self) -> None:
        self._delayed: Counter[str] = Counter()

    async def refuse(self, scope: Scope, refusal: Response) -> Response:
        """What answers a request with a wrong credential: `refusal` after a delay, 429 while many wait so."""
        network = network_of((scope.get("client") or ("", 0))[0])
        if self._delayed[network] >= MOST_DELAYED:
            return failure(
                429, "too-many-attempts", "wrong credentials came from there; wait",
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
