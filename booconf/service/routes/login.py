"""The form that takes the token once and starts a session, so that a page and its event stream work."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp

from booconf.service.middleware.authentication import CHALLENGE, SESSION_SECONDS, Authenticator, LoginThrottle
from booconf.service.responses import NOT_STORED
from booconf.service.routes.body import form_field
from booconf.service.routes.static import content_endpoint, login_form


class LoginRoutes:
    """Answers /login and /logout; without `credentials` nobody has to log in."""

    def __init__(self, credentials: Authenticator | None, attempts: LoginThrottle) -> None:
        self._credentials = credentials
        self._attempts = attempts
        self._form = content_endpoint(login_form(), "text/html")
        self._form_after_session = content_endpoint(login_form("Your session has ended."), "text/html")
        self._form_refusing = login_form("That is not the token of this server.", is_error=True)

    async def show(self, request: Request) -> ASGIApp:
        """The form; pages whose session ended ask for `?ended`."""
        if self._credentials is None:
            return _go_to("./")
        return await (self._form_after_session if "ended" in request.query_params else self._form)(request)

    async def enter(self, request: Request) -> Response:
        """Start a session for who knows the token; answer 401, with the form, to who does not."""
        if self._credentials is None:
            return _go_to("./")
        if not self._credentials.is_token(await form_field(request, "token")):
            headers = {**NOT_STORED, **CHALLENGE}
            refusal = Response(self._form_refusing, 401, headers, "text/html")
            return await self._attempts.refuse(request.scope, refusal)
        response = _go_to("./")
        response.set_cookie(
            self._credentials.cookie,
            self._credentials.new_session(),
            max_age=SESSION_SECONDS,
            secure=_is_https(request),
            httponly=True,
            samesite="strict",
        )
        return response

    async def leave(self, _request: Request) -> Response:
        """Have the browser forget its session."""
        if self._credentials is None:
            return _go_to("./")
        response = _go_to("login")
        response.delete_cookie(self._credentials.cookie, httponly=True, samesite="strict")
        return response


def _is_https(request: Request) -> bool:
    """Whether the browser sees https, whatever stands between it and us."""
    return request.headers.get("origin", "").startswith("https:")


def _go_to(address: str) -> Response:
    return RedirectResponse(address, 303, NOT_STORED)
