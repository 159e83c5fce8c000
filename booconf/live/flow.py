"""Requests of adapters and the responses to them, as plain values: adapters never use a socket."""

from collections.abc import Generator
from dataclasses import dataclass
from enum import StrEnum

from booconf.live.observation import Observation, Outcome


class Base(StrEnum):
    """The URL that a path is appended to."""

    ROOT = "base_url"
    API = "api_base"


@dataclass(frozen=True, slots=True)
class Request:
    """A GET that an adapter may send; its path is fixed and contains no text of a host."""

    base: Base
    path: str

    @property
    def shown(self) -> str:
        """Return the request as messages show it; the path before that of an API is unknown here."""
        return f"`GET {'…' if self.base is Base.API else ''}{self.path}`"


@dataclass(frozen=True, slots=True)
class Response:
    """A complete response within all limits: the status, and its body as JSON or the reason for none.

    `document` is plain data (dict, list, str, int, float, bool, None) without a duplicate key in one
    mapping; it is None if `defect` describes the body, in a clause such as `is HTML`.
    """

    status: int
    document: object = None
    defect: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """No response: the outcome if it was required, and a clause with the reason.

    `path_missing` is true if the host does not know the path.
    """

    outcome: Outcome
    detail: str
    path_missing: bool = False


ProbeFlow = Generator[Request, Response | Failure, Observation]
"""A generator that yields requests, is sent the response to each, and returns the observation."""


class UnusableResponseError(Exception):
    """A required response cannot be used; adapters raise this with the `failure`."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.detail)
        self.failure = failure

    @property
    def observation(self) -> Observation:
        """The observation of a host whose required response failed."""
        return Observation(self.failure.outcome, self.failure.detail, path_missing=self.failure.path_missing)
