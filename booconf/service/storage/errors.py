"""Why settings cannot be had now, in words that fit into a response: no path, user, password or statement.

SQLite names its errors (https://www.sqlite.org/rescode.html), PostgreSQL numbers them (its appendix A,
"SQLSTATE"); when no connection comes about, libpq has nothing but a text.
"""

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoFreeConnectionError


class StoreUnavailableError(Exception):
    """The database gives no answer that can be used; the text says why, and another call may do better."""


class StoreGoneError(StoreUnavailableError):
    """No connection comes about, or the one that was there broke."""


class UnusableSettingError(StoreUnavailableError):
    """What is stored is not of our making: it is neither used nor replaced until somebody mends it."""


_PREFIX = "the database is unavailable: "
_BUSY = "another program holds its lock"
_READ_ONLY = "it can only be read"
_FULL = "its disk is full"
_REFUSED = "this user may not make the table `settings`, or not read and change it"
_SHAPE = (
    "it needs a table `settings` with `key` (unique), `value` and `updated_at`,"
    " and no other column that must be given"
)

_SQLITE = {
    "SQLITE_BUSY": _BUSY,
    "SQLITE_LOCKED": _BUSY,
    "SQLITE_READONLY": _READ_ONLY,
    "SQLITE_FULL": _FULL,
    "SQLITE_CANTOPEN": "its file cannot be opened",
    "SQLITE_NOTADB": "its file is not a database",
    "SQLITE_CORRUPT": "its file is damaged",
    "SQLITE_IOERR": "its file cannot be read or written",
    "SQLITE_ERROR": _SHAPE,
    "SQLITE_CONSTRAINT": _SHAPE,
}
"""What stands before the second underscore of SQLite's name of an error -> a clause."""

_SQLSTATE = {
    "55P03": _BUSY,
    "40P01": _BUSY,
    "57014": "it does not answer in time",
    "25P03": "it ended our transaction",
    "25006": _READ_ONLY,
    "53100": _FULL,
    "42501": _REFUSED,
    "57": "it is shutting down",
    "42": _SHAPE,
    "23": _SHAPE,
    "22": _SHAPE,
}
"""A SQLSTATE, or its class -> a clause."""

_CONNECTING = {
    "certificate": "its certificate is not trusted",
    "does not support ssl": "it does not speak TLS, as its URL demands",
    "timeout expired": "it does not answer in time",
    "starting up": "it is starting",
    "shutting down": "it is shutting down",
    "authentication failed": "it refuses the user or the password",
    "no password supplied": "it wants a password",
    "no pg_hba.conf entry": "it takes no connection of this user from here",
    "too many": "it takes no more connections",
    "connection slots": "it takes no more connections",
    "does not exist": "it has no such user or database",
    "connection refused": "it is not running",
    "resolve host": "its host is not known",
    "translate host": "its host is not known",
    "invalid": "the options of its URL are not valid",
}
"""A part of what is said when no connection comes about, in lower case -> a clause."""


def unavailable(error: SQLAlchemyError | OSError) -> StoreUnavailableError:
    """Say what an error of the database, or of making its file, means."""
    if isinstance(error, OSError):
        return _because(f"its file cannot be made ({error.strerror})")
    cause = error.orig if isinstance(error, DBAPIError) else error
    name = getattr(cause, "sqlite_errorname", None)
    if name is not None:
        return _because(_SQLITE.get("_".join(name.split("_")[:2]), f"it fails with {name}"))
    state = getattr(cause, "sqlstate", None)
    if state == "22021":  # bytes that are no text in any encoding
        return not_text()
    if state is not None:
        return _because(_SQLSTATE.get(state) or _SQLSTATE.get(state[:2]) or f"it fails with SQLSTATE {state}")
    text = "timeout expired" if isinstance(error, NoFreeConnectionError) else str(cause).lower()
    clause = next((clause for part, clause in _CONNECTING.items() if part in text), "it does not answer")
    return _because(clause, StoreGoneError)


def file_gone() -> StoreGoneError:
    """Say that the file is not where it was."""
    return StoreGoneError(f"{_PREFIX}its file is gone")


def not_text() -> UnusableSettingError:
    """Say that the bytes of a setting are no text."""
    return UnusableSettingError("the stored setting is not text")


def _because(clause: str, kind: type[StoreUnavailableError] = StoreUnavailableError) -> StoreUnavailableError:
    return kind(f"{_PREFIX}{clause}")
