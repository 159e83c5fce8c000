"""Promise 1: `The catalog tells duplicate model names on different hosts apart.`"""

import json
from collections import Counter

from booconf.fleet.model import Fleet
from tests.clients.compiled import Compiled
from tests.mission.routing import Routing

DUPLICATES = {"qwen3-4b-instruct", "qwen3-8b", "gemma-3-12b-it", "gpt-oss-20b", "nomic-embed-text-v1.5"}
KEYS = {"DEEPSEEK_API_KEY": "set"}


def test_five_model_ids_exist_on_both_hosts(fleet: Fleet) -> None:
    """`five model ids exist on both hosts, and a bare name cannot say which`."""
    names = Counter(model.id for model in fleet.models())
    assert {name for name, count in names.items() if count > 1} == DUPLICATES


def test_every_row_of_the_picker_has_a_unique_id(routing: Routing) -> None:
    sections = routing.ask("catalogView", {"env": KEYS})["sections"][1:]
    ids = [row["id"] for section in sections for row in section["models"]]
    assert len(ids) == len(set(ids))
    for name in DUPLICATES - {"nomic-embed-text-v1.5"}:
        assert {f"sam-desktop/{name}", f"embedding/{name}"} <= set(ids)


def test_labels_distinguish_rows_with_the_same_name(routing: Routing) -> None:
    sections = routing.ask("catalogView", {"env": KEYS})["sections"][1:]
    shown = [(row["label"], row["provider_label"]) for section in sections for row in section["models"]]
    assert len(shown) == len(set(shown))


def test_duplicate_names_route_to_their_own_hosts(routing: Routing) -> None:
    for name in DUPLICATES:
        hosts = {
            routing.ask("resolve", f"{host}/{name}")["base_url"] for host in ("sam-desktop", "embedding")
        }
        assert hosts == {"http://100.101.41.16:8401", "http://100.90.172.55:8411"}


def test_catalog_json_lists_both(compiled: Compiled) -> None:
    catalog = json.loads((compiled.folder / "catalog.json").read_text("utf-8"))
    ids = {model["id"] for provider in catalog["providers"] for model in provider["models"]}
    assert {f"{host}/{name}" for host in ("sam-desktop", "embedding") for name in DUPLICATES} <= ids


def test_opencode_shows_the_host_beside_the_name(compiled: Compiled) -> None:
    providers = json.loads(compiled.config.read_text("utf-8"))["provider"]
    names = [model["name"] for provider in providers.values() for model in provider["models"].values()]
    assert len(names) == len(set(names))
