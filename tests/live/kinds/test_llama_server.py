"""llama-server, with one model and as a router: the reports of its builds."""

from typing import Any

import pytest

from booconf.live.flow import Base, Failure, Request, Response
from booconf.live.kinds import llama_server
from booconf.live.observation import Observation, Outcome, SeenModel, Window
from tests.hosts.flows import ok, replay, run_flow
from tests.hosts.llama_server import LlamaRouter, LlamaServer, RoutedModel
from tests.hosts.simulator import ReceivedRequest

MODELS, PROPS = Request(Base.API, "/models"), Request(Base.ROOT, "/props")


def slot(tokens: int) -> Window:
    """The window of a slot, in llama.cpp's blocks."""
    return Window(tokens, block=256)


def requested(tokens: int) -> Window:
    """As `slot`, for the options of a command line."""
    return Window(tokens, block=256, from_command=True)


def read(rows: list[Any], *answers: Response | Failure) -> Observation:
    """Return the observation for these rows of the listing and the responses after it."""
    return replay(llama_server.observe(), [ok({"data": rows}), *answers])[0]


def row(name: str, **rest: object) -> dict[str, object]:
    return {"id": name, "owned_by": "llamacpp", **rest}


def properties(window: object) -> Response:
    return ok({"default_generation_settings": {"n_ctx": window}, "total_slots": 4})


def test_only_listing_and_properties_are_requested() -> None:
    assert (MODELS, PROPS) == llama_server.REQUESTS
    _, sent = replay(llama_server.observe(), [ok({"data": [row("a")]}), properties(8192)])
    assert sent == [MODELS, PROPS]


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([row("a", meta={"n_ctx": 8192})], id="the window is listed"),
        pytest.param([row("a", status={"value": "unloaded"})], id="a router"),
        pytest.param([], id="nothing is served"),
    ],
)
def test_properties_are_requested_only_without_a_listed_window(rows: list[Any]) -> None:
    _, sent = replay(llama_server.observe(), [ok({"data": rows})])
    assert sent == [MODELS]


@pytest.mark.parametrize("lists_window", [True, False])
def test_the_window_is_that_of_a_slot_and_is_not_divided(lists_window: bool) -> None:
    host = LlamaServer(window=4096, slots=4, lists_window=lists_window)
    (model,) = run_flow(llama_server.observe(), host).models
    assert model.window == slot(4096)


@pytest.mark.parametrize(
    ("names", "lists_aliases", "name", "aliases"),
    [
        (["/models/qwen3-8b.gguf"], True, "/models/qwen3-8b.gguf", ()),
        (["/models/qwen3-8b.gguf"], False, "/models/qwen3-8b.gguf", None),
        (["qwen", "q"], True, "q", ("qwen",)),
        (["qwen", "q"], False, "q", None),
    ],
)
def test_aliases_exclude_the_id(
    names: list[str], lists_aliases: bool, name: str, aliases: tuple[str, ...] | None
) -> None:
    host = LlamaServer(names, lists_aliases=lists_aliases)
    assert run_flow(llama_server.observe(), host) == Observation(
        Outcome.ANSWERED, models=(SeenModel(name, slot(8192), aliases),)
    )


def test_loading_server_is_reported() -> None:
    found = run_flow(llama_server.observe(), LlamaServer(is_loading=True))
    assert found == Observation(Outcome.LOADING, "it is loading a model")


@pytest.mark.parametrize("host", [LlamaServer(key="sesame"), LlamaRouter(key="sesame")])
def test_refused_key_is_reported(host: LlamaServer | LlamaRouter) -> None:
    assert run_flow(llama_server.observe(), host).outcome is Outcome.KEY_REFUSED


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Failure(Outcome.UNREACHABLE, "it took too long"), "it took too long"),
        (Response(401), "it answers `GET /props` with HTTP 401"),
        (Response(404), "it has no `GET /props` (HTTP 404)"),
        (Response(200, defect="is HTML"), "its answer to `GET /props` is HTML"),
    ],
)
def test_without_the_properties_the_models_are_still_known(answer: Response | Failure, why: str) -> None:
    found = read([row("a"), row("b", meta={"n_ctx": 8192})], answer)
    assert found.remarks == (f"the windows that its listing does not have are unknown: {why}",)
    assert [model.window for model in found.models] == [Window(None, why), slot(8192)]


@pytest.mark.parametrize("window", [0, -1, "8192", None, 8192.0, True, [8192]])
def test_properties_without_a_window_leave_it_unknown(window: object) -> None:
    (model,) = read([row("a")], properties(window)).models
    assert model.window == Window(None, "this build does not report it")


@pytest.mark.parametrize("document", [{}, {"role": "router"}, {"default_generation_settings": None}])
def test_a_dummy_of_the_properties_is_no_window(document: object) -> None:
    (model,) = read([row("a")], ok(document)).models
    assert model.window.tokens is None


@pytest.mark.parametrize(
    ("routed", "window"),
    [
        (RoutedModel("loaded", window=4096), slot(4096)),
        (RoutedModel("sleeping", window=4096), slot(4096)),
        (RoutedModel("unloaded"), requested(8192)),
        (RoutedModel("loading"), requested(8192)),
        (RoutedModel("downloading"), requested(8192)),
        (RoutedModel("loaded", window=0), requested(8192)),
        (RoutedModel(args=["llama-server", "--ctx-size", "8192", "--parallel", "2"]), requested(4096)),
        (RoutedModel(args=["/opt/llama", "serve", "-c", "8192"]), requested(8192)),
        (RoutedModel(args=["--ctx-size", "8192"]), requested(8192)),
        (
            RoutedModel(args=["llama-server"]),
            Window(None, "the router does not list it, and its command line sets no context size"),
        ),
        (
            RoutedModel(args=[]),
            Window(None, "the router does not list it, and its command line sets no context size"),
        ),
    ],
)
def test_router_reports_windows_of_loaded_and_unloaded_models(routed: RoutedModel, window: Window) -> None:
    host = LlamaRouter({"org/a:Q4": routed})
    (model,) = run_flow(llama_server.observe(), host).models
    assert model == SeenModel("org/a:Q4", window, ())
    assert host.loads == []


def test_trained_context_of_a_router_model_is_not_its_window() -> None:
    (model,) = read([row("a", status={"value": "loaded"}, context_length=40960)]).models
    assert model.window == Window(None, "the router does not report it")


def test_a_router_without_models_is_one() -> None:
    assert run_flow(llama_server.observe(), LlamaRouter()) == Observation(Outcome.ANSWERED)


@pytest.mark.parametrize(
    "broken",
    [
        {"status": None}, {"status": "loaded"}, {"status": {"value": ["loaded"]}},
        {"status": {"args": "-c 1"}},
        {"status": {"args": ["-c", 8192]}}, {"meta": 5}, {"meta": {"n_ctx": "8192"}},
        {"aliases": "b"}, {"aliases": ["b", 5]}, {"aliases": None}, {"owned_by": ["llamacpp"]},
    ],
)  # fmt: skip
def test_wrong_types_within_a_row_are_unknown(broken: dict[str, object]) -> None:
    (model,) = read([row("a", status={}) | broken]).models
    assert (model.id, model.window.tokens, model.aliases) == ("a", None, None)


def test_no_argument_of_a_router_is_kept() -> None:
    args = ["llama-server", "--api-key", "sesame", "-c", "sesame", "--hf-token", "sesame"]
    assert "sesame" not in repr(run_flow(llama_server.observe(), LlamaRouter({"a": RoutedModel(args=args)})))


def test_duplicate_ids_are_reported_and_disputed_windows_unknown() -> None:
    found = read([row("a", meta={"n_ctx": 1}), row("a", meta={"n_ctx": 2})])
    assert found.repeated == ("a",)
    assert [model.window.tokens for model in found.models] == [None]


@pytest.mark.parametrize("owner", [None, "organization_owner"])
@pytest.mark.parametrize("answer", [Response(404), Response(200, defect="is HTML")])
def test_unrelated_host_is_another_kind_than_llama_server(answer: Response, owner: object) -> None:
    found = read([{"id": "a", "owned_by": owner}], answer)
    assert found.outcome is Outcome.OTHER_KIND
    assert "its listing does not name llama-server" in found.detail


@pytest.mark.parametrize(("owner", "name"), [("llama-swap", "llama-swap"), ("library", "Ollama")])
def test_foreign_owner_ends_the_probe(owner: str, name: str) -> None:
    found, sent = replay(llama_server.observe(), [ok({"data": [{"id": "a", "owned_by": owner}]})])
    assert (found.outcome, sent) == (Outcome.OTHER_KIND, [MODELS])
    assert name in found.detail


def test_simulated_router_records_loads() -> None:
    host = LlamaRouter({"a": RoutedModel()})
    harmless = ["/props", "/props?model=a&autoload=false", "/health", "/v1/models"]
    harmful = ["/props?model=a", "/slots?model=a", "/models?reload=1"]
    for target in harmless + harmful:
        assert host(ReceivedRequest("GET", target, {})).status == 200
    host(ReceivedRequest("POST", "/v1/chat/completions", {}))
    assert host.loads == [*(f"GET {target}" for target in harmful), "POST /v1/chat/completions"]
