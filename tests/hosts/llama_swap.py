"""A simulated llama-swap of any version since v77 (internal/server/api.go, server.go and auth.go)."""

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from tests.hosts.simulator import ReceivedRequest, Reply

MAIN = 251
"""The era after v250. An era is the number of a tag; below are the first tags with a feature."""

RUNNING, METADATA, ALIAS_ROWS, KEYS_AND_PEERS, STATES = 94, 163, 173, 179, 218
CAPABILITIES, PROPS, STATUS, TYPES, PEER_NAMES, N_CTX = 225, 234, 236, 241, 242, 250

ERAS = (77, 94, 163, 173, 179, 218, 225, 234, 236, 241, 242, 250, MAIN)
"""Every era that responds differently from the previous one."""

INFERENCE = re.compile(
    "/v1/(chat/completions|responses|completions|messages(/count_tokens)?|embeddings|rerank(ing)?"
    "|audio/.*|images/.*)|/(rerank|reranking|infill|completion)|/v/.*|/sdapi/v1/(txt2img|img2img)"
    "|/audioapi/v1/tasks/run"
)
"""Paths where a POST loads the model that its body names."""

ASSET = re.compile(r".*\.(js|json|css|png|gif|jpg|jpeg|ico|txt)")

Row = dict[str, object]


@dataclass(frozen=True)
class Model:
    """The entry of a model in config.yaml."""

    cmd: str = "llama-server -m model.gguf --port 9001 -c 8192"
    aliases: Sequence[str] = ()
    set_params_by_id: Sequence[str] = ()
    unlisted: bool = False
    context: int = 0
    takes: Sequence[str] = ()
    gives: Sequence[str] = ()
    tools: bool = False
    reranker: bool = False
    metadata: Mapping[str, object] = field(default_factory=dict)

    def names(self, model: str) -> list[str]:
        """All aliases of the model with this id; keys of `setParamsByID` become some."""
        return [*self.aliases, *(key for key in self.set_params_by_id if key not in {model, *self.aliases})]


@dataclass
class LlamaSwap:
    """A llama-swap with this config.yaml.

    `running` has the state of each process. `peers` are peer id -> models, `selectors` id -> targets, `pins`
    those of the active profile. `loads` are the requests that load, swap or stop a model, or change what a
    name means: no probe may send one.
    """

    models: Mapping[str, Model] = field(default_factory=dict)
    running: Mapping[str, str] = field(default_factory=dict)
    peers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    selectors: Mapping[str, Sequence[str]] = field(default_factory=dict)
    pins: Mapping[str, str] = field(default_factory=dict)
    include_aliases: bool = False
    key: str | None = None
    era: int = MAIN
    loads: list[str] = field(default_factory=list)

    def __call__(self, request: ReceivedRequest) -> Reply:
        """Answer one request."""
        path, _, query = request.target.partition("?")
        match request.method, path:
            case "GET", "/health" | "/wol-health":
                return Reply(b"OK")
            case "GET", "/" | "/upstream":
                return Reply(b"", 302, {"Location": "/ui" if path == "/" else "/ui/models"})
        reply = self._answer(request, path, query)
        if reply is None:
            return Reply(b"404 page not found\n", 404)
        return reply if self._is_authorized(request) else self._refusal(request)

    def _answer(self, request: ReceivedRequest, path: str, query: str) -> Reply | None:
        """The reply to an authorized request; None for an unknown path."""
        match request.method, path:
            case "GET", "/v1/models" | "/models":
                return Reply({"object": "list", "data": self._rows()})
            case "GET", "/running" if self.era >= RUNNING:
                return Reply({"running": list(self._processes())})
            case "GET", "/api/version" if self.era >= ALIAS_ROWS:
                return Reply({"version": f"v{self.era}", "commit": "abcd1234", "build_date": "unknown"})
        if path.startswith("/upstream/"):
            return self._pass_on(request, path.removeprefix("/upstream/"))
        return self._risk(request, path, query)

    def _risk(self, request: ReceivedRequest, path: str, query: str) -> Reply | None:
        """Paths that load or unload models."""
        match request.method, path:
            case "GET", "/props" if self.era < PROPS:
                return None
            case "GET", "/props" | "/v1/audio/voices" | "/sdapi/v1/loras":
                is_named = bool(parse_qs(query).get("model"))
                return (
                    self._load(request) if is_named else self._error(404, "no model id could be identified")
                )
            case ("GET", "/unload" | "/comfyui/") | ("PUT", "/api/profiles/active"):
                return self._load(request)
            case "POST", _ if INFERENCE.fullmatch(path) or path.startswith("/api/models/unload"):
                return self._load(request)
        return None

    def _load(self, request: ReceivedRequest) -> Reply:
        self.loads.append(f"{request.method} {request.target}")
        return Reply({})

    def _pass_on(self, request: ReceivedRequest, rest: str) -> Reply:
        """A model's own server, which has to be loaded for that, under any of its names."""
        for model, settings in self.models.items():
            for name in (model, *settings.names(model)):
                if rest == name:
                    return Reply(b"", 301, {"Location": f"/upstream/{name}/"})
                if rest.startswith(f"{name}/"):
                    is_asset = ASSET.fullmatch(rest) and self.running.get(model) != "ready"
                    return self._error(409, "model is not loaded") if is_asset else self._load(request)
        return self._error(404, "model not found")

    def _is_authorized(self, request: ReceivedRequest) -> bool:
        if self.key is None or self.era < KEYS_AND_PEERS:
            return True
        scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
        match scheme.lower():
            case "bearer":
                return credentials == self.key
            case "basic":
                return base64.b64decode(credentials).decode().partition(":")[2] == self.key
        return request.headers.get("x-api-key") == self.key

    def _refusal(self, request: ReceivedRequest) -> Reply:
        message = "unauthorized: invalid or missing API key"
        headers = {"WWW-Authenticate": 'Basic realm="llama-swap"'}
        if "text/plain" in request.headers.get("accept", ""):
            return Reply(f"llama-swap: {message}".encode(), 401, headers)
        return Reply(self._error(401, message).body, 401, headers)

    def _error(self, status: int, message: str) -> Reply:
        if self.era < STATES:
            return Reply({"error": message}, status)
        if self.era <= N_CTX:
            return Reply({"src": "llama-swap", "error": message}, status)
        kind = "authentication_error" if status == 401 else "invalid_request_error"
        code = {401: "unauthorized", 404: "not_found", 409: "conflict"}[status]
        error = {"message": message, "type": kind, "param": None, "code": code}
        return Reply({"src": "llama-swap", "error": error}, status)

    def _processes(self) -> Iterator[Row]:
        for model, state in sorted(self.running.items()):
            if self.era < STATES and state != "ready":
                continue
            yield {
                "model": model, "state": state, "cmd": self.models[model].cmd,
                "proxy": "http://localhost:9001", "ttl": 0, "name": "", "description": "",
            }  # fmt: skip

    def _rows(self) -> list[Row]:
        rows = [*self._model_rows()]
        if self.era >= KEYS_AND_PEERS:
            rows += self._peer_rows()
        if self.era >= TYPES:
            rows += self._selector_rows()
            known = {
                name for model, settings in self.models.items() for name in (model, *settings.names(model))
            }
            rows += [
                self._row(pin, {"type": "profile"})
                for pin, target in self.pins.items()
                if target and pin not in known | {row["id"] for row in rows}
            ]
        return sorted(rows, key=lambda row: str(row["id"]))

    def _model_rows(self) -> Iterator[Row]:
        for model, settings in self.models.items():
            if settings.unlisted:
                continue
            words: Row = {"type": "model"}
            if settings.names(model):
                words["aliases"] = settings.names(model)
            yield self._row(model, words, settings, is_loaded=model in self.running)
            if self.include_aliases and self.era >= ALIAS_ROWS:
                for alias in settings.names(model):
                    words = {"type": "alias", "modelID": model}
                    yield self._row(alias, words, settings, is_loaded=model in self.running)

    def _peer_rows(self) -> Iterator[Row]:
        for peer, models in self.peers.items():
            for model in models:
                name = f"{peer}/{model}" if self.era >= PEER_NAMES else model
                yield {**self._row(name, {"type": "peer", "peerID": peer}), "name": f"{peer}: {model}"}

    def _selector_rows(self) -> Iterator[Row]:
        for selector, targets in self.selectors.items():
            words: Row = {"type": "selector", "strategy": "warm", "targets": list(targets)}
            states = {self.running.get(target) for target in targets}
            yield self._row(selector, words, is_loaded=not states.isdisjoint({"ready", "starting"}))

    def _row(self, name: str, words: Row, settings: Model | None = None, *, is_loaded: bool = False) -> Row:
        """One record, without the fields that this era does not have yet."""
        settings = settings or Model()
        row: Row = {"id": name, "object": "model", "created": 1787212800, "owned_by": "llama-swap"}
        if self.era >= CAPABILITIES:
            row |= _capabilities(settings)
        reported = {**settings.metadata, **(words if self.era >= TYPES else {})}
        meta: Row = {"llamaswap": reported} if reported and self.era >= METADATA else {}
        if settings.context and self.era >= N_CTX:
            meta["n_ctx"] = settings.context
        if meta:
            row["meta"] = meta
        if self.era >= STATUS:
            row["status"] = {"value": "loaded" if is_loaded else "unloaded"}
        return row


def _capabilities(settings: Model) -> Row:
    """Return the fields that llama-swap derives from `capabilities`."""
    takes, gives = list(settings.takes), list(settings.gives)
    architecture: Row = {}
    if takes:
        architecture["input_modalities"] = takes
    if gives:
        architecture["output_modalities"] = gives
    if takes and gives:
        architecture["modality"] = f"{'+'.join(takes)}->{'+'.join(gives)}"
    capabilities = {
        "vision": "image" in takes,
        "audio_transcriptions": "audio" in takes and "text" in gives,
        "audio_speech": "text" in takes and "audio" in gives,
        "image_generation": "text" in takes and "image" in gives,
        "image_to_image": "image" in takes and "image" in gives,
        "function_calling": settings.tools,
        "reranker": settings.reranker,
    }
    row: Row = {}
    if architecture:
        row["architecture"] = architecture
    if true := {name: True for name, is_true in capabilities.items() if is_true}:
        row["capabilities"] = true
    if settings.tools:
        row["supported_parameters"] = ["tools", "tool_choice"]
    if settings.context:
        row["context_length"] = settings.context
    return row
