"""The picker page, the form to log in, and what both are made of: files that are served as they are."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from string import Template

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from booconf.resources import resource_folder
from booconf.service.responses import matches
from booconf.service.routes.route import Endpoint, path

_MEDIA_TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}


def page_routes() -> Iterator[Route]:
    """The page at `/`, and beside it every file that it is made of."""
    for file in sorted((resource_folder("templates") / "picker").iterdir()):
        if file.name == "index.html":
            yield path("/", {"GET": file_endpoint(file)})
        elif file.name != _LOGIN:
            yield path(f"/{file.name}", {"GET": file_endpoint(file)})


def login_form(message: str = "", *, is_error: bool = False) -> bytes:
    """The form to log in, with a message, which may be what is wrong with what was entered."""
    template = Template((resource_folder("templates") / "picker" / _LOGIN).read_text(encoding="utf-8"))
    return template.substitute(message=message, invalid=str(is_error).lower()).encode()


def file_endpoint(file: Path) -> Endpoint:
    """Answers with a file, as it is now."""
    return content_endpoint(file.read_bytes(), _MEDIA_TYPES[file.suffix])


def content_endpoint(content: bytes, media_type: str) -> Endpoint:
    """Answers with `content`, which browsers keep and ask about."""
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}

    async def answer(request: Request) -> Response:
        if matches(request, tag):
            return Response(status_code=304, headers=headers)
        return Response(content, headers=headers, media_type=media_type)

    return answer


_LOGIN = "login.html"
