"""A simulated llama-server of llama.cpp, with one model or as a router of several (tools/server)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from tests.hosts.simulator import ReceivedRequest, Reply

Row = dict[str, object]


def error(status: int, message: str, kind: str) -> Reply:
    """An error as llama.cpp words it."""
    return Reply({"error": {"message": message, "type": kind, "code": status}}, status)


def is_authorized(request: ReceivedRequest, key: str | None) -> bool:
    """True if a request has the key."""
    return key is None or key in {
        request.headers.get("authorization", "").removeprefix("Bearer "),
        request.headers.get("x-api-key"),
    }


@dataclass
class LlamaServer:
    """A server of one model; `window` is that of one slot.

    Older builds do not list aliases (`lists_aliases`) or the window (`lists_window`). Without an `--alias`
    the first name is the path of the model. `loads` stays empty: what it serves is loaded.
    """

    names: Sequence[str] = ("/models/qwen3-8b.gguf",)
    window: int = 8192
    slots: int = 4
    trained: int = 40960
    key: str | None = None
    is_loading: bool = False
    lists_aliases: bool = True
    lists_window: bool = True
    loads: list[str] = field(default_factory=list)

    def __call__(self, request: ReceivedRequest) -> Reply:
        """Answer one request."""
        if self.is_loading:
            return error(503, "Loading model", "unavailable_error")
        match request.method, request.target:
            case "GET", "/health" | "/v1/health":
                return Reply({"status": "ok"})
            case _ if not is_authorized(request, self.key):
                return error(401, "Invalid API Key", "authentication_error")
            case "GET", "/v1/models" | "/models":
                name = min(self.names)
                stub = {"name": name, "model": name, "type": "model", "capabilities": ["completion"]}
                return Reply({"models": [stub], "object": "list", "data": [self._row()]})
            case "GET", "/props":
                settings = {"params": {"n_predict": -1}, "n_ctx": self.window}
                return Reply({"default_generation_settings": settings, "total_slots": self.slots})
        return error(404, "File Not Found", "not_found_error")

    def _row(self) -> Row:
        meta: Row = {"vocab_type": 1, "n_vocab": 285, "n_ctx_train": self.trained, "n_embd": 64}
        row: Row = {"id": min(self.names), "object": "model", "created": 1787212800}
        if self.lists_aliases:
            row["aliases"] = sorted(self.names)
        if self.lists_window:
            meta["n_ctx"] = self.window
        return {**row, "owned_by": "llamacpp", "meta": meta}


@dataclass(frozen=True)
class RoutedModel:
    """A model of a router; `window` is that of one slot after loading."""

    state: str = "unloaded"
    args: Sequence[str] = ("/usr/bin/llama-server", "--port", "0", "--ctx-size", "8192")
    aliases: Sequence[str] = ()
    window: int | None = None
    trained: int = 40960


@dataclass
class LlamaRouter:
    """A llama-server without a model of its own; `loads` are the requests that make it load one."""

    models: Mapping[str, RoutedModel] = field(default_factory=dict)
    key: str | None = None
    loads: list[str] = field(default_factory=list)

    def __call__(self, request: ReceivedRequest) -> Reply:
        """Answer one request."""
        path, _, query = request.target.partition("?")
        named = parse_qs(query)
        match request.method, path:
            case "GET", "/health" | "/v1/health":
                return Reply({"status": "ok"})
            case _ if not is_authorized(request, self.key):
                return error(401, "Invalid API Key", "authentication_error")
            case "GET", "/v1/models" | "/models" if "reload" not in named:
                return Reply({"object": "list", "data": [self._row(name) for name in self.models]})
            case "GET", "/props" if "model" not in named:
                return Reply(
                    {"role": "router", "max_instances": 4, "default_generation_settings": {"n_ctx": 0}}
                )
            case "GET", _ if "model" in named and named.get("autoload") in (["false"], ["0"]):
                return Reply({})
            case _:
                self.loads.append(f"{request.method} {request.target}")
                return Reply({})

    def _row(self, name: str) -> Row:
        model = self.models[name]
        row: Row = {
            "id": name, "aliases": sorted(model.aliases), "tags": [], "object": "model",
            "owned_by": "llamacpp", "created": 1787212800, "source": "models_dir",
            "status": {"value": model.state, "args": list(model.args)}, "context_length": model.trained,
        }  # fmt: skip
        if model.window is not None:
            row["meta"] = {"n_ctx": model.window, "n_ctx_train": model.trained}
        return row
