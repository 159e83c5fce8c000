"""A database that is away, hangs, or is broken is one clear error, and comes back by itself."""

import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event, Thread
from time import sleep

import psycopg
import pytest
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

from booconf.service.storage.database import sqlite_url
from booconf.service.storage.errors import StoreGoneError, unavailable
from booconf.service.storage.settings_store import SettingsStore, StoreUnavailableError
from tests.hosts.postgres import USER, Postgres
from tests.hosts.relay import Relay, relay
from tests.service.conftest import ON_POSTGRES
from tests.service.settings_users import one_more
from tests.service.tables import make_table, rows, run_sql
from tests.service.waiting import LONGEST, wait_until

PATIENCE = 0.3

SHAPE = (
    "it needs a table `settings` with `key` (unique), `value` and `updated_at`,"
    " and no other column that must be given"
)
REFUSED = "this user may not make the table `settings`, or not read and change it"


def calls(store: SettingsStore) -> list[Callable[[], object]]:
    """Each thing that a store does."""
    return [
        lambda: store.read("favorites"),
        lambda: store.change("favorites", lambda _: ["new"]),
    ]


def refused(call: Callable[[], object]) -> str:
    """Why a call cannot be answered, without what stands before every such clause."""
    with pytest.raises(StoreUnavailableError) as caught:
        call()
    return str(caught.value).removeprefix("the database is unavailable: ")


def clauses(store: SettingsStore) -> set[str]:
    """Why none of the calls can be answered."""
    return {refused(call) for call in calls(store)}


def read(store: SettingsStore) -> Callable[[], object]:
    """The one call that reads."""
    return calls(store)[0]


def change(store: SettingsStore) -> Callable[[], object]:
    """The one call that writes."""
    return calls(store)[1]


class TestSqlite:
    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        return tmp_path / "settings.db"

    @pytest.fixture
    def store(self, file: Path) -> SettingsStore:
        return SettingsStore(sqlite_url(file), PATIENCE)

    @pytest.fixture
    def used(self, store: SettingsStore) -> SettingsStore:
        """A store with something in it."""
        store.change("favorites", lambda _: ["a"])
        return store

    def test_another_program_writes_for_long(self, used: SettingsStore, file: Path) -> None:
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            assert refused(change(used)) == "another program holds its lock"
            assert used.read("favorites") == ["a"]
        assert used.change("favorites", lambda _: ["b"]) == ["b"]

    def test_another_program_keeps_it_for_itself(self, used: SettingsStore, file: Path) -> None:
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            assert clauses(used) == {"another program holds its lock"}
        assert used.read("favorites") == ["a"]

    def test_it_is_not_a_database(self, used: SettingsStore, file: Path) -> None:
        good = file.read_bytes()
        file.write_bytes(b"not a database " * 1000)
        assert clauses(used) == {"its file is not a database"}
        file.write_bytes(good)
        assert used.read("favorites") == ["a"]

    def test_it_is_damaged(self, used: SettingsStore, file: Path) -> None:
        good = file.read_bytes()
        file.write_bytes(good[:4096] + b"\xff" * (len(good) - 4096))
        assert clauses(used) == {"its file is damaged"}
        file.write_bytes(good)
        assert used.read("favorites") == ["a"]

    def test_it_is_cut_off(self, used: SettingsStore, file: Path) -> None:
        good = file.read_bytes()
        file.write_bytes(good[:4096])
        assert clauses(used) <= {"its file is damaged", "its file cannot be read or written"}
        file.write_bytes(good)
        assert used.read("favorites") == ["a"]

    def test_its_disk_is_full(self, used: SettingsStore) -> None:
        def fill(connection: sqlite3.Connection, _: object) -> None:
            connection.execute("PRAGMA max_page_count = 1")  # becomes as many as there are

        event.listen(Engine, "connect", fill)
        try:
            large = ["x" * 100_000]
            assert refused(lambda: used.change("favorites", lambda _: large)) == "its disk is full"
            assert used.read("favorites") == ["a"]
        finally:
            event.remove(Engine, "connect", fill)
        assert used.change("favorites", lambda _: large) == large

    def test_it_is_a_folder(self, store: SettingsStore, file: Path) -> None:
        file.mkdir()
        assert clauses(store) == {"its file cannot be opened"}
        file.rmdir()
        store.read("favorites")

    def test_its_folder_is_a_file(self, tmp_path: Path) -> None:
        (tmp_path / "state").write_bytes(b"")
        store = SettingsStore(sqlite_url(tmp_path / "state" / "settings.db"))
        assert {clause.partition(" (")[0] for clause in clauses(store)} == {"its file cannot be made"}
        (tmp_path / "state").unlink()
        store.read("favorites")

    def test_it_is_empty_for_a_while(self, used: SettingsStore, file: Path) -> None:
        """As where somebody copies another into its place, who must not find a table of ours there."""
        good = file.read_bytes()
        file.write_bytes(b"")
        assert clauses(used) == {SHAPE}
        assert file.read_bytes() == b""
        file.write_bytes(good)
        assert used.read("favorites") == ["a"]


@contextmanager
def nobody() -> Iterator[None]:
    """Be someone whom permissions concern, which root is not."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


class TestPermissions:
    """Of SQLite's file, for a user who lacks some."""

    @pytest.fixture
    def folder(self) -> Iterator[Path]:
        with tempfile.TemporaryDirectory() as name:  # nobody enters the folders of pytest
            folder = Path(name)
            folder.chmod(0o755)
            yield folder
            folder.chmod(0o755)

    @pytest.fixture
    def store(self, folder: Path) -> SettingsStore:
        return SettingsStore(sqlite_url(folder / "settings.db"), PATIENCE)

    def test_the_file_can_only_be_read(self, store: SettingsStore, folder: Path) -> None:
        store.change("favorites", lambda _: ["a"])
        (folder / "settings.db").chmod(0o444)
        with nobody():
            assert refused(change(store)) == "it can only be read"
            assert store.read("favorites") == ["a"]
            store.read("favorites")

    def test_the_file_cannot_even_be_read(self, store: SettingsStore, folder: Path) -> None:
        store.change("favorites", lambda _: ["a"])
        (folder / "settings.db").chmod(0)
        with nobody():
            assert clauses(store) == {"its file cannot be opened"}

    def test_the_folder_takes_no_file(self, store: SettingsStore, folder: Path) -> None:
        folder.chmod(0o555)
        with nobody():
            assert clauses(store) == {"its file cannot be made (Permission denied)"}
        folder.chmod(0o755)
        store.read("favorites")

    def test_the_folder_cannot_be_entered(self, store: SettingsStore, folder: Path) -> None:
        store.change("favorites", lambda _: ["a"])
        folder.chmod(0o644)
        with nobody():
            assert clauses(store) == {"its file cannot be opened"}
            assert clauses(SettingsStore(store.name)) == {"its file cannot be made (Permission denied)"}
        folder.chmod(0o755)
        assert store.read("favorites") == ["a"]


class TestTables:
    """A table of another program that will not do is left alone."""

    def test_one_without_unique_keys_gets_no_second_row(self, settings_url: str) -> None:
        make_table(settings_url, key="TEXT")
        store = SettingsStore(settings_url)
        assert store.read("favorites") is None
        assert refused(change(store)) == SHAPE
        assert rows(settings_url) == []
        store.close()

    def test_one_with_other_columns(self, settings_url: str) -> None:
        run_sql(settings_url, "CREATE TABLE settings (name TEXT PRIMARY KEY)")
        store = SettingsStore(settings_url)
        assert clauses(store) == {SHAPE}
        run_sql(settings_url, "DROP TABLE settings")
        store.read("favorites")
        store.close()

    def test_one_that_wants_more(self, settings_url: str) -> None:
        make_table(settings_url, rest=", owner TEXT NOT NULL")
        store = SettingsStore(settings_url)
        assert refused(change(store)) == SHAPE
        assert rows(settings_url) == []
        store.close()


class OnPostgres:
    @pytest.fixture
    def store(self, postgres_url: str) -> Iterator[SettingsStore]:
        """One that holds a favorite, and does not wait for long."""
        with closing(SettingsStore(postgres_url, PATIENCE)) as store:
            store.change("favorites", lambda _: ["a"])
            yield store


@ON_POSTGRES
class TestPostgres(OnPostgres):
    def test_it_is_stopped_and_started_again(self, store: SettingsStore, postgres: Postgres) -> None:
        postgres.stop()
        try:
            assert clauses(store) <= {"it is not running", "it does not answer", "it is shutting down"}
            assert clauses(store) == {"it is not running"}
        finally:
            postgres.start()
        assert store.read("favorites") == ["a"]
        assert store.change("favorites", lambda _: ["b"]) == ["b"]

    def test_a_restart_that_nobody_saw_fails_no_call(self, store: SettingsStore, postgres: Postgres) -> None:
        postgres.stop()
        postgres.start()
        assert store.change("favorites", lambda _: ["b"]) == ["b"]

    def test_it_breaks_off_in_the_middle_of_a_change(self, store: SettingsStore, postgres: Postgres) -> None:
        def change(_: object) -> object:
            postgres.stop()
            return ["b"]

        try:
            assert refused(lambda: store.change("favorites", change)) in {
                "it does not answer",
                "it is shutting down",
            }
        finally:
            postgres.start()
        assert store.read("favorites") == ["a"]

    def test_its_table_is_away_for_a_while(self, store: SettingsStore, postgres_url: str) -> None:
        run_sql(postgres_url, "ALTER TABLE settings RENAME TO away")
        assert clauses(store) == {SHAPE}
        run_sql(postgres_url, "ALTER TABLE away RENAME TO settings")
        assert store.read("favorites") == ["a"]

    def test_whoever_begins_without_its_table_makes_one(
        self, store: SettingsStore, postgres_url: str
    ) -> None:
        run_sql(postgres_url, "DROP TABLE settings")
        assert clauses(store) == {SHAPE}
        other = SettingsStore(postgres_url)
        assert other.read("favorites") is None
        other.close()
        assert store.read("favorites") is None

    def test_another_program_keeps_the_row(self, store: SettingsStore, postgres_url: str) -> None:
        with psycopg.connect(postgres_url) as other:
            other.execute("SELECT * FROM settings FOR UPDATE")
            assert refused(change(store)) == "another program holds its lock"
            assert store.read("favorites") == ["a"]
        assert store.change("favorites", lambda _: ["b"]) == ["b"]

    def test_another_program_keeps_the_table(self, store: SettingsStore, postgres_url: str) -> None:
        with psycopg.connect(postgres_url) as other:
            other.execute("LOCK TABLE settings")
            assert clauses(store) == {"another program holds its lock"}
        assert store.read("favorites") == ["a"]

    def test_a_statement_that_takes_for_ever_is_broken_off_by_the_server(
        self, store: SettingsStore, postgres_url: str
    ) -> None:
        run_sql(postgres_url, "ALTER TABLE settings ADD CHECK (pg_sleep(60) IS NOT NULL) NOT VALID")
        with pytest.raises(StoreUnavailableError, match="it does not answer in time") as caught:
            store.change("favorites", lambda _: ["b"])
        assert caught.type is not StoreGoneError  # as it would be of a connection that we end
        assert store.read("favorites") == ["a"]

    def test_one_of_us_that_hangs_in_a_change_loses_its_lock(
        self, store: SettingsStore, postgres_url: str
    ) -> None:
        def change(_: object) -> object:
            sleep(4 * PATIENCE)
            return ["never"]

        assert refused(lambda: store.change("favorites", change)) == "it ended our transaction"
        assert store.change("favorites", lambda stored: [stored]) == [["a"]]

    def test_it_can_only_be_read(self, store: SettingsStore, postgres_url: str) -> None:
        standby = SettingsStore(f"{postgres_url}?options=-c%20default_transaction_read_only%3Don")
        assert refused(change(standby)) == "it can only be read"
        assert standby.read("favorites") == ["a"]
        standby.close()

    def test_any_isolation_will_do(self, store: SettingsStore, postgres_url: str) -> None:
        strict = SettingsStore(f"{postgres_url}?options=-c%20default_transaction_isolation%3Dserializable")
        threads = [Thread(target=strict.change, args=("count", one_more)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(LONGEST)
        assert store.read("count") == 8
        strict.close()


@ON_POSTGRES
class TestStrangers:
    """Users of PostgreSQL who may do little or nothing."""

    @pytest.fixture
    def stranger(self, postgres: Postgres, postgres_url: str) -> Iterator[str]:
        postgres.execute("CREATE ROLE stranger LOGIN PASSWORD 'friend'")
        yield postgres.url("postgres", "stranger", "friend")
        postgres.empty()
        postgres.execute("DROP OWNED BY stranger; DROP ROLE stranger")

    def test_one_who_may_not_make_the_table(self, stranger: str) -> None:
        assert clauses(SettingsStore(stranger)) == {REFUSED}

    def test_one_who_may_use_the_table_but_not_make_it(self, stranger: str, postgres: Postgres) -> None:
        make_table(postgres.url("postgres"))
        postgres.execute("GRANT SELECT, INSERT, UPDATE ON settings TO stranger")
        assert SettingsStore(stranger).change("favorites", lambda _: ["a"]) == ["a"]

    def test_one_who_may_only_read_the_table(self, stranger: str, postgres: Postgres) -> None:
        make_table(postgres.url("postgres"))
        postgres.execute("GRANT SELECT ON settings TO stranger")
        store = SettingsStore(stranger)
        assert refused(change(store)) == REFUSED
        assert store.read("favorites") is None

    def test_one_too_many(self, stranger: str, postgres: Postgres) -> None:
        postgres.execute("ALTER ROLE stranger CONNECTION LIMIT 0")
        assert clauses(SettingsStore(stranger)) == {"it takes no more connections"}

    def test_nobody_there_is_like_a_wrong_password(self, postgres: Postgres) -> None:
        wrong = "it refuses the user or the password"
        assert clauses(SettingsStore(postgres.url("postgres", USER, "sesame"))) == {wrong}
        assert clauses(SettingsStore(postgres.url("postgres", "who"))) == {wrong}

    def test_no_password(self, postgres: Postgres) -> None:
        url = f"postgresql://{USER}@127.0.0.1:{postgres.port}/postgres"
        assert clauses(SettingsStore(url)) == {"it wants a password"}

    def test_no_such_database(self, postgres: Postgres) -> None:
        assert clauses(SettingsStore(postgres.url("nowhere"))) == {"it has no such user or database"}

    @pytest.mark.parametrize("option", ["sslmode=maybe", "color=blue", "options=-c%20lock_timeout%3Dx"])
    def test_no_such_option(self, postgres: Postgres, option: str) -> None:
        store = SettingsStore(f"{postgres.url('postgres')}?{option}")
        assert clauses(store) == {"the options of its URL are not valid"}

    def test_no_tls(self, postgres: Postgres) -> None:
        store = SettingsStore(f"{postgres.url('postgres')}?sslmode=require")
        assert clauses(store) == {"it does not speak TLS, as its URL demands"}

    def test_no_such_host(self) -> None:
        store = SettingsStore("postgresql://user:secret@nowhere.invalid/postgres")
        assert clauses(store) == {"its host is not known"}


class Unreachable:
    """Makes every attempt to connect wait for `gate`, and fail; `tries` counts them."""

    def __init__(self) -> None:
        self.tries = 0
        self.begun = Event()
        self.gate = Event()

    def __call__(self, *_: object) -> None:
        self.tries += 1
        self.begun.set()
        assert self.gate.wait(LONGEST)
        raise psycopg.OperationalError("connection refused")


@ON_POSTGRES
class TestGone(OnPostgres):
    """While no connection comes about, one call at a time tries."""

    GONE = "it is not running"

    @pytest.fixture
    def unreachable(self, store: SettingsStore) -> Iterator[Unreachable]:
        unreachable = Unreachable()
        event.listen(Engine, "do_connect", unreachable)
        store.close()
        yield unreachable
        unreachable.gate.set()
        if event.contains(Engine, "do_connect", unreachable):
            event.remove(Engine, "do_connect", unreachable)

    def test_the_others_fail_at_once(self, store: SettingsStore, unreachable: Unreachable) -> None:
        unreachable.gate.set()
        assert refused(read(store)) == self.GONE
        unreachable.gate.clear()
        unreachable.begun.clear()
        told: list[str] = []
        trying = Thread(target=lambda: told.append(refused(read(store))))
        trying.start()
        assert unreachable.begun.wait(LONGEST)
        assert clauses(store) == {self.GONE}
        assert unreachable.tries == 2
        assert told == []  # it waits for the gate
        unreachable.gate.set()
        trying.join(LONGEST)
        assert told == [self.GONE]
        assert refused(change(store)) == self.GONE
        assert unreachable.tries == 3

    def test_before_it_is_known_all_try(self, store: SettingsStore, unreachable: Unreachable) -> None:
        threads = [Thread(target=refused, args=(read(store),)) for _ in range(3)]
        for thread in threads:
            thread.start()
        wait_until(lambda: unreachable.tries == 3)
        unreachable.gate.set()
        for thread in threads:
            thread.join(LONGEST)

    def test_once_it_is_back_all_are_asked_at_once_again(
        self, store: SettingsStore, unreachable: Unreachable
    ) -> None:
        unreachable.gate.set()
        refused(read(store))
        event.remove(Engine, "do_connect", unreachable)
        assert store.read("favorites") == ["a"]
        self.is_read_within_a_change(store)

    def test_so_they_are_where_only_a_call_failed(self, store: SettingsStore, postgres_url: str) -> None:
        with psycopg.connect(postgres_url) as other:
            other.execute("SELECT * FROM settings FOR UPDATE")
            assert refused(change(store)) == "another program holds its lock"
        self.is_read_within_a_change(store)

    def is_read_within_a_change(self, store: SettingsStore) -> None:
        seen: list[object] = []

        def change(_: object) -> object:
            seen.append(store.read("favorites"))
            return ["b"]

        assert store.change("favorites", change) == ["b"]
        assert seen == [["a"]]


@ON_POSTGRES
class TestASilentServer:
    @pytest.fixture
    def between(self, postgres: Postgres) -> Iterator[Relay]:
        with relay(postgres.port) as between:
            yield between

    @pytest.fixture
    def store(self, postgres_url: str, between: Relay) -> Iterator[SettingsStore]:
        _, _, address = postgres_url.rpartition("@")
        port = address.partition(":")[2].partition("/")[0]
        store = SettingsStore(postgres_url.replace(f":{port}/", f":{between.port}/"), PATIENCE)
        store.change("favorites", lambda _: ["a"])
        yield store
        store.close()

    def test_no_call_hangs(self, store: SettingsStore, between: Relay) -> None:
        between.hang()
        assert clauses(store) == {"it does not answer in time"}
        between.go_on()
        assert store.read("favorites") == ["a"]

    def test_silence_within_a_change(self, store: SettingsStore, between: Relay) -> None:
        def change(_: object) -> object:
            between.hang()
            return ["b"]

        assert refused(lambda: store.change("favorites", change)) == "it does not answer in time"
        between.go_on()
        assert store.change("favorites", lambda stored: [stored]) in ([["a"]], [["b"]])

    def test_more_calls_than_connections(self, store: SettingsStore, between: Relay) -> None:
        between.hang()
        told: list[str] = []
        threads = [Thread(target=lambda: told.append(refused(read(store)))) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(LONGEST)
        assert told == ["it does not answer in time"] * 20
        between.go_on()
        store.read("favorites")


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("FATAL:  the database system is starting up", "it is starting"),
        ("FATAL:  the database system is shutting down", "it is shutting down"),
        (
            'FATAL:  no pg_hba.conf entry for host "::1", user "u", database "d"',
            "it takes no connection of this user from here",
        ),
        ("FATAL:  sorry, too many clients already", "it takes no more connections"),
        ("FATAL:  remaining connection slots are reserved for superusers", "it takes no more connections"),
        ('could not translate host name "x" to address: Unknown host', "its host is not known"),
        ('root certificate file "ca.pem" does not exist', "its certificate is not trusted"),
        ("SSL error: certificate verify failed", "its certificate is not trusted"),
        ("FATAL:  Passwort-Authentifizierung fehlgeschlagen", "it does not answer"),
    ],
)
def test_what_postgresql_says_when_it_takes_no_connection(text: str, clause: str) -> None:
    error = OperationalError(None, None, psycopg.OperationalError(text))
    assert str(unavailable(error)) == f"the database is unavailable: {clause}"


class TestOtherFailures:
    def test_one_of_sqlite(self) -> None:
        cause = sqlite3.OperationalError("odd")
        cause.sqlite_errorname = "SQLITE_NOLFS"
        error = OperationalError(None, None, cause)
        assert str(unavailable(error)) == "the database is unavailable: it fails with SQLITE_NOLFS"

    def test_one_of_postgresql(self) -> None:
        error = OperationalError(None, None, psycopg.errors.InternalError_("odd"))
        assert str(unavailable(error)) == "the database is unavailable: it fails with SQLSTATE XX000"
