"""What the guard reads of a request's head, and which requests are answered with no more than that."""

import sys
from urllib.parse import unquote_to_bytes

from starlette.responses import Response
from starlette.types import Scope

from booconf.service.middleware.bounds import LARGEST_HEADERS, largest_body
from booconf.service.middleware.room import LATE
from booconf.service.responses import failure


def body_too_large(path: str) -> Response:
    """To who sends more."""
    return failure(413, "body-too-large", f"a body may have {largest_body(path)} bytes here")


class RequestHeaders:
    """The headers that decide who may ask, each as it stands there, and their size."""

    def __init__(self, scope: Scope) -> None:
        self.target_size = len(scope.get("raw_path", b"")) + len(scope.get("query_string", b""))
        self.size = self.target_size
        one: dict[bytes, bytes] = {}
        self.authorizations: list[bytes] = []
        self.cookies: list[bytes] = []
        for name, value in scope["headers"]:
            self.size += len(name) + len(value) + _BESIDE
            if name == b"authorization":
                self.authorizations.append(value)
            elif name == b"cookie":
                self.cookies.append(value)
            elif name in _SINGLE:
                one[name] = value if name not in one else b","  # what nobody takes for a value of any
        self.host = one.get(b"host", b"").decode("latin-1")
        self.origin = one.get(b"origin", b"").decode("latin-1")
        self.fetch_site = one.get(b"sec-fetch-site", b"none")
        self.is_preflight = b"access-control-request-method" in one
        length = one.get(b"content-length", b"0")
        self.length = int(length) if length.isdigit() and len(length) < _LONGEST_NUMBER else sys.maxsize
        self.is_ambiguous = b"transfer-encoding" in one and (
            b"content-length" in one or scope["http_version"] == "1.0"
        )


def unfit(scope: Scope, head: RequestHeaders) -> Response | None:
    """What answers a request that HTTP forbids or our bounds, whoever sends it."""
    if LATE in scope.get("state", ()):
        return failure(
            503, "overloaded", "too many clients are connected",
            headers={"Retry-After": "5", "Connection": "close"},
        )  # fmt: skip
    if head.is_ambiguous:  # something between us may have seen another end of this body
        return failure(
            400, "ambiguous-length", "a request has either Content-Length or Transfer-Encoding",
            headers={"Connection": "close"},
        )  # fmt: skip
    if not _is_text(scope.get("raw_path", b"")):
        return failure(400, "invalid-path", "the path is not UTF-8")
    return _too_large(scope["path"], head)


def _too_large(path: str, head: RequestHeaders) -> Response | None:
    """What answers a request that is larger than our bounds."""
    if head.target_size > LARGEST_HEADERS:
        return failure(414, "address-too-long", f"an address may have {LARGEST_HEADERS} bytes")
    if head.size > LARGEST_HEADERS:
        return failure(431, "headers-too-large", f"all headers may have {LARGEST_HEADERS} bytes")
    if head.length > largest_body(path):
        return body_too_large(path)
    return None


def _is_text(raw_path: bytes) -> bool:
    if b"%" not in raw_path:
        return True
    try:
        unquote_to_bytes(raw_path).decode()
    except UnicodeDecodeError:
        return False
    return True


_SINGLE = frozenset(
    {
        b"host", b"origin", b"sec-fetch-site", b"content-length", b"transfer-encoding",
        b"access-control-request-method",
    }
)  # fmt: skip
_LONGEST_NUMBER = 12
_BESIDE = 4
"""Bytes of a header that are neither its name nor its value."""
