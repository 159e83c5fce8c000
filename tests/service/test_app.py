"""The application: its tasks start and end with it, and are restarted after a failure."""

import asyncio
from pathlib import Path

import pytest

from booconf.service.app import build_app, run_forever
from tests.service.application import application
from tests.service.waiting import run, until


def test_tasks_end_with_the_application(tmp_path: Path) -> None:
    async def main() -> None:
        app = build_app(application(tmp_path).service)
        async with app.router.lifespan_context(app):
            await asyncio.sleep(0)
            assert len(asyncio.all_tasks()) > 3
        assert asyncio.all_tasks() == {asyncio.current_task()}

    run(main())


def test_failed_task_is_started_again(caplog: pytest.LogCaptureFixture) -> None:
    starts: list[str] = []

    async def work() -> None:
        starts.append("")
        if len(starts) < 3:
            raise RuntimeError("a bug")
        await asyncio.Event().wait()

    async def scenario() -> None:
        task = asyncio.create_task(run_forever("working", work, pause=0.0))
        await until(lambda: len(starts) == 3)
        task.cancel()

    run(scenario())
    assert caplog.text.count("working failed; it is started again") == 2
