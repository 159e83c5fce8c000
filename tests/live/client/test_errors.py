"""The clause for a failed request contains no text of a library or a host."""

import errno
import os
import socket
import ssl

import httpx
import pytest

from booconf.live.client.errors import connection_clause, failure_of
from booconf.live.flow import Failure
from booconf.live.observation import Outcome


def caused(error: Exception, cause: Exception) -> Exception:
    """`error` as libraries raise it from `cause`."""
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("number", "clause"),
    [
        (errno.ECONNREFUSED, "connection refused"),
        (errno.ECONNRESET, "the connection was reset"),
        (errno.EPIPE, "the connection was reset"),
        (errno.ETIMEDOUT, "no connection, after the time that the system allows"),
        (errno.ENETUNREACH, "no route to it"),
        (errno.EHOSTUNREACH, "no route to it"),
        (errno.EACCES, "this machine forbids the connection"),
        (errno.ENFILE, "this machine has no file descriptor left for it"),
        (errno.EIO, "the connection broke"),
    ],
)
def test_clauses_for_system_errors(number: int, clause: str) -> None:
    error = OSError(number, os.strerror(number))
    assert connection_clause(error) == clause
    assert failure_of(caused(httpx.ConnectError("all failed"), caused(OSError("no"), error))) == Failure(
        Outcome.UNREACHABLE, clause
    )


def test_first_known_cause_of_several_addresses_counts() -> None:
    group = ExceptionGroup(
        "several", [OSError("?"), ConnectionRefusedError(errno.ECONNREFUSED, "no"), ConnectionResetError()]
    )
    assert connection_clause(caused(httpx.ConnectError("all failed"), caused(OSError("no"), group))) == (
        "connection refused"
    )


def test_uninformative_errors_have_a_general_clause() -> None:
    assert (
        connection_clause(ExceptionGroup("several", [OSError("?"), OSError("!")])) == "the connection broke"
    )


@pytest.mark.parametrize(
    ("error", "clause"),
    [
        (socket.gaierror(socket.EAI_AGAIN, "later"), "its name cannot be resolved"),
        (UnicodeError("label too long"), "its name cannot be resolved"),
        (ssl.SSLError(1, "WRONG_VERSION_NUMBER"), "the TLS handshake fails"),
        (ssl.SSLCertVerificationError(1, "self-signed"), "its certificate is not trusted"),
        (httpx.ReadError("http://user:secret@host"), "the connection broke"),
        (httpx.InvalidURL("Invalid IPv4 address: '256.1.1.1'"), "its name cannot be resolved"),
        (OverflowError("port must be 0-65535"), "the connection broke"),
        (ExceptionGroup("several", [ValueError("?"), RuntimeError("!")]), "the connection broke"),
    ],
)
def test_clauses_for_library_errors(error: Exception, clause: str) -> None:
    if isinstance(error, ssl.SSLCertVerificationError):
        error.verify_code = 18
    assert failure_of(error) == Failure(Outcome.UNREACHABLE, clause)


@pytest.mark.parametrize(("code", "clause"), [(9, "is not valid yet"), (10, "has expired")])
def test_expired_and_future_certificates(code: int, clause: str) -> None:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code = code
    assert connection_clause(error) == f"its certificate {clause}"
