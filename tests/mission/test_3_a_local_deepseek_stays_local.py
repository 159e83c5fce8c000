"""Promise 3: `embedding/deepseek-r1-qwen3-8b never routes to DeepSeek cloud and never gets a 131k window`."""

import json

import pytest

from booconf.fleet.model import Fleet
from tests.clients.compiled import Compiled
from tests.mission.routing import Refused, Routing

LOCAL = "embedding/deepseek-r1-qwen3-8b"
FORMS = [
    LOCAL,
    "deepseek-r1-qwen3-8b",
    "llama-swap/deepseek-r1-qwen3-8b",
    "sam-desktop/deepseek-r1-qwen3-8b",
    "deepseek-r1",
    "deepseek-anything",
    "DeepSeek-chat",
    "deepseek",
    "embedding/deepseek-chat",
    "embedding/deepseek/deepseek-flash",
]


@pytest.mark.parametrize("text", FORMS)
def test_name_with_prefix_deepseek_stays_local(routing: Routing, text: str) -> None:
    """`a name rule sent anything called deepseek* to the cloud`."""
    route = routing.ask("resolve", text)
    assert route["location"] == "local"
    assert "deepseek.com" not in json.dumps(route["request_base"])
    assert route["api_key_env"] is None


def test_its_window_is_the_declared_one(routing: Routing, fleet: Fleet) -> None:
    declared = fleet.model(LOCAL).limits.context
    assert declared == 16384
    assert routing.ask("contextWindow", LOCAL) == declared


@pytest.mark.parametrize("text", FORMS)
def test_no_window_is_made_up(routing: Routing, text: str) -> None:
    """`a made-up 131k window`: what is not declared has none."""
    route = routing.ask("resolve", text)
    assert routing.ask("contextWindow", text) == route["context"]
    assert route["declared"] or (route["context"], route["input"], route["output"]) == (None, None, None)


def test_no_generated_file_has_another_window(compiled: Compiled) -> None:
    config = json.loads(compiled.config.read_text("utf-8"))
    limit = config["provider"]["embedding"]["models"]["deepseek-r1-qwen3-8b"]["limit"]
    assert (limit["context"], limit["output"]) == (16384, 4096)
    for path in compiled.folder.rglob("*"):
        if path.is_file() and path.suffix != ".pyc":  # what Python made of routing.py to import it
            text = path.read_text("utf-8")
            assert "131072" not in text
            assert "131000" not in text


def test_only_a_deepseek_id_reaches_deepseek(routing: Routing, fleet: Fleet) -> None:
    for model in fleet.models():
        for text in (model.id, model.composite_id, f"llama-swap/{model.id}"):
            try:
                location = routing.ask("resolve", text)["location"]
            except Refused:
                continue
            assert location == ("cloud" if text.startswith("deepseek/") else "local")
