"""Build the application: its routes, its middleware, and the tasks that run beside requests."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import partial
from http import HTTPStatus
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from booconf.resources import resource_folder
from booconf.service.middleware.authentication import Authenticator, LoginThrottle
from booconf.service.middleware.security import SecurityMiddleware
from booconf.service.responses import error_response
from booconf.service.routes import BadBodyError, path
from booconf.service.routes.catalog import CatalogRoutes, Service
from booconf.service.routes.events import EventBroadcaster
from booconf.service.routes.login import LoginRoutes
from booconf.service.routes.static import file_endpoint, page_routes
from booconf.service.state.favorites_cache import MAX_AGE, FavoritesCache
from booconf.service.state.view_cache import ViewCache

Work = Callable[[], Coroutine[Any, Any, None]]

RESTART_AFTER = 5.0
"""Seconds after which a task that failed by a bug is started again."""

_log = logging.getLogger(__name__)


def build_app(
    service: Service, *, favorites_max_age: float = MAX_AGE, throttle: LoginThrottle | None = None
) -> Starlette:
    """The application that serves `service`; its lifespan follows fleet file, hosts and database."""
    access, events = service.access, service.events
    authenticator = None if access.token is None else Authenticator(access.token, access.clock)
    throttle = throttle or LoginThrottle()
    favorites = FavoritesCache(service.store, partial(events.publish, "favorites"), max_age=favorites_max_age)
    catalog = CatalogRoutes(service, favorites, ViewCache(service.environment))

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await favorites.refresh()
        watcher, monitor = service.watcher, service.monitor
        work: dict[str, Work] = {
            "watching the fleet file": partial(watcher.watch, partial(events.publish, "catalog")),
            "probing the hosts": partial(monitor.run, watcher, partial(events.publish, "availability")),
            "refreshing the favorites": favorites.watch,
        }
        tasks = [asyncio.create_task(run_forever(name, start)) for name, start in work.items()]
        try:
            yield
        finally:
            events.close()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    app = Starlette(
        routes=_routes(catalog, LoginRoutes(authenticator, throttle), events),
        middleware=[
            Middleware(SecurityMiddleware, access=access, authenticator=authenticator, throttle=throttle)
        ],
        exception_handlers={HTTPException: _refuse_path, BadBodyError: _refuse_body},
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    return app


def _routes(catalog: CatalogRoutes, login: LoginRoutes, events: EventBroadcaster) -> list[Route]:
    """Every path; the most frequent one is first."""
    return [
        path("/api/models", {"GET": catalog.get_models}),
        path("/api/models/{id:path}", {"GET": catalog.get_model}),
        path("/api/favorites", {"GET": catalog.get_favorites, "PUT": catalog.put_favorites}),
        path("/api/favorites/{id:path}", {"PUT": catalog.put_favorite, "DELETE": catalog.delete_favorite}),
        path("/api/events", {"GET": events.subscribe}),
        path("/healthz", {"GET": catalog.get_health}),
        path("/login", {"GET": login.form, "POST": login.login}),
        path("/logout", {"POST": login.logout}),
        path("/openapi.json", {"GET": file_endpoint(resource_folder("schema") / "openapi.json")}),
        *page_routes(),
    ]


async def run_forever(name: str, start: Work, *, pause: float = RESTART_AFTER) -> None:
    """Run work that never ends; log its failure and start it again."""
    while True:
        try:
            await start()
        except Exception:  # noqa: BLE001 - a bug of booconf, which is logged
            _log.exception("%s failed; it is started again", name)
        await asyncio.sleep(pause)


async def _refuse_path(_request: Request, error: Any) -> Response:
    """The response to an HTTPException: an unknown path, or an unsupported method."""
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = ", ".join(sorted(error.headers["Allow"].split(", ")))
        message = f"this path supports {allowed}"
        return error_response(405, "method-not-allowed", message, headers={"Allow": allowed})
    return error_response(404, "no-such-path", "no such path; see /openapi.json")


async def _refuse_body(_request: Request, error: Any) -> Response:
    """The response of a BadBodyError."""
    response: Response = error.response
    return response
