"""Describe a failed request in a clause for people, without the texts of libraries."""

import errno
import socket
import ssl
from collections.abc import Iterator
from enum import StrEnum

import httpx

from booconf.live.flow import Failure
from booconf.live.observation import Outcome


class Stage(StrEnum):
    """The stage that a request has reached; the text precedes `within 10 s`."""

    NAME = "its name is not resolved"
    CONNECTION = "no connection"
    TLS = "no TLS connection"
    RESPONSE = "no answer"
    BODY = "its answer does not end"
    TURN = "its large answer has to wait for those of other hosts, and is not read"


def timeout_clause(stage: Stage, timeout: float) -> str:
    """Return the clause for a stage that was not completed in `timeout` seconds."""
    return f"{stage} within {timeout:g} s"


def failure_of(error: Exception) -> Failure:
    """Return the failure for an error that a request raised before any of the response arrived."""
    for cause in _causes(error):
        if isinstance(cause, httpx.ProxyError):
            return Failure(Outcome.UNREACHABLE, "its proxy refuses the connection")
        if isinstance(cause, httpx.RemoteProtocolError):
            _, *deeper = _causes(cause)  # an error of httpcore, which has one of h11 for malformed HTTP
            if not deeper[1:]:
                return Failure(Outcome.UNREACHABLE, "it closes the connection without an HTTP answer")
            return Failure(Outcome.INVALID_RESPONSE, "its answer is no HTTP")
    return Failure(Outcome.UNREACHABLE, connection_clause(error))


def connection_clause(error: Exception) -> str:
    """Return the clause for a connection that failed or broke."""
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _CERTIFICATES.get(cause.verify_code, "its certificate is not trusted")
        if isinstance(cause, ssl.SSLError):
            return "the TLS handshake fails"
        if isinstance(cause, socket.gaierror | UnicodeError | httpx.InvalidURL):
            return "its name cannot be resolved"
        if isinstance(cause, OSError) and cause.errno in _ERRORS:
            return _ERRORS[cause.errno]
    return "the connection broke"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Return the error and its causes, members of groups included."""
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
    errno.EHOSTUNREACH: "no route to it",
    errno.ENETUNREACH: "no route to it",
    errno.EADDRNOTAVAIL: "no route to it",
    errno.EACCES: "this machine forbids the connection",
    errno.EPERM: "this machine forbids the connection",
    errno.EAGAIN: "this process can start no more threads to resolve its name",
    errno.EMFILE: "this process has no file descriptor left for it",
    errno.ENFILE: "this machine has no file descriptor left for it",
}
