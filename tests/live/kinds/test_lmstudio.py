"""LM Studio: the newest listing that a version has, and the windows of loaded models."""

from typing import Any

import pytest

from booconf.live.flow import Failure, Response
from booconf.live.kinds import lmstudio
from booconf.live.observation import Observation, Outcome, SeenModel
from tests.hosts.flows import ok, replay, run_flow
from tests.hosts.lmstudio import LMStudio
from tests.hosts.ollama import Ollama
from tests.hosts.vllm import VLLM

UNEXPECTED = ok({"error": "Unexpected endpoint or method. (GET /api/v1/models)"})
NOT_FOUND = Response(404, {"error": "Not Found"})


def heard_v1(*rows: dict[str, Any]) -> Observation:
    """Return the observation of a new version with these rows."""
    return replay(lmstudio.observe(), [ok({"models": list(rows)})])[0]


def heard_v0(*rows: dict[str, Any]) -> Observation:
    """Return the observation of a version before 0.4.0 with these rows."""
    return replay(lmstudio.observe(), [UNEXPECTED, ok({"data": list(rows)})])[0]


def only(seen: Observation) -> SeenModel:
    """The one model of a host that answered."""
    assert seen.outcome is Outcome.ANSWERED
    (model,) = seen.models
    return model


@pytest.mark.parametrize("era", ["v0", "v1"])
def test_a_loaded_model_has_the_window_it_was_loaded_with(era: Any) -> None:
    host = LMStudio(
        {"qwen3-4b": "llm", "gemma-3": "vlm", "nomic": "embedding"},
        loaded={"qwen3-4b": {"qwen3-4b": 16384}},
        era=era,
    )
    seen = run_flow(lmstudio.observe(), host)
    assert [(model.id, model.type, model.window.tokens) for model in seen.models] == [
        ("gemma-3", "chat", None),
        ("nomic", "embedding", None),
        ("qwen3-4b", "chat", 16384),
    ]
    assert (
        seen.models[0].window.reason == "it is not loaded, and LM Studio sets a window when it loads a model"
    )
    assert {model.aliases for model in seen.models} == {None}
    assert (seen.repeated, seen.remarks, seen.other_names, host.loads) == ((), (), None, [])


def test_old_version_reports_ids_only() -> None:
    model = only(
        run_flow(lmstudio.observe(), LMStudio({"a": "llm"}, loaded={"a": {"a": 4096}}, era="openai"))
    )
    assert (model.id, model.window.tokens, model.type) == ("a", None, None)
    assert model.window.reason == "LM Studio before 0.3.6 does not report windows"


@pytest.mark.parametrize(
    ("missing", "expected"),
    [
        ([], [lmstudio.MODELS_V1]),
        ([UNEXPECTED], [lmstudio.MODELS_V1, lmstudio.MODELS_V0]),
        ([NOT_FOUND], [lmstudio.MODELS_V1, lmstudio.MODELS_V0]),
        ([UNEXPECTED, UNEXPECTED], list(lmstudio.REQUESTS)),
    ],
)
def test_newest_listing_is_requested_first(missing: list[Response], expected: list[object]) -> None:
    seen, requests = replay(lmstudio.observe(), [*missing, ok({"models": [], "data": []})])
    assert (seen.outcome, requests) == (Outcome.ANSWERED, expected)


@pytest.mark.parametrize("missing", [0, 1, 2])
@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Failure(Outcome.UNREACHABLE, "it is gone"), Outcome.UNREACHABLE),
        (Response(401), Outcome.KEY_REFUSED),
        (Response(500), Outcome.FAILING),
        (Response(302), Outcome.INVALID_RESPONSE),
        (Response(200, defect="is HTML, not JSON"), Outcome.INVALID_RESPONSE),
        (ok({"error": "model crashed"}), Outcome.INVALID_RESPONSE),
        (ok({"models": None, "data": None}), Outcome.INVALID_RESPONSE),
    ],
)
def test_only_a_missing_listing_falls_back_to_an_older_one(
    missing: int, answer: Response | Failure, outcome: Outcome
) -> None:
    seen, sent = replay(lmstudio.observe(), [*[UNEXPECTED] * missing, answer])
    assert (seen.outcome, seen.models, len(sent)) == (outcome, (), missing + 1)


def test_a_refused_token() -> None:
    seen = run_flow(lmstudio.observe(), LMStudio({"a": "llm"}, token="right"))
    assert (seen.outcome, seen.detail) == (
        Outcome.KEY_REFUSED,
        "it answers `GET /api/v1/models` with HTTP 401",
    )


def test_instance_ids_reach_the_model() -> None:
    host = LMStudio(
        {"qwen3-4b": "llm"}, loaded={"qwen3-4b": {"qwen3-4b": 8192, "qwen3-4b:2": 8192, "fast": 8192}}
    )
    model = only(run_flow(lmstudio.observe(), host))
    assert (model.equivalents, model.window.tokens) == (("fast", "qwen3-4b:2"), 8192)


def test_instances_with_different_windows_leave_it_unknown() -> None:
    host = LMStudio({"a": "llm"}, loaded={"a": {"a": 8192, "a:2": 4096}})
    model = only(run_flow(lmstudio.observe(), host))
    assert model.window.tokens is None
    assert model.window.reason == "the host reports several, from 4096 to 8192 tokens"


@pytest.mark.parametrize(
    "instance",
    [
        {"id": "a", "config": {"context_length": "8192"}},
        {"id": "a", "config": {}},
        {"id": "a", "config": None},
        {"id": 5},
        {},
        "a",
        None,
    ],
)
def test_an_instance_of_another_shape_leaves_the_window_unknown(instance: object) -> None:
    good = {"id": "b", "config": {"context_length": 8192}}
    for instances in ([instance], [good, instance]):
        model = only(heard_v1({"key": "a", "loaded_instances": instances, "max_context_length": 32768}))
        assert model.window.tokens is None
        assert model.window.reason == "the host does not report it"


@pytest.mark.parametrize("instances", [None, {}, "a", 1])
def test_instances_of_another_type_are_unknown(instances: object) -> None:
    model = only(heard_v1({"key": "a", "type": "llm", "loaded_instances": instances}))
    assert (model.window.tokens, model.type) == (None, "chat")
    assert model.window.reason == "the host does not report whether it is loaded"


@pytest.mark.parametrize("state", ["loading", None, 5, {}])
def test_a_state_of_another_kind_is_unknown(state: object) -> None:
    model = only(heard_v0({"id": "a", "state": state, "loaded_context_length": 8192}))
    assert model.window.tokens is None


@pytest.mark.parametrize("length", [None, 0, "8192", 8192.5, True])
def test_a_loaded_model_of_an_old_version_without_a_window(length: object) -> None:
    model = only(heard_v0({"id": "a", "state": "loaded", "loaded_context_length": length}))
    assert model.window.tokens is None


@pytest.mark.parametrize("kind", ["tts", None, 5, [], {}])
def test_a_type_of_another_kind_is_unknown(kind: object) -> None:
    assert only(heard_v1({"key": "a", "type": kind, "loaded_instances": []})).type is None


def test_a_key_that_is_listed_twice_is_one_model() -> None:
    row = {"key": "a", "loaded_instances": [{"config": {"context_length": 8192}}]}
    seen = heard_v1(row, row)
    assert (only(seen).window.tokens, seen.repeated) == (8192, ("a",))
    seen = heard_v1(row, {"key": "a", "loaded_instances": []})
    assert only(seen).window.reason == "the host lists it more than once, with different windows"


@pytest.mark.parametrize(("host", "program"), [(VLLM(["a"], 8192), "vLLM"), (Ollama({"a:latest"}), "Ollama")])
def test_a_host_of_another_kind(host: VLLM | Ollama, program: str) -> None:
    seen = run_flow(lmstudio.observe(), host)
    assert (seen.outcome, seen.models) == (Outcome.OTHER_KIND, ())
    assert seen.detail == f"its answer to `GET …/models` names {program} as its program"


def test_a_host_with_none_of_the_listings_is_of_another_kind() -> None:
    seen, _ = replay(lmstudio.observe(), [NOT_FOUND] * 3)
    assert (seen.outcome, seen.detail) == (Outcome.OTHER_KIND, "it has no `GET …/models` (HTTP 404)")
