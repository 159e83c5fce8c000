"""Handle the paths below /api, and /healthz."""

from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response

from booconf.fleet.model import Model
from booconf.fleet.resolve import ResolutionError
from booconf.fleet.serialize import masked_route_json
from booconf.fleet.view import is_visible
from booconf.service.middleware.security import TRUSTED
from booconf.service.middleware.trusted_hosts import AccessPolicy
from booconf.service.responses import error_response, json_response, matches_etag
from booconf.service.routes import json_body
from booconf.service.routes.events import EventBroadcaster
from booconf.service.state.favorites import RefusedFavoriteError, added, ordered, removed
from booconf.service.state.favorites_cache import FavoritesCache
from booconf.service.state.fleet_watcher import Catalog, FleetWatcher
from booconf.service.state.host_monitor import HostMonitor
from booconf.service.state.view_cache import CachedView, ViewCache
from booconf.service.storage import StoreUnavailableError
from booconf.service.storage.settings_store import SettingsStore

Environment = dict[str, str]


@dataclass(frozen=True, slots=True)
class Service:
    """The parts that responses are made from; `environment` has the keys of providers."""

    watcher: FleetWatcher
    store: SettingsStore
    monitor: HostMonitor
    environment: Environment = field(repr=False)
    access: AccessPolicy
    events: EventBroadcaster = field(default_factory=EventBroadcaster)


class CatalogRoutes:
    """The catalog, its favorites and the health of `service`; `favorites` caches its store, `views` views."""

    def __init__(self, service: Service, favorites: FavoritesCache, views: ViewCache) -> None:
        self._service = service
        self._favorites = favorites
        self._views = views

    async def get_models(self, request: Request) -> Response:
        """The catalog view; a header reports if it is without favorites because these are unavailable."""
        view = await self._view()
        headers = {
            "ETag": view.etag,
            "Cache-Control": "private, no-cache",
            "X-Booconf-Favorites": "unavailable" if view.favorites is None else "available",
        }
        if matches_etag(request, view.etag):
            return Response(status_code=304, headers=headers)
        return Response(view.body, headers=headers, media_type="application/json")

    async def get_model(self, request: Request) -> Response:
        """The route of an id, with header values masked."""
        try:
            route = self._service.watcher.current.resolver.resolve(request.path_params["id"])
        except ResolutionError as error:
            return error_response(404, error.code, str(error), about=error.id)
        return json_response(masked_route_json(route))

    async def get_favorites(self, _request: Request) -> Response:
        """The stored favorites, hidden ones too."""
        try:
            return self._list(await self._favorites.read())
        except StoreUnavailableError as error:
            return _unavailable(error)

    async def put_favorites(self, request: Request) -> Response:
        """Move the favorites named in the body into its order; keep all others."""
        body = await json_body(request)
        ids = body.get("favorites") if isinstance(body, dict) and len(body) == 1 else None
        if not isinstance(ids, list) or not all(isinstance(model_id, str) for model_id in ids):
            return error_response(
                422, "invalid-body", 'the body must be {"favorites": [...]} with ids as strings'
            )
        return await self._change(lambda stored, catalog: ordered(stored, ids, catalog.resolver))

    async def put_favorite(self, request: Request) -> Response:
        """Add a favorite at the end, unless its model is one."""
        model_id = request.path_params["id"]
        return await self._change(lambda stored, catalog: added(stored, model_id, catalog.resolver))

    async def delete_favorite(self, request: Request) -> Response:
        """Remove all entries of an id, which may be undeclared or not stored."""
        model_id = request.path_params["id"]
        return await self._change(lambda stored, catalog: removed(stored, model_id, catalog.resolver))

    async def get_health(self, request: Request) -> Response:
        """The status of the service, with details for trusted requests."""
        watcher, favorites = self._service.watcher, self._favorites
        is_healthy = watcher.problem is None and favorites.current is not None
        status: dict[str, object] = {"status": "ok" if is_healthy else "degraded"}
        if request.scope[TRUSTED]:
            status["fleet"] = {"digest": watcher.current.digest, "problem": watcher.problem}
            status["favorites"] = {
                "state": "unavailable" if favorites.current is None else "available",
                "problem": favorites.problem,
            }
            status["providers"] = {
                name: {"state": state.name, "detail": state.detail}
                for name, state in self._service.monitor.states.items()
            }
        return json_response(status)

    async def _change(self, edit: Callable[[object | None, Catalog], object]) -> Response:
        catalog = self._service.watcher.current
        try:
            return self._list(await self._favorites.change(lambda stored: edit(stored, catalog)))
        except RefusedFavoriteError as error:
            return error_response(422, error.code, str(error), about=error.id)
        except StoreUnavailableError as error:
            return _unavailable(error)

    def _list(self, stored: list[object]) -> Response:
        return json_response({"favorites": [self._entry(text) for text in stored if isinstance(text, str)]})

    def _entry(self, text: str) -> dict[str, object]:
        """A stored text, its declared model if it has one, and whether the view shows it."""
        catalog, service = self._service.watcher.current, self._service
        model = _declared(text, catalog)
        if model is None:
            return {"id": text, "model": None, "visible": False}
        visible = is_visible(catalog.fleet, model, offline=service.monitor.offline, env=service.environment)
        return {"id": text, "model": model.composite_id, "visible": visible}

    async def _view(self) -> CachedView:
        watcher, monitor = self._service.watcher, self._service.monitor
        return await self._views.view(watcher.current, self._favorites.current, monitor.offline)


def _declared(text: str, catalog: Catalog) -> Model | None:
    try:
        return catalog.resolver.find(text).model
    except ResolutionError:
        return None


def _unavailable(error: StoreUnavailableError) -> Response:
    return error_response(503, "favorites-unavailable", str(error), headers={"Retry-After": "1"})
