"""The fleet that is served: compiled at the start, a changed file without a restart, never an invalid one."""

import asyncio
import hashlib
import logging
import os
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from booconf.service.state import fleet_watcher
from booconf.service.state.fleet_watcher import Catalog, FleetWatcher, InvalidFleetError
from booconf.service.state.watched_file import Content, Look, NotRegularError
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


def models(source: FleetWatcher) -> list[str]:
    return [model.composite_id for model in source.current.fleet.models()]


Story = Callable[[FleetWatcher, list[str | None]], Awaitable[None]]


def watched(path: Path, story: Story) -> None:
    """Let `story` go on while the file is watched; it gets the problem that there was at each change."""

    async def main() -> None:
        source, told = FleetWatcher(path), list[str | None]()
        watching = asyncio.create_task(source.watch(lambda: told.append(source.problem), every=0.001))
        await story(source, told)
        watching.cancel()
        with pytest.raises(asyncio.CancelledError):
            await watching

    run(main())


def test_a_valid_fleet_is_compiled_at_the_start(path: Path) -> None:
    source = FleetWatcher(path)
    assert models(source) == ["box/chat"]
    assert source.current.resolver.resolve("chat").id == "box/chat"
    assert source.current.digest == hashlib.sha256(path.read_bytes()).hexdigest()
    assert source.problem is None


def test_an_invalid_fleet_is_refused_at_the_start_with_all_that_is_wrong(path: Path) -> None:
    path.write_text(TWICE_INVALID, encoding="utf-8")
    with pytest.raises(InvalidFleetError) as refusal:
        FleetWatcher(str(path))
    assert len(refusal.value.diagnostics) == 2
    label = refusal.value.diagnostics[0].primary
    assert label is not None
    assert label.span.file == str(path)


def test_no_fleet_at_the_start_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        FleetWatcher(tmp_path / "fleet.yaml")


def test_a_changed_fleet_is_served_and_told(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def story(source: FleetWatcher, told: list[str | None]) -> None:
        before = source.current
        path.write_text(LARGER, encoding="utf-8")
        await until(lambda: told)
        assert told == [None]
        assert models(source) == ["box/chat", "box/other"]
        assert source.current.resolver.find("other").model is not None
        assert source.current.digest != before.digest

    with caplog.at_level(logging.INFO):
        watched(path, story)
    assert caplog.messages == [f"{path} has changed and is served as it is now"]


STAYS = "; what is served is the last valid fleet"


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
def test_an_invalid_fleet_is_not_served_but_told(
    path: Path, content: bytes, problem: str, caplog: pytest.LogCaptureFixture
) -> None:
    """With a code and a place, and nothing of what stands there."""

    async def story(source: FleetWatcher, told: list[str | None]) -> None:
        before = source.current
        path.write_bytes(content)
        await until(lambda: told)
        assert source.current is before
        assert told == [f"fleet.yaml {problem}{STAYS}"]

    watched(path, story)
    assert caplog.messages == [f"{path} {problem}{STAYS}"]


def test_the_same_problem_is_told_once_whatever_else_changes(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def story(source: FleetWatcher, told: list[str | None]) -> None:
        for comment in ("# one\n", "# two\n", "# three\n"):
            path.write_text(TWICE_INVALID + comment, encoding="utf-8")
            await until(lambda: source.problem)
            await until(lambda: source._file._told == hashlib.sha256(path.read_bytes()).hexdigest())
        path.write_text(INVALID, encoding="utf-8")
        await until(lambda: len(told) == 2)

    watched(path, story)
    assert [message.partition(",")[0] for message in caplog.messages] == [
        f"{path} has 2 errors",
        f"{path} has 1 error",
    ]


def test_warnings_alone_do_not_make_a_fleet_invalid(path: Path) -> None:
    async def story(source: FleetWatcher, told: list[str | None]) -> None:
        path.write_text(LARGER.replace("{default: box/chat}", "{default: box/chat, task: box/other}"))
        await until(lambda: told)
        assert source.current.fleet.roles.task == "box/other"

    watched(path, story)


def test_a_file_that_is_gone_is_told_and_its_fleet_served_on(path: Path) -> None:
    async def story(source: FleetWatcher, told: list[str | None]) -> None:
        path.unlink()
        await until(lambda: told)
        assert told == [f"fleet.yaml cannot be read: No such file or directory{STAYS}"]
        assert models(source) == ["box/chat"]

    watched(path, story)


def test_what_is_no_regular_file_is_told(path: Path) -> None:
    """Reading a pipe would wait for its other end, for good."""

    async def story(source: FleetWatcher, told: list[str | None]) -> None:
        path.unlink()
        os.mkfifo(path)
        await until(lambda: told)
        path.unlink()
        path.write_text(FLEET, encoding="utf-8")
        await until(lambda: source.problem is None)
        assert told[0] == f"fleet.yaml is not a regular file{STAYS}"

    watched(path, story)


def test_a_pipe_is_refused_at_the_start(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fleet.yaml")
    with pytest.raises(NotRegularError):
        FleetWatcher(tmp_path / "fleet.yaml")


def test_a_file_system_that_does_not_answer_is_told_and_asked_again(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The looks that it keeps do no harm when they end."""
    monkeypatch.setattr(fleet_watcher, "PATIENCE", 0.01)
    answers, looks = threading.Event(), list[Look]()

    async def story(source: FleetWatcher, told: list[str | None]) -> None:
        look = source._file.look

        def hang() -> Look:
            answers.wait(LONGEST)
            looks.append(look())
            return looks[-1]

        monkeypatch.setattr(source._file, "look", hang)
        await until(lambda: told)
        assert told == [f"fleet.yaml cannot be read: its file system does not answer{STAYS}"]
        path.write_text(LARGER, encoding="utf-8")
        answers.set()
        await until(lambda: looks and models(source) == ["box/chat", "box/other"])
        assert source.problem is None

    watched(path, story)
    assert caplog.messages == [f"{path} cannot be read: its file system does not answer{STAYS}"]


def test_a_file_that_is_as_it_was_is_no_problem_once_its_system_answers(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fleet_watcher, "PATIENCE", 0.01)

    async def story(source: FleetWatcher, told: list[str | None]) -> None:
        answers, look = threading.Event(), source._file.look

        def hang() -> Look:
            answers.wait(LONGEST)
            return look()

        await until(lambda: source._file._told)  # and is not read any more, soon
        monkeypatch.setattr(source._file, "look", hang)
        await until(lambda: told)
        answers.set()
        await until(lambda: source.problem is None)

    watched(path, story)


@pytest.mark.parametrize("error", [MemoryError(), RecursionError("too deep")])
def test_what_cannot_be_compiled_is_told_with_a_traceback_and_the_next_change_is_taken(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    def fail(_content: Content, _name: str) -> Catalog:
        raise error

    async def story(source: FleetWatcher, told: list[str | None]) -> None:
        with monkeypatch.context() as broken:
            broken.setattr(fleet_watcher, "_compile", fail)
            path.write_text(LARGER, encoding="utf-8")
            await until(lambda: told)
        assert told == [f"fleet.yaml could not be compiled{STAYS}"]
        path.write_text(LARGER + "\n", encoding="utf-8")
        await until(lambda: source.problem is None)
        assert models(source) == ["box/chat", "box/other"]

    watched(path, story)
    assert caplog.messages == [f"{path} could not be compiled{STAYS}"]
    information = caplog.records[0].exc_info
    assert information is not None
    assert information[1] is error


def test_what_there_was_too_little_memory_for_is_tried_again(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    compiled, tried = fleet_watcher._compile, []

    def fail_twice(content: Content, name: str) -> Catalog:
        tried.append(name)
        if len(tried) < 3:
            raise MemoryError
        return compiled(content, name)

    async def story(source: FleetWatcher, _told: list[str | None]) -> None:
        monkeypatch.setattr(fleet_watcher, "_compile", fail_twice)
        path.write_text(LARGER, encoding="utf-8")
        await until(lambda: models(source) == ["box/chat", "box/other"])
        assert source.problem is None

    watched(path, story)
    assert caplog.messages == [f"{path} could not be compiled{STAYS}"]


def test_what_is_mended_is_no_problem_any_more(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Whether by what is served already or by something new."""

    async def story(source: FleetWatcher, told: list[str | None]) -> None:
        before = source.current
        for mended in (FLEET, LARGER):
            path.write_text(INVALID, encoding="utf-8")
            await until(lambda: source.problem)
            path.write_text(mended, encoding="utf-8")
            await until(lambda: source.problem is None)
            assert (source.current is before) == (mended is FLEET)
        assert len(told) == 4

    with caplog.at_level(logging.INFO):
        watched(path, story)
    assert caplog.messages[1] == f"{path} is again what is served"
    assert caplog.messages[3] == f"{path} has changed and is served as it is now"


def test_one_problem_after_another_is_told(path: Path) -> None:
    async def story(source: FleetWatcher, told: list[str | None]) -> None:
        path.write_text(INVALID, encoding="utf-8")
        await until(lambda: len(told) == 1)
        path.unlink()
        await until(lambda: len(told) == 2)
        assert told[0] != told[1] == source.problem

    watched(path, story)


def test_a_file_name_cannot_hide_in_what_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "fl\u202eeet.yaml"
    path.write_text(FLEET, encoding="utf-8")

    async def story(source: FleetWatcher, told: list[str | None]) -> None:
        path.write_text(LARGER, encoding="utf-8")
        await until(lambda: told)
        path.write_text(INVALID, encoding="utf-8")
        await until(lambda: source.problem)
        assert str(source.problem).startswith("fl\\u{202e}eet.yaml has")

    with caplog.at_level(logging.INFO):
        watched(path, story)
    assert all(message.isprintable() for message in caplog.messages)


def test_who_waits_for_the_next_catalog_gets_it(path: Path) -> None:
    """One that only began to wait afterwards gets it at once; a problem is no catalog."""

    async def story(source: FleetWatcher, told: list[str | None]) -> None:
        first = source.current
        early = [asyncio.create_task(source.successor(first)) for _ in range(3)]
        path.write_text(INVALID, encoding="utf-8")
        await until(lambda: source.problem)
        assert not any(task.done() for task in early)
        path.write_text(LARGER, encoding="utf-8")
        assert all([await task is source.current for task in early])
        assert await source.successor(first) is source.current
        path.write_text(FLEET, encoding="utf-8")
        third = await source.successor(await source.successor(first))
        assert third.digest == first.digest

    watched(path, story)


def test_the_event_loop_goes_on_while_the_file_is_looked_at_and_compiled(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both wait here until the loop has done something."""
    went_on = list[bool]()

    async def story(source: FleetWatcher, told: list[str | None]) -> None:
        loop, look, compile_ = asyncio.get_running_loop(), source._file.look, fleet_watcher._compile

        def wait() -> None:
            gate = threading.Event()
            loop.call_soon_threadsafe(gate.set)
            went_on.append(gate.wait(LONGEST / 4))

        def slow_look() -> Look:
            wait()
            return look()

        def slow_compile(content: Content, name: str) -> Catalog:
            wait()
            return compile_(content, name)

        monkeypatch.setattr(source._file, "look", slow_look)
        monkeypatch.setattr(fleet_watcher, "_compile", slow_compile)
        path.write_text(LARGER, encoding="utf-8")
        await until(lambda: told)
        assert len(models(source)) == 2

    watched(path, story)
    assert len(went_on) > 2
    assert all(went_on)
