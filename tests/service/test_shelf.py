"""The favourites at hand: as stored by us, or by others a moment ago, and known to be away when they are."""

import asyncio
import logging
import threading
from pathlib import Path

import pytest

from booconf.service import app as application
from booconf.service.favorites import KEY
from booconf.service.shelf import Shelf
from booconf.service.store import SettingsStore, StoreUnavailableError
from tests.service.waiting import run, until


class Told:
    """How often a shelf said that it holds something else."""

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


def opened(folder: Path) -> SettingsStore:
    return SettingsStore(f"sqlite:///{folder / 'settings.sqlite'}", patience=0.5)


def held(shelf: Shelf) -> object:
    return shelf.current


def test_it_holds_what_is_stored_and_tells_of_what_is_different(tmp_path: Path) -> None:
    async def scenario() -> None:
        store, told = opened(tmp_path), Told()
        shelf = Shelf(store, told)
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
        shelf = Shelf(opened(tmp_path), Told())
        watching = asyncio.create_task(shelf.watch(every=0.01))
        opened(tmp_path).change(KEY, lambda _: ["b"])
        await until(lambda: shelf.current == ["b"])
        watching.cancel()

    run(scenario())


def test_a_database_that_is_away_is_said_once_and_so_is_its_return(
    blocked: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> None:
        told = Told()
        shelf = Shelf(opened(blocked), told)
        with pytest.raises(StoreUnavailableError):
            await shelf.change(lambda _: ["a"])
        await shelf.look()
        assert (shelf.current, told.times) == (None, 0)
        blocked.unlink()
        assert await shelf.change(lambda _: ["a"]) == ["a"]
        for file in blocked.iterdir():
            file.unlink()
        blocked.rmdir()
        blocked.write_text("", encoding="utf-8")
        await shelf.look()
        await shelf.look()
        assert (shelf.current, told.times) == (None, 2)

    with caplog.at_level(logging.INFO, "booconf.service.shelf"):
        run(scenario())
    assert [record.levelname for record in caplog.records] == ["INFO", "WARNING"]


def test_who_waited_for_a_database_in_vain_is_not_followed_by_others(tmp_path: Path) -> None:
    """The second change does not wait again for what the first has waited for."""

    async def scenario() -> None:
        store, begun, end = opened(tmp_path), threading.Event(), threading.Event()
        tries: list[str] = []

        def fail(_key: str, _edit: object) -> object:
            tries.append("")
            begun.set()
            end.wait()
            raise StoreUnavailableError("it is away")

        store.change = fail  # type: ignore[assignment,method-assign] # a database that hangs, without the wait
        shelf = Shelf(store, Told())
        first = asyncio.create_task(shelf.change(lambda _: []))
        await until(begun.is_set)
        second = asyncio.create_task(shelf.change(lambda _: []))
        await asyncio.sleep(0)
        end.set()
        results = await asyncio.gather(first, second, return_exceptions=True)
        assert [str(error) for error in results] == ["it is away", "it is away"]
        assert len(tries) == 1

    run(scenario())


def test_a_look_from_before_a_change_does_not_undo_it(tmp_path: Path) -> None:
    async def scenario() -> None:
        store, begun, end = opened(tmp_path), threading.Event(), threading.Event()
        shelf = Shelf(store, Told())
        read = store.read

        def slow(key: str) -> object:
            found = read(key)
            begun.set()
            end.wait()
            return found

        store.read = slow  # type: ignore[method-assign] # the answer comes when it is out of date
        look = asyncio.create_task(shelf.read())
        await until(begun.is_set)
        await shelf.change(lambda _: ["new"])
        end.set()
        assert await look == []
        assert shelf.current == ["new"]

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
