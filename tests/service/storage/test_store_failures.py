"""A database that fails is one error over HTTP and the driver's text in the log, until it works again."""

import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from time import sleep

import psycopg
import pytest
from sqlalchemy import Engine, event

from booconf.service.storage import UNAVAILABLE, StoreUnavailableError
from booconf.service.storage.database import LONGEST_DETAIL, open_database, sqlite_url
from booconf.service.storage.settings_store import SettingsStore
from tests.hosts.postgres import USER, Postgres
from tests.service.conftest import ON_POSTGRES
from tests.service.settings_users import one_more
from tests.service.tables import make_table, rows, run_sql
from tests.service.waiting import run_threads

PATIENCE = 0.3


def failure(call: Callable[[], object]) -> str:
    """The detail of a call that fails, for the log."""
    with pytest.raises(StoreUnavailableError) as caught:
        call()
    assert str(caught.value) == UNAVAILABLE
    return caught.value.detail


def failed_read(store: SettingsStore) -> str:
    return failure(lambda: store.read("favorites"))


def failed_change(store: SettingsStore) -> str:
    return failure(lambda: store.change("favorites", lambda _: ["new"]))


class TestSqlite:
    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        return tmp_path / "settings.db"

    @pytest.fixture
    def store(self, file: Path) -> SettingsStore:
        return SettingsStore(sqlite_url(file), PATIENCE)

    @pytest.fixture
    def used(self, store: SettingsStore) -> SettingsStore:
        """A store with one favorite."""
        store.change("favorites", lambda _: ["a"])
        return store

    def test_write_lock_of_another_program(self, used: SettingsStore, file: Path) -> None:
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            assert failed_change(used) == "database is locked"
            assert used.read("favorites") == ["a"]
        assert used.change("favorites", lambda _: ["b"]) == ["b"]

    @pytest.mark.parametrize("content", [b"not a database " * 1000, b""], ids=["other bytes", "empty"])
    def test_file_of_another_program_is_not_overwritten(
        self, used: SettingsStore, file: Path, content: bytes
    ) -> None:
        good = file.read_bytes()
        file.write_bytes(content)
        assert failed_read(used)
        assert failed_change(used)
        assert file.read_bytes() == content
        file.write_bytes(good)
        assert used.read("favorites") == ["a"]

    def test_full_disk(self, used: SettingsStore) -> None:
        def fill(connection: sqlite3.Connection, _: object) -> None:
            connection.execute("PRAGMA max_page_count = 1")  # SQLite raises it to the present count

        event.listen(Engine, "connect", fill)
        try:
            large = ["x" * 100_000]
            assert failure(lambda: used.change("favorites", lambda _: large)) == "database or disk is full"
            assert used.read("favorites") == ["a"]
        finally:
            event.remove(Engine, "connect", fill)
        assert used.change("favorites", lambda _: large) == large

    def test_folder_that_is_a_file(self, tmp_path: Path) -> None:
        (tmp_path / "state").write_bytes(b"")
        store = SettingsStore(sqlite_url(tmp_path / "state" / "settings.db"))
        assert "File exists" in failed_read(store)
        (tmp_path / "state").unlink()
        assert store.read("favorites") is None


@contextmanager
def unprivileged() -> Iterator[None]:
    """Run as a user to whom permissions apply, unlike root."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    if is_root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)


def test_file_without_permissions() -> None:
    with tempfile.TemporaryDirectory() as name:  # other users cannot enter the folders of pytest
        folder = Path(name)
        folder.chmod(0o755)
        store = SettingsStore(sqlite_url(folder / "settings.db"), PATIENCE)
        store.change("favorites", lambda _: ["a"])
        (folder / "settings.db").chmod(0o444)
        with unprivileged():
            assert failed_change(store) == "attempt to write a readonly database"
            assert store.read("favorites") == ["a"]
        folder.chmod(0o644)
        with unprivileged():
            assert failed_read(store) == "unable to open database file"
            assert "Permission denied" in failed_read(SettingsStore(store.name))
        folder.chmod(0o755)
        assert store.read("favorites") == ["a"]


class TestTables:
    """An unsuitable table of another program is not changed."""

    def test_table_without_unique_keys_gets_no_second_row(self, settings_url: str) -> None:
        make_table(settings_url, key="TEXT")
        store = SettingsStore(settings_url)
        assert store.read("favorites") is None
        assert "ON CONFLICT" in failed_change(store)
        assert rows(settings_url) == []
        store.close()

    def test_table_with_other_columns(self, settings_url: str) -> None:
        run_sql(settings_url, "CREATE TABLE settings (name TEXT PRIMARY KEY)")
        store = SettingsStore(settings_url)
        assert "value" in failed_read(store)
        assert "value" in failed_change(store)
        run_sql(settings_url, "DROP TABLE settings")
        assert store.read("favorites") is None
        store.close()

    def test_table_with_more_required_columns(self, settings_url: str) -> None:
        make_table(settings_url, rest=", owner TEXT NOT NULL")
        store = SettingsStore(settings_url)
        assert "owner" in failed_change(store)
        assert rows(settings_url) == []
        store.close()


@ON_POSTGRES
class TestPostgres:
    @pytest.fixture
    def store(self, postgres_url: str) -> Iterator[SettingsStore]:
        """A store with one favorite and little patience."""
        with closing(SettingsStore(postgres_url, PATIENCE)) as store:
            store.change("favorites", lambda _: ["a"])
            yield store

    def test_stopped_server(self, store: SettingsStore, postgres: Postgres) -> None:
        postgres.stop()
        try:
            assert failed_read(store)
            assert "Connection refused" in failed_change(store)
        finally:
            postgres.start()
        assert store.read("favorites") == ["a"]
        assert store.change("favorites", lambda _: ["b"]) == ["b"]

    def test_unnoticed_restart_fails_no_call(self, store: SettingsStore, postgres: Postgres) -> None:
        postgres.stop()
        postgres.start()
        assert store.change("favorites", lambda _: ["b"]) == ["b"]

    def test_server_that_stops_during_a_change(self, store: SettingsStore, postgres: Postgres) -> None:
        def change(_: object) -> object:
            postgres.stop()
            return ["b"]

        try:
            assert failure(lambda: store.change("favorites", change))
        finally:
            postgres.start()
        assert store.read("favorites") == ["a"]

    def test_missing_table_is_created_only_at_start(self, store: SettingsStore, postgres_url: str) -> None:
        run_sql(postgres_url, "ALTER TABLE settings RENAME TO away")
        assert 'relation "settings" does not exist' in failed_read(store)
        assert 'relation "settings" does not exist' in failed_change(store)
        run_sql(postgres_url, "ALTER TABLE away RENAME TO settings")
        assert store.read("favorites") == ["a"]
        run_sql(postgres_url, "DROP TABLE settings")
        with closing(SettingsStore(postgres_url)) as other:
            assert other.read("favorites") is None
        assert store.read("favorites") is None

    def test_row_locked_by_another_program(self, store: SettingsStore, postgres_url: str) -> None:
        with psycopg.connect(postgres_url) as other:
            other.execute("SELECT * FROM settings FOR UPDATE")
            assert "lock timeout" in failed_change(store)
            assert store.read("favorites") == ["a"]
        assert store.change("favorites", lambda _: ["b"]) == ["b"]

    def test_endless_statement_is_ended_by_the_server(self, store: SettingsStore, postgres_url: str) -> None:
        run_sql(postgres_url, "ALTER TABLE settings ADD CHECK (pg_sleep(60) IS NOT NULL) NOT VALID")
        assert "statement timeout" in failed_change(store)
        assert store.read("favorites") == ["a"]

    def test_hung_server_process_of_booconf_loses_its_lock(self, store: SettingsStore) -> None:
        def change(_: object) -> object:
            sleep(4 * PATIENCE)
            return ["never"]

        assert failure(lambda: store.change("favorites", change))
        assert store.change("favorites", lambda stored: [stored]) == [["a"]]

    def test_read_only_database(self, store: SettingsStore, postgres_url: str) -> None:
        url = f"{postgres_url}?options=-c%20default_transaction_read_only%3Don"
        with closing(SettingsStore(url)) as standby:
            assert "read-only transaction" in failed_change(standby)
            assert standby.read("favorites") == ["a"]

    def test_default_isolation_of_the_server_does_not_matter(
        self, store: SettingsStore, postgres_url: str
    ) -> None:
        url = f"{postgres_url}?options=-c%20default_transaction_isolation%3Dserializable"
        with closing(SettingsStore(url)) as strict:
            run_threads(partial(strict.change, "count", one_more) for _ in range(8))
            assert store.read("count") == 8


@ON_POSTGRES
class TestConnecting:
    """Users with few or no permissions, and URLs without a database."""

    @pytest.fixture
    def outsider(self, postgres: Postgres, postgres_url: str) -> Iterator[str]:
        postgres.execute("CREATE ROLE outsider LOGIN PASSWORD 'friend'")
        yield postgres.url("postgres", "outsider", "friend")
        postgres.empty()
        postgres.execute("DROP OWNED BY outsider; DROP ROLE outsider")

    def test_user_who_cannot_create_the_table(self, outsider: str) -> None:
        with closing(SettingsStore(outsider)) as store:
            assert "permission denied" in failed_read(store)

    def test_user_who_can_use_the_table_but_not_create_it(self, outsider: str, postgres: Postgres) -> None:
        make_table(postgres.url("postgres"))
        postgres.execute("GRANT SELECT, INSERT, UPDATE ON settings TO outsider")
        with closing(SettingsStore(outsider)) as store:
            assert store.change("favorites", lambda _: ["a"]) == ["a"]

    def test_user_who_can_only_read_the_table(self, outsider: str, postgres: Postgres) -> None:
        make_table(postgres.url("postgres"))
        postgres.execute("GRANT SELECT ON settings TO outsider")
        with closing(SettingsStore(outsider)) as store:
            assert "permission denied" in failed_change(store)
            assert store.read("favorites") is None

    def test_password_is_in_no_detail(self, postgres: Postgres) -> None:
        for url in (
            postgres.url("postgres", USER, "sesame"),
            f"{postgres.url('postgres', USER, 'sesame')}?color=sesame",
            f"postgresql://{USER}@127.0.0.1:{postgres.port}/postgres?password=sesame",
        ):
            detail = failed_read(SettingsStore(url))
            assert detail
            assert "sesame" not in detail

    def test_unknown_host(self) -> None:
        detail = failed_read(SettingsStore("postgresql://user:secret@nowhere.invalid/postgres"))
        assert "nowhere.invalid" in detail


def test_detail_is_bounded_and_redacted() -> None:
    """A driver repeats a part of the URL in some messages."""
    database = open_database("postgresql://u:p%40ss@h/d?sslpassword=other", 1)
    assert database.redacted('invalid "p@ss",\n "p%40ss" or "other"') == 'invalid "***", "***" or "***"'
    assert len(database.redacted("x" * 10_000)) == LONGEST_DETAIL
