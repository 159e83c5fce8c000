"""Ollama: `/api/tags` lists the models, `/api/ps` those that are loaded, each with its window.

Formats: Ollama main of 2026-08-21, server/routes.go, api/types.go and types/model/name.go. The
trained context of a model (`POST /api/show`) is not the window of a request, and is not requested.
"""

from collections.abc import Mapping

from booconf.live.flow import Base, Failure, ProbeFlow, Request, Response, UnusableResponseError
from booconf.live.kinds.parsing import (
    JsonObject,
    agreed_window,
    distinct,
    needed_document,
    needed_rows,
    refuse_other_kind,
    repeated,
    truncate,
)
from booconf.live.observation import Observation, Outcome, SeenModel, Window

TAGS = Request(Base.ROOT, "/api/tags")
LOADED = Request(Base.ROOT, "/api/ps")
REQUESTS = (TAGS, LOADED)

OWNERS = {"library": "Ollama"}
LISTING_IS_COMPLETE = True
UNLISTED_MODELS_HINT = ""
UNSAFE_SEGMENT = None
SWAPS_MODELS = False

_DEFAULT_PREFIXES = (("library/", "registry.ollama.ai/library/"), ("registry.ollama.ai/",))
"""Prefixes that Ollama omits from a name, by the number of its slashes."""

_DEFAULT_TAG = ":latest"


def observe() -> ProbeFlow:
    """Request the listing, then the loaded models; without the second response no window is known."""
    document = needed_document(TAGS, (yield TAGS))
    refuse_other_kind(TAGS, _owners_elsewhere(document), OWNERS)
    rows = needed_rows(TAGS, document, "models", "name")
    loaded, remarks = _loaded_windows((yield LOADED))
    return Observation(
        Outcome.ANSWERED,
        models=distinct(_seen(name, row, loaded) for name, row in rows),
        repeated=repeated(name for name, _ in rows),
        remarks=remarks,
    )


def _owners_elsewhere(document: JsonObject) -> list[object]:
    """Return the owners in another listing of the response: llama-server of 2025 has `/api/tags`, too."""
    rows = document.get("data")
    return [row.get("owned_by") for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _loaded_windows(answer: Response | Failure) -> tuple[Mapping[str, Window] | None, tuple[str, ...]]:
    """Return the windows of loaded models by name; None and a remark if they are unknown."""
    try:
        rows = needed_rows(LOADED, needed_document(LOADED, answer), "models", "name")
    except UnusableResponseError as error:
        return None, (f"which models are loaded, and with which window, is unknown: {error}",)
    values: dict[str, list[object]] = {}
    for name, row in rows:
        values.setdefault(name, []).append(row.get("context_length"))
    return {name: agreed_window(lengths) for name, lengths in values.items()}, ()


def _seen(name: str, row: JsonObject, loaded: Mapping[str, Window] | None) -> SeenModel:
    """Return the model of a row of the listing."""
    is_remote = any(isinstance(row.get(key), str) and row[key] for key in ("remote_host", "remote_model"))
    if is_remote:
        window = Window(None, "it runs in Ollama's cloud, and the host does not report its window")
    elif loaded is None:
        window = Window(None, "the host did not report which models are loaded")
    else:
        window = loaded.get(name) or Window(
            None, "it is not loaded, and Ollama sets a window when it loads a model"
        )
    return SeenModel(name, window, equivalents=_equivalents(name))


def _equivalents(name: str) -> tuple[str, ...]:
    """Return other spellings of a listed name: Ollama adds `:latest`, the namespace and the registry."""
    slashes = name.count("/")
    prefixes = ("", *_DEFAULT_PREFIXES[slashes]) if slashes < len(_DEFAULT_PREFIXES) else ("",)
    stems = {name, name.removesuffix(_DEFAULT_TAG)} - {""}
    return tuple(sorted({truncate(prefix + stem) for prefix in prefixes for stem in stems} - {name}))
