"""llama-swap: `/models` lists the configured models, `/running` the processes with their command lines.

Format: internal/server/api.go of main of 2026-08-22 (after v250); comments give the version that
added a field. No other path is requested: most load a model, and `GET /unload` stops them all.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from booconf.declaration.enums import ModelType
from booconf.live.flow import Base, Failure, ProbeFlow, Request, Response, UnusableResponseError
from booconf.live.kinds.parsing import (
    JsonObject,
    Row,
    aliases_in,
    distinct,
    needed_document,
    needed_rows,
    object_in,
    owners_of,
    refuse_other_kind,
    refuse_too_many,
    repeated,
    require_known_owner,
    tokens_of,
)
from booconf.live.observation import NameRole, Observation, Outcome, SeenModel, Window

MODELS = Request(Base.API, "/models")
RUNNING = Request(Base.ROOT, "/running")
REQUESTS = (MODELS, RUNNING)

OWNERS = {"llama-swap": "llama-swap"}
LISTING_IS_COMPLETE = False
UNLISTED_MODELS_HINT = "llama-swap reports a model with `unlisted: true` only while it runs"
UNSAFE_SEGMENT = "upstream"
SWAPS_MODELS = True

LARGEST_COMMANDS = 1 << 18
"""Characters of all command lines of one host that are parsed; parsing delays other hosts."""

_ROLES: dict[str | None, NameRole] = {role.value: role for role in NameRole}
_TYPES = {*_ROLES, "model"}
_COMPANIONS = {"alias": "modelID", "peer": "peerID", "selector": "strategy"}
"""Type -> the key of a text that llama-swap writes beside it."""

_Processes = Mapping[str, Window]
"""Id of a running model -> the window that its command line sets."""


def observe() -> ProbeFlow:
    """Request the listing, then the processes; without the second only configured windows are known."""
    rows = needed_rows(MODELS, needed_document(MODELS, (yield MODELS)), "data", "id")
    refuse_other_kind(MODELS, owners_of(rows), OWNERS)
    processes = _processes((yield RUNNING))
    if isinstance(processes, Failure):
        require_known_owner(processes, rows, OWNERS)
    types = [_type_of_row(row) for _, row in rows]
    is_typed = None not in types and not _TYPES.isdisjoint(types)
    models = [
        _seen(name, row, processes, reports_aliases=is_typed)
        for (name, row), kind in zip(rows, types, strict=True)
        if not (is_typed and kind in _ROLES)
    ]
    refuse_too_many(MODELS, models)
    listed = {name for name, _ in rows}.union(*(model.aliases or () for model in models))
    return Observation(
        Outcome.ANSWERED,
        models=distinct([*models, *_unlisted(listed, processes)]),
        other_names=_other_names(rows, models) if is_typed else None,
        repeated=repeated(model.id for model in models),
        remarks=(f"the running models are unknown: {processes.detail}",)
        if isinstance(processes, Failure)
        else (),
    )


def _unlisted(listed: Collection[str], processes: _Processes | Failure) -> list[SeenModel]:
    """Return the running models that are not listed under any name: their operator set `unlisted: true`."""
    running = {} if isinstance(processes, Failure) else processes
    return [
        SeenModel(name, window, is_unlisted=True) for name, window in running.items() if name not in listed
    ]


def _processes(answer: Response | Failure) -> _Processes | Failure:
    """Return the running processes without their command lines, or the failure."""
    from booconf.live.kinds.server_arguments import window_of_command  # noqa: PLC0415  # rules need no command line

    try:
        rows = needed_rows(RUNNING, needed_document(RUNNING, answer), "running", "model")
    except UnusableResponseError as error:
        return error.failure
    windows: dict[str, Window] = {}
    remaining = LARGEST_COMMANDS
    for name, row in rows:
        command = row.get("cmd")
        if name in windows:
            continue
        if row.get("state", "ready") not in ("ready", "starting"):
            windows[name] = Window(None, "the model is not ready")
        elif not isinstance(command, str):
            windows[name] = Window(None, "this version does not report the command of the model")
        else:
            remaining -= len(command)
            windows[name] = (
                window_of_command(command)
                if remaining >= 0
                else Window(None, "too many command lines to read")
            )
    return windows


def _metadata(row: JsonObject) -> JsonObject:
    """Return `meta.llamaswap`: the operator's `metadata` (v163), where llama-swap's own keys win (v241)."""
    return object_in(object_in(row, "meta"), "llamaswap")


def _type_of_row(row: JsonObject) -> str | None:
    """Return the type that llama-swap gives a row; None if there is none or the operator wrote it."""
    metadata = _metadata(row)
    kind = metadata.get("type")
    if not isinstance(kind, str) or not isinstance(object_in(row, "status").get("value"), str):
        return None  # `status` is older (v236)
    companion = _COMPANIONS.get(kind)
    return kind if companion is None or isinstance(metadata.get(companion), str) else None


def _seen(name: str, row: JsonObject, processes: _Processes | Failure, *, reports_aliases: bool) -> SeenModel:
    """Return the model of a row."""
    return SeenModel(
        name,
        _window(name, row, processes),
        aliases=aliases_in(_metadata(row).get("aliases", []), name) if reports_aliases else None,
        type=_type_of_model(row),
    )


def _window(name: str, row: JsonObject, processes: _Processes | Failure) -> Window:
    """Return the configured window (`context_length` v225, `meta.n_ctx` v250), else that of the process."""
    configured = tokens_of(row.get("context_length")) or tokens_of(object_in(row, "meta").get("n_ctx"))
    if isinstance(processes, Failure):
        process = Window(None, "the running models are unknown")
    else:
        process = processes.get(name) or Window(None, "the model is not running")
    if configured:
        return Window(configured, running=None if process.is_of(configured) else process.tokens)
    if process.tokens:
        return process
    advice = "set `capabilities.context` in llama-swap's config.yaml"
    return Window(None, f"the host does not report one, and {process.reason}; {advice}")


def _type_of_model(row: JsonObject) -> ModelType | None:
    """Return the type that follows from the configured capabilities (v225), if any."""
    architecture = object_in(row, "architecture")
    takes, gives = architecture.get("input_modalities"), architecture.get("output_modalities")
    if object_in(row, "capabilities").get("reranker") is True:
        return "rerank"
    if not isinstance(takes, list) or not isinstance(gives, list):
        return None
    if "text" in takes and "text" in gives:
        return "chat"
    if gives == ["audio"] or (takes == ["audio"] and gives == ["text"]):
        return "audio"
    return "image" if gives == ["image"] else None


def _other_names(rows: Iterable[Row], models: Iterable[SeenModel]) -> dict[str, NameRole]:
    """Return listed names that are no models of the host, and short names of models of a single peer."""
    taken = {name for model in models for name in (model.id, *(model.aliases or ()))}
    names: dict[str, NameRole] = {}
    short: Counter[str] = Counter()
    for name, row in rows:
        metadata = _metadata(row)
        role = _ROLES.get(str(metadata.get("type")))
        if role is not None:
            names.setdefault(name, role)
        if role is NameRole.PEER:
            prefix = f"{metadata['peerID']}/"  # v242; before, the row has the short name
            short[name.removeprefix(prefix) if name.startswith(prefix) else ""] += 1
    for name, count in short.items():
        if count == 1 and name and name not in taken:
            names.setdefault(name, NameRole.PEER)
    return dict(sorted(names.items()))
