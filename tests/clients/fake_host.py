"""A fake LLM host on loopback: it speaks enough of the OpenAI API, and remembers what it was asked."""

import json
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

REPLY = "fine"
"""What every fake host answers."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came in; header names are in lower case, `body` is parsed JSON."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any


class FakeHost:
    """Answers chat completions, streamed or not, on a loopback port of its own while the context is open."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        """The server root, without a trailing slash."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def chats(self, model: str | None = None) -> list[Request]:
        """The chat completions asked for so far, of one upstream name or of all."""
        chats = [request for request in self.requests if request.path.endswith("/chat/completions")]
        return [chat for chat in chats if model is None or chat.body["model"] == model]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        requests = self.requests

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                requests.append(Request("GET", self.path, self._headers(), None))
                self._answer(404, "application/json", b"{}")

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                requests.append(Request("POST", self.path, self._headers(), body))
                if not self.path.endswith("/chat/completions"):
                    self._answer(404, "application/json", b"{}")
                elif body.get("stream"):
                    self._answer(200, "text/event-stream", _events(body["model"]))
                else:
                    self._answer(200, "application/json", _completion(body["model"]))

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name is inherited)
                """Stay quiet: what matters is recorded."""

            def _headers(self) -> dict[str, str]:
                return {name.lower(): value for name, value in self.headers.items()}

            def _answer(self, status: int, content_type: str, content: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Type", content_type)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

        return Handler


USAGE = {"prompt_tokens": 10, "completion_tokens": 2, "total_tokens": 12}


def _completion(model: str) -> bytes:
    message = {"role": "assistant", "content": REPLY}
    choices = [{"index": 0, "finish_reason": "stop", "message": message}]
    return json.dumps({"id": "1", "model": model, "choices": choices, "usage": USAGE}).encode()


def _events(model: str) -> bytes:
    deltas: list[tuple[dict[str, str], str | None]] = [
        ({"role": "assistant", "content": REPLY}, None),
        ({}, "stop"),
    ]
    chunks: list[dict[str, object]] = [
        {"id": "1", "model": model, "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]}
        for delta, reason in deltas
    ]
    chunks.append({"id": "1", "model": model, "choices": [], "usage": USAGE})
    return "".join(f"data: {text}\n\n" for text in [*map(json.dumps, chunks), "[DONE]"]).encode()
