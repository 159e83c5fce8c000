"""Promise 8: `Composite ids dispatch through opencode to the right host under the right upstream name.`

The committed fleet with its addresses exchanged for fake hosts on loopback, in the real opencode.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from booconf.fleet.resolve import Resolver
from tests.clients.compiled import Compiled, compile_fleet
from tests.clients.fake_host import FakeHost
from tests.clients.opencode_client import Opencode
from tests.support.fleets import COMMITTED

pytestmark = [pytest.mark.external, pytest.mark.xdist_group("mission_8")]  # one worker starts opencode

ADDRESSES = {
    "desktop": "http://100.101.41.16:8401",
    "sidecar": "http://127.0.0.1:8402",
    "embedding": "http://100.90.172.55:8411",
    "deepseek": "https://api.deepseek.com",
}


@dataclass(frozen=True, slots=True)
class Running:
    """opencode with the committed fleet and fake hosts."""

    client: Opencode
    compiled: Compiled
    hosts: dict[str, FakeHost]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("mission-8")
    text = COMMITTED.read_text("utf-8")
    with ExitStack() as stack:
        hosts = {name: stack.enter_context(FakeHost()) for name in ADDRESSES}
        for name, address in ADDRESSES.items():
            assert text.count(address) == 1
            text = text.replace(address, hosts[name].url)
        compiled = compile_fleet(text, folder)
        client = Opencode(folder / "home", compiled.config, compiled.models, {"DEEPSEEK_API_KEY": "the-key"})
        yield Running(stack.enter_context(client), compiled, hosts)


@pytest.mark.parametrize(
    ("composite_id", "host"),
    [
        ("sam-desktop/qwen3-8b", "sidecar"),
        ("embedding/qwen3-8b", "embedding"),
        ("embedding/deepseek-r1-qwen3-8b", "embedding"),
        ("deepseek/deepseek-flash", "deepseek"),
        ("qwen3-4b-instruct", "sidecar"),
        ("llama-swap/gemma-3-12b-it", "sidecar"),
        ("deepseek-chat", "deepseek"),
    ],
)
def test_a_composite_bare_or_former_id_reaches_its_host(
    running: Running, composite_id: str, host: str
) -> None:
    resolver = Resolver(running.compiled.fleet)
    upstream = resolver.resolve(composite_id).upstream_model
    before = {name: len(fake.chats(upstream)) for name, fake in running.hosts.items()}

    running.client.chat(resolver.to_opencode(composite_id))

    after = {name: len(fake.chats(upstream)) for name, fake in running.hosts.items()}
    assert {name for name in ADDRESSES if after[name] > before[name]} == {host}


def test_key_of_the_cloud_is_sent_to_the_cloud_only(running: Running) -> None:
    running.client.chat("deepseek/deepseek-flash")
    asked = {
        name
        for name, fake in running.hosts.items()
        if any(chat.headers.get("authorization") == "Bearer the-key" for chat in fake.chats())
    }
    assert asked == {"deepseek"}


def test_the_host_behind_the_sidecar_gets_no_chat_itself(running: Running) -> None:
    running.client.chat("llama-swap/qwen3-8b")
    assert running.hosts["desktop"].requests == []


def test_opencode_offers_exactly_the_chat_models(running: Running) -> None:
    resolver, fleet = Resolver(running.compiled.fleet), running.compiled.fleet
    chat = {resolver.to_opencode(model.composite_id) for model in fleet.models() if model.type == "chat"}
    assert running.client.models() == chat
