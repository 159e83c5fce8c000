"""Read and change settings in a database that other servers and programs share, without losing a change."""

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import isfinite

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    DateTime,
    MetaData,
    Select,
    Table,
    Text,
    cast,
    func,
    inspect,
    literal,
    select,
)
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from booconf.service.storage import UNAVAILABLE, StoreUnavailableError, UnusableSettingError
from booconf.service.storage.database import open_database

JSON_TEXT = JSON().with_variant(Text(), "sqlite")
"""Keeps any JSON unchanged: `jsonb` refuses `\\u0000`, and JSON of SQLite turns some texts into numbers."""

SETTINGS = Table(
    "settings",
    MetaData(),
    Column("key", Text, primary_key=True),
    Column("value", JSON_TEXT, nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.current_timestamp()),
)
"""One row per setting; `updated_at` in UTC, by the clock of the database. An existing table is used."""

PATIENCE = 3.0
"""Seconds to wait for a lock, a statement or a connection."""

_log = logging.getLogger(__name__)


class SettingsStore:
    """The settings in the database of a URL; calls block, and any thread may make them.

    Nothing is connected or created before the first call. After a successful call, a missing file or table is
    not created again: it would be empty. Raises StoreUrlError for an unusable URL. Every call raises
    StoreUnavailableError if the database fails.
    """

    def __init__(self, url: str, patience: float = PATIENCE) -> None:
        self._database = open_database(url, patience)
        self._was_used = False

    def __repr__(self) -> str:
        return f"SettingsStore({self.name!r})"

    @property
    def name(self) -> str:
        """The URL for people: without password, and with the whole path of a file."""
        return self._database.name

    @property
    def has_password(self) -> bool:
        """True if the URL contains a password."""
        return bool(self._database.passwords)

    def read(self, key: str) -> object | None:
        """The value of a setting, or None; raises UnusableSettingError if it is not JSON."""
        with self._transaction(self._database.begin_reading) as connection:
            return _value(_stored_text(connection, _row(key)))

    def change(self, key: str, edit: Callable[[object | None], object]) -> object:
        """Replace the value of a setting by `edit(value)`, in one transaction that locks it, and return it.

        An exception of `edit` changes nothing, and an unchanged value is not written. Raises
        UnusableSettingError as `read` does, and ValueError or TypeError if the new value is not JSON.
        """
        with self._transaction(self._database.begin_changing) as connection:
            text = self._locked_text(connection, key)
            before = _value(text)
            text_before = _text(before)  # before `edit`, which may change its argument
            text_after = _text(edit(before))
            if text_after == text_before:
                connection.rollback()
            else:
                connection.execute(
                    SETTINGS.update()
                    .where(SETTINGS.c.key == key)
                    .values(value=_json(text_after), updated_at=func.current_timestamp())
                )
        return _value(text_after)

    def close(self) -> None:
        """Close all connections that are not in use."""
        self._database.engine.dispose()

    def _locked_text(self, connection: Connection, key: str) -> str | None:
        """The stored text of a setting, whose row is locked until the transaction ends."""
        lock = _row(key).with_for_update()
        text = _stored_text(connection, lock)
        if text is not None:
            return text
        connection.execute(  # a second process waits here until the first has committed, and finds its row
            self._database.insert(SETTINGS)
            .values(key=key, value=_json("null"))
            .on_conflict_do_nothing(index_elements=["key"])
        )
        return _stored_text(connection, lock)

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Connection]:
        """A transaction on a database that has the table: committed, or rolled back by any exception."""
        try:
            self._ensure_table()
            with self._begun(begin) as connection:
                yield connection
        except (SQLAlchemyError, OSError) as error:
            cause = error.orig if isinstance(error, DBAPIError) else error
            raise StoreUnavailableError(UNAVAILABLE, self._database.redacted(str(cause))) from None
        self._was_used = True

    @contextmanager
    def _begun(self, begin: str) -> Iterator[Connection]:
        with self._database.engine.connect() as connection:
            connection.exec_driver_sql(begin)
            yield connection
            connection.commit()

    def _ensure_table(self) -> None:
        """Create table and file, unless they were used; several processes may do so at once."""
        if self._was_used:
            if self._database.is_file_missing():
                raise StoreUnavailableError(UNAVAILABLE, f"{self.name} is missing; it is not created again")
            return
        self._database.create_file()
        if not self._has_table():
            try:
                with self._begun(self._database.begin_changing) as connection:
                    SETTINGS.create(connection, checkfirst=False)
            except DBAPIError:
                if not self._has_table():  # otherwise another process was faster
                    raise
            else:
                _log.info("created the table `settings` in %s", self.name)

    def _has_table(self) -> bool:
        with self._begun(self._database.begin_reading) as connection:
            return inspect(connection).has_table(SETTINGS.name)


def _row(key: str) -> Select[str]:
    return select(cast(SETTINGS.c.value, Text)).where(SETTINGS.c.key == key)


def _json(text: str) -> ColumnElement[object]:
    return cast(literal(text, Text), JSON_TEXT)


def _stored_text(connection: Connection, row: Select[str]) -> str | None:
    try:
        return connection.execute(row).scalar()
    except UnicodeError:
        raise UnusableSettingError("the stored setting is not text") from None


def _text(value: object) -> str:
    # in ASCII, which any database accepts, with lone surrogates as escapes
    return json.dumps(value, allow_nan=False, separators=(",", ":"))


def _value(text: str | None) -> object | None:
    """The value of a stored text; raises UnusableSettingError if writing it again would change it or fail."""
    if text is None:
        return None
    try:
        value: object = json.loads(text, parse_float=_number, parse_constant=_number)
    except (ValueError, RecursionError):
        raise UnusableSettingError("the stored setting is not JSON that can be kept") from None
    return value


def _number(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError(text)
    return number
