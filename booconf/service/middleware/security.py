"""What stands before every answer: names, origins and credentials; and what stands in every answer.

An ASGI middleware. The order of its checks is that of how little they let a stranger learn.
"""

import logging

from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from booconf.service.middleware.authentication import CHALLENGE, Authenticator, LoginThrottle
from booconf.service.middleware.request_headers import RequestHeaders, unfit
from booconf.service.middleware.trusted_hosts import AccessPolicy
from booconf.service.responses import NOT_STORED, ON_EVERY_ANSWER, failure

OPEN_PATHS = frozenset({"/login", "/picker.css", "/icon.svg"})
"""Shown to everybody, whatever credentials come with the request: the form, and what it looks like."""

HEALTH = "/healthz"
"""Says little to everybody, and more to who shows a credential."""

_READS = frozenset({"GET", "HEAD", "OPTIONS"})

_log = logging.getLogger(__name__)


class SecurityMiddleware:
    """Lets requests through to `app` that `access` allows; no exception gets past it.

    The requests that show a right credential, or need none, have `scope["booconf.trusted"]` true.
    """

    def __init__(
        self, app: ASGIApp, access: AccessPolicy, credentials: Authenticator | None, attempts: LoginThrottle
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
        head = RequestHeaders(scope)
        extra = [*ON_EVERY_ANSWER, *self._varying]
        if head.origin in self._access.origins:
            extra += [(b"access-control-allow-origin", head.origin.encode("latin-1")), _EXPOSED]
        answer = _Answer(send, extra)
        try:
            refusal = unfit(scope, head) or await self._refusal(scope, head)
            await (refusal or self._app)(scope, receive, answer.send)
        except Exception:
            _log.exception("a request could not be answered: %s", scope["method"])
            if answer.has_started:
                raise  # the server ends the connection, so that half an answer does not pass for a whole one
            await failure(500, "internal-error", "this server made a mistake; its log says more")(
                scope, receive, answer.send
            )

    async def _refusal(self, scope: Scope, head: RequestHeaders) -> Response | None:
        """Why a request gets no further, or what answers it before it does."""
        if not self._is_ours(head.host, (scope.get("server") or ("", None))[0]):
            return failure(421, "unknown-host", "this server does not go by that name; see --allow-host")
        if scope["method"] == "OPTIONS" and head.is_preflight:
            return self._preflight(head)
        if scope["method"] not in _READS and not self._may_write(head):
            return failure(403, "foreign-origin", "pages of another origin may not write; see --allow-origin")
        return await self._missing_credential(scope, head)

    def _is_ours(self, host: str, local_address: str) -> bool:
        known = (host, local_address)
        if known in self._known_hosts:
            return True
        is_ours = self._access.admits_host(host, local_address)
        if is_ours and len(self._known_hosts) < _MOST_KNOWN_HOSTS:
            self._known_hosts.add(known)
        return is_ours

    def _preflight(self, head: RequestHeaders) -> Response:
        if head.origin not in self._access.origins:
            return failure(403, "foreign-origin", "pages of that origin may not ask; see --allow-origin")
        return Response(status_code=204, headers=_PREFLIGHT)

    def _may_write(self, head: RequestHeaders) -> bool:
        """Whether no browser sent the request for a page of somebody else."""
        if head.origin:
            return self._access.admits_origin(head.origin, head.host) and (
                head.fetch_site in _OWN_SITES or head.origin in self._access.origins
            )
        return head.fetch_site in _OWN_SITES

    async def _missing_credential(self, scope: Scope, head: RequestHeaders) -> Response | None:
        path = scope["path"]
        if self._credentials is None:
            scope["booconf.trusted"] = True
            return None
        scope["booconf.trusted"] = False
        if path in OPEN_PATHS:
            return None
        verdict = self._credentials.judge(head.authorizations, head.cookies)
        if verdict == "right":
            scope["booconf.trusted"] = True
            return None
        if verdict == "none" and path == HEALTH:
            return None
        if path == "/" and scope["method"] in _READS:
            refusal: Response = RedirectResponse("login", 303, NOT_STORED)
        else:
            refusal = failure(
                401, "token-needed", "show the token: `Authorization: Bearer ...`, or /login in a browser",
                headers=CHALLENGE,
            )  # fmt: skip
        return await self._attempts.refuse(scope, refusal) if verdict == "wrong" else refusal


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


_OWN_SITES = frozenset({b"same-origin", b"none"})
_MOST_KNOWN_HOSTS = 100

_EXPOSED = (b"access-control-expose-headers", b"ETag, X-Booconf-Favorites")

_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, PUT, DELETE",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, If-None-Match",
    "Access-Control-Max-Age": "600",
}
