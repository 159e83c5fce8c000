"""Serve files as they are: the picker page, the login form, and their scripts and styles."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from string import Template

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from booconf.resources import resource_folder
from booconf.service.responses import matches_etag
from booconf.service.routes import Endpoint, path

_LOGIN = "login.html"

_MEDIA_TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}


def page_routes() -> Iterator[Route]:
    """Routes for the page at `/` and every file that it loads."""
    for file in sorted((resource_folder("templates") / "picker").iterdir()):
        if file.name == "index.html":
            yield path("/", {"GET": file_endpoint(file)})
        elif file.name != _LOGIN:
            yield path(f"/{file.name}", {"GET": file_endpoint(file)})


def login_form(message: str = "", *, is_error: bool = False) -> bytes:
    """The login form with a message; `is_error` marks the field as invalid."""
    template = Template((resource_folder("templates") / "picker" / _LOGIN).read_text(encoding="utf-8"))
    return template.substitute(message=message, invalid=str(is_error).lower()).encode()


def file_endpoint(file: Path) -> Endpoint:
    """An endpoint that serves the content that a file has now."""
    return content_endpoint(file.read_bytes(), _MEDIA_TYPES[file.suffix])


def content_endpoint(content: bytes, media_type: str) -> Endpoint:
    """An endpoint that serves `content`, which browsers cache and revalidate."""
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}

    async def handle(request: Request) -> Response:
        if matches_etag(request, tag):
            return Response(status_code=304, headers=headers)
        return Response(content, headers=headers, media_type=media_type)

    return handle
