"""Promise 2: `A stored bare id still works, resolving to the default local provider`, with no migration."""

import pytest

from booconf.fleet.model import Fleet
from tests.mission.routing import Routing


def test_bare_id_resolves_to_model_of_default_provider(routing: Routing, fleet: Fleet) -> None:
    for name in fleet.providers["sam-desktop"].models:
        route = routing.ask("resolve", name)
        assert (route["id"], route["legacy"]) == (f"sam-desktop/{name}", True)
        assert route == {**routing.ask("resolve", f"sam-desktop/{name}"), "legacy": True}


@pytest.mark.parametrize(
    "stored", ["some-model-nobody-declared", "deepseek-r1-qwen3-8b", "bge-reranker-v2-m3", "x/y"]
)
def test_unknown_bare_id_resolves_to_default_provider(routing: Routing, stored: str) -> None:
    """`no bare id reaches another provider because its own is missing`."""
    route = routing.ask("resolve", stored)
    assert (route["id"], route["declared"], route["location"]) == (f"sam-desktop/{stored}", False, "local")


@pytest.mark.parametrize(
    ("stored", "composite_id"),
    [
        ("llama-swap/qwen3-8b", "sam-desktop/qwen3-8b"),
        ("deepseek-chat", "deepseek/deepseek-flash"),
        ("deepseek-reasoner", "deepseek/deepseek-v4-pro"),
    ],
)
def test_former_id_resolves_to_its_successor(routing: Routing, stored: str, composite_id: str) -> None:
    assert routing.ask("resolve", stored)["id"] == composite_id


def test_bare_favorite_is_shown_without_migration(routing: Routing) -> None:
    stored = ["qwen3-8b", "llama-swap/gemma-3-12b-it"]
    favorites = routing.ask("catalogView", {"favorites": stored})["sections"][0]["models"]
    assert [row["id"] for row in favorites] == ["sam-desktop/qwen3-8b", "sam-desktop/gemma-3-12b-it"]
    assert stored == ["qwen3-8b", "llama-swap/gemma-3-12b-it"]
