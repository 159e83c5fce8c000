"""The application: every path, what stands before it, and the work that goes on beside requests."""

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
from booconf.service.responses import failure
from booconf.service.routes.body import BadBodyError
from booconf.service.routes.catalog import CatalogRoutes, Service
from booconf.service.routes.events import EventBroadcaster
from booconf.service.routes.login import LoginRoutes
from booconf.service.routes.route import path
from booconf.service.routes.static import file_endpoint, page_routes
from booconf.service.state.favorites_cache import FavoritesCache

Work = Callable[[], Coroutine[Any, Any, None]]

PAUSE = 5.0
"""Seconds after which work that failed for a mistake of ours begins anew."""

_log = logging.getLogger(__name__)


def build_app(service: Service) -> Starlette:
    """All that `service` answers over HTTP; its lifespan follows fleet file, hosts and database."""
    access, changes = service.access, service.changes
    credentials = None if access.token is None else Authenticator(access.token, access.clock)
    attempts = LoginThrottle()
    shelf = FavoritesCache(service.store, partial(changes.tell, "favorites"))

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await shelf.look()
        source, availability = service.source, service.availability
        work: dict[str, Work] = {
            "following the fleet file": partial(source.watch, partial(changes.tell, "catalog")),
            "asking the hosts": partial(availability.run, source, partial(changes.tell, "availability")),
            "following the favorites": shelf.watch,
        }
        tasks = [asyncio.create_task(_keep_doing(what, begin)) for what, begin in work.items()]
        try:
            yield
        finally:
            changes.close()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    app = Starlette(
        routes=_routes(CatalogRoutes(service, shelf), LoginRoutes(credentials, attempts), changes),
        middleware=[
            Middleware(SecurityMiddleware, access=access, credentials=credentials, attempts=attempts)
        ],
        exception_handlers={HTTPException: _refuse_path, BadBodyError: _refuse_body},
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    return app


def _routes(api: CatalogRoutes, login: LoginRoutes, changes: EventBroadcaster) -> list[Route]:
    """Every path; the one that is asked for most stands first."""
    return [
        path("/api/models", {"GET": api.models}),
        path("/api/models/{id:path}", {"GET": api.model}),
        path("/api/favorites", {"GET": api.favorites, "PUT": api.order_favorites}),
        path("/api/favorites/{id:path}", {"PUT": api.add_favorite, "DELETE": api.remove_favorite}),
        path("/api/events", {"GET": changes.listen}),
        path("/healthz", {"GET": api.health}),
        path("/login", {"GET": login.show, "POST": login.enter}),
        path("/logout", {"POST": login.leave}),
        path("/openapi.json", {"GET": file_endpoint(resource_folder("schema") / "openapi.json")}),
        *page_routes(),
    ]


async def _keep_doing(what: str, begin: Work) -> None:
    """Do work that never ends; should it fail, say so and begin anew."""
    while True:
        try:
            await begin()
        except Exception:  # noqa: BLE001 - whatever it is, the log has it
            _log.exception("%s failed, and begins anew", what)
        await asyncio.sleep(PAUSE)


async def _refuse_path(_request: Request, error: Any) -> Response:
    """Answer an HTTPException: a path that is not there, or a method that it does not have."""
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = ", ".join(sorted(error.headers["Allow"].split(", ")))
        message = f"this path takes {allowed}"
        return failure(405, "method-not-allowed", message, headers={"Allow": allowed})
    return failure(404, "no-such-path", "there is nothing here; see /openapi.json")


async def _refuse_body(_request: Request, error: Any) -> Response:
    """Answer a BadBodyError."""
    response: Response = error.response
    return response
