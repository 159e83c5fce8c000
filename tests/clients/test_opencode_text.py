"""`{env:}` and `{file:}` in any text of a fleet stay text in the real opencode."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.clients.compiled import Compiled, compile_fleet
from tests.clients.fake_host import FakeHost
from tests.clients.opencode_client import Opencode

PLANTED = "{env:HOME}{file:/etc/hostname}"
VARIABLES = {"DEEPSEEK_API_KEY": "key", "TOKEN": "token"}
FLEET = """
version: 1
default_provider: box
roles: {{default: 'box/default{planted}', task: 'box/task{planted}', compaction: 'box/task{planted}'}}
providers:
  box: {{kind: llama-swap, base_url: {box}, {rest}}}
  deepseek:
    {{kind: openai-compatible, location: cloud, optional: true,
    base_url: {cloud}, api_key_env: DEEPSEEK_API_KEY, {rest}}}
"""
REST = f"""
    label: 'provider {PLANTED}',
    headers: {{X-Text: 'text {PLANTED}', X-Reference: '${{env:TOKEN}}'}},
    models: {{
      'default{PLANTED}': {{
        context: 32768, label: 'label {PLANTED}', upstream: 'upstream {PLANTED}',
        aliases: ['alias{PLANTED}'], capabilities: [reasoning], reasoning_field: 'field {PLANTED}'
      }},
      'task{PLANTED}': {{context: 32768}}
    }}
"""


@pytest.fixture(scope="module")
def hosts() -> Iterator[dict[str, FakeHost]]:
    with ExitStack() as stack:
        yield {name: stack.enter_context(FakeHost()) for name in ("box", "cloud")}


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory, hosts: dict[str, FakeHost]) -> Compiled:
    urls = {name: host.url for name, host in hosts.items()}
    return compile_fleet(FLEET.format(rest=REST, planted=PLANTED, **urls), tmp_path_factory.mktemp("fleet"))


def assert_is_text(provider: Any) -> None:
    """Every text of a provider loaded by opencode is that of the fleet."""
    assert provider["name"] == f"provider {PLANTED}"
    assert list(provider["models"]) == [f"default{PLANTED}", f"task{PLANTED}"]
    model = provider["models"][f"default{PLANTED}"]
    assert model["name"] == f"label {PLANTED} (provider {PLANTED})"
    assert model["api"]["id"] == f"upstream {PLANTED}"
    assert model["capabilities"]["interleaved"] == {"field": f"field {PLANTED}"}


def assert_sent_as_text(host: FakeHost) -> None:
    """The host received the upstream name and the declared header text."""
    request = host.chats(f"upstream {PLANTED}")[-1]
    assert request.headers["x-text"] == f"text {PLANTED}"
    assert request.headers["x-reference"] == "token"


def test_in_the_main_config_and_the_catalog(
    compiled: Compiled, hosts: dict[str, FakeHost], tmp_path: Path
) -> None:
    with Opencode(tmp_path, compiled.config, compiled.models, VARIABLES) as client:
        config, providers = client.config(), client.providers()
        client.chat()
        client.chat(f"deepseek/default{PLANTED}")

    assert config["model"] == f"box/default{PLANTED}"
    assert config["small_model"] == config["agent"]["compaction"]["model"] == f"box/task{PLANTED}"
    assert_is_text(providers["box"])
    assert_is_text(providers["deepseek"])
    assert_sent_as_text(hosts["box"])
    assert hosts["cloud"].chats(f"upstream {PLANTED}")


def test_in_the_config_of_one_provider(
    compiled: Compiled, hosts: dict[str, FakeHost], tmp_path: Path
) -> None:
    with Opencode(tmp_path, compiled.provider_config("deepseek"), variables=VARIABLES) as client:
        config, providers = client.config(), client.providers()
        client.chat()

    assert config["provider"]["deepseek"]["whitelist"] == [f"default{PLANTED}", f"task{PLANTED}"]
    assert config["model"] == f"deepseek/default{PLANTED}"
    assert_is_text(providers["deepseek"])
    assert_sent_as_text(hosts["cloud"])
