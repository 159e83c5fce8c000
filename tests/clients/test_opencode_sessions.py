"""Sessions stored by opencode before booconf: they continue if `opencode.id` keeps the old provider id."""

import json
from pathlib import Path

from tests.clients.compiled import compile_fleet
from tests.clients.fake_host import FakeHost
from tests.clients.opencode_client import Opencode

FLEET = """
version: 1
default_provider: sam-desktop
roles: {{default: sam-desktop/other}}
legacy: {{providers: {{llama-swap: sam-desktop}}}}
providers:
  sam-desktop:
    kind: llama-swap
    base_url: {host}
    opencode: {{id: llama-swap}}
    models: {{other: {{context: 32768}}, qwen3-8b: {{context: 32768, upstream: qwen3-8b-q4}}}}
"""


def old_config(host: str) -> dict[str, object]:
    """A handwritten config from before the fleet had a file."""
    models = {"qwen3-8b": {"limit": {"context": 32768, "output": 4096}}}
    llama_swap = {"npm": "@ai-sdk/openai-compatible", "options": {"baseURL": f"{host}/v1"}, "models": models}
    return {"$schema": "https://opencode.ai/config.json", "provider": {"llama-swap": llama_swap}}


def test_session_with_old_provider_id_continues(tmp_path: Path) -> None:
    home, old_file = tmp_path / "home", tmp_path / "old.json"
    with FakeHost() as old_host, FakeHost() as new_host:
        old_file.write_text(json.dumps(old_config(old_host.url)), encoding="utf-8")
        with Opencode(home, old_file) as client:
            session = client.new_session()
            client.say(session, "llama-swap/qwen3-8b", "before")

        compiled = compile_fleet(FLEET.format(host=new_host.url), tmp_path)
        with Opencode(home, compiled.config) as client:
            answer = client.say(session, text="after")

        (turn,) = [chat for chat in new_host.chats() if "tools" in chat.body]
        assert turn.body["model"] == "qwen3-8b-q4"
        assert "before" in json.dumps(turn.body["messages"])
        assert (answer["info"]["providerID"], answer["info"]["modelID"]) == ("llama-swap", "qwen3-8b")
        assert "error" not in answer["info"]
