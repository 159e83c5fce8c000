"""Settings are stored as they are, in SQLite and in PostgreSQL alike, beside those of other programs."""

import logging
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError

from booconf.service.storage import UNAVAILABLE, StoreUnavailableError, UnusableSettingError
from booconf.service.storage.database import open_database, sqlite_url
from booconf.service.storage.settings_store import SettingsStore
from tests.hosts.postgres import Postgres
from tests.service.conftest import ON_POSTGRES
from tests.service.tables import change_setting, make_table, put, read_setting, rows, run_sql

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters()),  # any code point, lone surrogates and NUL too
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters()), inner),
    max_leaves=10,
)  # fmt: skip


def test_missing_setting_is_none(store: SettingsStore) -> None:
    assert store.read("favorites") is None


def test_change_edits_and_returns_stored_value(store: SettingsStore, settings_url: str) -> None:
    assert store.change("favorites", lambda stored: [stored]) == [None]
    assert store.change("favorites", lambda stored: [stored, "a"]) == [[None], "a"]
    assert store.read("favorites") == [[None], "a"]
    assert read_setting(settings_url) == [[None], "a"]


def test_change_may_edit_in_place(store: SettingsStore) -> None:
    store.change("favorites", lambda _: ["a"])

    def append(stored: object) -> object:
        assert isinstance(stored, list)
        stored.append("b")
        return stored

    assert store.change("favorites", append) == ["a", "b"]
    assert store.read("favorites") == ["a", "b"]


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(JSON)
@example("\0")
@example("\ud800")
@example({"\udfff": ["\x1f\x7f", "\u2028", "🦙"]})
@example([2**53 + 1, 2**200, -0.0, 1.0, 5e-324, 1.7976931348623157e308])
@example(12345678901234567890)
@example("1.0")
@example([[[[[{}]]]]])
def test_every_json_value_is_unchanged(store: SettingsStore, value: object) -> None:
    store.change("favorites", lambda _: value)
    assert repr(store.read("favorites")) == repr(value)  # 1, 1.0 and True are equal, and not the same


@pytest.mark.parametrize("value", [float("nan"), [float("inf")], b"", {1, 2}, object()])
def test_value_that_is_not_json_is_not_stored(store: SettingsStore, value: object) -> None:
    store.change("favorites", lambda _: ["a"])
    with pytest.raises((TypeError, ValueError)):
        store.change("favorites", lambda _: value)
    assert store.read("favorites") == ["a"]


class RefusedError(Exception):
    """Raised by an edit."""


@pytest.mark.parametrize("before", [[], ["a"]], ids=["first", "later"])
def test_exception_of_edit_changes_nothing(
    store: SettingsStore, settings_url: str, before: list[str]
) -> None:
    store.read("favorites")
    if before:
        put(settings_url, "favorites", '["a"]')

    def refuse(_: object) -> object:
        raise RefusedError

    with pytest.raises(RefusedError):
        store.change("favorites", refuse)
    assert rows(settings_url) == [("favorites", f'["{entry}"]') for entry in before]


def test_unchanged_value_is_not_written(store: SettingsStore, settings_url: str) -> None:
    make_table(settings_url)
    assert store.change("favorites", lambda stored: stored) is None
    assert rows(settings_url) == []
    put(settings_url, "favorites", ' [ "a" , 1e0 ] ')
    assert store.change("favorites", lambda stored: stored) == ["a", 1.0]
    assert rows(settings_url) == [("favorites", ' [ "a" , 1e0 ] ')]
    assert run_sql(settings_url, "SELECT updated_at FROM settings") == [(None,)]


def test_true_and_one_differ(store: SettingsStore) -> None:
    store.change("favorites", lambda _: [True])
    assert store.change("favorites", lambda _: [1]) == [1]
    assert repr(store.read("favorites")) == "[1]"


class TestTable:
    def test_table_is_created_by_first_call_and_logged(
        self, settings_url: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.INFO, "booconf")
        for _ in range(2):
            with closing(SettingsStore(settings_url)) as store:
                store.read("favorites")
        assert rows(settings_url) == []
        assert [record.getMessage() for record in caplog.records] == [
            f"created the table `settings` in {store.name}"
        ]

    def test_updated_at_is_set_by_clock_of_database(self, store: SettingsStore, settings_url: str) -> None:
        store.change("favorites", lambda _: [])
        run_sql(settings_url, "UPDATE settings SET updated_at = '2001-01-01 00:00:00'")
        store.change("favorites", lambda _: ["a"])
        assert run_sql(settings_url, "SELECT updated_at <= CURRENT_TIMESTAMP FROM settings") == [(True,)]
        hour = "datetime('now', '-1 hour')" if "sqlite" in settings_url else "now() - interval '1 hour'"
        assert run_sql(settings_url, f"SELECT updated_at > {hour} FROM settings") == [(True,)]

    def test_updated_at_has_a_default(self, store: SettingsStore, settings_url: str) -> None:
        store.read("favorites")
        put(settings_url, "theirs", "{}")
        assert run_sql(settings_url, "SELECT updated_at IS NULL FROM settings") == [(False,)]

    @ON_POSTGRES
    def test_updated_at_is_utc_in_any_time_zone(self, postgres: Postgres) -> None:
        url = postgres.new_database()
        name = url.rpartition("/")[2]
        postgres.execute(f"ALTER DATABASE {name} SET timezone = 'Asia/Tokyo'")
        make_table(url)  # with a time that knows no zone
        change_setting(url, lambda _: [])
        late = "updated_at > now() at time zone 'UTC'"
        early = "updated_at < now() at time zone 'UTC' - interval '1 hour'"
        assert run_sql(url, f"SELECT {late}, {early} FROM settings") == [(False, False)]

    def test_settings_of_other_programs_are_kept(self, store: SettingsStore, settings_url: str) -> None:
        make_table(settings_url)
        theirs = [("a", "{not json"), ("favorites.boo", '{"x": 1}'), ("theme", " null ")]
        for key, value in theirs:
            put(settings_url, key, value)
        store.change("favorites", lambda _: ["a"])
        store.change("favorites", lambda _: ["b"])
        assert rows(settings_url) == sorted([*theirs, ("favorites", '["b"]')])

    @pytest.mark.parametrize("kind", ["TEXT", "JSON", "JSONB", "VARCHAR"])
    def test_table_of_another_program_is_used(
        self, store: SettingsStore, settings_url: str, kind: str
    ) -> None:
        if kind == "JSONB" and "sqlite" in settings_url:
            kind = "BLOB"
        make_table(settings_url, value=kind, rest=", owner TEXT NOT NULL DEFAULT 'boo'")
        put(settings_url, "favorites", '["a", {"b": null}]')
        put(settings_url, "other", '["a"]')
        assert store.read("favorites") == ["a", {"b": None}]
        assert store.change("favorites", lambda stored: [stored, "ü"]) == [["a", {"b": None}], "ü"]
        assert store.change("new", lambda _: []) == []
        assert store.read("favorites") == [["a", {"b": None}], "ü"]
        assert run_sql(settings_url, "SELECT DISTINCT owner FROM settings") == [("boo",)]

    def test_null_value_is_none(self, store: SettingsStore, settings_url: str) -> None:
        make_table(settings_url)
        put(settings_url, "favorites", None)
        assert store.read("favorites") is None
        assert store.change("favorites", lambda stored: [stored]) == [None]
        assert rows(settings_url) == [("favorites", "[null]")]


class TestUnusableValues:
    """A value that is not JSON, or has numbers that would change, is neither used nor destroyed."""

    @pytest.mark.parametrize(
        "text", ["", "favorites", "[", "NaN", "[Infinity]", "1e999", "[" * 100_000, "1" * 5000]
    )
    def test_unusable_value_is_kept(self, store: SettingsStore, settings_url: str, text: str) -> None:
        make_table(settings_url)
        put(settings_url, "favorites", text)
        with pytest.raises(UnusableSettingError, match="the stored setting is not JSON that can be kept"):
            store.read("favorites")
        with pytest.raises(UnusableSettingError, match="the stored setting is not JSON that can be kept"):
            store.change("favorites", lambda _: [])
        assert rows(settings_url) == [("favorites", text)]
        assert store.change("other", lambda _: 1) == 1

    def test_bytes_in_sqlite(self, sqlite_url: str) -> None:
        make_table(sqlite_url)
        put(sqlite_url, "favorites", b'["\xff"]')
        self.is_refused(sqlite_url, "the stored setting is not text")
        assert run_sql(sqlite_url, "SELECT value FROM settings") == [(b'["\xff"]',)]

    @ON_POSTGRES
    def test_bytes_in_postgresql_without_encoding(self, postgres: Postgres) -> None:
        url = postgres.new_database("ENCODING 'SQL_ASCII'")
        make_table(url)
        run_sql(url, r"INSERT INTO settings (key, value) VALUES ('favorites', E'[\"\xff\"]')")
        self.is_refused(url, UNAVAILABLE)
        assert change_setting(url, lambda _: "ü\0\ud800", "other") == "ü\0\ud800"
        assert read_setting(url, "other") == "ü\0\ud800"

    def is_refused(self, url: str, message: str) -> None:
        store = SettingsStore(url)
        with pytest.raises(StoreUnavailableError, match=message):
            store.read("favorites")
        with pytest.raises(StoreUnavailableError, match=message):
            store.change("favorites", lambda _: [])
        store.close()


class TestFile:
    """Files of SQLite."""

    @pytest.fixture
    def plain_url(self, tmp_path: Path) -> str:
        return f"sqlite:///{tmp_path / 'settings.db'}"

    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        return tmp_path / "one" / "two" / "with space %41 #ü.db"

    @pytest.fixture
    def store(self, file: Path) -> Iterator[SettingsStore]:
        store = SettingsStore(sqlite_url(file))
        yield store
        store.close()

    def test_nothing_is_created_before_first_call(self, store: SettingsStore, tmp_path: Path) -> None:
        assert list(tmp_path.iterdir()) == []

    def test_file_is_created_with_its_folders(self, store: SettingsStore, file: Path) -> None:
        store.change("favorites", lambda _: ["a"])
        assert [path.name for path in file.parent.iterdir()] == [file.name]

    @pytest.mark.parametrize("there", [True, False], ids=["folder is there", "no folder"])
    def test_only_owner_may_read_file(self, store: SettingsStore, file: Path, there: bool) -> None:
        if there:
            file.parent.mkdir(parents=True)
        store.change("favorites", lambda _: ["a"])
        assert sys.platform == "win32" or stat.S_IMODE(file.stat().st_mode) == 0o600

    def test_created_folder_is_private(self, store: SettingsStore, file: Path) -> None:
        mask = os.umask(0)
        try:
            store.change("favorites", lambda _: ["a"])
        finally:
            os.umask(mask)
        assert sys.platform == "win32" or stat.S_IMODE(file.parent.stat().st_mode) == 0o700

    def test_sqlite_itself_creates_no_file(self, file: Path) -> None:
        file.parent.mkdir(parents=True)
        with pytest.raises(OperationalError, match="unable to open"):
            open_database(sqlite_url(file), 1).engine.connect()
        assert not file.exists()

    def test_existing_file_keeps_mode_and_journal(self, plain_url: str) -> None:
        make_table(plain_url)
        run_sql(plain_url, "PRAGMA journal_mode = WAL")
        file = Path(plain_url.removeprefix("sqlite:///"))
        file.chmod(0o660)
        assert SettingsStore(plain_url).change("favorites", lambda _: ["a"]) == ["a"]
        assert run_sql(plain_url, "PRAGMA journal_mode") == [("wal",)]
        assert sys.platform == "win32" or stat.S_IMODE(file.stat().st_mode) == 0o660

    @pytest.mark.parametrize("what", ["file", "folder", "folder is a file"])
    def test_missing_file_is_not_created_again(
        self, store: SettingsStore, file: Path, tmp_path: Path, what: str
    ) -> None:
        """An empty one would look like no favorites, and block the return of the old one."""
        store.change("favorites", lambda _: ["a"])
        place = file if what == "file" else file.parent
        away = place.rename(tmp_path / "away")
        if what == "folder is a file":
            place.write_bytes(b"")
        with pytest.raises(StoreUnavailableError, match=UNAVAILABLE):
            store.read("favorites")
        with pytest.raises(StoreUnavailableError, match=UNAVAILABLE):
            store.change("favorites", lambda _: ["b"])
        assert not file.exists()
        if what == "folder is a file":
            place.unlink()
        away.rename(place)
        assert store.read("favorites") == ["a"]

    def test_new_store_creates_missing_file(self, store: SettingsStore, file: Path) -> None:
        store.change("favorites", lambda _: ["a"])
        file.unlink()
        assert SettingsStore(sqlite_url(file)).read("favorites") is None
        assert store.read("favorites") is None

    def test_replaced_file_is_used(self, store: SettingsStore, file: Path, plain_url: str) -> None:
        store.change("favorites", lambda _: ["a"])
        other = SettingsStore(plain_url)
        other.change("favorites", lambda _: ["backup"])
        Path(plain_url.removeprefix("sqlite:///")).replace(file)
        assert store.read("favorites") == ["backup"]
