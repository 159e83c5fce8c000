"""ASGI middleware that limits sizes, checks host, origin and credentials, and adds security headers.

A check whose response discloses less to an unknown client is made earlier.
"""

import asyncio
import logging
import sys
from urllib.parse import unquote_to_bytes

from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from booconf.service.middleware.authentication import CHALLENGE, Authenticator, LoginThrottle
from booconf.service.middleware.trusted_hosts import AccessPolicy
from booconf.service.responses import NO_STORE, SECURITY_HEADERS, error_response

LARGEST_HEADERS = 32 << 10
"""Largest request line and headers together, in bytes."""

LARGEST_BODY = 64 << 10
"""Largest body of a request, in bytes."""

LARGEST_BODIES = {"/api/favorites": 1 << 20}
"""The same for paths with another limit."""

OPEN_PATHS = frozenset({"/login", "/picker.css", "/icon.svg"})
"""Paths that need no credentials: the login form, and its style and icon."""

HEALTH = "/healthz"
"""A path with a short response without credentials, and details with them."""

TRUSTED = "booconf.trusted"
"""Key of the ASGI scope: true with valid credentials, and always on a server without a token."""

_READS = frozenset({"GET", "HEAD", "OPTIONS"})

_log = logging.getLogger(__name__)


class SecurityMiddleware:
    """Passes requests that `access` allows to `app`; an exception of `app` becomes an error response."""

    def __init__(
        self, app: ASGIApp, access: AccessPolicy, authenticator: Authenticator | None, throttle: LoginThrottle
    ) -> None:
        self._app = app
        self._access = access
        self._authenticator = authenticator
        self._throttle = throttle
        self._allowed_hosts: set[tuple[str, str]] = set()
        self._varying = [(b"vary", b"Origin")] if access.origins else []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; other scopes go to `app` unchecked."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = RequestHeaders(scope)
        extra = [*SECURITY_HEADERS, *self._varying]
        if headers.origin in self._access.origins:
            extra += [(b"access-control-allow-origin", headers.origin.encode("latin-1")), _EXPOSED]
        response = _HeaderAdder(send, extra)
        try:
            refusal = _malformed(scope, headers) or await self._refusal(scope, headers)
            await (refusal or self._app)(scope, receive, response.send)
        except asyncio.CancelledError:  # the server stops
            if response.has_started:
                raise
            await error_response(503, "stopping", "the server is stopping")(scope, receive, response.send)
        except Exception:
            _log.exception("unexpected error in a request: %s", scope["method"])
            if response.has_started:
                raise  # the server closes the connection, so that the response does not look complete
            await error_response(500, "internal-error", "internal error; see the log of the server")(
                scope, receive, response.send
            )

    async def _refusal(self, scope: Scope, headers: "RequestHeaders") -> Response | None:
        """The response to a request that does not reach the application; None if it does."""
        if not self._is_own_host(headers.host, (scope.get("server") or ("", None))[0]):
            return error_response(421, "unknown-host", "unknown host name of this server; see --allow-host")
        if scope["method"] == "OPTIONS" and headers.is_preflight:
            return self._preflight(headers)
        if scope["method"] not in _READS and not self._may_write(headers):
            return error_response(
                403, "foreign-origin", "pages of another origin may not write; see --allow-origin"
            )
        return await self._missing_credentials(scope, headers)

    def _is_own_host(self, host: str, local_address: str) -> bool:
        key = (host, local_address)
        if key in self._allowed_hosts:
            return True
        is_own = self._access.allows_host(host, local_address)
        if is_own and len(self._allowed_hosts) < _LARGEST_CACHE:
            self._allowed_hosts.add(key)
        return is_own

    def _preflight(self, headers: "RequestHeaders") -> Response:
        if headers.origin not in self._access.origins:
            return error_response(
                403, "foreign-origin", "pages of that origin may not send requests; see --allow-origin"
            )
        return Response(status_code=204, headers=_PREFLIGHT)

    def _may_write(self, headers: "RequestHeaders") -> bool:
        """False if a browser sent the request for a page of another origin."""
        if headers.origin:
            return self._access.allows_origin(headers.origin, headers.host) and (
                headers.fetch_site in _OWN_SITES or headers.origin in self._access.origins
            )
        return headers.fetch_site in _OWN_SITES

    async def _missing_credentials(self, scope: Scope, headers: "RequestHeaders") -> Response | None:
        path = scope["path"]
        if self._authenticator is None:
            scope[TRUSTED] = True
            return None
        scope[TRUSTED] = False
        if path in OPEN_PATHS:
            return None
        result = self._authenticator.check(headers.authorizations, headers.cookies)
        if result == "valid":
            scope[TRUSTED] = True
            return None
        if result == "missing" and path == HEALTH:
            return None
        if path == "/" and scope["method"] in _READS:
            refusal: Response = RedirectResponse("login", 303, NO_STORE)
        else:
            refusal = error_response(
                401, "token-needed", "send the token: `Authorization: Bearer ...`, or /login in a browser",
                headers=CHALLENGE,
            )  # fmt: skip
        return await self._throttle.refuse(scope, refusal) if result == "invalid" else refusal


class RequestHeaders:
    """The headers of a request that the checks read, as they were sent, and their size in bytes."""

    def __init__(self, scope: Scope) -> None:
        self.target_size = len(scope.get("raw_path", b"")) + len(scope.get("query_string", b""))
        self.size = self.target_size
        single: dict[bytes, bytes] = {}
        self.authorizations: list[bytes] = []
        self.cookies: list[bytes] = []
        for name, value in scope["headers"]:
            self.size += len(name) + len(value) + _SEPARATORS
            if name == b"authorization":
                self.authorizations.append(value)
            elif name == b"cookie":
                self.cookies.append(value)
            elif name in _SINGLE:
                single[name] = value if name not in single else b","  # repeated: a value that none accepts
        self.host = single.get(b"host", b"").decode("latin-1")
        self.origin = single.get(b"origin", b"").decode("latin-1")
        self.fetch_site = single.get(b"sec-fetch-site", b"none")
        self.is_preflight = b"access-control-request-method" in single
        length = single.get(b"content-length", b"0")
        self.length = int(length) if length.isdigit() and len(length) < _LONGEST_NUMBER else sys.maxsize
        self.is_ambiguous = b"transfer-encoding" in single and (
            b"content-length" in single or scope["http_version"] == "1.0"
        )


class _HeaderAdder:
    """Passes a response on with more headers."""

    def __init__(self, send: Send, extra: list[tuple[bytes, bytes]]) -> None:
        self._send = send
        self._extra = extra
        self.has_started = False

    async def send(self, message: Message) -> None:
        """As `send` of ASGI."""
        if message["type"] == "http.response.start":
            self.has_started = True
            message["headers"] = [*message["headers"], *self._extra]
        await self._send(message)


def largest_body(path: str) -> int:
    """The largest body that a request to `path` may have, in bytes."""
    return LARGEST_BODIES.get(path, LARGEST_BODY)


def body_too_large(path: str) -> Response:
    """The response to a larger body."""
    return error_response(413, "body-too-large", f"a body may have {largest_body(path)} bytes here")


def _malformed(scope: Scope, headers: RequestHeaders) -> Response | None:
    """The response to a request that HTTP or a size limit forbids."""
    if headers.is_ambiguous:  # a proxy may have found another end of this body
        return error_response(
            400, "ambiguous-length", "a request has either Content-Length or Transfer-Encoding",
            headers={"Connection": "close"},
        )  # fmt: skip
    if not _is_utf8(scope.get("raw_path", b"")):
        return error_response(400, "invalid-path", "the path is not UTF-8")
    if headers.target_size > LARGEST_HEADERS:
        return error_response(414, "address-too-long", f"an address may have {LARGEST_HEADERS} bytes")
    if headers.size > LARGEST_HEADERS:
        return error_response(431, "headers-too-large", f"all headers may have {LARGEST_HEADERS} bytes")
    if headers.length > largest_body(scope["path"]):
        return body_too_large(scope["path"])
    return None


def _is_utf8(raw_path: bytes) -> bool:
    if b"%" not in raw_path:
        return True
    try:
        unquote_to_bytes(raw_path).decode()
    except UnicodeDecodeError:
        return False
    return True


_OWN_SITES = frozenset({b"same-origin", b"none"})
_LARGEST_CACHE = 100

_EXPOSED = (b"access-control-expose-headers", b"ETag, X-Booconf-Favorites")

_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, PUT, DELETE",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, If-None-Match",
    "Access-Control-Max-Age": "600",
}

_SINGLE = frozenset(
    {
        b"host", b"origin", b"sec-fetch-site", b"content-length", b"transfer-encoding",
        b"access-control-request-method",
    }
)  # fmt: skip
_LONGEST_NUMBER = 12
_SEPARATORS = 4
"""Bytes of a header line that belong to neither name nor value."""
