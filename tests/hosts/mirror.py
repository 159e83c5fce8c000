"""A simulated host that sends back every header it received, wherever a listing of some kind has a name."""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from urllib.parse import quote

from tests.hosts.simulator import ReceivedRequest, Reply


def mirrored_names(request: ReceivedRequest) -> list[str]:
    """Return the values of all headers, and texts that a host could derive from them, as model names."""
    return [name for value in request.headers.values() for name in _derived(value)]


def mirror(request: ReceivedRequest, status: int = 200) -> Reply:
    """Answer any path with listings of every kind whose names are the values of headers."""
    rows = [
        {
            "id": name, "name": name, "key": name, "model": name, "root": name, "owned_by": name,
            "aliases": [name, f"alias of {name}"], "parent": None, "cmd": f"llama-server --api-key {name}",
            "loaded_instances": [{"id": name}],
            "status": {"value": name},
            "meta": {"llamaswap": {"type": "model", "aliases": [f"alias of {name}"]}},
        }
        for name in mirrored_names(request)
    ]  # fmt: skip
    listings = dict.fromkeys(("data", "models", "running"), rows)
    error = {"message": f"bad credentials: {request.headers}", "type": str(request.headers)}
    return Reply({**listings, "error": error} if status != 200 else listings, status)


def _derived(value: str) -> Iterator[str]:
    yield from (value, f"model-{value}-q4", "x" * 1020 + value, value.upper(), quote(value, safe=""))
    yield from (quote(value), json.dumps(value))
    yield b64encode(value.encode()).decode()
    _, _, token = value.partition(" ")
    if token:
        yield token
        yield b64encode(token.encode()).decode()
        try:
            yield b64decode(token, validate=True).decode()
        except ValueError:
            return
