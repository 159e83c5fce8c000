"""One endpoint to a host and what came of it: adapters speak in these terms and never touch a socket."""

from collections.abc import Generator
from dataclasses import dataclass
from enum import StrEnum

from booconf.live.observation import Observation, Outcome


class Base(StrEnum):
    """What a path is below."""

    ROOT = "base_url"
    API = "api_base"


@dataclass(frozen=True, slots=True)
class Request:
    """A GET that an adapter may send. The path is fixed: nothing a host said ever gets into one."""

    base: Base
    path: str

    @property
    def shown(self) -> str:
        """How people are told of it; what stands before the path of an API is not known here."""
        return f"`GET {'…' if self.base is Base.API else ''}{self.path}`"


@dataclass(frozen=True, slots=True)
class Response:
    """A whole answer within all bounds: the status, and the body as JSON or, where it is none, why not.

    `document` is plain data (dict, list, str, int, float, bool, None), at most `bounds.DEEPEST` deep,
    without a key twice in one mapping; None where `defect` says what the body is instead, a clause such as
    `is HTML`.
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
"""What an adapter is: it yields a request, is sent what came of it, and returns what it saw."""


class UnusableResponseError(Exception):
    """A required response cannot be used; adapters raise this with the `failure`."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.detail)
        self.failure = failure

    @property
    def observation(self) -> Observation:
        """The observation of a host whose required response failed."""
        return Observation(self.failure.outcome, self.failure.detail, path_missing=self.failure.path_missing)
