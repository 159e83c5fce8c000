"""LM Studio: its own listing reports loaded models and their windows; the OpenAI one only ids.

Formats: lmstudio-ai/docs, 1_developer/2_rest/list.md (`/api/v1`, since 0.4.0) and endpoints.md (`/api/v0`,
since 0.3.6). An unknown path is answered with HTTP 200 and an error (bug tracker, 618 and 1323). The
largest possible window (`max_context_length`) is not the window of a request.
"""

from collections.abc import Callable
from dataclasses import dataclass

from booconf.declaration.enums import ModelType
from booconf.live.flow import Base, Failure, ProbeFlow, Request, Response
from booconf.live.kinds.parsing import (
    JsonObject,
    agreed_window,
    distinct,
    document_of,
    needed_document,
    needed_rows,
    owners_of,
    refuse_other_kind,
    refuse_too_many,
    repeated,
    truncate,
)
from booconf.live.observation import Observation, Outcome, SeenModel, Window

MODELS_V1 = Request(Base.ROOT, "/api/v1/models")
MODELS_V0 = Request(Base.ROOT, "/api/v0/models")
MODELS_OPENAI = Request(Base.API, "/models")
REQUESTS = (MODELS_V1, MODELS_V0, MODELS_OPENAI)

OWNERS: dict[str, str] = {}
LISTING_IS_COMPLETE = True
UNLISTED_MODELS_HINT = ""
UNSAFE_SEGMENT = None
SWAPS_MODELS = False

_TYPES: dict[object, ModelType] = {
    "llm": "chat",
    "vlm": "chat",
    "embedding": "embedding",
    "embeddings": "embedding",
}

_NOT_TOLD = Window(None, "the host does not report whether it is loaded")
_NOT_LOADED = Window(None, "it is not loaded, and LM Studio sets a window when it loads a model")
_TOO_OLD = Window(None, "LM Studio before 0.3.6 does not report windows")


def observe() -> ProbeFlow:
    """Request the newest listing that the host has."""
    for listing in _NATIVE:
        answer = yield listing.request
        if not _is_missing(listing.request, answer):
            return _read(listing, answer)
    return _read(_OPENAI, (yield _OPENAI.request))


def _is_missing(request: Request, answer: Response | Failure) -> bool:
    """True if the host does not have the path."""
    document = document_of(request, answer)
    return isinstance(document, Failure) and document.outcome is Outcome.OTHER_KIND


@dataclass(frozen=True, slots=True)
class _Listing:
    """A listing: the key of its rows, the key of an id in a row, and the function that parses a row."""

    request: Request
    key: str
    id_key: str
    read: Callable[[str, JsonObject], SeenModel]


def _read(listing: _Listing, answer: Response | Failure) -> Observation:
    document = needed_document(listing.request, answer)
    rows = needed_rows(listing.request, document, listing.key, listing.id_key)
    refuse_other_kind(listing.request, owners_of(rows), OWNERS)
    models = [listing.read(name, row) for name, row in rows]
    refuse_too_many(listing.request, models)
    return Observation(Outcome.ANSWERED, models=distinct(models), repeated=repeated(name for name, _ in rows))


def _seen_v1(name: str, row: JsonObject) -> SeenModel:
    """Return a model with its loaded instances, whose ids requests may use as well."""
    kind, listed = _type(row), row.get("loaded_instances")
    if not isinstance(listed, list):
        return SeenModel(name, _NOT_TOLD, type=kind)
    instances = [instance if isinstance(instance, dict) else {} for instance in listed]
    ids = {truncate(instance["id"]) for instance in instances if isinstance(instance.get("id"), str)}
    window = agreed_window(map(_configured, instances)) if instances else _NOT_LOADED
    return SeenModel(name, window, equivalents=tuple(sorted(ids - {name})), type=kind)


def _seen_v0(name: str, row: JsonObject) -> SeenModel:
    match row.get("state"):
        case "loaded":
            window = agreed_window([row.get("loaded_context_length")])
            return SeenModel(name, window, type=_type(row))
        case "not-loaded":
            return SeenModel(name, _NOT_LOADED, type=_type(row))
    return SeenModel(name, _NOT_TOLD, type=_type(row))


def _seen_openai(name: str, _: JsonObject) -> SeenModel:
    return SeenModel(name, _TOO_OLD)


def _type(row: JsonObject) -> ModelType | None:
    kind = row.get("type")
    return _TYPES.get(kind) if isinstance(kind, str) else None


def _configured(instance: JsonObject) -> object:
    """Return the configured window of a loaded instance."""
    config = instance.get("config")
    return config.get("context_length") if isinstance(config, dict) else None


_NATIVE = (
    _Listing(MODELS_V1, "models", "key", _seen_v1),
    _Listing(MODELS_V0, "data", "id", _seen_v0),
)
"""The newest first."""

_OPENAI = _Listing(MODELS_OPENAI, "data", "id", _seen_openai)
