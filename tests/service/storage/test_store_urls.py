"""Settings URLs: one that names no database is refused, and a password is never shown or logged."""

import logging
import sys
import traceback
from pathlib import Path

import pytest

from booconf.service.storage import StoreUnavailableError, StoreUrlError
from booconf.service.storage.database import open_database, sqlite_url
from booconf.service.storage.settings_store import SettingsStore
from tests.hosts.postgres import PASSWORD, USER, Postgres
from tests.service.conftest import ON_POSTGRES
from tests.service.tables import read_setting

NEITHER = (
    "it is neither `sqlite:///FILE` nor `postgresql://USER@HOST/DATABASE`, "
    "with the password in ~/.pgpass or PGPASSWORD"
)
NO_FILE = "a URL of SQLite names a file, and nothing else: `sqlite:///FILE`"
TWO_AT = "it has more than one `@`: write `%40` in the user or the password"


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("", NEITHER),
        ("settings.db", NEITHER),
        ("/var/settings.db", NEITHER),
        ("mysql://user:secret@host/database", NEITHER),
        ("postgresql+asyncpg://user:secret@host/database", NEITHER),
        ("postgresql:secret", NEITHER),
        ("postgresql://user:secret@host:port/database", NEITHER),
        ("postgresql://user:secret@host/database?port=one", NEITHER),
        ("postgresql://user:se@cret@host/database", TWO_AT),
        ("postgresql://user:secret@host/data@base", TWO_AT),
        ("postgresql://user:secret%00@host/database", NEITHER),
        ("postgresql://user:secret\udcff@host/database", NEITHER),
        ("sqlite:///settings%00.db", NEITHER),
        ("sqlite:///settings\0.db", NEITHER),
        ("sqlite://", NO_FILE),
        ("sqlite:///", NO_FILE),
        ("sqlite://settings.db", NO_FILE),
        ("sqlite:///:memory:", NO_FILE),
        ("sqlite:///%3Amemory%3A", NO_FILE),
        ("sqlite:///settings.db?mode=memory", NO_FILE),
    ],
)
def test_unusable_url_is_refused_without_repeating_it(url: str, problem: str) -> None:
    with pytest.raises(StoreUrlError) as caught:
        SettingsStore(url)
    assert str(caught.value) == problem
    assert "secret" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("missing", ["psycopg", "libpq"])
def test_postgresql_without_its_driver(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "psycopg"]:
        monkeypatch.delitem(sys.modules, name)
    if missing == "psycopg":
        monkeypatch.setitem(sys.modules, missing, None)
    else:
        monkeypatch.setenv("PSYCOPG_IMPL", "none")  # of those that psycopg knows, to reach libpq
    with pytest.raises(StoreUrlError, match=r"PostgreSQL needs more .*`pip install 'booconf\[serve\]'`"):
        SettingsStore("postgresql://user:secret@host/database")


def test_relative_file_is_resolved_at_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    store = SettingsStore("sqlite:///settings.db")
    monkeypatch.chdir(tmp_path.parent)
    store.change("favorites", lambda _: ["a"])
    assert (tmp_path / "settings.db").is_file()


def test_file_name_need_not_be_encoded(tmp_path: Path) -> None:
    SettingsStore(f"sqlite:///{tmp_path}/a b@c@d.db").read("favorites")
    assert (tmp_path / "a b@c@d.db").is_file()


@pytest.mark.parametrize("name", ["plain.db", "a b%20c#d?e&f=g@h.db", "ü.db", "100%.db"])
def test_every_file_name_has_a_url(tmp_path: Path, name: str) -> None:
    url = sqlite_url(tmp_path / name)
    store = SettingsStore(url)
    store.change("favorites", lambda _: ["a"])
    assert (tmp_path / name).is_file()
    assert store.name == f"sqlite:///{tmp_path / name}"
    assert repr(store) == f"SettingsStore({store.name!r})"


def test_file_name_that_is_not_text_has_a_url() -> None:
    file = Path("\udcff.db").absolute()
    assert open_database(sqlite_url(file), 1).file == file


@ON_POSTGRES
def test_postgres_is_an_alias_of_postgresql(postgres_url: str) -> None:
    assert read_setting(postgres_url.replace("postgresql://", "postgres://")) is None


@ON_POSTGRES
def test_password_and_value_are_not_shown_or_logged(
    postgres: Postgres, postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = "open sesame 100%"
    chosen = ["my choice"]
    caplog.set_level(logging.INFO, "sqlalchemy")  # more is every row that is read
    caplog.set_level(logging.DEBUG, "sqlalchemy.pool")
    caplog.set_level(logging.DEBUG, "psycopg")
    shown = []
    for url in (
        postgres_url,
        postgres.url("postgres", USER, wrong),
        postgres.url("nowhere"),
        f"postgresql://{USER}@127.0.0.1:{postgres.port}/postgres?password=open%20sesame%20100%25",
        f"postgresql://{USER}:{wrong.replace(' ', '%20').replace('100%', '100%25')}@127.0.0.1:1/postgres",
        f"{postgres_url}?no_such_option=open%20sesame",
    ):
        store = SettingsStore(url)
        shown.append(repr(store))
        try:
            store.change("favorites", lambda _: chosen)
            store.read("favorites")
        except StoreUnavailableError as error:
            shown += [*traceback.format_exception(error), repr(error), error.detail]
        store.close()
    text = "".join([*shown, caplog.text])
    assert "psycopg" in caplog.text
    assert "sqlalchemy" in caplog.text
    assert "SettingsStore('postgresql://booconf:***@127.0.0.1" in text
    for secret in (PASSWORD, wrong, "sesame", *chosen):
        assert secret not in text
