"""Properties of the adapter of every kind: its requests, and an observation for any response."""

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

import booconf
from booconf.declaration.enums import Kind
from booconf.declaration.urls import DEFAULT_API_PATH
from booconf.live import adapter_of
from booconf.live.client import probe
from booconf.live.endpoint import Endpoint
from booconf.live.flow import Base, Failure, Response
from booconf.live.limits import LARGEST_WINDOW, LONGEST_NAME, MOST_NAMES
from booconf.live.observation import Observation, Outcome, SeenModel
from tests.hosts.flows import replay, run_flow
from tests.hosts.llama_swap import LlamaSwap, Model
from tests.hosts.lmstudio import LMStudio
from tests.hosts.ollama import Ollama
from tests.hosts.openai_compatible import OpenAICompatible
from tests.hosts.simulator import Behavior, Hosts
from tests.hosts.vllm import VLLM

ALLOWED: dict[Kind, set[tuple[Base, str]]] = {
    "llama-swap": {(Base.API, "/models"), (Base.ROOT, "/running")},
    "llama-server": {(Base.API, "/models"), (Base.ROOT, "/props")},
    "ollama": {(Base.ROOT, "/api/tags"), (Base.ROOT, "/api/ps")},
    "lmstudio": {(Base.ROOT, "/api/v1/models"), (Base.ROOT, "/api/v0/models"), (Base.API, "/models")},
    "vllm": {(Base.API, "/models")},
    "openai-compatible": {(Base.API, "/models")},
}
"""All permitted requests. Each of these was looked up in the source or the documentation of its program:
it starts, stops and changes nothing."""

kinds = pytest.mark.parametrize("kind", get_args(Kind))


MANY = [str(number) for number in range(MOST_NAMES + 1)]


@pytest.mark.parametrize(
    ("kind", "row"),
    [
        ("llama-swap", {"status": {"value": ""}, "meta": {"llamaswap": {"type": "model", "aliases": MANY}}}),
        ("llama-server", {"owned_by": "llamacpp", "meta": {"n_ctx": 8192}, "aliases": MANY}),
        ("lmstudio", {"loaded_instances": [{"id": name} for name in MANY]}),
    ],
)
def test_too_many_names_are_an_invalid_response(kind: Kind, row: dict[str, object]) -> None:
    rows = [{"id": "a", "key": "a", **row}]
    seen, _ = replay(
        adapter_of(kind).observe(), [Response(200, {"data": rows, "models": rows, "running": []})] * 2
    )
    assert seen.outcome is Outcome.INVALID_RESPONSE
    assert seen.detail.endswith(f"lists more than {MOST_NAMES} other names")


@kinds
def test_every_kind_has_an_adapter_with_allowed_requests_only(kind: Kind) -> None:
    assert {(request.base, request.path) for request in adapter_of(kind).REQUESTS} == ALLOWED[kind]
    assert set(get_args(Kind)) == ALLOWED.keys()


@kinds
def test_a_path_is_plain(kind: Kind) -> None:
    assert all(re.fullmatch("(/[a-z0-9]+)+", request.path) for request in adapter_of(kind).REQUESTS)


KNOWS_A_KIND = {
    "declaration/enums.py": "the words themselves",
    "declaration/schema.py": "an example",
    "fleet/opencode_builtins.py": "providers of opencode that are called like one",
    "fleet/opencode_names.py": "kinds by which the files for opencode differ",
    "live/kinds/server_arguments.py": "programs that a command line starts",
}
"""The modules beside the adapters that know a kind by its name, and the reason."""


def test_only_adapters_know_a_kind_by_its_name() -> None:
    package = Path(booconf.__file__).parent
    adapters = {f"live/kinds/{kind.replace('-', '_')}.py" for kind in get_args(Kind)}
    found = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and node.value in get_args(Kind)
    }
    assert found - adapters == KNOWS_A_KIND.keys()


@kinds
def test_adapter_declares_facts_about_its_listing(kind: Kind) -> None:
    adapter = adapter_of(kind)
    assert all(isinstance(text, str) for text in (*adapter.OWNERS, *adapter.OWNERS.values()))
    assert isinstance(adapter.LISTING_IS_COMPLETE, bool)
    clause = adapter.UNLISTED_MODELS_HINT
    assert clause == clause.strip().removesuffix(".")


@kinds
def test_adapter_declares_facts_for_the_compiler(kind: Kind) -> None:
    adapter = adapter_of(kind)
    assert isinstance(adapter.SWAPS_MODELS, bool)
    assert adapter.UNSAFE_SEGMENT is None or re.fullmatch("[a-z0-9]+", adapter.UNSAFE_SEGMENT)
    assert f"/{adapter.UNSAFE_SEGMENT}" != DEFAULT_API_PATH  # which `unsafe_path` does not compare


def test_no_two_kinds_claim_one_owner() -> None:
    owners = [owner for kind in get_args(Kind) for owner in adapter_of(kind).OWNERS]
    assert sorted(owners) == sorted(set(owners))


KEYS = (
    "aliases", "alias", "args", "architecture", "capabilities", "cmd", "config", "context_length", "data",
    "default_generation_settings", "error", "id", "input_modalities", "key", "llamaswap",
    "loaded_context_length", "loaded_instances", "max_model_len", "message", "meta", "model", "modelID",
    "models", "n_ctx", "name", "output_modalities", "owned_by", "parent", "peerID", "remote_host",
    "remote_model", "role", "root", "running", "state", "status", "strategy", "total_slots", "type",
    "value",
)  # fmt: skip
"""Keys that the adapters read."""

WORDS = sorted(
    {
        *("alias", "peer", "selector", "profile", "model", "llama-swap", "llamacpp", "vllm", "library"),
        *("loaded", "not-loaded", "unloaded", "ready", "starting", "stopping", "llm", "vlm", "embedding"),
        *("text", "image", "a", "b", "p/a", "a:latest", "Unexpected endpoint or method.", "Loading model"),
        *("llama-server -c 8192 -np 2", "llama-server --ctx-size 0 'x", "vllm serve a --max-model-len 4096"),
    }
)

texts = st.sampled_from(WORDS) | st.text(max_size=8)
numbers = st.integers(-2, 2) | st.integers() | st.floats(allow_nan=False)
documents: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS) | texts, inner, max_size=4)
    ),
    max_leaves=12,
)
rows = st.builds(
    lambda names, rest: {**rest, **names},
    st.fixed_dictionaries(dict.fromkeys(("id", "name", "key", "model"), texts)),
    st.dictionaries(st.sampled_from(KEYS), documents, max_size=6),
)
listings = st.builds(
    lambda listed: dict.fromkeys(("data", "models", "running"), listed),
    st.lists(rows, max_size=4) | st.lists(rows | documents, max_size=4),
)
FAILURES = (
    Outcome.UNREACHABLE,
    Outcome.KEY_REFUSED,
    Outcome.INVALID_RESPONSE,
    Outcome.OTHER_KIND,
    Outcome.LOADING,
)
answers = st.one_of(
    st.builds(Response, st.just(200), listings),
    st.builds(Response, st.sampled_from([200, 503]), documents),
    st.builds(Response, st.integers(100, 599), documents),
    st.builds(Response, st.just(200), defect=st.sampled_from(["is HTML, not JSON", "is empty"])),
    st.builds(Failure, st.sampled_from(FAILURES), st.just("the connection broke off")),
)


@kinds
@given(data=st.data())
def test_any_answers_end_in_an_observation(kind: Kind, data: st.DataObject) -> None:
    adapter = adapter_of(kind)
    count = len(adapter.REQUESTS)
    seen, sent = replay(adapter.observe(), data.draw(st.lists(answers, min_size=count, max_size=count)))
    assert set(sent) <= set(adapter.REQUESTS)
    assert len(sent) == len(set(sent))
    assert_in_order(seen)


def assert_in_order(seen: Observation) -> None:
    """An observation has the properties that its docstrings state."""
    answered = seen.outcome is Outcome.ANSWERED
    assert answered == (not seen.detail)
    assert answered or seen == Observation(seen.outcome, seen.detail, path_missing=seen.path_missing)
    assert seen.outcome is Outcome.OTHER_KIND or not seen.path_missing
    ids = [model.id for model in seen.models]
    assert ids == sorted(set(ids))
    assert list(seen.repeated) == sorted(set(seen.repeated) & set(ids))
    assert seen.sidecar is None
    for model in seen.models:
        assert_model_in_order(model)
    assert all(len(name) <= LONGEST_NAME for name in (*ids, *(seen.other_names or {})))
    assert all(len(remark) < 500 for remark in seen.remarks)


def assert_model_in_order(model: SeenModel) -> None:
    """A model has the properties that its docstrings state."""
    window = model.window
    assert (window.tokens is None) == bool(window.reason)
    assert len(window.reason) < 500
    for tokens in (window.tokens, window.running):
        assert tokens is None or 0 < tokens <= LARGEST_WINDOW
    for names in (model.aliases or (), model.equivalents):
        assert list(names) == sorted(set(names) - {model.id})
        assert all(len(name) <= LONGEST_NAME for name in names)


@dataclass(frozen=True, slots=True)
class Simulated:
    """A complete host of its kind, and the list of requests that load models."""

    kind: Kind
    behavior: Behavior
    loads: list[str]


def simulated(kind: Kind, host: Any) -> Simulated:
    """A simulated host of this kind."""
    return Simulated(kind, host, host.loads)


SIMULATED: dict[str, Callable[[], Simulated]] = {
    "llama-swap": lambda: simulated("llama-swap", LlamaSwap({"a": Model(), "b": Model()}, {"a": "ready"})),
    "ollama": lambda: simulated("ollama", Ollama({"a:latest", "b:1"}, {"a:latest": 8192}, {"c:cloud"})),
    "lmstudio": lambda: simulated("lmstudio", LMStudio({"a": "llm", "b": "embedding"}, {"a": {"a:1": 8192}})),
    "lmstudio v0": lambda: simulated("lmstudio", LMStudio({"a": "vlm"}, {"a": {"a": 8192}}, "v0")),
    "lmstudio openai": lambda: simulated("lmstudio", LMStudio({"a": "llm"}, {}, "openai")),
    "vllm": lambda: simulated("vllm", VLLM(["a", "b"], 8192, {"lora": "/lora"})),
    "sglang": lambda: simulated("vllm", VLLM(["a"], 8192, program="sglang")),
    "cloud": lambda: simulated("openai-compatible", OpenAICompatible(["a", "b"])),
}


@pytest.mark.parametrize("name", SIMULATED)
def test_probe_sends_only_permitted_requests_and_loads_nothing(name: str) -> None:
    one = SIMULATED[name]()
    with Hosts() as hosts:
        host = hosts.add(one.behavior)
        bases = {Base.ROOT: host.url, Base.API: f"{host.url}/v1"}
        for _ in range(2):
            seen = probe({"one": Endpoint(one.kind, bases, {}, None)}, timeout=20)["one"]
    assert seen.outcome is Outcome.ANSWERED
    assert_in_order(seen)
    paths = {Base.ROOT: "", Base.API: "/v1"}
    assert set(host.requests) <= {("GET", paths[base] + path) for base, path in ALLOWED[one.kind]}
    assert one.loads == []
    assert seen == run_flow(adapter_of(one.kind).observe(), one.behavior)


@kinds
@pytest.mark.parametrize("outcome", [Outcome.UNREACHABLE, Outcome.LOADING])
def test_failed_first_request_is_the_observation(kind: Kind, outcome: Outcome) -> None:
    adapter = adapter_of(kind)
    seen, sent = replay(adapter.observe(), [Failure(outcome, "it did not answer in time")])
    assert seen == Observation(outcome, "it did not answer in time")
    assert sent == [adapter.REQUESTS[0]]


def test_no_module_outside_the_registry_knows_an_unsafe_path() -> None:
    package = Path(booconf.__file__).parent
    found = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if "/upstream" in path.read_text(encoding="utf-8")
    }
    assert found == set()
