"""Handle requests; this module has the shared parts: routes for exact paths, and bodies of requests."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import parse_qs

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from booconf.live.json_decoder import InvalidContentError, decode_json
from booconf.service.middleware.security import body_too_large, largest_body
from booconf.service.responses import error_response

BODY_PATIENCE = 20.0
"""Seconds in which a body must arrive."""

_MOST_FIELDS = 10

Endpoint = Callable[[Request], Awaitable[ASGIApp]]
"""Handles a request: the result, a Response or another ASGI application, sends the response."""


class BadBodyError(Exception):
    """A body that cannot be used; `response` is the error to send."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


def path(pattern: str, methods: Mapping[str, Endpoint]) -> Route:
    """A route for all `methods` of a path; HEAD is handled as GET.

    The patterns of Starlette do not match a line break inside a path, and ignore one at its end.
    """

    async def handle(request: Request) -> ASGIApp:
        method = "GET" if request.method == "HEAD" else request.method
        return await methods[method](request)

    route = Route(pattern, handle, methods=list(methods))
    route.path_regex = re.compile(route.path_regex.pattern.removesuffix("$") + r"\Z", re.DOTALL)
    return route


async def json_body(request: Request) -> object:
    """The JSON document in the body; raises BadBodyError."""
    _require_media_type(request, "application/json")
    content = await _content(request)
    try:
        return decode_json(content)
    except InvalidContentError as error:
        raise BadBodyError(error_response(400, "invalid-json", f"the body {error}")) from None


async def form_field(request: Request, name: str) -> bytes:
    """The value of a field of the form in the body, empty without that field; raises BadBodyError."""
    _require_media_type(request, "application/x-www-form-urlencoded")
    content = (await _content(request)).decode("latin-1")  # one character for each byte
    try:
        fields = parse_qs(content, encoding="latin-1", max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise BadBodyError(error_response(400, "invalid-form", "the body has too many fields")) from None
    return fields.get(name, [""])[-1].encode("latin-1")


def _require_media_type(request: Request, media_type: str) -> None:
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given != media_type:
        message = f"the body must be {media_type}, declared by the header Content-Type"
        raise BadBodyError(error_response(415, "unsupported-media-type", message))
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise BadBodyError(error_response(415, "unsupported-encoding", "the body must not be compressed"))


async def _content(request: Request) -> bytes:
    content = bytearray()
    try:
        async with asyncio.timeout(BODY_PATIENCE):
            async for piece in request.stream():
                content += piece
                if len(content) > largest_body(request.scope["path"]):
                    raise BadBodyError(body_too_large(request.scope["path"]))
    except TimeoutError:
        raise BadBodyError(error_response(408, "body-too-slow", "the body did not arrive in time")) from None
    except ClientDisconnect:
        raise BadBodyError(error_response(400, "body-cut-off", "the body is incomplete")) from None
    return bytes(content)
