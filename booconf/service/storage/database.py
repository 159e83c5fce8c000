"""Open the database of a settings URL, with the differences between SQLite and PostgreSQL in one place."""

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from urllib.parse import quote, unquote

from sqlalchemy import URL, Engine, NullPool, create_engine, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError

from booconf.output.filesystem import create, make_folder
from booconf.service.storage import StoreUrlError

Insert = Callable[..., sqlite.Insert] | Callable[..., postgresql.Insert]

LONGEST_DETAIL = 500
"""Characters of a driver's text that are logged."""


@dataclass(frozen=True, slots=True)
class Database:
    """An engine, and the SQL that begins a transaction on it.

    `name` is the URL without password, for people. `insert` makes an INSERT that can skip an existing row.
    `file` is the file of SQLite. `passwords` are those of the URL.
    """

    name: str
    engine: Engine
    begin_reading: str
    begin_changing: str
    insert: Insert
    file: Path | None = None
    passwords: tuple[str, ...] = ()

    def is_file_missing(self) -> bool:
        """True if the file of SQLite is missing; PostgreSQL reports a missing database itself."""
        try:
            if self.file is not None:
                self.file.stat()
        except OSError as error:
            return isinstance(error, FileNotFoundError | NotADirectoryError)
        return False

    def create_file(self) -> None:
        """Create the folder and the file of SQLite, readable by their owner only; raises OSError."""
        if self.file is not None:
            make_folder(self.file.parent, 0o700)
            with suppress(FileExistsError):
                create(self.file, b"", 0o600)

    def redacted(self, text: str) -> str:
        """The text of a driver for the log: bounded, on one line, with the passwords of the URL masked."""
        for password in self.passwords:
            text = text.replace(password, "***")
        return " ".join(text.split())[:LONGEST_DETAIL]


def open_database(url: str, patience: float) -> Database:
    """The database of a URL, not connected yet; raises StoreUrlError.

    `patience` is the longest wait for a lock, a statement or a new connection, in seconds.
    """
    scheme, _, location = url.partition("://")
    if "\0" not in unquote(url):  # no driver accepts it
        if scheme == "sqlite":
            return _open_sqlite(location, patience)
        if scheme in {"postgresql", "postgres"}:
            if location.count("@") > 1:  # a part of the password would be taken for the host, and shown
                raise StoreUrlError("it has more than one `@`: write `%40` in the user or the password")
            try:
                url.encode()  # as psycopg will have to
                return _open_postgresql(make_url(url), patience)
            except ImportError:  # of psycopg, or of libpq
                raise StoreUrlError(
                    "PostgreSQL needs more than is installed: `pip install 'booconf[serve]'`"
                ) from None
            except (ArgumentError, ValueError):
                pass  # their texts may contain the password
    raise StoreUrlError(
        "it is neither `sqlite:///FILE` nor `postgresql://USER@HOST/DATABASE`, "
        "with the password in ~/.pgpass or PGPASSWORD"
    )


def sqlite_url(file: Path) -> str:
    """The URL of a file with any name."""
    return f"sqlite:///{quote(str(file), safe='/:', errors='surrogateescape')}"


def _open_sqlite(location: str, patience: float) -> Database:
    name = unquote(location.removeprefix("/"), errors="surrogateescape")
    if not location.startswith("/") or "?" in location or name in {"", ":memory:"}:
        raise StoreUrlError("a URL of SQLite names a file, and nothing else: `sqlite:///FILE`")
    file = Path(name).absolute()

    def connect() -> sqlite3.Connection:
        # `mode=rw`: SQLite would create the file readable by everyone. Python's own transaction handling is
        # off, as it would begin a reading transaction that cannot be upgraded to a writing one.
        connection = sqlite3.connect(
            f"{file.as_uri()}?mode=rw",
            uri=True,
            timeout=patience,
            isolation_level=None,
            check_same_thread=False,
        )
        connection.text_factory = bytes.decode  # text that is not UTF-8 raises UnicodeError
        return connection

    # One connection per call: after the file was replaced, no connection writes to the old one.
    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool, hide_parameters=True)
    return Database(f"sqlite:///{file}", engine, "BEGIN", "BEGIN IMMEDIATE", sqlite.insert, file)


def _open_postgresql(url: URL, patience: float) -> Database:
    milliseconds = max(1, round(patience * 1000))
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_pre_ping=True,  # a restart of the database is noticed before a call fails
        pool_size=5,
        max_overflow=5,
        pool_timeout=patience,
        hide_parameters=True,
        use_native_hstore=False,
        connect_args={
            "connect_timeout": ceil(patience),
            "tcp_user_timeout": 2 * milliseconds,
            "client_encoding": "utf8",
            "prepare_threshold": None,  # a connection pooler may not keep prepared statements
            "application_name": "booconf",
        },
    )
    begin = (
        "SET TRANSACTION ISOLATION LEVEL READ COMMITTED; SET LOCAL TIME ZONE 'UTC';"
        f" SET LOCAL lock_timeout = {milliseconds}; SET LOCAL statement_timeout = {milliseconds + 500};"
        f" SET LOCAL idle_in_transaction_session_timeout = {2 * milliseconds}"  # a hung server loses its lock
    )
    return Database(
        name=url.set(query={}).render_as_string(hide_password=True),
        engine=engine,
        begin_reading=begin,
        begin_changing=begin,
        insert=postgresql.insert,
        passwords=_passwords(url),
    )


def _passwords(url: URL) -> tuple[str, ...]:
    """The passwords in a URL, as written and decoded."""
    given = [url.password, url.query.get("password"), url.query.get("sslpassword")]
    texts = {text for each in given if each for text in ((each,) if isinstance(each, str) else each)}
    return tuple(sorted(texts | {quote(text, safe="") for text in texts}, key=len, reverse=True))
