"""Promise 6: `A favorite of an offline provider disappears from view and returns by itself`."""

from typing import Any

from tests.mission.routing import Routing

STORED = ["embedding/gpt-oss-20b", "qwen3-8b", "deepseek/deepseek-flash", "gone-for-good/x"]


def favorites(routing: Routing, **options: Any) -> list[str]:
    view = routing.ask("catalogView", {"favorites": STORED, **options})
    return [row["id"] for row in view["sections"][0]["models"]]


def test_favorite_of_offline_provider_is_hidden_until_it_returns(routing: Routing) -> None:
    before = favorites(routing)
    assert before == ["embedding/gpt-oss-20b", "sam-desktop/qwen3-8b"]
    assert favorites(routing, offline=["embedding"]) == ["sam-desktop/qwen3-8b"]
    assert favorites(routing, offline=["embedding", "sam-desktop"]) == []
    assert favorites(routing) == before


def test_favorite_of_provider_without_key_is_hidden(routing: Routing) -> None:
    assert "deepseek/deepseek-flash" in favorites(routing, env={"DEEPSEEK_API_KEY": "set"})
    assert "deepseek/deepseek-flash" not in favorites(routing, env={"DEEPSEEK_API_KEY": ""})
    assert "deepseek/deepseek-flash" not in favorites(routing, env={})


def test_catalog_view_does_not_change_storage(routing: Routing) -> None:
    """`catalogView` reads the stored favorites and returns nothing to store."""
    stored = list(STORED)
    view = routing.ask("catalogView", {"favorites": stored, "offline": ["embedding"]})
    assert stored == STORED
    assert set(view) == {"sections", "default"}


def test_unresolvable_favorite_is_hidden_without_error(routing: Routing) -> None:
    view = routing.ask(
        "catalogView", {"favorites": ["", "a b", "embedding/", "..", "embedding/never-declared"]}
    )
    assert view["sections"][0]["models"] == []
