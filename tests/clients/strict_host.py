"""A strict LLM host on loopback: as vLLM, it refuses a prompt that exceeds the window with its `max_tokens`.

It asks the client to read prepared files, one a turn, so that a session grows by a known size. A token is
four characters of the JSON of messages and tools, for refusals and for the reported usage alike.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from tests.hosts.simulator import ReceivedRequest, Reply

CHARACTERS_A_TOKEN = 4
ANSWER = "all files are read"
"""The last answer of a session."""

SUMMARY = "The user wants all files read. " * 60
"""The answer to a request for a summary: about 1,900 characters."""

MOST_REQUESTS = 100
"""Requests to one model; the host ends a session that needs more."""


class Purpose(StrEnum):
    """The purpose of a request."""

    TURN = "turn"
    TITLE = "title"
    SUMMARY = "summary"


@dataclass(frozen=True, slots=True)
class Request:
    """One received request: its sizes in tokens, and the tokens that its response reported, 0 if refused."""

    purpose: Purpose
    prompt: int
    max_tokens: int
    reported: int


@dataclass(slots=True)
class StrictModel:
    """A model with a window in tokens that asks for `files` to be read, one after the other."""

    window: int
    files: Sequence[Path]
    most_requests: int = MOST_REQUESTS
    requests: list[Request] = field(default_factory=list)
    reads: int = 0

    def is_exhausted(self) -> bool:
        """True once the client has sent as many requests as the host answers."""
        return len(self.requests) >= self.most_requests

    def refused(self) -> list[Request]:
        """The requests that did not fit into the window."""
        return [request for request in self.requests if not request.reported]

    def of(self, purpose: Purpose) -> list[Request]:
        """The requests with this purpose."""
        return [request for request in self.requests if request.purpose == purpose]

    def reply(self, body: Any) -> Reply:
        """The response to one chat completion."""
        purpose = _purpose(body)
        prompt = len(json.dumps([body["messages"], body.get("tools", [])])) // CHARACTERS_A_TOKEN
        requested: int = body["max_tokens"]
        if self.is_exhausted():
            return Reply({"error": {"message": "this session is endless"}}, 401)
        if prompt + requested > self.window:
            self.requests.append(Request(purpose, prompt, requested, 0))
            return Reply(_refusal(self.window, prompt, requested), 400)
        delta = self._delta(purpose)
        completion = len(json.dumps(delta)) // CHARACTERS_A_TOKEN
        self.requests.append(Request(purpose, prompt, requested, prompt + completion))
        return Reply(
            _events(body["model"], delta, prompt, completion), headers={"Content-Type": "text/event-stream"}
        )

    def _delta(self, purpose: Purpose) -> dict[str, object]:
        if purpose is not Purpose.TURN or self.reads == len(self.files):
            text = {Purpose.TURN: ANSWER, Purpose.TITLE: "A title", Purpose.SUMMARY: SUMMARY}[purpose]
            return {"role": "assistant", "content": text}
        arguments = json.dumps({"filePath": str(self.files[self.reads])})
        self.reads += 1
        function = {"name": "read", "arguments": arguments}
        call = {"index": 0, "id": f"call_{self.reads}", "type": "function", "function": function}
        return {"role": "assistant", "tool_calls": [call]}


def strict_host(models: dict[str, StrictModel]) -> Any:
    """The behavior of a host that serves `models` by their names."""

    def behavior(request: ReceivedRequest) -> Reply:
        if request.target != "/v1/chat/completions":
            return Reply({}, 404)
        return models[request.body["model"]].reply(request.body)

    return behavior


def write_files(folder: Path, sizes: Sequence[int], start: str) -> list[Path]:
    """Text files of these sizes in bytes below `folder`, their names beginning with `start`."""
    files = []
    for index, size in enumerate(sizes):
        line = f"line {{}} of file {index}: the quick brown fox jumps over the lazy dog\n"
        lines = (line.format(number) for number in range(size // len(line) + 1))
        path = folder / f"{start}-{index}.txt"
        path.write_text("".join(lines)[:size], encoding="utf-8")
        files.append(path)
    return files


def _purpose(body: Any) -> Purpose:
    """opencode sends tools with turns alone; a title is asked for by its system prompt."""
    if body.get("tools"):
        return Purpose.TURN
    return Purpose.TITLE if "title" in json.dumps(body["messages"][0])[:200] else Purpose.SUMMARY


def _refusal(window: int, prompt: int, requested: int) -> dict[str, object]:
    """The error of vLLM 0.11 (entrypoints/openai/serving_engine.py)."""
    message = (
        f"This model's maximum context length is {window} tokens. However, you requested "
        f"{prompt + requested} tokens ({prompt} in the messages, {requested} in the completion). "
        "Please reduce the length of the messages or completion."
    )
    return {"error": {"message": message, "type": "BadRequestError", "param": None, "code": 400}}


def _events(model: str, delta: dict[str, object], prompt: int, completion: int) -> bytes:
    reason = "tool_calls" if "tool_calls" in delta else "stop"
    usage = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
    choices: list[tuple[list[dict[str, object]], dict[str, object]]] = [
        ([{"index": 0, "delta": delta, "finish_reason": None}], {}),
        ([{"index": 0, "delta": {}, "finish_reason": reason}], {}),
        ([], {"usage": usage}),
    ]
    chunks = [{"id": "1", "model": model, "choices": choice, **rest} for choice, rest in choices]
    return "".join(f"data: {text}\n\n" for text in [*map(json.dumps, chunks), "[DONE]"]).encode()
