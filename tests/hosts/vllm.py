"""A simulated vLLM or SGLang (vllm/entrypoints/openai/models/serving.py; srt/entrypoints/http_server.py)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from tests.hosts.simulator import ReceivedRequest, Reply


@dataclass
class VLLM:
    """An engine: the served names of its model, its window, and its LoRA adapters by name, with their paths.

    `key` is required below `/v1` if set. `loads` are the requests that would have loaded an adapter.
    """

    names: Sequence[str]
    window: int
    adapters: Mapping[str, str] = field(default_factory=dict)
    key: str | None = None
    program: Literal["vllm", "sglang"] = "vllm"
    weights: str = "/weights/Qwen3-32B-AWQ"
    loads: list[str] = field(default_factory=list)

    def __call__(self, request: ReceivedRequest) -> Reply:
        """Answer one request."""
        is_open = not request.target.startswith("/v1")
        if (
            self.key is not None
            and not is_open
            and request.headers.get("authorization") != f"Bearer {self.key}"
        ):
            return Reply({"error": "Unauthorized"}, 401)
        match request.method, request.target:
            case "GET", "/health":
                return Reply(b"")
            case "GET", "/version":
                return Reply({"version": "0.19.0"})
            case "GET", "/v1/models":
                rows = [self._base(name) for name in self.names]
                rows += [self._adapter(name, path) for name, path in self.adapters.items()]
                return Reply({"object": "list", "data": rows})
            case "POST", "/v1/load_lora_adapter" | "/v1/unload_lora_adapter":
                self.loads.append(request.target)
                return Reply(b"Success")
        return Reply({"detail": "Not Found"}, 404)

    def _base(self, name: str) -> dict[str, object]:
        root = name if self.program == "sglang" else self.weights
        return {**self._card(name), "root": root, "parent": None, "max_model_len": self.window}

    def _adapter(self, name: str, path: str) -> dict[str, object]:
        return {**self._card(name), "root": path, "parent": self.names[0], "max_model_len": None}

    def _card(self, name: str) -> dict[str, object]:
        card: dict[str, object] = {
            "id": name, "object": "model", "created": 1787212800, "owned_by": self.program
        }  # fmt: skip
        if self.program == "vllm":
            card["permission"] = [{"id": "modelperm-1f", "object": "model_permission", "is_blocking": False}]
        return card
