"""A simulated Ollama (main of 2026-08-21: server/routes.go, api/types.go, openai/openai.go)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from tests.hosts.simulator import ReceivedRequest, Reply

LOADING = {
    "/api/generate", "/api/chat", "/api/embed", "/api/embeddings", "/v1/chat/completions", "/v1/completions",
    "/v1/embeddings", "/v1/responses", "/v1/messages",
}  # fmt: skip
"""Paths that load the model in a POST."""


@dataclass
class Ollama:
    """`models` are full names such as `qwen3:latest`; `loaded` of them have a window, None in old versions.

    `remote` models run in Ollama's cloud. `loads` are the requests that would have loaded a model.
    """

    models: Collection[str] = ()
    loaded: Mapping[str, int | None] = field(default_factory=dict)
    remote: Collection[str] = ()
    loads: list[str] = field(default_factory=list)

    def __call__(self, request: ReceivedRequest) -> Reply:
        """Answer one request."""
        target = request.target.partition("?")[0]
        if request.method == "GET":
            return self._read(target)
        if target in LOADING:
            self.loads.append(target)
        if target in LOADING or target == "/api/show":
            return Reply({"model_info": {"general.architecture": "qwen3", "qwen3.context_length": 40960}})
        return Reply(b"404 page not found", 404)

    def _read(self, target: str) -> Reply:
        match target:
            case "/":
                return Reply(b"Ollama is running")
            case "/api/version":
                return Reply({"version": "0.33.0"})
            case "/api/tags":
                return Reply({"models": [self._tag(name) for name in (*self.models, *self.remote)]})
            case "/api/ps":
                return Reply({"models": [self._process(name) for name in self.loaded]})
            case "/v1/models":
                return Reply({"object": "list", "data": [self._card(name) for name in self.models] or None})
        return Reply(b"404 page not found", 404)

    def _tag(self, name: str) -> dict[str, object]:
        remote = (
            {"remote_model": name, "remote_host": "https://ollama.com:443"} if name in self.remote else {}
        )
        return {
            "name": name,
            "model": name,
            **remote,
            "modified_at": "2026-08-20T10:00:00.000000000+02:00",
            "size": 2497293931,
            "digest": "359d7dd4bcdab3d86b87d73ac27966f4dbb9f5efdfcc75d34a8764a09474fae7",
            "details": {
                "parent_model": "",
                "format": "gguf",
                "family": "qwen3",
                "families": ["qwen3"],
                "parameter_size": "4.0B",
                "quantization_level": "Q4_K_M",
            },
        }

    def _process(self, name: str) -> dict[str, object]:
        row = self._tag(name)
        del row["modified_at"]
        window = self.loaded[name]
        reported = {} if window is None else {"context_length": window}
        return {**row, "expires_at": "2026-08-22T10:05:00+02:00", "size_vram": 3169419264, **reported}

    def _card(self, name: str) -> dict[str, object]:
        owner = name.rpartition("/")[0].rpartition("/")[2] or "library"
        return {"id": name, "object": "model", "created": 1787212800, "owned_by": owner}
