"""What a client sent: a body within bounds, and JSON or a form only if it is exactly that."""

import asyncio
from urllib.parse import parse_qs

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from booconf.live.json_decoder import InvalidContentError, decode_json
from booconf.service.middleware.bounds import largest_body
from booconf.service.middleware.request_headers import body_too_large
from booconf.service.responses import failure

PATIENCE = 20.0
"""Seconds in which a body must have come."""


class BadBodyError(Exception):
    """A body that cannot be used; `response` says so."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


async def json_body(request: Request) -> object:
    """The JSON document in the body; raises BadBodyError."""
    _expect(request, "application/json")
    content = await _content(request)
    try:
        return decode_json(content)
    except InvalidContentError as error:
        raise BadBodyError(failure(400, "invalid-json", f"the body {error}")) from None


async def form_field(request: Request, name: str) -> bytes:
    """What the form in the body holds under `name`, empty where it holds nothing; raises BadBodyError."""
    _expect(request, "application/x-www-form-urlencoded")
    content = (await _content(request)).decode("latin-1")  # one character for each byte
    try:
        fields = parse_qs(content, encoding="latin-1", max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise BadBodyError(failure(400, "invalid-form", "the body has too many fields")) from None
    return fields.get(name, [""])[-1].encode("latin-1")


_MOST_FIELDS = 10


def _expect(request: Request, media_type: str) -> None:
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given != media_type:
        message = f"the body must be {media_type}, and the header Content-Type say so"
        raise BadBodyError(failure(415, "unsupported-media-type", message))
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise BadBodyError(failure(415, "unsupported-encoding", "the body must not be compressed"))


async def _content(request: Request) -> bytes:
    content = bytearray()
    try:
        async with asyncio.timeout(PATIENCE):
            async for piece in request.stream():
                content += piece
                if len(content) > largest_body(request.scope["path"]):
                    raise BadBodyError(body_too_large(request.scope["path"]))
    except TimeoutError:
        raise BadBodyError(failure(408, "body-too-slow", "the body did not come in time")) from None
    except ClientDisconnect:
        raise BadBodyError(failure(400, "body-cut-off", "the body ends too early")) from None
    return bytes(content)
