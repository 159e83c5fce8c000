"""The view cache: a view is made once, and again for another fleet, favorites or offline hosts."""

import asyncio
import threading
from pathlib import Path

import pytest

from booconf.fleet.view import catalog_view
from booconf.service.state import view_cache
from booconf.service.state.fleet_watcher import Catalog, FleetWatcher
from booconf.service.state.view_cache import ViewCache
from tests.service.application import FLEET
from tests.service.waiting import LONGEST, run


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    file = tmp_path / "fleet.yaml"
    file.write_text(FLEET, encoding="utf-8")
    return FleetWatcher(file).current


def test_concurrent_requests_share_one_view(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[frozenset[str]] = []
    real = catalog_view

    def counted(*arguments: object, **named: object) -> object:
        made.append(frozenset())
        return real(*arguments, **named)  # type: ignore[arg-type] # as they came

    monkeypatch.setattr(view_cache, "catalog_view", counted)

    async def scenario() -> None:
        cache, offline = ViewCache({}), frozenset[str]()
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


def test_event_loop_runs_while_view_is_made(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    gate, real = threading.Event(), catalog_view

    def blocked(*arguments: object, **named: object) -> object:
        assert gate.wait(LONGEST)
        return real(*arguments, **named)  # type: ignore[arg-type] # as they came

    monkeypatch.setattr(view_cache, "catalog_view", blocked)

    async def scenario() -> None:
        making = asyncio.create_task(ViewCache({}).view(catalog, [], frozenset()))
        await asyncio.sleep(0)  # it starts
        gate.set()
        assert (await making).body

    run(scenario())
