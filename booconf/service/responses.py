"""What every answer is made of: JSON in ASCII, an error as one shape, and a word on caching."""

import json
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

NOT_STORED = {"Cache-Control": "no-store"}
"""For answers that are out of date as soon as they are given."""

_POLICY = "; ".join(
    (
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'",
        "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'",
    )
)  # fmt: skip

ON_EVERY_ANSWER = [
    (name.encode(), value.encode())
    for name, value in {
        "content-security-policy": _POLICY,
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "referrer-policy": "same-origin",  # with no-referrer, browsers send forms with the origin `null`
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
    }.items()
]
"""Headers that tell browsers what they may do with an answer."""


def json_bytes(value: object) -> bytes:
    """`value` as JSON without spaces; ASCII, so that no character of an id can break or hide in it."""
    return json.dumps(value, separators=(",", ":")).encode("ascii")


def reply(value: object, status: int = 200, headers: Mapping[str, str] = NOT_STORED) -> Response:
    """An answer whose body is `value`."""
    return Response(json_bytes(value), status, headers, "application/json")


def failure(
    status: int,
    code: str,
    message: str,
    *,
    about: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """An answer that says why there is no other; `about` is the id that is to blame."""
    error = {"code": code, "message": message}
    if about is not None:
        error["id"] = about
    return reply({"error": error}, status, {**NOT_STORED, **(headers or {})})


def matches(request: Request, etag: str) -> bool:
    """Whether `If-None-Match` names this tag (RFC 9110, 13.1.2: a weak one is as good)."""
    headers = request.headers.getlist("if-none-match")
    tags = [tag.strip().removeprefix("W/") for header in headers for tag in header.split(",")]
    return etag in tags or "*" in tags
