"""The paths of the service: what each method of one does, matched to its last character."""

import re
from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.routing import Route
from starlette.types import ASGIApp

Endpoint = Callable[[Request], Awaitable[ASGIApp]]
"""Finds the answer to a request: a Response, or whatever else sends one."""


def path(pattern: str, methods: Mapping[str, Endpoint]) -> Route:
    """A route for all `methods` of a path; HEAD is answered as GET.

    The patterns of Starlette take no line break for a part of a path, and one at its end for nothing.
    """

    async def answer(request: Request) -> ASGIApp:
        method = "GET" if request.method == "HEAD" else request.method
        return await methods[method](request)

    route = Route(pattern, answer, methods=list(methods))
    route.path_regex = re.compile(route.path_regex.pattern.removesuffix("$") + r"\Z", re.DOTALL)
    return route
