"""The favorites cache: what this server or another one stored, and no favorites while the database fails."""

import asyncio
import logging
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from booconf.service.state.favorites import KEY
from booconf.service.state.favorites_cache import Edit, FavoritesCache
from booconf.service.storage import UNAVAILABLE, StoreUnavailableError
from booconf.service.storage.settings_store import SettingsStore
from tests.hosts.postgres import Postgres
from tests.hosts.relay import Relay, relay
from tests.service.conftest import ON_POSTGRES
from tests.service.waiting import LONGEST, run, until


class Counter:
    """Counts the changes that a cache reports."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> None:
        self.times += 1


def url(folder: Path) -> str:
    return f"sqlite:///{folder / 'settings.sqlite'}"


def opened(folder: Path, patience: float = 0.5) -> SettingsStore:
    return SettingsStore(url(folder), patience)


def uncached(store: SettingsStore, on_change: Callable[[], None] | None = None) -> FavoritesCache:
    """A cache that reads the store each time."""
    return FavoritesCache(store, on_change or Counter(), max_age=0)


def current(cache: FavoritesCache) -> object:
    return cache.current


def locked(file: Path) -> closing[sqlite3.Connection]:
    """Another program that has the lock of a file, which can be read all the same."""
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    return closing(other)


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """Take the lines that a cache has logged since the last call."""
    caplog.set_level(logging.INFO, "booconf.service.state.favorites_cache")

    def take() -> list[str]:
        lines = [f"{record.levelname} {record.getMessage()}" for record in caplog.records]
        caplog.clear()
        return lines

    return take


Log = Callable[[], list[str]]


def test_changes_of_current_are_reported(tmp_path: Path) -> None:
    async def scenario() -> None:
        changes = Counter()
        cache = uncached(opened(tmp_path), changes)
        assert current(cache) is None
        assert await cache.read() == []
        assert changes.times == 1
        assert await cache.change(lambda _: ["a"]) == ["a"]
        before = current(cache)
        assert (before, changes.times) == (["a"], 2)
        await cache.refresh()
        assert current(cache) is before
        assert changes.times == 2

    run(scenario())


def test_change_of_another_server_is_read(tmp_path: Path) -> None:
    async def scenario() -> None:
        cache = FavoritesCache(opened(tmp_path), Counter(), max_age=0.01)
        watching = asyncio.create_task(cache.watch())
        opened(tmp_path).change(KEY, lambda _: ["b"])
        await until(lambda: cache.current == ["b"])
        watching.cancel()

    run(scenario())


def test_young_favorites_are_not_read_again(tmp_path: Path) -> None:
    async def scenario() -> None:
        cache = FavoritesCache(opened(tmp_path), Counter(), max_age=LONGEST)
        assert await cache.read() == []
        opened(tmp_path).change(KEY, lambda _: ["b"])
        assert await cache.read() == []
        assert await cache.change(lambda stored: stored) == ["b"]
        assert await cache.read() == ["b"]

    run(scenario())


class TestUnavailable:
    def test_reason_is_logged_once_and_not_sent(self, tmp_path: Path, log: Log) -> None:
        async def scenario() -> None:
            changes = Counter()
            (tmp_path / "settings.sqlite").mkdir()
            cache = uncached(opened(tmp_path), changes)
            for _ in range(2):
                with pytest.raises(StoreUnavailableError) as caught:
                    await cache.read()
                assert str(caught.value) == UNAVAILABLE
            assert log() == ["WARNING favorites are hidden: unable to open database file"]
            assert (cache.current, cache.problem, changes.times) == (None, UNAVAILABLE, 0)
            (tmp_path / "settings.sqlite").rmdir()
            assert await cache.read() == []
            assert log() == ["INFO favorites are available"]
            assert (cache.current, cache.problem, changes.times) == ([], None, 1)
            (tmp_path / "settings.sqlite").unlink()
            for _ in range(2):
                await cache.refresh()
            (line,) = log()
            assert line.startswith("WARNING favorites are hidden: sqlite:///")
            assert line.endswith("settings.sqlite is missing; it is not created again")
            assert (cache.current, changes.times) == (None, 2)

        run(scenario())

    def test_failed_change_hides_nothing(self, tmp_path: Path, log: Log) -> None:
        async def scenario() -> None:
            changes = Counter()
            cache = uncached(opened(tmp_path, patience=0.01), changes)
            await cache.change(lambda _: ["a"])
            for _ in range(2):
                with locked(tmp_path / "settings.sqlite"):
                    for _ in range(2):
                        with pytest.raises(StoreUnavailableError):
                            await cache.change(lambda _: ["b"])
                        await cache.refresh()
                    assert (cache.current, cache.problem, changes.times) == (["a"], None, 1)
                assert log() == ["WARNING favorites cannot be changed: database is locked"]
                assert await cache.change(lambda stored: stored) == ["a"]
            assert (log(), changes.times) == ([], 1)

        run(scenario())


class BlockedStore(SettingsStore):
    """A store whose calls wait for `gate` in their thread; `calls` counts them."""

    def __init__(self, url: str) -> None:
        super().__init__(url, patience=0.01)
        self.gate = threading.Event()
        self.calls = 0

    def read(self, key: str) -> object | None:
        self._wait()
        return super().read(key)

    def change(self, key: str, edit: Edit) -> object:
        self._wait()
        return super().change(key, edit)

    def _wait(self) -> None:
        self.calls += 1
        assert self.gate.wait(LONGEST)


class TestConcurrency:
    def test_concurrent_readers_share_one_read(self, tmp_path: Path) -> None:
        """One of them may give up."""

        async def scenario() -> None:
            store = BlockedStore(url(tmp_path))
            cache = FavoritesCache(store, Counter(), max_age=LONGEST)
            readers = [asyncio.create_task(cache.read()) for _ in range(9)]
            await until(lambda: store.calls)
            readers.pop().cancel()
            store.gate.set()
            assert await asyncio.gather(*readers) == [[]] * 8
            assert store.calls == 1

        run(scenario())

    def test_change_is_not_undone_by_an_earlier_read(self, tmp_path: Path) -> None:
        async def scenario() -> None:
            store = BlockedStore(url(tmp_path))
            cache = uncached(store)
            reading = asyncio.create_task(cache.read())
            await until(lambda: store.calls)
            changing = asyncio.create_task(cache.change(lambda _: ["new"]))
            store.gate.set()
            assert await reading == []
            assert await changing == cache.current == ["new"]

        run(scenario())

    def test_queued_changes_fail_with_the_first(self, tmp_path: Path) -> None:
        """None waits for the database again; a later one does."""

        async def scenario() -> None:
            store = BlockedStore(url(tmp_path))
            store.gate.set()
            cache = uncached(store)
            await cache.change(lambda _: ["a"])
            store.gate.clear()
            with locked(tmp_path / "settings.sqlite"):
                changes = [asyncio.create_task(cache.change(lambda _: [])) for _ in range(3)]
                await until(lambda: store.calls == 2)
                store.gate.set()
                results = await asyncio.gather(*changes, return_exceptions=True)
            assert [str(error) for error in results] == [UNAVAILABLE] * 3
            assert store.calls == 2
            assert await cache.change(lambda _: ["b"]) == ["b"]

        run(scenario())

    def test_failed_edit_fails_no_other_change(self, tmp_path: Path) -> None:
        async def scenario() -> None:
            store = BlockedStore(url(tmp_path))
            cache = uncached(store)
            bad = asyncio.create_task(cache.change(lambda _: [1 // 0]))
            await until(lambda: store.calls)
            good = asyncio.create_task(cache.change(lambda _: ["b"]))
            store.gate.set()
            with pytest.raises(ZeroDivisionError):
                await bad
            assert await good == ["b"]

        run(scenario())


class TestDeadline:
    def test_call_without_answer_is_abandoned(self, tmp_path: Path, log: Log) -> None:
        async def scenario() -> None:
            store = BlockedStore(url(tmp_path))
            cache = FavoritesCache(store, Counter(), max_age=0, deadline=0.01)
            with pytest.raises(StoreUnavailableError, match=f"^{UNAVAILABLE}$"):
                await cache.read()
            assert log() == ["WARNING favorites are hidden: no answer within 0.01 seconds"]
            store.gate.set()

        run(scenario())

    def test_abandoned_change_stores_nothing_later(self, tmp_path: Path) -> None:
        async def scenario() -> None:
            store = BlockedStore(url(tmp_path))
            cache = FavoritesCache(store, Counter(), max_age=0, deadline=0.01)
            before = set(threading.enumerate())
            with pytest.raises(StoreUnavailableError):
                await cache.change(lambda _: ["late"])
            store.gate.set()
            for thread in set(threading.enumerate()) - before:
                await asyncio.to_thread(thread.join, LONGEST)
            assert opened(tmp_path).read(KEY) is None

        run(scenario())


@ON_POSTGRES
def test_hung_postgresql_is_unavailable_until_it_answers(postgres: Postgres, postgres_url: str) -> None:
    """Its machine answers for it, so that neither TCP nor a timeout of the server ends the call."""

    async def scenario() -> None:
        with relay(postgres.port) as between, closing(SettingsStore(between_url(between))) as store:
            cache = FavoritesCache(store, Counter(), max_age=0, deadline=0.5)
            assert await cache.change(lambda _: ["a"]) == ["a"]
            between.hang()
            for _ in range(2):
                with pytest.raises(StoreUnavailableError, match=f"^{UNAVAILABLE}$"):
                    await cache.read()
            between.go_on()
            await until(lambda: store.read(KEY) == ["a"])
            assert await cache.read() == ["a"]

    def between_url(between: Relay) -> str:
        return postgres_url.replace(f":{postgres.port}/", f":{between.port}/")

    run(scenario())


def test_read_succeeds_after_an_unexpected_error(tmp_path: Path) -> None:
    class FailingStore(SettingsStore):
        fails = True

        def read(self, key: str) -> object | None:
            if self.fails:
                raise RuntimeError("a bug")
            return super().read(key)

    async def scenario() -> None:
        store = FailingStore(url(tmp_path))
        cache = uncached(store)
        with pytest.raises(RuntimeError):
            await cache.read()
        store.fails = False
        assert await cache.read() == []

    run(scenario())
