"""Promise 4: `No request for embedding/* ever goes through the sidecar.`"""

import json

import pytest

from booconf.fleet.model import Fleet
from tests.clients.compiled import Compiled
from tests.mission.routing import Routing

SIDECAR = "http://127.0.0.1:8402"


def test_declared_models_of_embedding_host_bypass_sidecar(routing: Routing, fleet: Fleet) -> None:
    assert fleet.providers["embedding"].models
    for name in fleet.providers["embedding"].models:
        route = routing.ask("resolve", f"embedding/{name}")
        assert (route["via_sidecar"], route["request_base"]) == (False, "http://100.90.172.55:8411/v1")


@pytest.mark.parametrize(
    "name", ["not-declared", "a/b", "text-embedding-3-small", "qwen3.6-35b-a3b", "sam-desktop/x"]
)
def test_undeclared_models_of_embedding_host_bypass_sidecar(routing: Routing, name: str) -> None:
    route = routing.ask("resolve", f"embedding/{name}")
    assert (route["provider"], route["via_sidecar"]) == ("embedding", False)
    assert not route["request_base"].startswith(SIDECAR)


def test_embedding_model_of_sidecar_host_bypasses_sidecar(routing: Routing) -> None:
    """`the llama-sidecar was the default for all non-DeepSeek traffic, embeddings too`."""
    route = routing.ask("resolve", "sam-desktop/nomic-embed-text-v1.5")
    assert (route["via_sidecar"], route["request_base"]) == (False, "http://100.101.41.16:8401/v1")


def test_chat_model_of_sidecar_host_uses_sidecar(routing: Routing) -> None:
    route = routing.ask("resolve", "sam-desktop/qwen3-8b")
    assert (route["via_sidecar"], route["request_base"]) == (True, f"{SIDECAR}/v1")


def test_opencode_sends_the_embedding_host_nothing_through_it(compiled: Compiled) -> None:
    providers = json.loads(compiled.config.read_text("utf-8"))["provider"]
    assert providers["embedding"]["options"]["baseURL"] == "http://100.90.172.55:8411/v1"
    assert providers["llama-swap"]["options"]["baseURL"] == f"{SIDECAR}/v1"
