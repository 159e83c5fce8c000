"""A fake LLM host on loopback: implements a part of the OpenAI API and records its requests."""

import json
from types import TracebackType
from typing import Self

from tests.hosts.simulator import Hosts, ReceivedRequest, Reply

REPLY = "fine"
"""The text of every chat completion."""

USAGE = {"prompt_tokens": 10, "completion_tokens": 2, "total_tokens": 12}


class FakeHost:
    """Answers chat completions, streamed or not, on its own loopback port while the context is open."""

    def __enter__(self) -> Self:
        self._hosts = Hosts().__enter__()
        self._host = self._hosts.add(chat)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hosts.__exit__(kind, error, trace)

    @property
    def url(self) -> str:
        """The server root, without a trailing slash."""
        return self._host.url

    @property
    def requests(self) -> list[ReceivedRequest]:
        """The requests so far."""
        return self._host.received

    def chats(self, model: str | None = None) -> list[ReceivedRequest]:
        """The requests of chat completions so far, for one upstream name or all."""
        chats = [request for request in self.requests if _is_chat(request)]
        return [chat for chat in chats if model is None or chat.body["model"] == model]


def chat(request: ReceivedRequest) -> Reply:
    """Answer a chat completion with REPLY, any other request with 404."""
    if not _is_chat(request):
        return Reply({}, 404)
    model = request.body["model"]
    if request.body.get("stream"):
        return Reply(_events(model), headers={"Content-Type": "text/event-stream"})
    message = {"role": "assistant", "content": REPLY}
    choices = [{"index": 0, "finish_reason": "stop", "message": message}]
    return Reply({"id": "1", "model": model, "choices": choices, "usage": USAGE})


def _is_chat(request: ReceivedRequest) -> bool:
    return request.method == "POST" and request.target.endswith("/chat/completions")


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
