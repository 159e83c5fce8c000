"""opencode.json in the real opencode: only declared models and limits; requests reach their own host."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest

from booconf.fleet.opencode_limits import input_limit
from booconf.fleet.resolve import Resolver
from tests.clients.compiled import Compiled, compile_fleet
from tests.clients.fake_host import FakeHost
from tests.clients.opencode_client import PIXEL, Opencode, within
from tests.hosts.simulator import ReceivedRequest

HOSTS = ("lab", "sidecar", "box", "cloud")
VARIABLES = {"LAB_KEY": "key-of-lab", "LAB_TOKEN": "token-of-lab", "BOX_USER": "user-of-box"}
pytestmark = pytest.mark.xdist_group("opencode_dispatch")  # one worker starts opencode

FLEET = """
version: 1
default_provider: lab
roles: {{default: lab/big, task: lab/small, compaction: box/summary}}
providers:
  lab:
    kind: llama-swap
    label: The lab
    base_url: {lab}
    api_key_env: LAB_KEY
    headers: {{X-Team: blue, X-Session: "Bearer ${{env:LAB_TOKEN}}"}}
    sidecar: {{base_url: "{sidecar}/through"}}
    opencode: {{id: llama-swap}}
    timeouts: {{header: 600}}
    models:
      big:
        context: 65536
        upstream: "Big Model:Q4"
        capabilities: [tools, reasoning]
        reasoning_field: reasoning_content
      small: {{context: 32768, input: 30000, output: 1234, capabilities: [tools]}}
      "Qwen/Qwen3:8B@q4": {{context: 32768}}
      sees: {{context: 32768, capabilities: [vision]}}
      twin: {{context: unknown, upstream: sees}}
      embed: {{type: embedding, context: 8192}}
  box:
    kind: ollama
    label: Box
    base_url: {box}
    headers: {{Authorization: "Basic ${{env:BOX_USER}}"}}
    sidecar: {{base_url: "{sidecar}/never", traffic: [embedding]}}
    models:
      big: {{context: 16384}}
      summary: {{context: 16384}}
      deepseek-r1: {{context: 16384, capabilities: [reasoning]}}
      kimi-k2-thinking: {{context: 16384, capabilities: [reasoning]}}
      unsure: {{context: unknown}}
      "123": {{context: 16384, capabilities: [reasoning], reasoning_field: thoughts}}
  deepseek:
    kind: openai-compatible
    location: cloud
    base_url: {cloud}
    api_key_env: DEEPSEEK_API_KEY
    optional: true
    models: {{deepseek-flash: {{context: 100000}}}}
"""
CHAT_MODELS = [
    "lab/big",
    "lab/small",
    "lab/Qwen/Qwen3:8B@q4",
    "lab/sees",
    "lab/twin",
    "box/big",
    "box/summary",
    "box/deepseek-r1",
    "box/kimi-k2-thinking",
    "box/unsure",
    "box/123",
]


@dataclass(frozen=True, slots=True)
class Running:
    """opencode with the compiled fleet and fake hosts."""

    client: Opencode
    compiled: Compiled
    config_before: bytes
    hosts: dict[str, FakeHost]

    def asked(self, text: str) -> list[tuple[str, ReceivedRequest]]:
        """The hosts that received a chat turn with `text`, and the requests; a title request has no tools."""
        return [
            (name, chat)
            for name, host in self.hosts.items()
            for chat in host.chats()
            if "tools" in chat.body and text in json.dumps(chat.body["messages"])
        ]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("opencode")
    with ExitStack() as stack:
        hosts = {name: stack.enter_context(FakeHost()) for name in HOSTS}
        compiled = compile_fleet(FLEET.format(**{name: host.url for name, host in hosts.items()}), folder)
        before = compiled.config.read_bytes()
        client = stack.enter_context(Opencode(folder / "home", compiled.config, variables=VARIABLES))
        yield Running(client, compiled, before, hosts)


def loaded_model(running: Running, composite_id: str) -> Any:
    """A model as loaded by opencode."""
    provider, _, model = Resolver(running.compiled.fleet).to_opencode(composite_id).partition("/")
    return running.client.providers()[provider]["models"][model]


def absent(written: Any, read: Any, path: str = "") -> list[str]:
    """Paths at which `read` lacks a value of `written` or has another one."""
    if isinstance(written, dict) and isinstance(read, dict):
        return [
            place
            for key, value in written.items()
            for place in (absent(value, read[key], f"{path}/{key}") if key in read else [f"{path}/{key}"])
        ]
    return [] if written == read else [path]


def test_opencode_offers_exactly_the_declared_chat_models(running: Running) -> None:
    resolver = Resolver(running.compiled.fleet)
    assert running.client.models() == set(map(resolver.to_opencode, CHAT_MODELS))


def test_opencode_reads_every_written_key(running: Running) -> None:
    text = running.config_before.decode()
    for name, value in VARIABLES.items():
        text = text.replace(f"{{env:{name}}}", value)
    assert absent(json.loads(text), running.client.config()) == []


@pytest.mark.parametrize("composite_id", CHAT_MODELS)
def test_limits_are_those_of_the_fleet(running: Running, composite_id: str) -> None:
    model = running.compiled.fleet.model(composite_id)
    limits = model.limits
    known = {"context": limits.context, "input": input_limit(model), "output": limits.output}
    read = loaded_model(running, composite_id)["limit"]
    assert {"input": 0, **read} == (
        {"context": 0, "input": 0, "output": 0} if limits.context is None else known
    )


@pytest.mark.parametrize("composite_id", CHAT_MODELS)
def test_capabilities_are_the_declared_ones(running: Running, composite_id: str) -> None:
    model = running.compiled.fleet.model(composite_id)
    vision = "vision" in model.capabilities
    text = {"text": True, "audio": False, "image": False, "video": False, "pdf": False}

    assert loaded_model(running, composite_id)["capabilities"] == {
        "toolcall": "tools" in model.capabilities,
        "reasoning": "reasoning" in model.capabilities,
        "attachment": vision,
        "temperature": False,
        "input": text | {"image": vision},
        "output": text,
        "interleaved": {"field": model.reasoning_field} if model.reasoning_field else False,
    }


def test_names_distinguish_hosts(running: Running) -> None:
    assert loaded_model(running, "lab/big")["name"] == "big (The lab)"
    assert loaded_model(running, "box/big")["name"] == "big (Box)"


@pytest.mark.parametrize("composite_id", CHAT_MODELS)
def test_request_reaches_its_host_under_the_upstream_name(running: Running, composite_id: str) -> None:
    resolver = Resolver(running.compiled.fleet)
    route = resolver.resolve(composite_id)
    session, text = running.client.new_session(), f"a question for {composite_id}"
    answer = running.client.say(session, resolver.to_opencode(composite_id), text)

    assert [part["text"] for part in answer["parts"] if part["type"] == "text"] == ["fine"]
    ((host, request),) = running.asked(text)
    base = urlsplit(route.request_base)
    assert running.hosts[host].url == f"http://{base.netloc}"
    assert host == ("sidecar" if route.via_sidecar else route.provider)
    assert request.target == f"{base.path}/chat/completions"
    assert request.body["model"] == route.upstream_model
    assert request.body["max_tokens"] == (route.output or 32_000)
    assert not {"temperature", "reasoning_effort"} & set(request.body)


def test_keys_and_headers_reach_only_their_provider(running: Running) -> None:
    running.client.chat("llama-swap/sees")
    running.client.chat("box/unsure")
    lab = running.hosts["sidecar"].chats("sees")[-1].headers
    box = running.hosts["box"].chats("unsure")[-1].headers

    assert lab["authorization"] == "Bearer key-of-lab"
    assert (lab["x-team"], lab["x-session"]) == ("blue", "Bearer token-of-lab")
    assert box["authorization"] == "Basic user-of-box"
    assert "x-team" not in box


def test_host_behind_sidecar_receives_no_request(running: Running) -> None:
    assert running.hosts["lab"].requests == []


def test_cloud_without_key_is_not_offered_or_requested(running: Running) -> None:
    assert "deepseek" not in running.client.providers()
    assert running.hosts["cloud"].requests == []


def test_default_role_is_used_without_a_model(running: Running) -> None:
    session = running.client.new_session()
    running.client.say(session, text="whoever is the default")
    assert [(host, chat.body["model"]) for host, chat in running.asked("whoever is the default")] == [
        ("sidecar", "Big Model:Q4")
    ]


def test_task_role_writes_titles(running: Running) -> None:
    running.client.say(running.client.new_session(), "box/big", "give this a title")

    def titled() -> bool:
        titles = (chat for chat in running.hosts["sidecar"].chats("small") if "tools" not in chat.body)
        return any("give this a title" in json.dumps(title.body) for title in titles)

    assert within(60, titled)


def test_compaction_role_summarizes(running: Running) -> None:
    session = running.client.new_session()
    running.client.say(session, "llama-swap/big", "to be summarized")
    before = len(running.hosts["box"].chats("summary"))
    running.client.post(
        f"/session/{session}/summarize", {"providerID": "llama-swap", "modelID": "big", "auto": False}
    )
    assert len(running.hosts["box"].chats("summary")) == before + 1


@pytest.mark.parametrize(("reference", "seen"), [("llama-swap/sees", True), ("llama-swap/twin", False)])
def test_image_reaches_only_models_with_vision(running: Running, reference: str, seen: bool) -> None:
    session = running.client.new_session()
    provider, _, model = reference.partition("/")
    text = f"what does {model} see"
    image = {
        "type": "file",
        "mime": "image/png",
        "filename": "a.png",
        "url": PIXEL,
    }
    message = {
        "model": {"providerID": provider, "modelID": model},
        "parts": [{"type": "text", "text": text}, image],
    }
    running.client.post(f"/session/{session}/message", message)
    ((_, request),) = running.asked(text)
    assert ("image_url" in json.dumps(request.body["messages"])) is seen


def test_opencode_does_not_rewrite_the_file(running: Running) -> None:
    assert running.compiled.config.read_bytes() == running.config_before
