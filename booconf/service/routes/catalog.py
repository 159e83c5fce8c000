"""What the paths under /api, and /healthz, answer."""

from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response

from booconf.fleet.model import Model
from booconf.fleet.resolve import ResolutionError
from booconf.fleet.serialize import masked_route_json
from booconf.fleet.view import is_visible
from booconf.service.middleware.trusted_hosts import AccessPolicy
from booconf.service.responses import failure, matches, reply
from booconf.service.routes.body import json_body
from booconf.service.routes.events import EventBroadcaster
from booconf.service.state.favorites import RefusedFavoriteError, added, ordered, removed
from booconf.service.state.favorites_cache import FavoritesCache
from booconf.service.state.fleet_watcher import Catalog, FleetWatcher
from booconf.service.state.host_monitor import HostMonitor
from booconf.service.state.view_cache import CachedView, ViewCache
from booconf.service.storage.settings_store import SettingsStore, StoreUnavailableError

Environment = dict[str, str]


@dataclass(frozen=True, slots=True)
class Service:
    """What requests are answered from; `environment` says which keys are set."""

    source: FleetWatcher
    store: SettingsStore
    availability: HostMonitor
    environment: Environment = field(repr=False)
    access: AccessPolicy
    changes: EventBroadcaster = field(default_factory=EventBroadcaster)


class CatalogRoutes:
    """Answers requests; `shelf` has the favorites of `service`."""

    def __init__(self, service: Service, shelf: FavoritesCache) -> None:
        self._service = service
        self._shelf = shelf
        self._showing = ViewCache(service.environment)

    async def models(self, request: Request) -> Response:
        """The catalog view; without favorites where these are unavailable, which a header tells."""
        shown = await self._shown()
        headers = {
            "ETag": shown.etag,
            "Cache-Control": "private, no-cache",
            "X-Booconf-Favorites": "unavailable" if shown.favorites is None else "available",
        }
        if matches(request, shown.etag):
            return Response(status_code=304, headers=headers)
        return Response(shown.body, headers=headers, media_type="application/json")

    async def model(self, request: Request) -> Response:
        """Where an id leads, without the values of headers."""
        try:
            route = self._service.source.current.resolver.resolve(request.path_params["id"])
        except ResolutionError as error:
            return failure(404, error.code, str(error), about=error.id)
        return reply(masked_route_json(route))

    async def favorites(self, _request: Request) -> Response:
        """The stored favorites, hidden ones too."""
        try:
            return self._list(await self._shelf.read())
        except StoreUnavailableError as error:
            return _unavailable(error)

    async def order_favorites(self, request: Request) -> Response:
        """Put the favorites named in the body into its order; what it does not name is kept."""
        body = await json_body(request)
        ids = body.get("favorites") if isinstance(body, dict) and len(body) == 1 else None
        if not isinstance(ids, list) or not all(isinstance(model_id, str) for model_id in ids):
            return failure(422, "invalid-body", 'the body must be {"favorites": [...]} with ids as strings')
        return await self._change(lambda stored, catalog: ordered(stored, ids, catalog.resolver))

    async def add_favorite(self, request: Request) -> Response:
        """Store a favorite behind the others, unless it is one."""
        model_id = request.path_params["id"]
        return await self._change(lambda stored, catalog: added(stored, model_id, catalog.resolver))

    async def remove_favorite(self, request: Request) -> Response:
        """Remove what is stored for an id; it need not be declared, nor stored."""
        model_id = request.path_params["id"]
        return await self._change(lambda stored, catalog: removed(stored, model_id, catalog.resolver))

    async def health(self, request: Request) -> Response:
        """Whether all is well, and to who may know it what is not."""
        source, availability, shelf = self._service.source, self._service.availability, self._shelf
        well = source.problem is None and shelf.current is not None
        status: dict[str, object] = {"status": "ok" if well else "degraded"}
        if request.scope["booconf.trusted"]:
            status["fleet"] = {"digest": source.current.digest, "problem": source.problem}
            status["favorites"] = {
                "state": "unavailable" if shelf.current is None else "available",
                "problem": shelf.problem,
            }
            status["providers"] = {
                name: {"state": state.outcome or "not asked yet", "detail": state.detail}
                for name, state in availability.states.items()
            }
        return reply(status)

    async def _change(self, edit: Callable[[object | None, Catalog], object]) -> Response:
        catalog = self._service.source.current
        try:
            return self._list(await self._shelf.change(lambda stored: edit(stored, catalog)))
        except RefusedFavoriteError as error:
            return failure(422, error.code, str(error), about=error.id)
        except StoreUnavailableError as error:
            return _unavailable(error)

    def _list(self, stored: list[object]) -> Response:
        return reply({"favorites": [self._entry(text) for text in stored if isinstance(text, str)]})

    def _entry(self, text: str) -> dict[str, object]:
        """A stored text, the declared model that it leads to, if it does, and whether that is shown."""
        catalog, service = self._service.source.current, self._service
        model = _declared(text, catalog)
        if model is None:
            return {"id": text, "model": None, "visible": False}
        visible = is_visible(
            catalog.fleet, model, offline=service.availability.offline, env=service.environment
        )
        return {"id": text, "model": model.composite_id, "visible": visible}

    async def _shown(self) -> CachedView:
        source, availability = self._service.source, self._service.availability
        return await self._showing.show(source.current, self._shelf.current, availability.offline)


def _declared(text: str, catalog: Catalog) -> Model | None:
    try:
        return catalog.resolver.find(text).model
    except ResolutionError:
        return None


def _unavailable(error: StoreUnavailableError) -> Response:
    return failure(503, "favorites-unavailable", str(error), headers={"Retry-After": "1"})
