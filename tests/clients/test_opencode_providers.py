"""opencode/providers/<id>.json in the real opencode: one provider, usable by itself."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.clients.compiled import Compiled, compile_fleet
from tests.clients.fake_host import FakeHost
from tests.clients.opencode_client import Opencode

FLEET = """
version: 1
default_provider: lab
roles: {{default: lab/second}}
providers:
  lab:
    kind: llama-swap
    base_url: {lab}
    sidecar: {{base_url: {sidecar}}}
    opencode: {{id: llama-swap}}
    models: {{first: {{context: 32768}}, second: {{context: 32768, upstream: other name}}}}
  lmstudio:
    kind: lmstudio
    base_url: {box}
    opencode: {{extends_builtin: true}}
    models: {{first: {{context: 32768}}}}
  deepseek:
    kind: openai-compatible
    location: cloud
    base_url: {cloud}
    api_key_env: OUR_DEEPSEEK_KEY
    optional: true
    models: {{ours-alone: {{context: 50000}}, deepseek-v4-flash: {{context: unknown}}}}
"""
VARIABLES = {"OUR_DEEPSEEK_KEY": "our-key", "DEEPSEEK_API_KEY": "other-key", "LMSTUDIO_API_KEY": "other-key"}


@pytest.fixture(scope="module")
def hosts() -> Iterator[dict[str, FakeHost]]:
    with ExitStack() as stack:
        yield {name: stack.enter_context(FakeHost()) for name in ("lab", "sidecar", "box", "cloud")}


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory, hosts: dict[str, FakeHost]) -> Compiled:
    urls = {name: host.url for name, host in hosts.items()}
    return compile_fleet(FLEET.format(**urls), tmp_path_factory.mktemp("fleet"))


def test_provider_starts_with_the_default_role(
    compiled: Compiled, hosts: dict[str, FakeHost], tmp_path: Path
) -> None:
    with Opencode(tmp_path, compiled.provider_config("lab"), variables=VARIABLES) as client:
        assert client.models() == {"llama-swap/first", "llama-swap/second"}
        client.chat()
    assert "other name" in {chat.body["model"] for chat in hosts["sidecar"].chats()}
    assert hosts["lab"].requests == []


def test_optional_built_in_provider_has_only_declared_models(
    compiled: Compiled, hosts: dict[str, FakeHost], tmp_path: Path
) -> None:
    with Opencode(tmp_path, compiled.provider_config("deepseek"), variables=VARIABLES) as client:
        assert client.models() == {"deepseek/ours-alone", "deepseek/deepseek-v4-flash"}
        assert client.providers()["deepseek"]["models"]["deepseek-v4-flash"]["limit"]["context"] == 0
        client.chat()
    chats = hosts["cloud"].chats()
    assert {(chat.body["model"], chat.headers["authorization"]) for chat in chats} == {
        ("ours-alone", "Bearer our-key")
    }


def test_local_provider_with_built_in_id_gets_no_key(
    compiled: Compiled, hosts: dict[str, FakeHost], tmp_path: Path
) -> None:
    with Opencode(tmp_path, compiled.provider_config("lmstudio"), variables=VARIABLES) as client:
        assert client.models() > {"lmstudio/first"}
        client.chat("lmstudio/first")
    assert [chat.headers.get("authorization") for chat in hosts["box"].chats("first")][-1] is None


def test_two_ways_show_only_declared_models_under_a_built_in_id(compiled: Compiled, tmp_path: Path) -> None:
    """As the help of BC510 says: the catalog, or a whitelist in one's own file."""
    config = compiled.provider_config("lmstudio")
    with Opencode(tmp_path / "catalog", config, compiled.models) as client:
        assert client.models() == {"lmstudio/first"}
    own = tmp_path / "whitelist" / "config" / "opencode" / "opencode.json"
    own.parent.mkdir(parents=True)
    own.write_text('{"provider": {"lmstudio": {"whitelist": ["first"]}}}', encoding="utf-8")
    with Opencode(tmp_path / "whitelist", config) as client:
        assert client.models() == {"lmstudio/first"}
