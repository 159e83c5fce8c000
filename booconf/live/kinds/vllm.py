"""vLLM and SGLang: `/models` lists every served name and every LoRA adapter of one engine, with its window.

Formats: vLLM, vllm/entrypoints/openai/models/serving.py; SGLang, srt/entrypoints/http_server.py.
The names of one model have the same `root`; an adapter has a `parent` and no window of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from booconf.live.flow import Base, ProbeFlow, Request
from booconf.live.kinds.parsing import (
    JsonObject,
    Row,
    agreed_window,
    needed_document,
    needed_rows,
    owners_of,
    refuse_other_kind,
    repeated,
    truncate,
)
from booconf.live.observation import Observation, Outcome, SeenModel, Window

MODELS = Request(Base.API, "/models")
REQUESTS = (MODELS,)

OWNERS = {"vllm": "vLLM", "sglang": "SGLang"}
LISTING_IS_COMPLETE = False
UNLISTED_MODELS_HINT = ""
UNSAFE_SEGMENT = None
SWAPS_MODELS = False

_NO_PARENT = Window(None, "it is an adapter of a model that the host does not list")


def observe() -> ProbeFlow:
    """Request the listing, the only request."""
    rows = needed_rows(MODELS, needed_document(MODELS, (yield MODELS)), "data", "id")
    refuse_other_kind(MODELS, owners_of(rows), OWNERS)
    models = _models(_served(rows))
    return Observation(
        Outcome.ANSWERED,
        models=tuple(sorted(models, key=lambda model: model.id)),
        repeated=repeated(name for name, _ in rows),
    )


@dataclass(frozen=True, slots=True)
class _Served:
    """A served name: the members of its first row, and the windows of all its rows."""

    name: str
    root: str | None
    parent: str | None
    lengths: list[object]


def _served(rows: list[Row]) -> list[_Served]:
    """Return each name once, in the order of the listing."""
    found: dict[str, _Served] = {}
    for name, row in rows:
        served = found.setdefault(name, _Served(name, _text(row, "root"), _text(row, "parent"), []))
        served.lengths.append(row.get("max_model_len"))
    return list(found.values())


def _text(row: JsonObject, key: str) -> str | None:
    value = row.get(key)
    return value if isinstance(value, str) else None


def _models(served: list[_Served]) -> list[SeenModel]:
    """Return the models with weights of their own, by the first of their names, and the adapters."""
    groups: dict[tuple[bool, str], list[_Served]] = {}
    for one in served:
        if one.parent is None:
            groups.setdefault((one.root is not None, one.root or one.name), []).append(one)
    models = [_base_model(group) for group in groups.values()]
    windows = {name: model.window for model in models for name in (model.id, *(model.aliases or ()))}
    return models + [_adapter(one, one.parent, windows) for one in served if one.parent is not None]


def _base_model(group: list[_Served]) -> SeenModel:
    window = agreed_window(length for one in group for length in one.lengths)
    aliases = tuple(sorted(one.name for one in group[1:]))
    return SeenModel(group[0].name, window, aliases if group[0].root is not None else None)


def _adapter(one: _Served, parent: str, windows: Mapping[str, Window]) -> SeenModel:
    """Return a LoRA adapter: it has the window of its parent, unless it reports one itself."""
    own = [length for length in one.lengths if length is not None]
    window = agreed_window(own) if own else windows.get(truncate(parent), _NO_PARENT)
    return SeenModel(one.name, window, aliases=())
