"""Handle /login and /logout: a form takes the token once and starts a session, which event streams need."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp

from booconf.service.middleware.authentication import (
    CHALLENGE,
    SESSION_SECONDS,
    Authenticator,
    LoginThrottle,
)
from booconf.service.responses import NO_STORE
from booconf.service.routes import form_field
from booconf.service.routes.static import content_endpoint, login_form


class LoginRoutes:
    """The login form and its sessions; without an `authenticator` every path redirects to the picker."""

    def __init__(self, authenticator: Authenticator | None, throttle: LoginThrottle) -> None:
        self._authenticator = authenticator
        self._throttle = throttle
        self._form = content_endpoint(login_form(), "text/html")
        self._form_after_session = content_endpoint(login_form("Your session has ended."), "text/html")
        self._form_after_error = login_form("That is not the token of this server.", is_error=True)

    async def form(self, request: Request) -> ASGIApp:
        """The form; pages whose session has ended request `?ended`."""
        if self._authenticator is None:
            return _redirect("./")
        return await (self._form_after_session if "ended" in request.query_params else self._form)(request)

    async def login(self, request: Request) -> Response:
        """Start a session for the token; anything else is answered with 401 and the form."""
        if self._authenticator is None:
            return _redirect("./")
        if not self._authenticator.is_token(await form_field(request, "token")):
            refusal = Response(self._form_after_error, 401, {**NO_STORE, **CHALLENGE}, "text/html")
            return await self._throttle.refuse(request.scope, refusal)
        response = _redirect("./")
        response.set_cookie(
            self._authenticator.cookie,
            self._authenticator.new_session(),
            max_age=SESSION_SECONDS,
            secure=request.headers.get("origin", "").startswith("https:"),  # as the browser sees it
            httponly=True,
            samesite="strict",
        )
        return response

    async def logout(self, _request: Request) -> Response:
        """Delete the session of the browser."""
        if self._authenticator is None:
            return _redirect("./")
        response = _redirect("login")
        response.delete_cookie(self._authenticator.cookie, httponly=True, samesite="strict")
        return response


def _redirect(address: str) -> Response:
    return RedirectResponse(address, 303, NO_STORE)
