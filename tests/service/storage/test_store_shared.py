"""Many processes change one setting at once, and some are killed: no change is lost or incomplete."""

import multiprocessing
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from multiprocessing.process import BaseProcess
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import Engine, event

from booconf.service.storage.settings_store import SettingsStore
from tests.service import settings_users as users
from tests.service.conftest import ON_POSTGRES
from tests.service.tables import change_setting, put, read_setting, rows
from tests.service.waiting import LONGEST, run_threads

PROCESSES = 16

if sys.platform == "win32":
    CONTEXT = multiprocessing.get_context("spawn")
else:
    CONTEXT = multiprocessing.get_context("forkserver")
    CONTEXT.set_forkserver_preload([users.__name__])


@contextmanager
def process(work: Callable[..., None], *arguments: object) -> Iterator[BaseProcess]:
    """Another process that runs `work`, killed at the end."""
    started = CONTEXT.Process(target=work, args=arguments, daemon=True)
    started.start()
    try:
        yield started
    finally:
        started.kill()
        started.join()


def ended(work: Callable[..., None], *arguments: object) -> int | None:
    """The exit status of a process that runs `work`."""
    with process(work, *arguments) as worker:
        worker.join(LONGEST)
        return worker.exitcode


def test_concurrent_processes_lose_no_change(settings_url: str) -> None:
    """They start without a database, so that they create table and rows concurrently too."""
    start = CONTEXT.Barrier(PROCESSES, timeout=LONGEST)
    workers = [
        CONTEXT.Process(target=users.toggle, args=(settings_url, number, start), daemon=True)
        for number in range(PROCESSES)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(LONGEST)
    assert [worker.exitcode for worker in workers] == [0] * PROCESSES
    store = SettingsStore(settings_url)
    stored: Any = store.read("favorites")
    for number in range(PROCESSES):
        assert [entry for entry in stored if entry.startswith(f"{number}/")] == users.kept(number)
    assert len(stored) == PROCESSES * len(users.kept(0))
    assert store.read("count") == PROCESSES * users.TOGGLES
    store.close()


@ON_POSTGRES
def test_another_process_may_create_table_first(postgres_url: str) -> None:
    """SQLite lets only one process start."""

    def come_before(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "CREATE TABLE" in statement and not statements:
            statements.append(statement)
            change_setting(postgres_url, lambda _: ["theirs"])

    statements: list[str] = []
    event.listen(Engine, "before_cursor_execute", come_before)
    try:
        assert read_setting(postgres_url) == ["theirs"]
    finally:
        event.remove(Engine, "before_cursor_execute", come_before)


def test_threads_share_one_store(store: SettingsStore) -> None:
    def add(number: int) -> None:
        for step in range(5):
            store.change("favorites", users.with_entry(f"{number}/{step}"))

    run_threads(partial(add, number) for number in range(PROCESSES))
    stored: Any = store.read("favorites")
    assert sorted(stored) == sorted(f"{number}/{step}" for number in range(PROCESSES) for step in range(5))


@pytest.mark.parametrize("changes", range(1, 9))
def test_killed_process_leaves_last_or_next_change(settings_url: str, changes: int) -> None:
    told, telling = CONTEXT.Pipe(duplex=False)
    with process(users.count_up, settings_url, telling) as worker:
        for _ in range(changes):
            assert told.poll(LONGEST)
            last = told.recv()
        worker.kill()
        worker.join(LONGEST)
    telling.close()
    while told.poll():
        try:
            last = told.recv()
        except EOFError:
            break
    stored: Any = read_setting(settings_url)
    assert stored in ([last] * 2000, [last + 1] * 2000)


@pytest.mark.parametrize(
    ("before", "moment"),
    [
        ([], "after the insertion"),
        ([], "in the edit"),
        ([], "after the update"),
        ([], "before the commit"),
        ([("favorites", "[1]")], "in the edit"),
        ([("favorites", "[1]")], "after the update"),
        ([("favorites", "[1]")], "before the commit"),
    ],
)
def test_process_killed_within_change_changes_nothing(
    store: SettingsStore, settings_url: str, before: list[tuple[str, str]], moment: str
) -> None:
    store.read("favorites")
    for row in before:
        put(settings_url, *row)
    assert ended(users.die, settings_url, moment) == users.STATUS
    assert rows(settings_url) == before
    assert store.change("favorites", lambda stored: [stored]) == [[1] if before else None]


def test_change_before_kill_is_stored(store: SettingsStore, settings_url: str) -> None:
    assert ended(users.die, settings_url, "afterwards") == users.STATUS
    assert store.read("favorites") == ["mine"]


@pytest.mark.parametrize("before", [None, '["old"]'], ids=["first", "later"])
def test_change_waits_for_another_one(store: SettingsStore, settings_url: str, before: str | None) -> None:
    store.read("favorites")
    if before:
        put(settings_url, "favorites", before)
    ours, theirs = CONTEXT.Pipe()
    with process(users.hold, settings_url, theirs) as worker:
        assert ours.poll(LONGEST)
        assert ours.recv() == "holding"
        assert store.read("favorites") == (["old"] if before else None)  # reading does not
        seen: list[object] = []

        def change(stored: object) -> object:
            seen.append(stored)
            return [stored, "more"]

        waiting = Thread(target=store.change, args=("favorites", change))
        waiting.start()
        assert seen == []
        ours.send("go on")
        worker.join(LONGEST)
        waiting.join(LONGEST)
    assert store.read("favorites") == [["held"], "more"]
    assert seen == [["held"]]
