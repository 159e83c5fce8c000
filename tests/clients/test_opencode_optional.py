"""Optional providers and models.json in the real opencode: offered with their key, and no other provider."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.clients.compiled import Compiled, compile_fleet
from tests.clients.fake_host import FakeHost
from tests.clients.opencode_client import Opencode

pytestmark = pytest.mark.xdist_group("opencode_optional")  # one worker starts opencode

FLEET = """
version: 1
default_provider: box
roles: {{default: box/big}}
providers:
  box:
    kind: llama-swap
    label: Box
    base_url: {box}
    models:
      big: {{context: 32768}}
      embed: {{type: embedding}}
  deepseek:
    kind: openai-compatible
    label: DeepSeek
    location: cloud
    base_url: {cloud}
    api_key_env: DEEPSEEK_API_KEY
    optional: true
    models:
      deepseek-flash: {{context: 100000, input: 90000, output: 4000, capabilities: [tools, reasoning]}}
      ours-alone:
        {{context: 50000, upstream: sent upstream, capabilities: [vision], reasoning_field: thoughts}}
      unsure: {{context: unknown}}
  unheard-of:
    kind: openai-compatible
    location: cloud
    base_url: {cloud}/elsewhere
    api_key_env: UNHEARD_OF_KEY
    optional: true
    models: {{first: {{context: 50000}}}}
"""
OURS = {"box/big", "deepseek/deepseek-flash", "deepseek/ours-alone", "deepseek/unsure", "unheard-of/first"}
KEYS_OF_OTHERS = {"OPENAI_API_KEY": "other", "OPENROUTER_API_KEY": "other", "OPENCODE_API_KEY": "other"}
WITH_KEY = {"DEEPSEEK_API_KEY": "key-of-deepseek", "UNHEARD_OF_KEY": "key-of-unheard-of", **KEYS_OF_OTHERS}
WITHOUT_KEY = {"DEEPSEEK_API_KEY": "", **KEYS_OF_OTHERS}


@pytest.fixture(scope="module")
def hosts() -> Iterator[dict[str, FakeHost]]:
    with ExitStack() as stack:
        yield {name: stack.enter_context(FakeHost()) for name in ("box", "cloud")}


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory, hosts: dict[str, FakeHost]) -> Compiled:
    return compile_fleet(
        FLEET.format(box=hosts["box"].url, cloud=hosts["cloud"].url), tmp_path_factory.mktemp("fleet")
    )


@pytest.fixture(scope="module")
def with_catalog(tmp_path_factory: pytest.TempPathFactory, compiled: Compiled) -> Iterator[Opencode]:
    home = tmp_path_factory.mktemp("home")
    with Opencode(home, compiled.config, compiled.models, WITH_KEY) as client:
        yield client


def test_key_and_catalog_offer_exactly_the_declared_models(with_catalog: Opencode) -> None:
    assert with_catalog.models() == OURS


def test_key_and_catalog_give_the_declared_limits(with_catalog: Opencode) -> None:
    models = with_catalog.providers()["deepseek"]["models"]
    assert {name: model["limit"] for name, model in models.items()} == {
        "deepseek-flash": {"context": 100_000, "input": 90_000, "output": 4_000},
        "ours-alone": {"context": 50_000, "input": 33_616, "output": 8_192},
        "unsure": {"context": 0, "input": 0, "output": 0},
    }


def test_key_and_catalog_give_the_declared_capabilities(with_catalog: Opencode) -> None:
    models = with_catalog.providers()["deepseek"]["models"]
    flash, alone = models["deepseek-flash"]["capabilities"], models["ours-alone"]["capabilities"]

    assert (flash["toolcall"], flash["reasoning"], flash["interleaved"]) == (True, True, False)
    assert (alone["toolcall"], alone["attachment"], alone["interleaved"]) == (
        False,
        True,
        {"field": "thoughts"},
    )
    assert (flash["input"]["image"], alone["input"]["image"]) == (False, True)
    assert models["ours-alone"]["name"] == "ours-alone (DeepSeek)"


def test_catalog_hides_all_other_built_in_providers(compiled: Compiled, tmp_path: Path) -> None:
    with Opencode(tmp_path, models=compiled.models, variables=WITH_KEY) as client:
        assert {provider["id"] for provider in client.get("/provider")["all"]} == {
            "box",
            "deepseek",
            "unheard-of",
        }
        assert client.models() == OURS - {"box/big"}


@pytest.mark.parametrize(
    ("reference", "upstream", "path", "key"),
    [
        ("deepseek/deepseek-flash", "deepseek-flash", "/v1", "key-of-deepseek"),
        ("deepseek/ours-alone", "sent upstream", "/v1", "key-of-deepseek"),
        ("unheard-of/first", "first", "/elsewhere/v1", "key-of-unheard-of"),
    ],
)
def test_session_reaches_optional_provider_with_its_key(
    with_catalog: Opencode, hosts: dict[str, FakeHost], *, reference: str, upstream: str, path: str, key: str
) -> None:
    session = with_catalog.new_session()
    with_catalog.say(session, reference)
    with_catalog.say(session, text="once more, with the model of the session")
    turns = [chat for chat in hosts["cloud"].chats(upstream) if "tools" in chat.body]

    assert len(turns) == 2
    assert {(turn.target, turn.headers["authorization"]) for turn in turns} == {
        (f"{path}/chat/completions", f"Bearer {key}")
    }


def test_catalog_hides_optional_provider_without_key(compiled: Compiled, tmp_path: Path) -> None:
    with Opencode(tmp_path, compiled.config, compiled.models, WITHOUT_KEY) as client:
        assert client.models() == {"box/big"}


def test_key_without_catalog_shows_the_built_in_provider(compiled: Compiled, tmp_path: Path) -> None:
    with Opencode(tmp_path, compiled.config, variables=WITH_KEY) as client:
        providers = client.providers()

    assert set(providers) == {"box", "deepseek"}
    assert providers["deepseek"]["source"] == "env"
    assert "ours-alone" not in providers["deepseek"]["models"]
    assert providers["deepseek"]["models"]["deepseek-flash"]["limit"]["context"] != 100_000
