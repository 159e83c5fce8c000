"""Promise 5: `Pickers show a Favorites section first, then provider groups`, favorites in theirs too."""

from tests.mission.routing import Routing

FAVORITES = ["embedding/gpt-oss-20b", "sam-desktop/qwen3-8b"]
KEYS = {"DEEPSEEK_API_KEY": "set"}


def test_favorites_precede_providers_in_file_order(routing: Routing) -> None:
    view = routing.ask("catalogView", {"favorites": FAVORITES, "env": KEYS})
    assert [(section["id"], section["label"]) for section in view["sections"]] == [
        ("favorites", "Favorites"),
        ("sam-desktop", "Sam's desktop"),
        ("embedding", "Embedding box"),
        ("deepseek", "DeepSeek"),
    ]
    assert view["default"] == "sam-desktop/qwen3.6-35b-a3b"


def test_favorites_keep_their_stored_order(routing: Routing) -> None:
    for stored in (FAVORITES, FAVORITES[::-1]):
        view = routing.ask("catalogView", {"favorites": stored})
        assert [row["id"] for row in view["sections"][0]["models"]] == stored


def test_favorite_stays_in_its_group(routing: Routing) -> None:
    view = routing.ask("catalogView", {"favorites": FAVORITES})
    groups = {section["id"]: section["models"] for section in view["sections"][1:]}
    plain = {section["id"]: section["models"] for section in routing.ask("catalogView", {})["sections"][1:]}
    for provider, rows in groups.items():
        assert [row["id"] for row in rows] == [row["id"] for row in plain[provider]]
    assert [row["id"] for rows in groups.values() for row in rows if row["favorite"]] == FAVORITES[::-1]


def test_favorites_section_is_empty_without_favorites(routing: Routing) -> None:
    assert routing.ask("catalogView", {})["sections"][0] == {
        "id": "favorites",
        "label": "Favorites",
        "models": [],
    }


def test_only_chat_models_are_offered(routing: Routing) -> None:
    view = routing.ask("catalogView", {"favorites": ["embedding/bge-reranker-v2-m3", *FAVORITES]})
    ids = {row["id"] for section in view["sections"] for row in section["models"]}
    assert not ids & {"embedding/bge-reranker-v2-m3", "sam-desktop/nomic-embed-text-v1.5"}
