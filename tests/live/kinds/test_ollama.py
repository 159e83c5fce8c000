"""Ollama: the models of `/api/tags`, the windows of `/api/ps`, and the names that mean the same."""

from typing import Any

import pytest

from booconf.live.flow import Failure, Response
from booconf.live.kinds import ollama
from booconf.live.observation import Observation, Outcome, SeenModel
from tests.hosts.flows import ok, replay, run_flow
from tests.hosts.lmstudio import LMStudio
from tests.hosts.ollama import Ollama

GONE = Failure(Outcome.UNREACHABLE, "it did not answer in time")


def observed(tags: list[dict[str, Any]], processes: object) -> Observation:
    """Return the observation of a host with these rows, and this document at `/api/ps`."""
    return replay(ollama.observe(), [ok({"models": tags}), ok(processes)])[0]


def only(seen: Observation) -> SeenModel:
    """The one model of a host that answered."""
    assert seen.outcome is Outcome.ANSWERED
    (model,) = seen.models
    return model


def test_a_loaded_model_has_the_window_that_was_allocated() -> None:
    host = Ollama({"qwen3:4b", "llama3:8b"}, loaded={"qwen3:4b": 32768})
    seen = run_flow(ollama.observe(), host)
    assert [(model.id, model.window.tokens) for model in seen.models] == [
        ("llama3:8b", None),
        ("qwen3:4b", 32768),
    ]
    assert seen.models[0].window.reason == "it is not loaded, and Ollama sets a window when it loads a model"
    assert (seen.remarks, seen.repeated, seen.other_names, host.loads) == ((), (), None, [])


def test_values_that_ollama_does_not_report_are_unknown() -> None:
    model = only(run_flow(ollama.observe(), Ollama({"qwen3:4b"})))
    assert (model.aliases, model.type) == (None, None)


def test_old_version_reports_no_window() -> None:
    model = only(run_flow(ollama.observe(), Ollama({"qwen3:4b"}, loaded={"qwen3:4b": None})))
    assert (model.window.tokens, model.window.reason) == (None, "the host does not report it")


@pytest.mark.parametrize("length", [0, -1, "8192", 8192.0, True, None, 2**53, []])
def test_a_window_of_another_type_is_unknown(length: object) -> None:
    processes = {"models": [{"name": "a", "context_length": length}]}
    assert only(observed([{"name": "a"}], processes)).window.tokens is None


def test_a_model_that_is_loaded_with_two_windows_has_an_unknown_one() -> None:
    rows = [{"name": "a", "context_length": length} for length in (8192, 4096)]
    window = only(observed([{"name": "a"}], {"models": rows})).window
    assert (window.tokens, window.reason) == (None, "the host reports several, from 4096 to 8192 tokens")


def test_a_cloud_model_is_served_and_its_window_unknown() -> None:
    model = only(run_flow(ollama.observe(), Ollama(remote={"gpt-oss:120b-cloud"})))
    assert (model.id, model.window.tokens) == ("gpt-oss:120b-cloud", None)
    assert model.window.reason == "it runs in Ollama's cloud, and the host does not report its window"


@pytest.mark.parametrize("key", ["remote_host", "remote_model"])
@pytest.mark.parametrize(
    ("remote", "tokens"), [("ollama.com", None), (None, 4096), ("", 4096), (5, 4096), ({}, 4096)]
)
def test_a_text_in_either_field_makes_a_cloud_model(key: str, remote: object, tokens: int | None) -> None:
    processes = {"models": [{"name": "a", "context_length": 4096}]}
    assert only(observed([{"name": "a", key: remote}], processes)).window.tokens == tokens


@pytest.mark.parametrize(
    "answer",
    [
        GONE,
        Response(500),
        Response(404),
        Response(200, defect="is HTML, not JSON"),
        ok({}),
        ok({"models": [5]}),
        ok({"models": [{"name": None}]}),
    ],
)
def test_without_the_second_answer_the_models_are_known_and_no_window(answer: Response | Failure) -> None:
    seen, _ = replay(ollama.observe(), [ok({"models": [{"name": "a:latest"}]}), answer])
    model = only(seen)
    assert model.window.tokens is None
    assert model.window.reason == "the host did not report which models are loaded"
    (remark,) = seen.remarks
    assert remark.startswith("which models are loaded, and with which window, is unknown: ")


def test_remark_has_the_reason() -> None:
    seen, _ = replay(ollama.observe(), [ok({"models": []}), GONE])
    assert seen.remarks[0].endswith(": it did not answer in time")


@pytest.mark.parametrize(
    ("name", "equivalents"),
    [
        ("qwen3:4b", {"library/qwen3:4b", "registry.ollama.ai/library/qwen3:4b"}),
        (
            "qwen3:latest",
            {
                "qwen3",
                "library/qwen3",
                "library/qwen3:latest",
                "registry.ollama.ai/library/qwen3",
                "registry.ollama.ai/library/qwen3:latest",
            },
        ),
        ("sam/coder:7b", {"registry.ollama.ai/sam/coder:7b"}),
        (
            "sam/coder:latest",
            {"sam/coder", "registry.ollama.ai/sam/coder", "registry.ollama.ai/sam/coder:latest"},
        ),
        ("hf.co/bartowski/qwen3:Q4_K_M", set()),
        ("hf.co/bartowski/qwen3:latest", {"hf.co/bartowski/qwen3"}),
        ("registry.example:5000/sam/coder:latest", {"registry.example:5000/sam/coder"}),
        ("a:latest-1", {"library/a:latest-1", "registry.ollama.ai/library/a:latest-1"}),
        (":latest", {"library/:latest", "registry.ollama.ai/library/:latest"}),
    ],
)
def test_names_that_mean_the_same(name: str, equivalents: set[str]) -> None:
    model = only(run_flow(ollama.observe(), Ollama([name])))
    assert set(model.equivalents) == equivalents
    assert list(model.equivalents) == sorted(equivalents)


def test_a_name_that_is_listed_twice_is_one_model() -> None:
    seen = run_flow(ollama.observe(), Ollama(["b:1", "a:1", "b:1"]))
    assert ([model.id for model in seen.models], seen.repeated) == (["a:1", "b:1"], ("b:1",))


def test_rows_that_disagree_on_the_window_leave_it_unknown() -> None:
    tags = [{"name": "a"}, {"name": "a", "remote_host": "https://ollama.com"}, {"name": "a"}]
    seen = observed(tags, {"models": [{"name": "a", "context_length": 4096}]})
    assert only(seen).window.reason == "the host lists it more than once, with different windows"


def test_a_host_of_another_kind() -> None:
    seen = run_flow(ollama.observe(), LMStudio({"a": "llm"}))
    assert (seen.outcome, seen.detail) == (Outcome.OTHER_KIND, "it has no `GET /api/tags`")


def test_a_llama_server_of_2025_has_tags_too() -> None:
    stub = {"models": [{"name": "a", "model": "a"}], "data": [{"id": "a", "owned_by": "llamacpp"}]}
    seen, sent = replay(ollama.observe(), [ok(stub)])
    assert seen.outcome is Outcome.OTHER_KIND
    assert seen.detail == "its answer to `GET /api/tags` names llama-server as its program"
    assert (seen.models, sent) == ((), [ollama.TAGS])


def test_invalid_responses() -> None:
    seen, sent = replay(ollama.observe(), [ok({"models": [{"name": "a"}, {"model": "b"}]})])
    assert (seen.outcome, sent) == (Outcome.INVALID_RESPONSE, [ollama.TAGS])
