"""A URL goes in, a database to keep settings in comes out: all that SQLite and PostgreSQL force to differ."""

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from sqlalchemy import URL, Engine, NullPool, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError

from booconf.output.filesystem import create, make_folder

if TYPE_CHECKING:
    from booconf.service.storage.postgresql import BoundedConnection

Insert = Callable[..., sqlite.Insert] | Callable[..., postgresql.Insert]


class StoreUrlError(ValueError):
    """A URL that names no database we can use; the text says why, without the URL."""


_LENIENCE = 1.0
"""Seconds that PostgreSQL has to tell that our patience is at its end, before we end the connection."""


@dataclass(frozen=True, slots=True)
class Database:
    """How to reach a database, and how its transactions start.

    `name` is for people: the URL without password. `insert` makes an INSERT that can leave a row alone.
    """

    name: str
    engine: Engine
    begin_reading: str
    begin_changing: str
    insert: Insert
    file: Path | None

    def is_gone(self) -> bool:
        """Whether the file of SQLite is not there; of anything else the database tells."""
        try:
            if self.file is not None:
                self.file.stat()
        except OSError as error:
            return isinstance(error, FileNotFoundError | NotADirectoryError)
        return False

    def make_place(self) -> None:
        """Make the folder and the file of SQLite, which only its owner may read; raises OSError."""
        if self.file is not None:
            make_folder(self.file.parent, 0o700)
            with suppress(FileExistsError):
                create(self.file, b"", 0o600)


def open_database(url: str, patience: float) -> Database:
    """The database of a URL, not connected yet; raises StoreUrlError.

    `patience` is how long a step of a call waits, in seconds.
    """
    scheme, _, place = url.partition("://")
    if "\0" not in unquote(url):  # nothing below takes it
        if scheme == "sqlite":
            return _open_sqlite(place, patience)
        if scheme in {"postgresql", "postgres"}:
            if place.count("@") > 1:  # a part of the password would pass for the host, and be shown
                raise StoreUrlError("it holds more than one `@`: write `%40` in the user or the password")
            connection_type = _connection_type()
            with suppress(ArgumentError, ValueError):  # what they say may repeat the password
                url.encode()  # as psycopg will have to
                return _open_postgresql(make_url(url), patience, connection_type)
    raise StoreUrlError(
        "it is neither `sqlite:///FILE` nor `postgresql://USER@HOST/DATABASE`, "
        "with the password in ~/.pgpass or PGPASSWORD"
    )


def sqlite_url(file: Path) -> str:
    """The URL of a file, whatever its name."""
    return f"sqlite:///{quote(str(file), safe='/:', errors='surrogateescape')}"


def _open_sqlite(place: str, patience: float) -> Database:
    name = unquote(place.removeprefix("/"), errors="surrogateescape")
    if not place.startswith("/") or "?" in place or name in {"", ":memory:"}:
        raise StoreUrlError("a URL of SQLite names a file, and nothing else: `sqlite:///FILE`")
    file = Path(name).absolute()

    def connect() -> sqlite3.Connection:
        # SQLite never makes the file: it would be for all to read. What starts a transaction is said by us,
        # since Python would start one that reads and then cannot change.
        connection = sqlite3.connect(
            f"{file.as_uri()}?mode=rw",
            uri=True,
            timeout=patience,
            isolation_level=None,
            check_same_thread=False,
        )
        connection.text_factory = bytes.decode  # what is not UTF-8 is a UnicodeError then
        return connection

    # A connection for each call: after the file was replaced, nobody writes on to the old one.
    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool, hide_parameters=True)
    return Database(f"sqlite:///{file}", engine, "BEGIN", "BEGIN IMMEDIATE", sqlite.insert, file)


def _connection_type() -> "type[BoundedConnection]":
    try:
        from booconf.service.storage.postgresql import BoundedConnection  # noqa: PLC0415 - SQLite does without psycopg
    except ImportError:  # of psycopg, or of libpq
        raise StoreUrlError(
            "PostgreSQL needs more than is installed: `pip install 'booconf[serve]'`"
        ) from None
    return BoundedConnection


def _open_postgresql(url: URL, patience: float, connection_type: "type[BoundedConnection]") -> Database:
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_pre_ping=True,  # a database that was started again is noticed before a call fails
        pool_size=5,
        max_overflow=5,
        pool_timeout=patience,
        hide_parameters=True,
        use_native_hstore=False,
        connect_args={
            "connect_timeout": ceil(patience),
            "client_encoding": "utf8",
            "prepare_threshold": None,  # a pooler between us and the database may not keep what was prepared
            "application_name": "booconf",
        },
    )

    @event.listens_for(engine, "do_connect")
    def connect(
        _dialect: object, _record: object, _args: object, options: dict[str, object]
    ) -> "BoundedConnection":
        return connection_type.open(patience + _LENIENCE, options)

    milliseconds = max(1, round(patience * 1000))
    begin = (
        "SET TRANSACTION ISOLATION LEVEL READ COMMITTED; SET LOCAL TIME ZONE 'UTC';"
        f" SET LOCAL lock_timeout = {milliseconds}; SET LOCAL statement_timeout = {milliseconds + 500};"
        f" SET LOCAL idle_in_transaction_session_timeout = {2 * milliseconds}"  # one of us that hangs lets go
    )
    name = url.set(query={}).render_as_string(hide_password=True)
    return Database(name, engine, begin, begin, postgresql.insert, None)
