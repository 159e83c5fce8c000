"""Why no answer came, in a clause for people: what went wrong, never what a library calls it."""

import errno
import socket
import ssl
from collections.abc import Iterator
from enum import StrEnum

import httpx

from booconf.live.flow import Failure
from booconf.live.observation import Outcome


class Stage(StrEnum):
    """How far a request has come; the text is what is missing, and goes before `within 10 s`."""

    NAME = "its name is not resolved"
    CONNECTION = "no connection"
    TLS = "no TLS connection"
    ANSWER = "no answer"
    BODY = "its answer does not end"


def timeout_clause(stage: Stage, timeout: float) -> str:
    """What did not happen in time; `timeout` is in seconds."""
    return f"{stage} within {timeout:g} s"


def failure_of(error: Exception) -> Failure:
    """What an error of a request to a host means, before any of the answer has come."""
    for cause in _causes(error):
        if isinstance(cause, httpx.ProxyError):
            return Failure(Outcome.UNREACHABLE, "its proxy lets nothing through")
        if isinstance(cause, httpx.RemoteProtocolError):
            if "disconnected" in str(cause):
                return Failure(Outcome.UNREACHABLE, "it closes the connection without an HTTP answer")
            return Failure(Outcome.INVALID_RESPONSE, "its answer is no HTTP")
    return Failure(Outcome.UNREACHABLE, connection_clause(error))


def connection_clause(error: Exception) -> str:
    """Why a connection did not come about, or broke."""
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _CERTIFICATES.get(cause.verify_code, "its certificate is not trusted")
        if isinstance(cause, ssl.SSLError):
            return "it does not speak TLS as it should"
        if isinstance(cause, socket.gaierror | UnicodeError | httpx.InvalidURL):
            return "its name cannot be resolved"
        if isinstance(cause, OSError) and cause.errno in _ERRORS:
            return _ERRORS[cause.errno]
    return "the connection broke"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error and all that led to it, every member of a group among them."""
    while error is not None:
        yield error
        if isinstance(error, BaseExceptionGroup):
            for member in error.exceptions:
                yield from _causes(member)
        error = error.__cause__ or error.__context__


_CERTIFICATES = {
    9: "its certificate is not valid yet",
    10: "its certificate has expired",
    62: "its certificate is for another name",
    64: "its certificate is for another address",
}
"""X509_V_ERR_... of OpenSSL; other systems give other numbers, and the general clause."""

_ERRORS = {
    errno.ECONNREFUSED: "connection refused",
    errno.ECONNRESET: "the connection was reset",
    errno.ECONNABORTED: "the connection was reset",
    errno.EPIPE: "the connection was reset",
    errno.ETIMEDOUT: "no connection, after the time that the system allows",
    errno.EHOSTUNREACH: "there is no way to it",
    errno.ENETUNREACH: "there is no way to it",
    errno.EADDRNOTAVAIL: "there is no way to it",
    errno.EACCES: "this machine forbids the connection",
    errno.EPERM: "this machine forbids the connection",
    errno.EAGAIN: "this process can have no more threads to look its name up",
    errno.EMFILE: "this process has no file descriptor left for it",
    errno.ENFILE: "this machine has no file descriptor left for it",
}
