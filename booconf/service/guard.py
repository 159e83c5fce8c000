"""What stands before every answer: names, origins, credentials and sizes; and what stands in every answer.

An ASGI middleware. The order of its checks is that of how little they let a stranger learn.
"""

import logging
from urllib.parse import unquote_to_bytes

from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from booconf.service.access import Access
from booconf.service.credentials import Attempts, Credentials
from booconf.service.reply import NOT_STORED, failure

LARGEST_BODY = 64 << 10
"""Bytes of a request's body at most."""

OPEN_PATHS = frozenset({"/login", "/picker.css", "/icon.svg"})
"""Shown to everybody, whatever credentials come with the request: the form, and what it looks like."""

HEALTH = "/healthz"
"""Says little to everybody, and more to who shows a credential."""

_READS = frozenset({"GET", "HEAD", "OPTIONS"})

_log = logging.getLogger(__name__)


class Guard:
    """Lets requests through to `app` that `access` allows; no exception gets past it.

    The requests that show a right credential, or need none, have `scope["booconf.trusted"]` true.
    """

    def __init__(
        self, app: ASGIApp, access: Access, credentials: Credentials | None, attempts: Attempts
    ) -> None:
        self._app = app
        self._access = access
        self._credentials = credentials
        self._attempts = attempts
        self._known_hosts: set[tuple[str, str]] = set()
        self._varying = [(b"vary", b"Origin")] if access.origins else []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or hand over what is none."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = _Headers(scope)
        extra = [*_ALWAYS, *self._varying]
        if headers.origin in self._access.origins:
            extra += [(b"access-control-allow-origin", headers.origin.encode("latin-1")), _EXPOSED]
        answer = _Answer(send, extra)
        try:
            refusal = await self._refusal(scope, headers)
            await (refusal or self._app)(scope, receive, answer.send)
        except Exception:
            _log.exception("a request could not be answered: %s", scope["method"])
            if answer.has_started:
                raise  # the server ends the connection, so that half an answer does not pass for a whole one
            await failure(500, "internal-error", "this server made a mistake; its log says more")(
                scope, receive, answer.send
            )

    async def _refusal(self, scope: Scope, headers: "_Headers") -> Response | None:
        """Why a request gets no further, or what answers it before it does."""
        if not self._is_ours(headers.host, (scope.get("server") or ("", None))[0]):
            return failure(421, "unknown-host", "this server does not go by that name; see --allow-host")
        if not _is_text(scope.get("raw_path", b"")):
            return failure(400, "invalid-path", "the path is not UTF-8")
        if headers.length > LARGEST_BODY:
            return failure(413, "body-too-large", f"a body may have {LARGEST_BODY} bytes")
        if scope["method"] == "OPTIONS" and headers.is_preflight:
            return self._preflight(headers)
        if scope["method"] not in _READS and not self._may_write(headers):
            return failure(403, "foreign-origin", "pages of another origin may not write; see --allow-origin")
        return await self._missing_credential(scope, headers)

    def _is_ours(self, host: str, local_address: str) -> bool:
        known = (host, local_address)
        if known in self._known_hosts:
            return True
        is_ours = self._access.admits_host(host, local_address)
        if is_ours and len(self._known_hosts) < _MOST_KNOWN_HOSTS:
            self._known_hosts.add(known)
        return is_ours

    def _preflight(self, headers: "_Headers") -> Response:
        if headers.origin not in self._access.origins:
            return failure(403, "foreign-origin", "pages of that origin may not ask; see --allow-origin")
        return Response(status_code=204, headers=_PREFLIGHT)

    def _may_write(self, headers: "_Headers") -> bool:
        """Whether no browser sent the request for a page of somebody else."""
        if headers.origin:
            return self._access.admits_origin(headers.origin, headers.host) and (
                headers.fetch_site in _OWN_SITES or headers.origin in self._access.origins
            )
        return headers.fetch_site in _OWN_SITES

    async def _missing_credential(self, scope: Scope, headers: "_Headers") -> Response | None:
        path = scope["path"]
        if self._credentials is None:
            scope["booconf.trusted"] = True
            return None
        scope["booconf.trusted"] = False
        if path in OPEN_PATHS:
            return None
        address = address_of(scope)
        if headers.has_credentials and not self._attempts.may_try(address):
            return too_many_attempts()
        verdict = self._credentials.judge(headers.authorizations, headers.cookies)
        if verdict == "wrong":
            await self._attempts.failed(address)
        elif verdict == "right" or path == HEALTH:
            scope["booconf.trusted"] = verdict == "right"
            return None
        if path == "/" and scope["method"] in _READS:
            return RedirectResponse("login", 303, NOT_STORED)
        return failure(
            401, "token-needed", "show the token: `Authorization: Bearer ...`, or /login in a browser",
            headers={"WWW-Authenticate": 'Bearer realm="booconf"'},
        )  # fmt: skip


def address_of(scope: Scope) -> str:
    """Where a request came from; empty where that is not known."""
    return (scope.get("client") or ("", 0))[0]


def too_many_attempts() -> Response:
    """To who tries one credential after the other."""
    return failure(
        429, "too-many-attempts", "wrong credentials came from there; wait", headers={"Retry-After": "2"}
    )


class _Headers:
    """What the guard reads of a request's headers."""

    def __init__(self, scope: Scope) -> None:
        one: dict[bytes, bytes] = {}
        self.authorizations: list[bytes] = []
        self.cookies: list[bytes] = []
        for name, value in scope["headers"]:
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
        self.length = int(length) if length.isdigit() and len(length) < _LONGEST_NUMBER else LARGEST_BODY + 1

    @property
    def has_credentials(self) -> bool:
        return bool(self.authorizations or self.cookies)


class _Answer:
    """Sends an answer on, with headers that stand in all of them."""

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


def _is_text(raw_path: bytes) -> bool:
    if b"%" not in raw_path:
        return True
    try:
        unquote_to_bytes(raw_path).decode()
    except UnicodeDecodeError:
        return False
    return True


_SINGLE = frozenset(
    {b"host", b"origin", b"sec-fetch-site", b"content-length", b"access-control-request-method"}
)
_OWN_SITES = frozenset({b"same-origin", b"none"})
_LONGEST_NUMBER = 12
_MOST_KNOWN_HOSTS = 100

_POLICY = "; ".join(
    (
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'",
        "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'",
    )
)  # fmt: skip

_ALWAYS = [
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

_EXPOSED = (b"access-control-expose-headers", b"ETag, X-Booconf-Favorites")

_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, PUT, DELETE",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, If-None-Match",
    "Access-Control-Max-Age": "600",
}
