"""Promise 7: `Arena, compaction, task model, model context and chat resolve an id to the same route`."""

import json

from booconf.fleet.model import Fleet
from booconf.fleet.resolve import ResolutionError, Resolver
from booconf.fleet.serialize import route_json
from tests.clients.compiled import Compiled
from tests.mission.routing import Refused, Routing


def test_roles_define_the_ids_of_every_consumer(routing: Routing) -> None:
    assert (
        routing.ask("role", "default") == routing.ask("role", "compaction") == "sam-desktop/qwen3.6-35b-a3b"
    )
    assert routing.ask("role", "task") == "sam-desktop/qwen3-4b-instruct"
    assert list(routing.ask("role", "arena")) == [
        "sam-desktop/qwen3.6-35b-a3b",
        "embedding/deepseek-r1-qwen3-8b",
    ]


def test_every_role_names_a_declared_chat_model(routing: Routing) -> None:
    """`DEFAULT_MODEL drifted out of the live list and nothing noticed`."""
    for name in ("default", "task", "compaction"):
        route = routing.ask("resolve", routing.ask("role", name))
        assert (route["declared"], route["type"]) == (True, "chat")


def test_every_consumer_gets_the_same_route_of_the_default_model(routing: Routing) -> None:
    chat = routing.ask("resolve", "sam-desktop/qwen3.6-35b-a3b")
    assert routing.ask("resolve", routing.ask("role", "compaction")) == chat
    assert routing.ask("resolve", routing.ask("role", "arena")[0]) == chat
    assert routing.ask("resolve", routing.ask("fromOpencode", "llama-swap/qwen3.6-35b-a3b")) == chat
    assert routing.ask("contextWindow", "sam-desktop/qwen3.6-35b-a3b") == chat["context"] == 49152


def test_both_languages_and_the_compiler_agree_on_every_id(
    routing: Routing, fleet: Fleet, compiled: Compiled
) -> None:
    resolver = Resolver(fleet)
    vectors = json.loads((compiled.folder / "vectors.json").read_text("utf-8"))
    texts = [vector["input"] for vector in vectors["resolve"]]
    assert len(texts) > 60
    for text in texts:
        try:
            expected = json.loads(json.dumps(route_json(resolver.resolve(text))))
        except ResolutionError as error:
            expected = error.code
        assert _answer(routing, text) == expected


def _answer(routing: Routing, text: str) -> object:
    try:
        return routing.ask("resolve", text)
    except Refused as error:
        return str(error)


def test_opencode_has_the_same_models_in_the_same_roles(routing: Routing, compiled: Compiled) -> None:
    config = json.loads(compiled.config.read_text("utf-8"))
    assert config["model"] == routing.ask("toOpencode", routing.ask("role", "default"))
    assert config["small_model"] == routing.ask("toOpencode", routing.ask("role", "task"))
    assert "agent" not in config  # no `compaction` is named: opencode summarizes with the session's own model
