"""A fake LLM host on loopback: parts of the OpenAI and Anthropic APIs, with a record of its requests."""

import json
from types import TracebackType
from typing import Self

from tests.hosts.simulator import Hosts, ReceivedRequest, Reply

REPLY = "fine"
"""The text of every chat completion."""

USAGE = {"prompt_tokens": 10, "completion_tokens": 2, "total_tokens": 12}

Event = dict[str, object]

_STREAM = {"Content-Type": "text/event-stream"}


class FakeHost:
    """Answers chat completions, streamed or not, and streamed responses and messages, while it is open."""

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
        return self.posts("/chat/completions", model)

    def posts(self, path: str, model: str | None = None) -> list[ReceivedRequest]:
        """The POST requests so far whose path ends in `path`, for one upstream name or all."""
        posts = [request for request in self.requests if _is_post(request, path)]
        return [post for post in posts if model is None or post.body["model"] == model]


def chat(request: ReceivedRequest) -> Reply:
    """Answer a chat completion, response or message with REPLY, any other request with 404."""
    for path, events in (("/responses", _response_events), ("/messages", _message_events)):
        if _is_post(request, path):
            return Reply(_named(events(request.body["model"])), headers=_STREAM)
    if not _is_post(request, "/chat/completions"):
        return Reply({}, 404)
    model = request.body["model"]
    if request.body.get("stream"):
        return Reply(_events(model), headers=_STREAM)
    message = {"role": "assistant", "content": REPLY}
    choices = [{"index": 0, "finish_reason": "stop", "message": message}]
    return Reply({"id": "1", "model": model, "choices": choices, "usage": USAGE})


def _is_post(request: ReceivedRequest, path: str) -> bool:
    return request.method == "POST" and request.target.endswith(path)


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


def _named(events: list[Event]) -> bytes:
    """Server-sent events, each named by its type."""
    return "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events).encode()


def _response_events(model: str) -> list[Event]:
    """The stream of POST /responses (OpenAI)."""
    text = {"type": "output_text", "text": REPLY, "annotations": []}
    item = {"type": "message", "id": "msg_1", "role": "assistant"}
    done = {**item, "status": "completed", "content": [text]}
    usage = {
        "input_tokens": USAGE["prompt_tokens"],
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": USAGE["completion_tokens"],
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": USAGE["total_tokens"],
    }
    response: Event = {"id": "resp_1", "object": "response", "created_at": 0, "model": model}
    place = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
    return [
        {"type": "response.created", "response": {**response, "status": "in_progress", "output": []}},
        {"type": "response.output_item.added", "output_index": 0, "item": {**item, "content": []}},
        {"type": "response.content_part.added", **place, "part": {**text, "text": ""}},
        {"type": "response.output_text.delta", **place, "delta": REPLY},
        {"type": "response.output_text.done", **place, "text": REPLY},
        {"type": "response.content_part.done", **place, "part": text},
        {"type": "response.output_item.done", "output_index": 0, "item": done},
        {
            "type": "response.completed",
            "response": {**response, "status": "completed", "output": [done], "usage": usage},
        },
    ]


def _message_events(model: str) -> list[Event]:
    """The stream of POST /messages (Anthropic)."""
    message = {"id": "msg_1", "type": "message", "role": "assistant", "model": model, "content": []}
    usage = {"input_tokens": USAGE["prompt_tokens"], "output_tokens": 1}
    stop = {"stop_reason": "end_turn", "stop_sequence": None}
    return [
        {
            "type": "message_start",
            "message": {**message, "stop_reason": None, "stop_sequence": None, "usage": usage},
        },
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": REPLY}},
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": stop, "usage": {"output_tokens": USAGE["completion_tokens"]}},
        {"type": "message_stop"},
    ]
