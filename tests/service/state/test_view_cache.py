"""The view cache: a view is made once, and again for another fleet, favorites or offline hosts."""

import asyncio
import threading
from pathlib import Path
from typing import Any

import pytest

from booconf.fleet.view import CatalogView, catalog_view
from booconf.service.state.fleet_watcher import Catalog, FleetWatcher
from booconf.service.state.view_cache import ViewCache
from tests.service.application import FLEET
from tests.service.waiting import LONGEST, run


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    file = tmp_path / "fleet.yaml"
    file.write_text(FLEET, encoding="utf-8")
    return FleetWatcher(file).current


def test_concurrent_requests_share_one_view(catalog: Catalog, tmp_path: Path) -> None:
    made: list[object] = []

    def counted(*arguments: Any, **named: Any) -> CatalogView:
        made.append(arguments)
        return catalog_view(*arguments, **named)

    async def scenario() -> None:
        cache, offline = ViewCache({}, counted), frozenset[str]()
        favorites: list[object] = ["box/chat"]
        other_favorites: list[object] = ["box/both"]
        first, *others = await asyncio.gather(*(cache.view(catalog, favorites, offline) for _ in range(10)))
        assert all(other is first for other in others)
        assert await cache.view(catalog, favorites, offline) is first
        assert len(made) == 1
        for change in (
            (catalog, other_favorites, offline),
            (catalog, None, offline),
            (catalog, favorites, frozenset({"box"})),
            (FleetWatcher(tmp_path / "fleet.yaml").current, favorites, offline),
        ):
            await cache.view(*change)
        assert len(made) == 5

    run(scenario())


def test_event_loop_runs_while_view_is_made(catalog: Catalog) -> None:
    gate = threading.Event()

    def blocked(*arguments: Any, **named: Any) -> CatalogView:
        assert gate.wait(LONGEST)
        return catalog_view(*arguments, **named)

    async def scenario() -> None:
        making = asyncio.create_task(ViewCache({}, blocked).view(catalog, [], frozenset()))
        await asyncio.sleep(0)  # it starts
        gate.set()
        assert (await making).body

    run(scenario())
