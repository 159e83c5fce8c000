"""llama-swap: the reports of its versions, and metadata of operators in the format of llama-swap."""

from dataclasses import replace
from typing import Any

import pytest

from booconf.live.flow import Base, Failure, Request, Response
from booconf.live.kinds import llama_swap
from booconf.live.limits import LONGEST_NAME
from booconf.live.observation import NameRole, Observation, Outcome, SeenModel, Window
from tests.hosts.flows import ok, replay, run_flow
from tests.hosts.llama_swap import (
    ALIAS_ROWS,
    CAPABILITIES,
    ERAS,
    KEYS_AND_PEERS,
    MAIN,
    N_CTX,
    PEER_NAMES,
    PROPS,
    RUNNING,
    STATES,
    STATUS,
    TYPES,
    LlamaSwap,
    Model,
)
from tests.hosts.simulator import ReceivedRequest, Reply

ADVICE = "set `capabilities.context` in llama-swap's config.yaml"
NOT_RUNNING = Window(None, f"the host does not report one, and the model is not running; {ADVICE}")


def unknown(reason: str) -> Window:
    return Window(None, f"the host does not report one, and {reason}; {ADVICE}")


def slot(tokens: int) -> Window:
    """The window of a slot, in llama.cpp's blocks."""
    return Window(tokens, block=256, from_command=True)


def seen(host: LlamaSwap) -> Observation:
    """Return the observation of a host that answers every request."""
    observation = run_flow(llama_swap.observe(), host)
    assert observation.outcome is Outcome.ANSWERED, observation.detail
    assert host.loads == []
    return observation


def read(rows: list[Any], running: list[Any] | None = None) -> Observation:
    """Return the observation for these rows of the listing and of `/running`."""
    answers = [ok({"object": "list", "data": rows}), ok({"running": running or []})]
    return replay(llama_swap.observe(), answers)[0]


def row(name: str, words: object = None, **rest: object) -> dict[str, object]:
    """A row of main."""
    meta = {"llamaswap": {"type": "model"} if words is None else words}
    return {"id": name, "owned_by": "llama-swap", "meta": meta, "status": {"value": "unloaded"}, **rest}


def test_only_the_listing_and_the_processes_are_requested() -> None:
    listing, running = Request(Base.API, "/models"), Request(Base.ROOT, "/running")
    assert (listing, running) == llama_swap.REQUESTS
    _, sent = replay(llama_swap.observe(), [ok({"data": []}), ok({"running": []})])
    assert sent == [listing, running]


BUSY = LlamaSwap(
    models={
        "configured": Model(context=32768, aliases=["c", "d"]),
        "idle": Model(),
        "running": Model("llama-server -c 8192 -np 2", aliases=["r"]),
        "starting": Model("llama-server -c 4096"),
        "stopping": Model("llama-server -c 4096"),
        "unlisted": Model(unlisted=True),
    },
    running={"running": "ready", "starting": "starting", "stopping": "stopping", "unlisted": "ready"},
    peers={"attic": ["far"]},
    selectors={"any": ["running"]},
    pins={"llm": "running"},
    include_aliases=True,
)
"""A host with everything; an era leaves out what it does not have yet."""


def listed(host: LlamaSwap) -> Observation:
    """Return the observation without models that the host does not list."""
    found = seen(host)
    return replace(found, models=tuple(model for model in found.models if not model.is_unlisted))


@pytest.mark.parametrize("era", [era for era in ERAS if era >= RUNNING])
def test_running_unlisted_model_is_served(era: int) -> None:
    (model,) = [model for model in seen(replace(BUSY, era=era, loads=[])).models if model.is_unlisted]
    assert model == SeenModel("unlisted", slot(8192), is_unlisted=True)


def test_process_under_another_listed_name_is_no_further_model() -> None:
    rows = [row("a", {"type": "model", "aliases": ["b"]}), row("c", {"type": "peer", "peerID": "x"})]
    running = [{"model": name, "state": "ready", "cmd": "llama-server -c 8192 -np 1"} for name in "bcd"]
    found, _ = replay(llama_swap.observe(), [ok({"data": rows}), ok({"running": running})])
    assert [model.id for model in found.models] == ["a", "d"]


@pytest.mark.parametrize("era", ERAS)
def test_every_version_lists_its_models(era: int) -> None:
    names = {"configured", "idle", "running", "starting", "stopping"}
    if ALIAS_ROWS <= era < TYPES:
        names |= {"c", "d", "r"}  # cannot be told from models
    if KEYS_AND_PEERS <= era < TYPES:
        names.add("far")  # as well
    found = listed(replace(BUSY, era=era, loads=[])) if era >= RUNNING else first_version_seen()
    assert {model.id for model in found.models} == names


def first_version_seen() -> Observation:
    """A version without `/running` is still llama-swap: its rows name it as owner."""
    found = seen(replace(BUSY, era=ERAS[0], loads=[]))
    assert found.remarks == ("the running models are unknown: it has no `GET /running` (HTTP 404)",)
    return found


@pytest.mark.parametrize("era", ERAS)
def test_aliases_and_other_names_are_unknown_in_old_versions(era: int) -> None:
    found = listed(replace(BUSY, era=era, loads=[]))
    if era < TYPES:
        assert {model.aliases for model in found.models} == {None}
        assert found.other_names is None
        return
    assert {model.id: model.aliases for model in found.models if model.aliases} == {
        "configured": ("c", "d"), "running": ("r",)
    }  # fmt: skip
    assert {model.aliases for model in found.models} == {("c", "d"), ("r",), ()}
    aliases = dict.fromkeys(("c", "d", "r"), NameRole.ALIAS)
    peers = dict.fromkeys(("attic/far", "far") if era >= PEER_NAMES else ("far",), NameRole.PEER)
    rest = {"any": NameRole.SELECTOR, "llm": NameRole.PROFILE}
    assert found.other_names == {**aliases, **peers, **rest}
    assert list(found.other_names) == sorted(found.other_names)


@pytest.mark.parametrize("era", ERAS)
def test_windows_are_from_configuration_or_running_model(era: int) -> None:
    windows = {model.id: model.window for model in seen(replace(BUSY, era=era, loads=[])).models}
    if era < RUNNING:
        assert set(windows.values()) == {unknown("the running models are unknown")}
        return
    assert windows["configured"] == (Window(32768) if era >= CAPABILITIES else NOT_RUNNING)
    assert windows["idle"] == NOT_RUNNING
    assert windows["running"] == slot(4096)
    assert windows["starting"] == (slot(4096) if era >= STATES else NOT_RUNNING)
    assert windows["stopping"] == (unknown("the model is not ready") if era >= STATES else NOT_RUNNING)


@pytest.mark.parametrize(
    ("configured", "command", "window"),
    [
        (8192, "llama-server -c 8192 -np 1", Window(8192)),
        (8192, "llama-server -c 16384 -np 4", Window(8192, running=4096)),
        (8192, "llama-server -c 65536", Window(8192, running=65536)),
        (100_000, "llama-server -c 100000", Window(100_000)),  # llama.cpp pads it to 100096
        (100_000, "vllm serve org/model --max-model-len 100096", Window(100_000, running=100_096)),
        (8192, "llama-server", Window(8192)),
        (8192, "docker run llama.cpp -c 4096", Window(8192)),
        (0, "llama-server -c 10000", slot(10240)),
        (0, "vllm serve org/model --max-model-len 16k", Window(16000)),
        (0, "llama-server", unknown("its command line sets no context size")),
        (0, "./start.sh", unknown("its command line does not start llama-server or vLLM itself")),
    ],
)
@pytest.mark.parametrize("era", [CAPABILITIES, N_CTX, MAIN])
def test_configured_window_is_compared_with_the_process(
    era: int, configured: int, command: str, window: Window
) -> None:
    host = LlamaSwap({"a": Model(command, context=configured)}, {"a": "ready"}, era=era)
    assert [model.window for model in seen(host).models] == [window]


def test_window_may_be_in_meta_alone() -> None:
    meta = {"llamaswap": {"type": "model"}, "n_ctx": 8192}
    assert read([row("a", meta=meta)]).models[0].window == Window(8192)


@pytest.mark.parametrize(
    ("settings", "kind"),
    [
        (Model(), None),
        (Model(context=8192), None),
        (Model(tools=True), None),
        (Model(takes=["text"]), None),
        (Model(takes=["text"], gives=["text"]), "chat"),
        (Model(takes=["text", "image", "audio"], gives=["text"]), "chat"),
        (Model(takes=["text"], gives=["text", "audio"]), "chat"),
        (Model(reranker=True), "rerank"),
        (Model(reranker=True, takes=["text"], gives=["text"]), "rerank"),
        (Model(takes=["audio"], gives=["text"]), "audio"),
        (Model(takes=["text"], gives=["audio"]), "audio"),
        (Model(takes=["text"], gives=["image"]), "image"),
        (Model(takes=["image"], gives=["image"]), "image"),
        (Model(takes=["image"], gives=["text"]), None),
        (Model(takes=["text"], gives=["image", "audio"]), None),
    ],
)
def test_type_is_known_from_unambiguous_capabilities(settings: Model, kind: str | None) -> None:
    (model,) = seen(LlamaSwap({"a": settings})).models
    assert model.type == kind
    (model,) = seen(LlamaSwap({"a": settings}, era=CAPABILITIES - 1)).models
    assert model.type is None


@pytest.mark.parametrize("era", [era for era in ERAS if RUNNING <= era < TYPES])
@pytest.mark.parametrize(
    "metadata",
    [
        {"type": "embedding"},
        {"type": "alias"},
        {"type": "peer", "peerID": 5},
        {"type": "selector", "strategy": None},
        {"type": ["model"]},
        {"aliases": ["x"], "modelID": "y"},
    ],
)
def test_metadata_of_an_operator_is_not_taken_for_a_type(era: int, metadata: dict[str, object]) -> None:
    found = seen(LlamaSwap({"a": Model(metadata=metadata), "b": Model(metadata=metadata)}, era=era))
    assert [(model.id, model.aliases) for model in found.models] == [("a", None), ("b", None)]
    assert found.other_names is None


@pytest.mark.parametrize("era", [era for era in ERAS if RUNNING <= era < STATUS])
@pytest.mark.parametrize("kind", ["model", "profile"])
def test_type_in_a_version_without_status_is_metadata(era: int, kind: str) -> None:
    found = seen(LlamaSwap({"a": Model(metadata={"type": kind})}, era=era))
    assert [(model.id, model.aliases) for model in found.models] == [("a", None)]
    assert found.other_names is None


@pytest.mark.parametrize("kind", ["model", "alias", "peer", "selector", "profile", "foo"])
def test_type_of_llama_swap_overrides_metadata(kind: str) -> None:
    host = LlamaSwap({"a": Model(metadata={"type": kind, "aliases": "x"}, aliases=["b"])})
    assert seen(host).models == (SeenModel("a", NOT_RUNNING, aliases=("b",)),)


def test_unknown_type_is_a_model() -> None:
    found = read([row("a"), row("b", {"type": "ensemble", "aliases": ["c"]}), row("p", {"type": "profile"})])
    assert {model.id: model.aliases for model in found.models} == {"a": (), "b": ("c",)}
    assert found.other_names == {"p": NameRole.PROFILE}


def test_one_row_without_a_type_makes_all_types_metadata() -> None:
    found = read([row("a"), row("p", {"type": "profile"}), row("b", {})])
    assert [model.id for model in found.models] == ["a", "b", "p"]
    assert {model.aliases for model in found.models} == {None}
    assert found.other_names is None


def test_the_short_name_of_a_peers_model_counts_where_it_still_routes() -> None:
    host = LlamaSwap(
        {"local": Model(aliases=["l"])},
        peers={"attic": ["gemma", "shared", "local", "l"], "cellar": ["shared", "org/x"]},
    )
    names = {f"attic/{name}" for name in ("gemma", "shared", "local", "l")} | {
        "cellar/shared",
        "cellar/org/x",
    }
    assert seen(host).other_names == dict.fromkeys({*names, "gemma", "org/x"}, NameRole.PEER)


@pytest.mark.parametrize(
    "broken",
    [
        {"meta": 5}, {"meta": []}, {"meta": {"llamaswap": "x"}}, {"meta": {"llamaswap": {"type": {}}}},
        {"status": "loaded"}, {"status": {"value": 5}}, {"context_length": "8192"}, {"context_length": -1},
        {"context_length": True}, {"context_length": 8192.0}, {"context_length": 2**60},
        {"meta": {"n_ctx": [8192]}}, {"architecture": "text"}, {"architecture": {"input_modalities": 5}},
        {"architecture": {"input_modalities": ["text"], "output_modalities": {"text": 1}}},
        {"capabilities": [1]}, {"capabilities": {"reranker": "yes"}}, {"owned_by": {}}, {"created": "x"},
        {"meta": {"llamaswap": {"type": "model", "aliases": "b"}}},
        {"meta": {"llamaswap": {"type": "model", "aliases": ["b", 5]}}},
    ],
)  # fmt: skip
def test_wrong_types_within_a_row_are_unknown(broken: dict[str, object]) -> None:
    (model,) = read([row("a") | broken]).models
    assert (model.id, model.window, model.type) == ("a", NOT_RUNNING, None)
    assert model.aliases in (None, ())


@pytest.mark.parametrize("aliases", ["b", ["b", 5], {"b": 1}, None])
def test_aliases_of_a_wrong_type_are_unknown(aliases: object) -> None:
    assert read([row("a", {"type": "model", "aliases": aliases})]).models[0].aliases is None


def test_aliases_are_sorted_once_without_the_id() -> None:
    assert read([row("a", {"type": "model", "aliases": ["z", "b", "a", "z"]})]).models[0].aliases == (
        "b",
        "z",
    )


@pytest.mark.parametrize(
    ("process", "window"),
    [
        ({}, unknown("this version does not report the command of the model")),
        ({"cmd": ["llama-server"]}, unknown("this version does not report the command of the model")),
        ({"cmd": "llama-server -c 8192"}, slot(8192)),
        ({"cmd": "llama-server -c 8192", "state": "ready"}, slot(8192)),
        ({"cmd": "llama-server -c 8192", "state": "shutdown"}, unknown("the model is not ready")),
        ({"cmd": "llama-server -c 8192", "state": 5}, unknown("the model is not ready")),
        ({"cmd": "llama-server -c 8192", "state": None}, unknown("the model is not ready")),
        ({"cmd": "llama-server -c 8192", "state": ["ready"]}, unknown("the model is not ready")),
    ],
)
def test_malformed_processes_are_read_in_part(process: dict[str, object], window: Window) -> None:
    (model,) = read([row("a")], [{"model": "a", **process}]).models
    assert model.window == window


def test_the_first_process_of_a_model_counts() -> None:
    processes = [{"model": "a", "cmd": f"llama-server -c {context}"} for context in (4096, 8192)]
    assert read([row("a")], processes).models[0].window == slot(4096)


def test_command_lines_are_read_up_to_a_limit() -> None:
    command = "llama-server -c 8192".ljust(llama_swap.LARGEST_COMMANDS // 10)
    processes = [{"model": f"m{count:02}", "cmd": command} for count in range(12)]
    windows = [model.window for model in read([row(f"m{count:02}") for count in range(12)], processes).models]
    assert windows == [slot(8192)] * 10 + [unknown("too many command lines to read")] * 2


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Failure(Outcome.UNREACHABLE, "it took too long"), "it took too long"),
        (Response(401, {"error": "no"}), "it answers `GET /running` with HTTP 401"),
        (Response(500), "it answers `GET /running` with HTTP 500"),
        (Response(404), "it has no `GET /running` (HTTP 404)"),
        (Response(200, defect="is HTML"), "its answer to `GET /running` is HTML"),
        (ok([]), "its answer to `GET /running` is not a JSON object"),
        (ok({"running": None}), "its answer to `GET /running` has no list `running`"),
        (ok({"running": [5]}), "its answer to `GET /running` contains a row in `running` that is no object"),
    ],
)
def test_missing_running_models_leave_the_rest_known(answer: Response | Failure, why: str) -> None:
    rows = [row("a", context_length=8192), row("b")]
    found, _ = replay(llama_swap.observe(), [ok({"data": rows}), answer])
    assert found.remarks == (f"the running models are unknown: {why}",)
    assert [model.window for model in found.models] == [
        Window(8192),
        unknown("the running models are unknown"),
    ]


@pytest.mark.parametrize("owner", [None, 5, "library", "organization_owner", "user"])
@pytest.mark.parametrize(
    "answer",
    [Response(404), Response(200, defect="is HTML"), ok({"error": "Unexpected endpoint or method."})],
)
def test_unrelated_host_is_another_kind_than_llama_swap(answer: Response, owner: object) -> None:
    for rows in ([], [{"id": "a", "owned_by": owner}]):
        found, _ = replay(llama_swap.observe(), [ok({"data": rows}), answer])
        assert found.outcome is Outcome.OTHER_KIND


def test_host_with_running_models_is_llama_swap_without_an_owner() -> None:
    (model,) = read([{"id": "a"}], [{"model": "a", "cmd": "llama-server -c 8192"}]).models
    assert model == SeenModel("a", slot(8192))


def test_key_refused_for_running_models_is_not_another_kind() -> None:
    found, _ = replay(llama_swap.observe(), [ok({"data": [{"id": "a"}]}), Response(403)])
    assert found.outcome is Outcome.ANSWERED


@pytest.mark.parametrize(("owner", "name"), [("llamacpp", "llama-server"), ("vllm", "vLLM")])
def test_foreign_owner_ends_the_probe(owner: str, name: str) -> None:
    found, sent = replay(llama_swap.observe(), [ok({"data": [{"id": "a", "owned_by": owner}]})])
    assert (found.outcome, len(sent)) == (Outcome.OTHER_KIND, 1)
    assert name in found.detail


@pytest.mark.parametrize("era", [era for era in ERAS if era >= KEYS_AND_PEERS])
def test_refused_key_is_reported_in_every_version(era: int) -> None:
    found = run_flow(llama_swap.observe(), LlamaSwap(key="sesame", era=era))
    assert found.outcome is Outcome.KEY_REFUSED


def test_duplicate_ids_are_reported_and_disputed_windows_unknown() -> None:
    rows = [row("a", context_length=1), row("a", context_length=2), row("b"), row("b"), row("c")]
    found = read([*rows, row("c", {"type": "peer", "peerID": "attic"})])
    assert found.repeated == ("a", "b")
    assert [model.id for model in found.models] == ["a", "b", "c"]
    assert found.models[0].window.tokens is None


def test_long_names_are_truncated() -> None:
    long = "x" * (LONGEST_NAME + 5)
    words = {"type": "model", "aliases": [f"a{long}"]}
    process = {"model": long, "cmd": "llama-server -c 8192"}
    found = read([row(long, words), row(f"p{long}", {"type": "profile"})], [process])
    (model,) = found.models
    assert (len(model.id), [len(alias) for alias in model.aliases or ()]) == (LONGEST_NAME, [LONGEST_NAME])
    assert [len(name) for name in found.other_names or ()] == [LONGEST_NAME]
    assert model.window == slot(8192)


@pytest.mark.parametrize(
    "command",
    [
        "llama-server --api-key sesame -c 8192",
        "llama-server -c sesame",
        "env HF_TOKEN=sesame llama-server -c 0",
        "docker run -e KEY=sesame image",
        "sesame 'never closed",
    ],
)
def test_no_text_of_a_command_line_is_kept(command: str) -> None:
    host = LlamaSwap(
        {"a": Model(command, context=4096), "b": Model(command)}, {"a": "ready", "b": "starting"}
    )
    assert "sesame" not in repr(seen(host))


def test_simulator_records_loads_and_unloads() -> None:
    host = LlamaSwap({"a": Model(aliases=["org/b"]), "r": Model()}, {"r": "ready"})
    harmful = [
        ("GET", "/unload"), ("POST", "/api/models/unload/a"), ("PUT", "/api/profiles/active"),
        ("GET", "/props?model=a"), ("GET", "/v1/audio/voices?model=a"), ("GET", "/upstream/a/props"),
        ("HEAD", "/upstream/org/b/"), ("GET", "/upstream/r/favicon.ico"), ("GET", "/comfyui/"),
        ("POST", "/v1/chat/completions"), ("POST", "/v1/messages/count_tokens"), ("POST", "/v/rerank"),
    ]  # fmt: skip
    harmless = {
        ("GET", "/upstream/a"): 301, ("GET", "/upstream/a/x.json"): 409, ("GET", "/upstream/none/x"): 404,
        ("GET", "/upstream"): 302, ("GET", "/"): 302, ("GET", "/health"): 200, ("GET", "/props"): 404,
        ("GET", "/api/version"): 200, ("GET", "/v1/models/a"): 404, ("GET", "/models"): 200,
    }  # fmt: skip
    for (method, target), status in harmless.items():
        assert host(ReceivedRequest(method, target, {})).status == status, target
    assert host.loads == []
    for method, target in harmful:
        host(ReceivedRequest(method, target, {}))
    assert host.loads == [f"{method} {target}" for method, target in harmful]
    assert LlamaSwap(era=PROPS - 1)(ReceivedRequest("GET", "/props?model=a", {})).status == 404


@pytest.mark.parametrize(
    ("headers", "is_authorized"),
    [
        ({}, False),
        ({"authorization": "Bearer sesame"}, True),
        ({"authorization": "bearer wrong"}, False),
        ({"authorization": "Basic dXNlcjpzZXNhbWU="}, True),
        ({"x-api-key": "sesame"}, True),
        ({"authorization": "Digest x", "x-api-key": "wrong"}, False),
    ],
)
def test_simulator_accepts_its_key_only(headers: dict[str, str], is_authorized: bool) -> None:
    reply = LlamaSwap(key="sesame")(ReceivedRequest("GET", "/running", headers))
    assert (reply.status == 200) == is_authorized
    assert (
        LlamaSwap(key="sesame", era=KEYS_AND_PEERS - 1)(ReceivedRequest("GET", "/running", {})).status == 200
    )


@pytest.mark.parametrize("era", [STATUS, STATES, STATES - 1])
def test_the_simulator_words_errors_as_its_version_does(era: int) -> None:
    reply = LlamaSwap(key="sesame", era=era)(ReceivedRequest("GET", "/running", {}))
    message = "unauthorized: invalid or missing API key"
    assert reply.body == ({"src": "llama-swap", "error": message} if era >= STATES else {"error": message})
    assert isinstance(reply, Reply)
