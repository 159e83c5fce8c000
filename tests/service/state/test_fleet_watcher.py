"""The fleet watcher: a changed file is served without a restart, an invalid one never."""

import asyncio
import hashlib
import logging
import os
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from booconf.service.state.fleet_watcher import (
    SETTLED_AFTER,
    Catalog,
    Content,
    FleetWatcher,
    InvalidFleetError,
    NotRegularError,
    Snapshot,
    WatchedFile,
    compile_catalog,
)
from tests.service.waiting import LONGEST, run, until

FLEET = """\
version: 1
default_provider: box
roles: {default: box/chat}
providers:
  box:
    kind: llama-swap
    base_url: http://127.0.0.1:8401
    models:
      chat: {context: 32768}
"""
LARGER = FLEET + "      other: {context: 32768}\n"
INVALID = FLEET.replace("box/chat", "box/none") + "      other: {contxt: sk-0123456789abcdef}\n"
TWICE_INVALID = FLEET.replace("box/chat", "box/none").replace("default_provider: box", "default_provider: no")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "fleet.yaml"
    path.write_text(FLEET, encoding="utf-8")
    return path


def models(watcher: FleetWatcher) -> list[str]:
    return [model.composite_id for model in watcher.current.fleet.models()]


Story = Callable[[FleetWatcher, list[str | None]], Awaitable[None]]


def watched(path: Path, story: Story, **options: Any) -> None:
    """Run `story` while the file is watched; it gets the problem after each change."""

    async def main() -> None:
        watcher, problems = FleetWatcher(path, **options), list[str | None]()
        watching = asyncio.create_task(watcher.watch(lambda: problems.append(watcher.problem), every=0.001))
        await story(watcher, problems)
        watching.cancel()
        with pytest.raises(asyncio.CancelledError):
            await watching

    run(main())


def test_valid_fleet_is_compiled_at_start(path: Path) -> None:
    watcher = FleetWatcher(path)
    assert models(watcher) == ["box/chat"]
    assert watcher.current.resolver.resolve("chat").id == "box/chat"
    assert watcher.current.digest == hashlib.sha256(path.read_bytes()).hexdigest()
    assert watcher.problem is None


def test_invalid_fleet_at_start_raises_with_all_errors(path: Path) -> None:
    path.write_text(TWICE_INVALID, encoding="utf-8")
    with pytest.raises(InvalidFleetError) as refusal:
        FleetWatcher(str(path))
    assert len(refusal.value.diagnostics) == 2
    label = refusal.value.diagnostics[0].primary
    assert label is not None
    assert label.span.file == str(path)


def test_missing_file_at_start_raises_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        FleetWatcher(tmp_path / "fleet.yaml")


def test_changed_fleet_is_served_and_reported(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def story(watcher: FleetWatcher, problems: list[str | None]) -> None:
        before = watcher.current
        path.write_text(LARGER, encoding="utf-8")
        await until(lambda: problems)
        assert problems == [None]
        assert models(watcher) == ["box/chat", "box/other"]
        assert watcher.current.resolver.find("other").model is not None
        assert watcher.current.digest != before.digest

    with caplog.at_level(logging.INFO):
        watched(path, story)
    assert caplog.messages == [f"{path} has changed; the new fleet is served"]


STILL_SERVED = "; the last valid fleet is still served"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (INVALID.encode(), "has 1 error, the first is BC201 in line 10, column 15"),
        (TWICE_INVALID.encode(), "has 2 errors, the first is BC301 in line 2, column 19"),
        (b"\tproviders: {", "has 1 error, the first is BC102 in line 1, column 1"),
        (FLEET.encode("utf-16"), "has 1 error, the first is BC101"),
        (b"", "has 1 error, the first is BC203 in line 1, column 1"),
    ],
)
def test_invalid_fleet_is_reported_and_not_served(
    path: Path, content: bytes, problem: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The problem has a code and a position, and no text of the file."""

    async def story(watcher: FleetWatcher, problems: list[str | None]) -> None:
        before = watcher.current
        path.write_bytes(content)
        await until(lambda: problems)
        assert watcher.current is before
        assert problems == [f"fleet.yaml {problem}{STILL_SERVED}"]

    watched(path, story)
    assert caplog.messages == [f"{path} {problem}{STILL_SERVED}"]


def test_same_problem_is_reported_once(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def story(watcher: FleetWatcher, problems: list[str | None]) -> None:
        for comment in ("# one\n", "# two\n", "# three\n"):
            path.write_text(TWICE_INVALID + comment, encoding="utf-8")
            await until(lambda: watcher.problem)
            await until(lambda: watcher._file._reported == hashlib.sha256(path.read_bytes()).hexdigest())
        path.write_text(INVALID, encoding="utf-8")
        await until(lambda: len(problems) == 2)

    watched(path, story)
    assert [message.partition(",")[0] for message in caplog.messages] == [
        f"{path} has 2 errors",
        f"{path} has 1 error",
    ]


def test_warnings_do_not_make_a_fleet_invalid(path: Path) -> None:
    async def story(watcher: FleetWatcher, problems: list[str | None]) -> None:
        path.write_text(LARGER.replace("{default: box/chat}", "{default: box/chat, task: box/other}"))
        await until(lambda: problems)
        assert watcher.current.fleet.roles.task == "box/other"

    watched(path, story)


def test_missing_file_is_reported_and_its_fleet_still_served(path: Path) -> None:
    async def story(watcher: FleetWatcher, problems: list[str | None]) -> None:
        path.unlink()
        await until(lambda: problems)
        assert problems == [f"fleet.yaml cannot be read: No such file or directory{STILL_SERVED}"]
        assert models(watcher) == ["box/chat"]

    watched(path, story)


def test_irregular_file_is_reported(path: Path) -> None:
    """Reading a pipe would wait for its other end forever."""

    async def story(watcher: FleetWatcher, problems: list[str | None]) -> None:
        path.unlink()
        os.mkfifo(path)
        await until(lambda: problems)
        path.unlink()
        path.write_text(FLEET, encoding="utf-8")
        await until(lambda: watcher.problem is None)
        assert problems[0] == f"fleet.yaml is not a regular file{STILL_SERVED}"

    watched(path, story)


def test_pipe_at_start_raises(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fleet.yaml")
    with pytest.raises(NotRegularError):
        FleetWatcher(tmp_path / "fleet.yaml")


class SilentFile(WatchedFile):
    """A file whose file system answers only while `answers` is set."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.answers = threading.Event()
        self.answers.set()
        self.snapshots = 0

    def snapshot(self) -> Snapshot:
        self.answers.wait(LONGEST)
        self.snapshots += 1
        return super().snapshot()


def test_silent_file_system_is_reported_and_tried_again(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Abandoned snapshots change nothing when they end."""
    file = SilentFile(path)
    file.answers.clear()

    async def story(watcher: FleetWatcher, problems: list[str | None]) -> None:
        await until(lambda: problems)
        assert problems == [f"fleet.yaml cannot be read: its file system does not answer{STILL_SERVED}"]
        path.write_text(LARGER, encoding="utf-8")
        file.answers.set()
        await until(lambda: file.snapshots and models(watcher) == ["box/chat", "box/other"])
        assert watcher.problem is None

    watched(path, story, file=file, patience=0.01)
    assert caplog.messages == [f"{path} cannot be read: its file system does not answer{STILL_SERVED}"]


def test_unchanged_file_is_no_problem_after_its_system_answers(path: Path) -> None:
    file = SilentFile(path)

    async def story(watcher: FleetWatcher, problems: list[str | None]) -> None:
        await until(lambda: file.snapshots > SETTLED_AFTER)  # it is not read again
        file.answers.clear()
        await until(lambda: watcher.problem)
        file.answers.set()
        await until(lambda: watcher.problem is None)

    watched(path, story, file=file, patience=0.01)


@pytest.mark.parametrize("error", [MemoryError(), RecursionError("too deep")])
def test_failed_compilation_is_logged_and_next_change_served(
    path: Path, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    def compiler(content: Content, name: str) -> Catalog:
        if content.raw == LARGER.encode():
            raise error
        return compile_catalog(content, name)

    async def story(watcher: FleetWatcher, problems: list[str | None]) -> None:
        path.write_text(LARGER, encoding="utf-8")
        await until(lambda: problems)
        assert problems == [f"fleet.yaml could not be compiled{STILL_SERVED}"]
        path.write_text(LARGER + "\n", encoding="utf-8")
        await until(lambda: watcher.problem is None)
        assert models(watcher) == ["box/chat", "box/other"]

    watched(path, story, compiler=compiler)
    assert caplog.messages == [f"{path} could not be compiled{STILL_SERVED}"]
    information = caplog.records[0].exc_info
    assert information is not None
    assert information[1] is error


def test_compilation_without_memory_is_tried_again(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    tried: list[str] = []

    def fail_twice(content: Content, name: str) -> Catalog:
        tried.append(name)
        if len(tried) in (2, 3):  # the first is that of the start
            raise MemoryError
        return compile_catalog(content, name)

    async def story(watcher: FleetWatcher, _told: list[str | None]) -> None:
        path.write_text(LARGER, encoding="utf-8")
        await until(lambda: models(watcher) == ["box/chat", "box/other"])
        assert watcher.problem is None

    watched(path, story, compiler=fail_twice)
    assert caplog.messages == [f"{path} could not be compiled{STILL_SERVED}"]


def test_repaired_file_clears_problem(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Both with the served fleet and with a new one."""

    async def story(watcher: FleetWatcher, problems: list[str | None]) -> None:
        before = watcher.current
        for mended in (FLEET, LARGER):
            path.write_text(INVALID, encoding="utf-8")
            await until(lambda: watcher.problem)
            path.write_text(mended, encoding="utf-8")
            await until(lambda: watcher.problem is None)
            assert (watcher.current is before) == (mended is FLEET)
        assert len(problems) == 4

    with caplog.at_level(logging.INFO):
        watched(path, story)
    assert caplog.messages[1] == f"{path} is the served fleet again"
    assert caplog.messages[3] == f"{path} has changed; the new fleet is served"


def test_each_new_problem_is_reported(path: Path) -> None:
    async def story(watcher: FleetWatcher, problems: list[str | None]) -> None:
        path.write_text(INVALID, encoding="utf-8")
        await until(lambda: len(problems) == 1)
        path.unlink()
        await until(lambda: len(problems) == 2)
        assert problems[0] != problems[1] == watcher.problem

    watched(path, story)


def test_file_name_is_escaped_in_messages(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "fl\u202eeet.yaml"
    path.write_text(FLEET, encoding="utf-8")

    async def story(watcher: FleetWatcher, problems: list[str | None]) -> None:
        path.write_text(LARGER, encoding="utf-8")
        await until(lambda: problems)
        path.write_text(INVALID, encoding="utf-8")
        await until(lambda: watcher.problem)
        assert str(watcher.problem).startswith("fl\\u{202e}eet.yaml has")

    with caplog.at_level(logging.INFO):
        watched(path, story)
    assert all(message.isprintable() for message in caplog.messages)


def test_successor_returns_next_catalog(path: Path) -> None:
    """A caller that starts to wait afterwards gets it at once; a problem is not a catalog."""

    async def story(watcher: FleetWatcher, problems: list[str | None]) -> None:
        first = watcher.current
        early = [asyncio.create_task(watcher.successor(first)) for _ in range(3)]
        path.write_text(INVALID, encoding="utf-8")
        await until(lambda: watcher.problem)
        assert not any(task.done() for task in early)
        path.write_text(LARGER, encoding="utf-8")
        assert all([await task is watcher.current for task in early])
        assert await watcher.successor(first) is watcher.current
        path.write_text(FLEET, encoding="utf-8")
        third = await watcher.successor(await watcher.successor(first))
        assert third.digest == first.digest

    watched(path, story)


def test_event_loop_runs_while_file_is_read_and_compiled(path: Path) -> None:
    """Both wait here until the loop has run something."""
    went_on, loops = list[bool](), list[asyncio.AbstractEventLoop]()

    def wait() -> None:
        if loops:  # not at the start, before the file is watched
            gate = threading.Event()
            loops[0].call_soon_threadsafe(gate.set)
            went_on.append(gate.wait(LONGEST / 4))

    class SlowFile(WatchedFile):
        def snapshot(self) -> Snapshot:
            wait()
            return super().snapshot()

    def slow_compiler(content: Content, name: str) -> Catalog:
        wait()
        return compile_catalog(content, name)

    async def story(watcher: FleetWatcher, problems: list[str | None]) -> None:
        loops.append(asyncio.get_running_loop())
        path.write_text(LARGER, encoding="utf-8")
        await until(lambda: problems)
        assert len(models(watcher)) == 2

    watched(path, story, file=SlowFile(path), compiler=slow_compiler)
    assert len(went_on) > 2
    assert all(went_on)
