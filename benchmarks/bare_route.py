"""Serve a constant of so many bytes from a bare route, on the same uvicorn as `booconf serve`."""

import sys

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from booconf.service.server import listen, serve


def main(size: int) -> None:
    """Serve until a signal; the URL is printed to standard output."""
    content = b'"' + b"x" * (size - 2) + b'"'

    async def answer(_request: Request) -> Response:
        return Response(content, media_type="application/json")

    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        serve(
            Starlette(routes=[Route("/", answer)]),
            listener,
            on_start=lambda: print(f"http://127.0.0.1:{port}/", flush=True),
            on_stop=lambda: None,
        )


if __name__ == "__main__":
    main(int(sys.argv[1]))
