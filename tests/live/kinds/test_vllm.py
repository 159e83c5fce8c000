"""vLLM and SGLang: the names of one model, its adapters, and the window of the engine."""

from typing import Any

import pytest

from booconf.live.flow import Failure
from booconf.live.kinds import vllm
from booconf.live.observation import Observation, Outcome, SeenModel, Window
from tests.hosts.flows import ok, replay, run_flow
from tests.hosts.lmstudio import LMStudio
from tests.hosts.ollama import Ollama
from tests.hosts.openai_compatible import OpenAICompatible
from tests.hosts.vllm import VLLM


def observed(*rows: dict[str, Any]) -> Observation:
    """Return the observation of a host that lists these rows."""
    return replay(vllm.observe(), [ok({"data": list(rows)})])[0]


def only(seen: Observation) -> SeenModel:
    """The one model of a host that answered."""
    assert seen.outcome is Outcome.ANSWERED
    (model,) = seen.models
    return model


@pytest.mark.parametrize("program", ["vllm", "sglang"])
def test_a_model_has_the_window_of_its_engine(program: Any) -> None:
    host = VLLM(["qwen3-32b"], 40960, program=program)
    seen = run_flow(vllm.observe(), host)
    assert only(seen) == SeenModel("qwen3-32b", Window(40960), aliases=())
    assert (seen.repeated, seen.remarks, seen.other_names, host.loads) == ((), (), None, [])


def test_further_served_names_are_aliases_of_the_first() -> None:
    model = only(run_flow(vllm.observe(), VLLM(["qwen3", "fast", "default"], 40960)))
    assert (model.id, model.aliases, model.window.tokens) == ("qwen3", ("default", "fast"), 40960)


def test_an_adapter_is_a_model_with_the_window_of_the_engine() -> None:
    host = VLLM(["qwen3", "fast"], 40960, adapters={"sql": "/lora/sql", "bash": "/lora/bash"})
    seen = run_flow(vllm.observe(), host)
    assert [(model.id, model.aliases, model.window.tokens) for model in seen.models] == [
        ("bash", (), 40960),
        ("qwen3", ("fast",), 40960),
        ("sql", (), 40960),
    ]
    assert host.loads == []


BASE = {"id": "base", "root": "/weights", "max_model_len": 8192}


@pytest.mark.parametrize(
    ("adapter", "window"),
    [
        ({"parent": "base"}, Window(8192)),
        ({"parent": "base", "max_model_len": 4096}, Window(4096)),
        ({"parent": "base", "max_model_len": "4096"}, Window(None, "the host does not report it")),
        ({"parent": "other"}, Window(None, "it is an adapter of a model that the host does not list")),
        ({"parent": ""}, Window(None, "it is an adapter of a model that the host does not list")),
        ({"parent": "lora"}, Window(None, "it is an adapter of a model that the host does not list")),
    ],
)
def test_the_window_of_an_adapter(adapter: dict[str, object], window: Window) -> None:
    seen = observed({"id": "lora", "root": "/weights", **adapter}, BASE)
    assert [(model.id, model.window) for model in seen.models] == [("base", Window(8192)), ("lora", window)]


def test_an_adapter_of_a_further_served_name() -> None:
    seen = observed(BASE, {**BASE, "id": "second"}, {"id": "lora", "parent": "second"})
    assert [model.window.tokens for model in seen.models] == [8192, 8192]


def test_names_of_different_models_are_different_models() -> None:
    seen = observed(BASE, {"id": "b", "root": "/else", "max_model_len": 4096})
    assert [(model.id, model.aliases, model.window.tokens) for model in seen.models] == [
        ("b", (), 4096),
        ("base", (), 8192),
    ]


@pytest.mark.parametrize("root", [None, 5, []])
def test_without_a_root_every_row_is_a_model_and_aliases_are_unknown(root: object) -> None:
    seen = observed({"id": "a", "root": root}, {"id": "b", "root": root})
    assert [(model.id, model.aliases) for model in seen.models] == [("a", None), ("b", None)]


def test_a_root_that_is_another_models_id_joins_nothing() -> None:
    seen = observed({"id": "a"}, {"id": "b", "root": "a"})
    assert [model.id for model in seen.models] == ["a", "b"]


@pytest.mark.parametrize("parent", [None, 5, [], {}])
def test_a_parent_of_another_type_makes_no_adapter(parent: object) -> None:
    assert only(observed({**BASE, "parent": parent})).aliases == ()


@pytest.mark.parametrize("length", [None, 0, -5, "8192", 8192.5, True, 2**53])
def test_a_window_of_another_type_is_unknown(length: object) -> None:
    window = only(observed({**BASE, "max_model_len": length})).window
    assert (window.tokens, window.reason) == (None, "the host does not report it")


def test_names_of_one_model_that_disagree_on_the_window_leave_it_unknown() -> None:
    model = only(observed(BASE, {**BASE, "id": "second", "max_model_len": 4096}))
    assert model.window.reason == "the host reports several, from 4096 to 8192 tokens"


def test_an_id_that_is_listed_twice_is_one_model() -> None:
    seen = observed(BASE, BASE)
    assert (only(seen).window.tokens, only(seen).aliases, seen.repeated) == (8192, (), ("base",))
    seen = observed(BASE, {**BASE, "root": "/else", "max_model_len": 4096})
    assert (only(seen).window.tokens, seen.repeated) == (None, ("base",))


@pytest.mark.parametrize(
    ("host", "program"),
    [
        (OpenAICompatible(["a"], owned_by="llama-swap"), "llama-swap"),
        (OpenAICompatible(["a"], owned_by="llamacpp"), "llama-server"),
        (Ollama({"a:latest"}), "Ollama"),
    ],
)
def test_a_host_of_another_kind(host: OpenAICompatible | Ollama, program: str) -> None:
    seen = run_flow(vllm.observe(), host)
    assert (seen.outcome, seen.models) == (Outcome.OTHER_KIND, ())
    assert seen.detail == f"its answer to `GET …/models` names {program} as its program"


@pytest.mark.parametrize("owner", ["library", None, [], {"a": 1}, 5])
def test_rows_of_several_owners_are_not_refused(owner: object) -> None:
    seen = observed({"id": "a", "owned_by": "llama-swap"}, {"id": "b", "owned_by": owner})
    assert seen.outcome is Outcome.ANSWERED


def test_a_refused_key() -> None:
    seen = run_flow(vllm.observe(), VLLM(["a"], 8192, key="right"))
    assert (seen.outcome, seen.detail) == (Outcome.KEY_REFUSED, "it answers `GET …/models` with HTTP 401")


def test_loading_engine_is_unreachable() -> None:
    seen, sent = replay(vllm.observe(), [Failure(Outcome.UNREACHABLE, "it refuses connections")])
    assert (seen.outcome, sent) == (Outcome.UNREACHABLE, [vllm.MODELS])


def test_invalid_responses() -> None:
    seen = observed({"id": "a"}, {"id": ["b"]})
    assert (seen.outcome, seen.models) == (Outcome.INVALID_RESPONSE, ())


def test_an_empty_listing() -> None:
    assert run_flow(vllm.observe(), LMStudio({}, era="openai")).models == ()
