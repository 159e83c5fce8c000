"""The settings table as another program or store sees it."""

from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import NullPool, create_engine, make_url, text

from booconf.service.storage.settings_store import SettingsStore


def run_sql(
    url: str, statement: str, parameters: Mapping[str, object] | None = None
) -> list[tuple[Any, ...]]:
    """The rows of a statement, which is committed."""
    if url.startswith("sqlite:"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(exist_ok=True)
        engine = create_engine(url, poolclass=NullPool)
    else:
        parsed = make_url(url).set(drivername="postgresql+psycopg")
        engine = create_engine(parsed, poolclass=NullPool, client_encoding="utf8")
    with engine.begin() as connection:
        result = connection.execute(text(statement), parameters)
        return [tuple(row) for row in result] if result.returns_rows else []


def rows(url: str) -> list[tuple[str, str]]:
    """The keys and the texts of their values."""
    return [
        (key, value)
        for key, value in run_sql(url, "SELECT key, CAST(value AS TEXT) FROM settings ORDER BY key")
    ]


def make_table(url: str, key: str = "TEXT PRIMARY KEY", value: str = "TEXT", rest: str = "") -> None:
    """Create a settings table as another program does."""
    run_sql(url, f"CREATE TABLE settings (key {key}, value {value}, updated_at TIMESTAMP{rest})")


def put(url: str, key: str, value: object) -> None:
    """Store a setting as another program does."""
    run_sql(url, "INSERT INTO settings (key, value) VALUES (:key, :value)", {"key": key, "value": value})


def read_setting(url: str, key: str = "favorites") -> object:
    """The value of a setting, read through a store of its own."""
    with closing(SettingsStore(url)) as store:
        return store.read(key)


def change_setting(url: str, edit: Callable[[object | None], object], key: str = "favorites") -> object:
    """The new value of a setting, changed through a store of its own."""
    with closing(SettingsStore(url)) as store:
        return store.change(key, edit)
