"""Settings in a database that other servers and programs share: no change of one gets lost."""

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import isfinite
from threading import Lock

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

from booconf.service.storage.database import StoreUrlError, open_database
from booconf.service.storage.errors import (
    StoreGoneError,
    StoreUnavailableError,
    UnusableSettingError,
    file_gone,
    not_text,
    unavailable,
)

__all__ = ["SettingsStore", "StoreUnavailableError", "StoreUrlError", "UnusableSettingError"]

JSON_TEXT = JSON().with_variant(Text(), "sqlite")
"""What keeps any JSON as it is: `jsonb` refuses `\\u0000`, and JSON of SQLite makes numbers of some texts."""

SETTINGS = Table(
    "settings",
    MetaData(),
    Column("key", Text, primary_key=True),
    Column("value", JSON_TEXT, nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.current_timestamp()),
)
"""One row a setting; `updated_at` in UTC, by the clock of the database. A table that is there is used."""

PATIENCE = 3.0
"""Seconds to wait for a lock, or for a server to answer."""

_log = logging.getLogger(__name__)


class SettingsStore:
    """The settings in the database of a URL; blocks, and may be used from many threads.

    Nothing is connected or made before the first call: a database may come later, go away and return. What
    was used once is not made anew, as it would be empty. Raises StoreUrlError for a URL that is of no use.
    Every call raises StoreUnavailableError when the database cannot be asked now; while no connection comes
    about, one call at a time tries, the others fail at once.
    """

    def __init__(self, url: str, patience: float = PATIENCE) -> None:
        self._database = open_database(url, patience)
        self._was_used = False
        self._gone: StoreGoneError | None = None
        self._trying = Lock()

    def __repr__(self) -> str:
        return f"SettingsStore({self.name!r})"

    @property
    def name(self) -> str:
        """The URL for people: without password, and with the whole path of a file."""
        return self._database.name

    def read(self, key: str) -> object | None:
        """The value of a setting, or None; UnusableSettingError for one that no program can read."""
        with self._transaction(self._database.begin_reading) as connection:
            return _value(_stored_text(connection, _row(key)))

    def change(self, key: str, edit: Callable[[object | None], object]) -> object:
        """Store what `edit` makes of the value of a setting, which nobody changes meanwhile; return it.

        What `edit` raises leaves all as it was. An `edit` that changes nothing writes nothing. Raises
        UnusableSettingError as `read` does, and ValueError or TypeError for what is not JSON.
        """
        with self._transaction(self._database.begin_changing) as connection:
            text = self._locked_text(connection, key)
            before = _value(text)
            text_before = _text(before)  # now: `edit` may change what it is given
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
        """The stored text of a setting, whose row is ours until the transaction ends."""
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
        """A transaction on a database that has our table: committed, or rolled back by any exception."""
        with self._one_at_a_time_while_gone():
            try:
                self._make_table()
                with self._begun(begin) as connection:
                    yield connection
            except SQLAlchemyError as error:
                failure = unavailable(error)
                self._gone = failure if isinstance(failure, StoreGoneError) else None
                raise failure from None  # a driver may repeat what stands in the URL
            self._was_used, self._gone = True, None

    @contextmanager
    def _begun(self, begin: str) -> Iterator[Connection]:
        with self._database.engine.connect() as connection:
            connection.exec_driver_sql(begin)
            yield connection
            connection.commit()

    def _make_table(self) -> None:
        """Make the table, and what it lies in, unless they were used; several processes may do so at once."""
        if self._was_used:
            if self._database.is_gone():
                raise file_gone()
            return
        try:
            self._database.make_place()
        except OSError as error:
            raise unavailable(error) from None
        if not self._finds_table():
            try:
                with self._begun(self._database.begin_changing) as connection:
                    SETTINGS.create(connection, checkfirst=False)
            except DBAPIError:
                if not self._finds_table():  # or else another process was faster
                    raise
            else:
                _log.info("the table `settings` was made in %s", self.name)

    def _finds_table(self) -> bool:
        with self._begun(self._database.begin_reading) as connection:
            return inspect(connection).has_table(SETTINGS.name)

    @contextmanager
    def _one_at_a_time_while_gone(self) -> Iterator[None]:
        gone = self._gone
        if gone is None:
            yield
        elif self._trying.acquire(blocking=False):
            try:
                yield
            finally:
                self._trying.release()
        else:
            raise StoreGoneError(*gone.args)


def _row(key: str) -> Select[str]:
    return select(cast(SETTINGS.c.value, Text)).where(SETTINGS.c.key == key)


def _json(text: str) -> ColumnElement[object]:
    return cast(literal(text, Text), JSON_TEXT)


def _stored_text(connection: Connection, row: Select[str]) -> str | None:
    try:
        return connection.execute(row).scalar()
    except UnicodeError:
        raise not_text() from None


def _text(value: object) -> str:
    # in ASCII, which any database takes, lone surrogates as their escapes
    return json.dumps(value, allow_nan=False, separators=(",", ":"))


def _value(text: str | None) -> object | None:
    """What a stored text says; UnusableSettingError where writing it again would change it or fail."""
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
