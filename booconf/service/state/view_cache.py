"""The catalog view as bytes, made anew only when something that it shows is different."""

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from booconf.fleet.serialize import view_json
from booconf.fleet.view import catalog_view
from booconf.service.responses import json_bytes
from booconf.service.state.background import in_background
from booconf.service.state.fleet_watcher import Catalog


@dataclass(frozen=True, slots=True, eq=False)
class CachedView:
    """The view of `catalog` over stored `favorites` (None: unavailable) without `offline` providers.

    `body` is JSON, `etag` depends on nothing but the body.
    """

    catalog: Catalog
    favorites: list[object] | None
    offline: frozenset[str]
    body: bytes
    etag: str

    def is_of(self, catalog: Catalog, favorites: list[object] | None, offline: frozenset[str]) -> bool:
        """Whether it shows these; told by identity, so it takes no time."""
        return self.catalog is catalog and self.favorites is favorites and self.offline is offline


class ViewCache:
    """Keeps the last view; `environment` says which keys are set."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._making = asyncio.Lock()
        self._last: CachedView | None = None

    async def show(
        self, catalog: Catalog, favorites: list[object] | None, offline: frozenset[str]
    ) -> CachedView:
        """The view of these; one is made at a time, beside the event loop."""
        last = self._last
        if last is not None and last.is_of(catalog, favorites, offline):
            return last
        async with self._making:
            last = self._last
            if last is None or not last.is_of(catalog, favorites, offline):
                last = self._last = await in_background(lambda: self._make(catalog, favorites, offline))
            return last

    def _make(self, catalog: Catalog, favorites: list[object] | None, offline: frozenset[str]) -> CachedView:
        view = catalog_view(
            catalog.fleet, catalog.resolver, favorites=favorites or (), offline=offline, env=self._environment
        )
        body = json_bytes(view_json(view))
        tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        return CachedView(catalog, favorites, offline, body, tag)
