"""Settings databases: tests run with SQLite and PostgreSQL."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from booconf.service.storage.settings_store import SettingsStore
from tests.hosts.postgres import Postgres
from tests.hosts.postgres import postgres as run_postgres

ON_POSTGRES = pytest.mark.xdist_group("postgres")
"""For tests that use `postgres`: one worker starts the server, once."""

DATABASES = ("sqlite", pytest.param("postgresql", marks=ON_POSTGRES))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A running PostgreSQL server; a test that stops it starts it again."""
    with run_postgres() as server:
        yield server


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The URL of a missing file in a missing folder."""
    return f"sqlite:///{tmp_path / 'state' / 'settings.db'}"


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """The URL of an empty database."""
    yield postgres.url("postgres")
    postgres.empty()


@pytest.fixture(params=DATABASES)
def settings_url(request: pytest.FixtureRequest) -> str:
    """The URL of a new, empty database of either kind."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture(scope="module", params=DATABASES)
def lasting_settings_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a database of either kind that all tests of a module use, empty at first."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path_factory.mktemp('settings') / 'settings.sqlite'}"
    postgres: Postgres = request.getfixturevalue("postgres")
    return postgres.new_database()


@pytest.fixture
def store(settings_url: str) -> Iterator[SettingsStore]:
    """An empty store of either kind."""
    with closing(SettingsStore(settings_url)) as store:
        yield store
