"""Build responses: JSON in ASCII, one shape for every error, and headers about caching and security."""

import json
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

NO_STORE = {"Cache-Control": "no-store"}
"""For responses that are out of date as soon as they are sent."""

_CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'",
        "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'",
    )
)  # fmt: skip

SECURITY_HEADERS = [
    (name.encode(), value.encode())
    for name, value in {
        "content-security-policy": _CONTENT_SECURITY_POLICY,
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "referrer-policy": "same-origin",  # with no-referrer, browsers send forms with the origin `null`
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
    }.items()
]
"""Headers of every response that restrict browsers."""


def json_bytes(value: object) -> bytes:
    """`value` as JSON without spaces; ASCII, so that no character of an id can break or hide in it."""
    return json.dumps(value, separators=(",", ":")).encode("ascii")


def json_response(value: object, status: int = 200, headers: Mapping[str, str] = NO_STORE) -> Response:
    """A response whose body is `value`."""
    return Response(json_bytes(value), status, headers, "application/json")


def error_response(
    status: int,
    code: str,
    message: str,
    *,
    about: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """An error as `{"error": {...}}`; `about` is the id that caused it."""
    error = {"code": code, "message": message}
    if about is not None:
        error["id"] = about
    return json_response({"error": error}, status, {**NO_STORE, **(headers or {})})


def matches_etag(request: Request, etag: str) -> bool:
    """True if `If-None-Match` contains this tag, weak or strong (RFC 9110, 13.1.2)."""
    headers = request.headers.getlist("if-none-match")
    tags = [tag.strip().removeprefix("W/") for header in headers for tag in header.split(",")]
    return etag in tags or "*" in tags
