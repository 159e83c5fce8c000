"""Who may come in when a token is set: the token itself, or a session that was started with it.

A session is a cookie that holds when it ends, signed with the token: every server that has the token knows
it, a restart keeps it, another token ends it, and the token cannot be read from it.
"""

import asyncio
import hmac
import re
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Literal

COOKIE = "booconf_session"

SESSION_SECONDS = 30 * 24 * 3600
"""How long a session lasts."""

DELAY = 1.0
"""Seconds that an answer to a wrong credential takes."""

MOST_DELAYED = 4
"""Answers to one address that are delayed at once; beyond them no credential from there is looked at."""

_BEARER = re.compile(rb"bearer +([\x21-\x7e]+) *", re.IGNORECASE)
_VALUE = re.compile(rb"([0-9]{1,12})\.([0-9a-f]{64})")

Verdict = Literal["none", "right", "wrong"]


class Credentials:
    """Judges what a request shows; `clock` tells seconds since 1970."""

    def __init__(self, token: str, clock: Callable[[], float]) -> None:
        self._token = token.encode()
        self._clock = clock

    def judge(self, authorizations: Iterable[bytes], cookies: Iterable[bytes]) -> Verdict:
        """What the headers `Authorization` and `Cookie` show; a session that ended in time shows nothing.

        One right credential is enough.
        """
        verdicts = [
            *(self._judge_authorization(value) for value in authorizations),
            *(self._judge_session(value) for header in cookies for value in _sessions(header)),
        ]
        return "right" if "right" in verdicts else "wrong" if "wrong" in verdicts else "none"

    def is_token(self, text: bytes) -> bool:
        """Whether this is the token; takes the same time for every wrong one of its length."""
        return hmac.compare_digest(text, self._token)

    def new_session(self) -> str:
        """The value of the cookie of a session that starts now."""
        end = b"%d" % (self._clock() + SESSION_SECONDS)
        return f"{end.decode()}.{self._signature(end)}"

    def _judge_authorization(self, value: bytes) -> Verdict:
        match = _BEARER.fullmatch(value)
        return "right" if match and self.is_token(match.group(1)) else "wrong"

    def _judge_session(self, value: bytes) -> Verdict:
        match = _VALUE.fullmatch(value)
        if not match or not hmac.compare_digest(match.group(2), self._signature(match.group(1)).encode()):
            return "wrong"
        return "right" if int(match.group(1)) > self._clock() else "none"

    def _signature(self, end: bytes) -> str:
        return hmac.new(self._token, b"booconf session until " + end, "sha256").hexdigest()


def _sessions(cookie: bytes) -> list[bytes]:
    """The values of our cookie in one header."""
    pairs = (pair.strip().partition(b"=") for pair in cookie.split(b";"))
    return [value for name, _, value in pairs if name == COOKIE.encode()]


class Attempts:
    """Slows down whoever tries credentials."""

    def __init__(self, delay: float | None = None) -> None:
        """`delay` is in seconds, DELAY unless given."""
        self._delay = DELAY if delay is None else delay
        self._delayed: Counter[str] = Counter()

    def may_try(self, address: str) -> bool:
        """Whether a credential from `address` is looked at now."""
        return self._delayed[address] < MOST_DELAYED

    async def failed(self, address: str) -> None:
        """A credential from `address` was wrong: returns when that may be said."""
        self._delayed[address] += 1
        try:
            await asyncio.sleep(self._delay)
        finally:
            self._delayed[address] -= 1
            if not self._delayed[address]:
                del self._delayed[address]
