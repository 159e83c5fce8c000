"""The application as a whole: what goes on beside requests begins and ends with it."""

import asyncio
from pathlib import Path

from booconf.service.app import build_app
from tests.service.application import application
from tests.service.waiting import run


def test_nothing_goes_on_after_its_end(tmp_path: Path) -> None:
    async def main() -> None:
        app = build_app(application(tmp_path).service)
        async with app.router.lifespan_context(app):
            await asyncio.sleep(0)
            assert len(asyncio.all_tasks()) > 3
        assert asyncio.all_tasks() == {asyncio.current_task()}

    run(main())
