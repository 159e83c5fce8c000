"""The fleet that is served: compiled at the start, a changed file without a restart, never an invalid one."""

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from booconf.service.catalog import CatalogSource, InvalidFleetError
from tests.service.waiting import run, until

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


def models(source: CatalogSource) -> list[str]:
    return [model.composite_id for model in source.current.fleet.models()]


Story = Callable[[CatalogSource, list[str | None]], Awaitable[None]]


def watched(path: Path, story: Story) -> None:
    """Let `story` go on while the file is watched; it gets the problem that there was at each change."""

    async def main() -> None:
        source, told = CatalogSource(path), list[str | None]()
        watching = asyncio.create_task(source.watch(lambda: told.append(source.problem), every=0.001))
        await story(source, told)
        watching.cancel()
        with pytest.raises(asyncio.CancelledError):
            await watching

    run(main())


def test_a_valid_fleet_is_compiled_at_the_start(path: Path) -> None:
    source = CatalogSource(path)
    assert models(source) == ["box/chat"]
    assert source.current.resolver.resolve("chat").id == "box/chat"
    assert source.current.digest == hashlib.sha256(path.read_bytes()).hexdigest()
    assert source.problem is None


def test_an_invalid_fleet_is_refused_at_the_start_with_all_that_is_wrong(path: Path) -> None:
    path.write_text(TWICE_INVALID, encoding="utf-8")
    with pytest.raises(InvalidFleetError) as refusal:
        CatalogSource(str(path))
    assert len(refusal.value.diagnostics) == 2
    label = refusal.value.diagnostics[0].primary
    assert label is not None
    assert label.span.file == str(path)


def test_no_fleet_at_the_start_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        CatalogSource(tmp_path / "fleet.yaml")


def test_a_changed_fleet_is_served_and_told(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def story(source: CatalogSource, told: list[str | None]) -> None:
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

    async def story(source: CatalogSource, told: list[str | None]) -> None:
        before = source.current
        path.write_bytes(content)
        await until(lambda: told)
        assert source.current is before
        assert told == [f"fleet.yaml {problem}{STAYS}"]

    watched(path, story)
    assert caplog.messages == [f"fleet.yaml {problem}{STAYS}"]


def test_warnings_alone_do_not_make_a_fleet_invalid(path: Path) -> None:
    async def story(source: CatalogSource, told: list[str | None]) -> None:
        path.write_text(LARGER.replace("{default: box/chat}", "{default: box/chat, task: box/other}"))
        await until(lambda: told)
        assert source.current.fleet.roles.task == "box/other"

    watched(path, story)


def test_a_file_that_is_gone_is_told_and_its_fleet_served_on(path: Path) -> None:
    async def story(source: CatalogSource, told: list[str | None]) -> None:
        path.unlink()
        await until(lambda: told)
        assert told == [f"fleet.yaml cannot be read: No such file or directory{STAYS}"]
        assert models(source) == ["box/chat"]

    watched(path, story)


def test_what_is_mended_is_no_problem_any_more(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Whether by what is served already or by something new."""

    async def story(source: CatalogSource, told: list[str | None]) -> None:
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
    async def story(source: CatalogSource, told: list[str | None]) -> None:
        path.write_text(INVALID, encoding="utf-8")
        await until(lambda: len(told) == 1)
        path.unlink()
        await until(lambda: len(told) == 2)
        assert told[0] != told[1] == source.problem

    watched(path, story)


def test_a_file_name_cannot_hide_in_what_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "fl\u202eeet.yaml"
    path.write_text(FLEET, encoding="utf-8")

    async def story(source: CatalogSource, told: list[str | None]) -> None:
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

    async def story(source: CatalogSource, told: list[str | None]) -> None:
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


def test_the_event_loop_goes_on_while_a_large_fleet_is_compiled(path: Path) -> None:
    """Compiling these models takes far longer than a turn of the loop."""
    large = FLEET + "".join(f"      model-{number}: {{context: 32768}}\n" for number in range(3000))

    async def story(source: CatalogSource, told: list[str | None]) -> None:
        path.write_text(large, encoding="utf-8")
        turns = 0
        while not told:
            await asyncio.sleep(0)
            turns += 1
        assert turns > 20
        assert len(models(source)) == 3001

    watched(path, story)
