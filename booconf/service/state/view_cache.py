"""Cache the catalog view as bytes, made again only when the fleet, the favorites or the hosts change."""

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from booconf.fleet.serialize import view_json
from booconf.fleet.view import CatalogView, catalog_view
from booconf.service.responses import json_bytes
from booconf.service.state import run_in_thread
from booconf.service.state.fleet_watcher import Catalog


@dataclass(frozen=True, slots=True, eq=False)
class CachedView:
    """The view of `catalog` with stored `favorites` (None: unavailable), without `offline` providers.

    `body` is JSON; `etag` depends on the body alone.
    """

    catalog: Catalog
    favorites: list[object] | None
    offline: frozenset[str]
    body: bytes
    etag: str

    def is_of(self, catalog: Catalog, favorites: list[object] | None, offline: frozenset[str]) -> bool:
        """True if the view was made from these very objects; compared by identity, in constant time."""
        return self.catalog is catalog and self.favorites is favorites and self.offline is offline


class ViewCache:
    """The last view, made by `make_view`; `environment` decides which providers have their keys."""

    def __init__(
        self, environment: Mapping[str, str], make_view: Callable[..., CatalogView] = catalog_view
    ) -> None:
        self._environment = environment
        self._make_view = make_view
        self._lock = asyncio.Lock()
        self._last: CachedView | None = None

    async def view(
        self, catalog: Catalog, favorites: list[object] | None, offline: frozenset[str]
    ) -> CachedView:
        """The view of these; one is made at a time, in a thread."""
        last = self._last
        if last is not None and last.is_of(catalog, favorites, offline):
            return last
        async with self._lock:
            last = self._last
            if last is None or not last.is_of(catalog, favorites, offline):
                last = self._last = await run_in_thread(lambda: self._make(catalog, favorites, offline))
            return last

    def _make(self, catalog: Catalog, favorites: list[object] | None, offline: frozenset[str]) -> CachedView:
        view = self._make_view(
            catalog.fleet, catalog.resolver, favorites=favorites or (), offline=offline, env=self._environment
        )
        body = json_bytes(view_json(view))
        tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        return CachedView(catalog, favorites, offline, body, tag)
