"""The favorites at hand: as stored by us, or by others a moment ago, and known to be away when they are."""

import asyncio
import logging
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from booconf.service import app as application
from booconf.service.state.favorites import KEY
from booconf.service.state.favorites_cache import Edit, FavoritesCache
from booconf.service.storage.settings_store import SettingsStore, StoreUnavailableError
from tests.service.waiting import LONGEST, run, until

AWAY = "the database is unavailable: "


class CallCounter:
    """Number of change notifications that a shelf sent."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> None:
        self.times += 1


@pytest.fixture
def blocked(tmp_path: Path) -> Path:
    """A file where the folder of a database has to be."""
    place = tmp_path / "state"
    place.write_text("", encoding="utf-8")
    return place


def url(folder: Path) -> str:
    return f"sqlite:///{folder / 'settings.sqlite'}"


def opened(folder: Path, patience: float = 0.5) -> SettingsStore:
    return SettingsStore(url(folder), patience)


def held(shelf: FavoritesCache) -> object:
    return shelf.current


def problem(shelf: FavoritesCache) -> object:
    return shelf.problem


def test_it_holds_what_is_stored_and_tells_of_what_is_different(tmp_path: Path) -> None:
    async def scenario() -> None:
        store, told = opened(tmp_path), CallCounter()
        shelf = FavoritesCache(store, told)
        assert held(shelf) is None
        assert await shelf.read() == []
        assert (held(shelf), told.times) == ([], 1)
        assert await shelf.change(lambda _: ["a"]) == ["a"]
        assert (held(shelf), told.times) == (["a"], 2)
        before = shelf.current
        await shelf.look()
        assert shelf.current is before
        assert told.times == 2

    run(scenario())


def test_what_another_server_stores_is_seen(tmp_path: Path) -> None:
    async def scenario() -> None:
        shelf = FavoritesCache(opened(tmp_path), CallCounter())
        watching = asyncio.create_task(shelf.watch(every=0.01))
        opened(tmp_path).change(KEY, lambda _: ["b"])
        await until(lambda: shelf.current == ["b"])
        watching.cancel()

    run(scenario())


class Gate:
    """Holds whoever passes it in another thread, until it is opened."""

    def __init__(self) -> None:
        self._opened = threading.Event()
        self.waiting = 0

    def open(self) -> None:
        self._opened.set()

    def wait(self) -> None:
        self.waiting += 1
        assert self._opened.wait(LONGEST)


class HeldStore(SettingsStore):
    """A store whose readings, their answers and whose changes are held up by the gates that are set."""

    start_gate: Gate | None = None
    read_gate: Gate | None = None
    change_gate: Gate | None = None
    fails_behind_gate = False

    def read(self, key: str) -> object | None:
        if self.start_gate is not None:
            self.start_gate.wait()
        found = super().read(key)
        if self.read_gate is not None:
            self.read_gate.wait()
            if self.fails_behind_gate:
                raise StoreUnavailableError("away")
        return found

    def change(self, key: str, edit: Edit) -> object:
        if self.change_gate is not None:
            self.change_gate.wait()
        return super().change(key, edit)


def locked(file: Path) -> closing[sqlite3.Connection]:
    """Another program that holds the lock of a file: what is there can be read all the same."""
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    return closing(other)


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """What a shelf has said since this was called last."""
    caplog.set_level(logging.INFO, "booconf.service.state.favorites_cache")

    def take() -> list[str]:
        said = [f"{record.levelname} {record.getMessage()}" for record in caplog.records]
        caplog.clear()
        return said

    return take


Log = Callable[[], list[str]]


class TestAway:
    def test_it_is_said_at_once_and_again_when_it_is_for_another_reason(
        self, blocked: Path, log: Log
    ) -> None:
        async def scenario() -> None:
            told = CallCounter()
            shelf = FavoritesCache(opened(blocked), told)
            for _ in range(2):
                await shelf.look()
            with pytest.raises(StoreUnavailableError):
                await shelf.read()
            (said,) = log()
            assert said.startswith(
                "WARNING favorites are hidden: the database is unavailable: its file cannot"
            )
            assert shelf.problem is not None
            assert said.endswith(shelf.problem)
            blocked.unlink()
            (blocked / "settings.sqlite").mkdir(parents=True)
            for _ in range(2):
                await shelf.look()
            assert log() == [f"WARNING favorites are hidden: {AWAY}its file cannot be opened"]
            assert (held(shelf), problem(shelf)) == (None, f"{AWAY}its file cannot be opened")
            assert told.times == 0
            (blocked / "settings.sqlite").rmdir()
            assert await shelf.change(lambda _: ["a"]) == ["a"]
            assert log() == ["INFO favorites are available"]
            assert (held(shelf), problem(shelf), told.times) == (["a"], None, 1)
            (blocked / "settings.sqlite").unlink()
            for _ in range(2):
                await shelf.look()
            assert log() == [f"WARNING favorites are hidden: {AWAY}its file is gone"]
            assert (shelf.current, told.times) == (None, 2)

        run(scenario())

    def test_a_change_finds_it_out_too(self, tmp_path: Path, log: Log) -> None:
        async def scenario() -> None:
            told = CallCounter()
            shelf = FavoritesCache(opened(tmp_path), told)
            await shelf.change(lambda _: ["a"])
            (tmp_path / "settings.sqlite").unlink()
            for _ in range(2):
                with pytest.raises(StoreUnavailableError, match="its file is gone"):
                    await shelf.change(lambda _: ["b"])
            assert (held(shelf), problem(shelf), told.times) == (None, f"{AWAY}its file is gone", 2)
            assert log()[1:] == [f"WARNING favorites are hidden: {AWAY}its file is gone"]

        run(scenario())


class TestRefusedChanges:
    def test_what_is_stored_stays_at_hand(self, tmp_path: Path, log: Log) -> None:
        async def scenario() -> None:
            told = CallCounter()
            shelf = FavoritesCache(opened(tmp_path, patience=0.01), told)
            await shelf.change(lambda _: ["a"])
            log()
            for _ in range(2):
                with locked(tmp_path / "settings.sqlite"):
                    for _ in range(2):
                        with pytest.raises(StoreUnavailableError, match="another program holds its lock"):
                            await shelf.change(lambda _: ["b"])
                    assert (held(shelf), problem(shelf), told.times) == (["a"], None, 1)
                    await shelf.look()
                assert log() == [f"WARNING favorites cannot be changed: {AWAY}another program holds its lock"]
                assert await shelf.change(lambda stored: stored) == ["a"]
            assert (log(), told.times) == ([], 1)

        run(scenario())

    def test_it_is_not_said_again_where_favorites_are_hidden_for_it(self, tmp_path: Path, log: Log) -> None:
        async def scenario() -> None:
            shelf = FavoritesCache(opened(tmp_path), CallCounter())
            (tmp_path / "settings.sqlite").mkdir()
            await shelf.look()
            log()
            with pytest.raises(StoreUnavailableError, match="its file cannot be opened"):
                await shelf.change(lambda _: ["b"])
            assert log() == []

        run(scenario())

    def test_who_waited_in_vain_is_not_followed_by_others(self, tmp_path: Path) -> None:
        """The second change does not wait again for what the first has waited for; a later one does."""

        async def scenario() -> None:
            store, gate = HeldStore(url(tmp_path), patience=0.01), Gate()
            shelf = FavoritesCache(store, CallCounter())
            await shelf.change(lambda _: ["a"])
            store.change_gate = gate
            with locked(tmp_path / "settings.sqlite"):
                changes = [asyncio.create_task(shelf.change(lambda _: [])) for _ in range(3)]
                await until(lambda: gate.waiting)
                gate.open()
                results = await asyncio.gather(*changes, return_exceptions=True)
            assert [str(error) for error in results] == [f"{AWAY}another program holds its lock"] * 3
            assert gate.waiting == 1
            assert await shelf.change(lambda _: ["b"]) == ["b"]

        run(scenario())

    def test_an_edit_that_fails_says_nothing_about_the_database(self, tmp_path: Path) -> None:
        """What was refused before it is over, for whoever waits too."""

        async def scenario() -> None:
            store, gate = HeldStore(url(tmp_path), patience=0.01), Gate()
            shelf = FavoritesCache(store, CallCounter())
            await shelf.change(lambda _: ["a"])
            with locked(tmp_path / "settings.sqlite"), pytest.raises(StoreUnavailableError):
                await shelf.change(lambda _: [])
            store.change_gate = gate
            bad = asyncio.create_task(shelf.change(lambda _: [1 // 0]))
            await until(lambda: gate.waiting)
            good = asyncio.create_task(shelf.change(lambda _: ["b"]))
            await asyncio.sleep(0)
            gate.open()
            with pytest.raises(ZeroDivisionError):
                await bad
            assert await good == ["b"]

        run(scenario())


class TestReadings:
    def test_who_asks_meanwhile_gets_what_the_next_one_finds(self, tmp_path: Path) -> None:
        """However many ask a database that is slow, it is asked twice; and one of them may give up."""

        async def scenario() -> None:
            store, gate = HeldStore(url(tmp_path)), Gate()
            shelf = FavoritesCache(store, CallCounter())
            store.read_gate = gate
            first = asyncio.create_task(shelf.read())
            await until(lambda: gate.waiting)
            opened(tmp_path).change(KEY, lambda _: ["another server's"])
            readers = [asyncio.create_task(shelf.read()) for _ in range(9)]
            await asyncio.sleep(0)
            readers.pop(0).cancel()
            await asyncio.sleep(0)
            gate.open()
            assert await first == []
            assert await asyncio.gather(*readers) == [["another server's"]] * 8
            assert gate.waiting == 2
            assert held(shelf) == ["another server's"]
            await shelf.look()
            assert gate.waiting == 3

        run(scenario())

    def test_one_that_failed_before_a_change_succeeded_is_not_the_last(self, tmp_path: Path) -> None:
        async def scenario() -> None:
            store, gate = HeldStore(url(tmp_path)), Gate()
            shelf = FavoritesCache(store, CallCounter())
            store.read_gate = gate
            store.fails_behind_gate = True
            first, second = (asyncio.create_task(shelf.read()) for _ in range(2))
            await until(lambda: gate.waiting)
            await shelf.change(lambda _: ["new"])
            store.read_gate = None
            gate.open()
            with pytest.raises(StoreUnavailableError):
                await first
            assert await second == held(shelf) == ["new"]
            assert problem(shelf) is None

        run(scenario())

    def test_no_other_one_follows_where_the_database_is_away(self, tmp_path: Path) -> None:
        """Each would have to wait as long again."""

        async def scenario() -> None:
            store, gate = HeldStore(url(tmp_path)), Gate()
            shelf = FavoritesCache(store, CallCounter())
            await shelf.read()
            (tmp_path / "settings.sqlite").unlink()
            store.start_gate = gate
            readers = [asyncio.create_task(shelf.read()) for _ in range(9)]
            await until(lambda: gate.waiting)
            gate.open()
            results = await asyncio.gather(*readers, return_exceptions=True)
            assert {str(error) for error in results} == {AWAY + "its file is gone"}
            assert gate.waiting == 1

        run(scenario())

    def test_they_all_hear_why_there_is_none(self, blocked: Path) -> None:
        async def scenario() -> None:
            shelf = FavoritesCache(opened(blocked), CallCounter())
            results = await asyncio.gather(*(shelf.read() for _ in range(9)), return_exceptions=True)
            assert {type(error) for error in results} == {StoreUnavailableError}

        run(scenario())

    def test_one_that_fails_for_a_mistake_of_ours_is_not_the_last(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(_: object) -> object:
            raise RuntimeError("a mistake of ours")

        async def scenario() -> None:
            store = opened(tmp_path)
            shelf = FavoritesCache(store, CallCounter())
            monkeypatch.setattr(store, "read", fail)
            with pytest.raises(RuntimeError):
                await shelf.read()
            monkeypatch.undo()
            assert await shelf.read() == []

        run(scenario())

    def test_one_from_before_a_change_does_not_undo_it(self, tmp_path: Path) -> None:
        """Nor is it what somebody gets who asks after the change."""

        async def scenario() -> None:
            store, gate = HeldStore(url(tmp_path)), Gate()
            told = CallCounter()
            shelf = FavoritesCache(store, told)
            store.read_gate = gate
            before = asyncio.create_task(shelf.read())
            await until(lambda: gate.waiting)
            await shelf.change(lambda _: ["new"])
            store.read_gate = None
            assert await shelf.read() == ["new"]
            gate.open()
            assert await before == []
            assert (held(shelf), told.times) == (["new"], 1)

        run(scenario())


def test_work_that_fails_begins_anew(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(application, "PAUSE", 0.0)
    begun: list[str] = []

    async def work() -> None:
        begun.append("")
        if len(begun) < 3:
            raise RuntimeError("a mistake of ours")
        await asyncio.Event().wait()

    async def scenario() -> None:
        task = asyncio.create_task(application._keep_doing("working", work))
        await until(lambda: len(begun) == 3)
        task.cancel()

    run(scenario())
    assert caplog.text.count("working failed, and begins anew") == 2
