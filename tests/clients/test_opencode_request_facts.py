"""Requests of the pinned opencode from a config of its own: facts that our files for it rely on."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from booconf.targets.opencode.efforts import derived_efforts
from tests.clients.fake_host import FakeHost
from tests.clients.opencode_client import Opencode

pytestmark = pytest.mark.xdist_group("opencode_request_facts")  # one worker starts opencode

CANARIES = {
    "OPENAI_API_KEY": "canary-of-openai",
    "ANTHROPIC_API_KEY": "canary-of-anthropic",
    "ANTHROPIC_AUTH_TOKEN": "canary-of-token",
}
NAMES = [
    ("plain", "plain"),
    ("coder", "gpt-oss-20b"),
    ("Qwen3", "Qwen3-8B"),
    ("mine", "qwen3-8b"),
    ("deepseek-r1", "any"),
    ("any", "deepseek-v4-pro"),
    ("DeepSeek-V4", "any"),
    ("kimi-k2", "any"),
    ("glm-5.2", "any"),
    ("any", "GLM-5.2-air"),
    ("glm-4.7", "any"),
    ("minimax-m2", "any"),
    ("other", "MiniMax-M3"),
    ("minimax-m3", "minimax-m3"),
    ("grok-3-mini-beta", "any"),
    ("north", "north-mini-code"),
    ("k2p5", "any"),
    ("big-pickle", "any"),
]
"""Model id and upstream name of reasoning models."""


def model(**members: object) -> dict[str, object]:
    return {"limit": {"context": 65536, "output": 4096}, **members}


@pytest.fixture(scope="module")
def host() -> Iterator[FakeHost]:
    with FakeHost() as host:
        yield host


@pytest.fixture(scope="module")
def client(host: FakeHost, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opencode]:
    home = tmp_path_factory.mktemp("home")
    base = {"baseURL": f"{host.url}/v1"}
    providers = {
        "named": {
            "options": base,
            "models": {
                f"{index}-{name}": model(id=upstream, reasoning=True)
                for index, (name, upstream) in enumerate(NAMES)
            },
        },
        "body": {
            "options": base,
            "models": {
                "snake": model(options={"reasoning_effort": "low", "verbosity": "low", "top_k": 20}),
                "camel": model(options={"reasoningEffort": "low", "textVerbosity": "low"}),
                "wrong": model(options={"user": 5}),
            },
        },
        "keyless": {"npm": "@ai-sdk/openai", "options": base, "models": {"response": model()}},
        "keyless-too": {"npm": "@ai-sdk/anthropic", "options": base, "models": {"message": model()}},
    }
    config = {
        "$schema": "https://opencode.ai/config.json",
        "model": "body/snake",
        "agent": {"title": {"disable": True}},
        "enabled_providers": list(providers),
        "provider": providers,
    }
    path = home / "config.json"
    path.write_text(json.dumps(config), encoding="utf-8")
    with ExitStack() as stack:
        yield stack.enter_context(Opencode(home, path, variables=CANARIES))


def test_efforts_follow_from_names(client: Opencode) -> None:
    """As derived_efforts states them; a file that writes none would offer these."""
    models = client.providers()["named"]["models"]
    offered = {name: tuple(entry["variants"]) for name, entry in models.items()}
    assert offered == {
        f"{index}-{name}": derived_efforts(name, upstream) for index, (name, upstream) in enumerate(NAMES)
    }
    assert len(set(offered.values())) == 7


def body(client: Opencode, host: FakeHost, reference: str) -> Any:
    client.chat(reference)
    return host.chats(reference.partition("/")[2])[-1].body


def test_effort_is_sent_under_the_name_of_the_library_only(client: Opencode, host: FakeHost) -> None:
    snake, camel = body(client, host, "body/snake"), body(client, host, "body/camel")
    assert snake["top_k"] == 20
    assert not {"reasoning_effort", "verbosity"} & set(snake)
    assert (camel["reasoning_effort"], camel["verbosity"]) == ("low", "low")


def test_user_that_is_no_string_ends_the_message(client: Opencode) -> None:
    answer = client.chat("body/wrong")
    assert answer["info"]["error"]["data"]["message"] == "invalid body provider options"


@pytest.mark.parametrize(
    ("reference", "header", "canary"),
    [
        ("keyless/response", "authorization", "Bearer canary-of-openai"),
        ("keyless-too/message", "x-api-key", "canary-of-anthropic"),
    ],
)
def test_library_sends_the_key_of_the_environment(
    client: Opencode, host: FakeHost, reference: str, header: str, canary: str
) -> None:
    """Without an `apiKey` in the options of the provider; our files always have one for these libraries."""
    client.chat(reference)
    path = f"/{reference.partition('/')[2]}s"
    assert {request.headers[header] for request in host.posts(path)} == {canary}
