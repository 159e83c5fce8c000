"""A simulated LM Studio (lmstudio-ai/docs, 1_developer/2_rest/list.md and endpoints.md; bug tracker, 618)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from tests.hosts.simulator import ReceivedRequest, Reply

ERAS = ("openai", "v0", "v1")
LOADING = (
    "/chat/completions", "/completions", "/embeddings", "/responses", "/messages", "/api/v1/chat",
    "/api/v1/models/load",
)  # fmt: skip
"""Suffixes of the paths that load the model in a POST."""


@dataclass
class LMStudio:
    """`models` has the type of each key (`llm`, `vlm`, `embedding`), `loaded` the windows of its instances.

    `era` is the newest listing that this version has, `token` what it asks for if set. `loads` are the
    requests that would have loaded a model.
    """

    models: Mapping[str, Literal["llm", "vlm", "embedding"]]
    loaded: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    era: Literal["openai", "v0", "v1"] = "v1"
    token: str | None = None
    loads: list[str] = field(default_factory=list)

    def __call__(self, request: ReceivedRequest) -> Reply:
        """Answer one request; an unknown path is answered with 200."""
        if self.token is not None and request.headers.get("authorization") != f"Bearer {self.token}":
            return Reply(
                {"error": {"message": "Malformed LM Studio API token", "code": "invalid_api_key"}}, 401
            )
        eras = ERAS[: ERAS.index(self.era) + 1]
        match request.method, request.target:
            case "GET", "/api/v1/models" if "v1" in eras:
                return Reply({"models": [self._v1(key) for key in self.models]})
            case "GET", "/api/v0/models" if "v0" in eras:
                return Reply({"object": "list", "data": [self._v0(key) for key in self.models]})
            case "GET", "/v1/models":
                rows = [
                    {"id": key, "object": "model", "owned_by": "organization_owner"} for key in self.models
                ]
                return Reply({"object": "list", "data": rows})
            case "POST", target if target.endswith(LOADING):
                self.loads.append(target)
                return Reply({"object": "chat.completion"})
        return Reply({"error": f"Unexpected endpoint or method. ({request.method} {request.target})"})

    def _v1(self, key: str) -> dict[str, object]:
        kind = self.models[key]
        if kind == "embedding":
            own: dict[str, object] = {"type": "embedding"}
        else:
            vision = {"vision": kind == "vlm", "trained_for_tool_use": True}
            own = {"type": "llm", "architecture": "qwen3", "capabilities": vision, "description": None}
        return {
            "publisher": "lmstudio-community",
            "key": key,
            "display_name": key.title(),
            "quantization": {"name": "Q4_K_M", "bits_per_weight": 4},
            "size_bytes": 2497293931,
            "params_string": "4B",
            "loaded_instances": [
                {"id": instance, "config": {"context_length": window}}
                for instance, window in self.loaded.get(key, {}).items()
            ],
            "max_context_length": 262144,
            "format": "gguf",
            **own,
        }

    def _v0(self, key: str) -> dict[str, object]:
        windows = list(self.loaded.get(key, {}).values())
        return {
            "id": key,
            "object": "model",
            "type": "embeddings" if self.models[key] == "embedding" else self.models[key],
            "publisher": "lmstudio-community",
            "arch": "qwen3",
            "compatibility_type": "gguf",
            "quantization": "Q4_K_M",
            "state": "loaded" if windows else "not-loaded",
            "max_context_length": 262144,
            **({"loaded_context_length": windows[0]} if windows else {}),
        }
