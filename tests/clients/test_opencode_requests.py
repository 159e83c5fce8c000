"""Requests of the real opencode with our files: they contain each fact that a fleet declares."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.clients.compiled import Compiled, compile_fleet
from tests.clients.fake_host import USAGE, FakeHost
from tests.clients.opencode_client import PIXEL, Opencode, opencode_output, within
from tests.hosts.simulator import ReceivedRequest

pytestmark = pytest.mark.xdist_group("opencode_requests")  # one worker starts opencode

VARIABLES = {
    "BOX_KEY": "key-of-box",
    "CLOUD_KEY": "key-of-cloud",
    "OPENAI_API_KEY": "canary-of-openai",
    "OPENAI_ORGANIZATION": "canary-of-organization",
    "ANTHROPIC_API_KEY": "canary-of-anthropic",
    "ANTHROPIC_AUTH_TOKEN": "canary-of-token",
}
FLEET = """
version: 1
default_provider: box
roles: {{default: box/plain}}
providers:
  box:
    kind: vllm
    base_url: {host}
    api_key_file: {key}
    defaults: {{context: 65536, output: 4096}}
    models:
      plain: {{capabilities: [tools]}}
      warm: {{capabilities: [tools, temperature]}}
      paid: {{cost: {{input: 2.5, output: 10, cache_read: 0.25, cache_write: 3}}}}
      think: {{upstream: preset, extra_body: {{chat_template_kwargs: {{enable_thinking: true}}}}}}
      fast: {{upstream: preset, extra_body: {{chat_template_kwargs: {{enable_thinking: false}}}}}}
      body:
        extra_body:
          top_k: 20
          min_p: 0.05
          penalty: -1.0e-7
          flag: true
          nothing: null
          empty: {{}}
          list: [1, two, {{three: [null]}}]
          '{{env:HOME}}': {{'{{env:BOX_KEY}}': '{{env:HOME}}{{file:/etc/hostname}}'}}
          reasoning_effort: high
          verbosity: low
          user: someone
          temperature: 0.7
          max_tokens: 77
          reasoningEffort: minimal
          tool_choice: none
      coder: {{capabilities: [reasoning]}}
      effort: {{capabilities: [reasoning], efforts: [high, max]}}
      qwen-effort: {{capabilities: [reasoning], efforts: [minimal]}}
      coder-title: {{capabilities: [reasoning], efforts: [high, minimal]}}
      qwen-title: {{capabilities: [reasoning], efforts: [max, low]}}
  keyless: {{kind: vllm, base_url: {host}/keyless, models: {{keyless: {{context: 65536}}}}}}
  login: {{kind: vllm, base_url: {host}/login, models: {{login: {{context: 65536}}}}}}
  res:
    kind: lmstudio
    base_url: {host}/res
    apis: [responses, chat-completions]
    defaults: {{context: 65536, output: 4096}}
    models:
      sees: {{capabilities: [vision]}}
      thinks: {{capabilities: [reasoning], efforts: [high]}}
      thinks-alone: {{capabilities: [reasoning], extra_body: {{top_k: 20}}}}
  res-key:
    {{kind: vllm, base_url: {host}/res-key, api_key_env: BOX_KEY, apis: [responses],
    models: {{res-key: {{context: 65536}}}}}}
  mes:
    kind: llama-server
    base_url: {host}/mes
    apis: [messages]
    headers: {{X-Team: boo}}
    defaults: {{context: 65536, output: 4096}}
    models:
      looks: {{capabilities: [vision]}}
      ponders: {{capabilities: [reasoning], efforts: [high], extra_body: {{top_k: 20}}}}
  mes-key:
    {{kind: vllm, base_url: {host}/mes-key, api_key_env: BOX_KEY, apis: [messages],
    models: {{mes-key: {{context: 65536}}}}}}
  cloud:
    kind: openai-compatible
    location: cloud
    optional: true
    base_url: {host}/cloud
    api_key_env: CLOUD_KEY
    models:
      sky:
        context: 65536
        capabilities: [reasoning, temperature]
        cost: {{input: 1, output: 2}}
        efforts: [low, high]
      silent: {{context: 65536, capabilities: [reasoning]}}
"""


@pytest.fixture(scope="module")
def host() -> Iterator[FakeHost]:
    with FakeHost() as host:
        yield host


@pytest.fixture(scope="module")
def compiled(host: FakeHost, tmp_path_factory: pytest.TempPathFactory) -> Compiled:
    folder = tmp_path_factory.mktemp("it is a 'fleet' of é")
    key = folder / "my key"
    key.write_text('  key "of" \\ box \n\n', encoding="utf-8")
    key.with_name("my").write_text("canary of a file", encoding="utf-8")
    return compile_fleet(FLEET.format(host=host.url, key=json.dumps(str(key))), folder)


@pytest.fixture(scope="module")
def client(compiled: Compiled, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opencode]:
    """opencode with a `build` agent that asks for a temperature, and with stored logins."""
    home = tmp_path_factory.mktemp("home")
    own = home / "config" / "opencode" / "opencode.json"
    own.parent.mkdir(parents=True)
    own.write_text(
        json.dumps({"$schema": "https://opencode.ai/config.json", "agent": {"build": {"temperature": 0.2}}}),
        encoding="utf-8",
    )
    logins = home / "data" / "opencode" / "auth.json"
    logins.parent.mkdir(parents=True)
    keys = {"res": "canary-of-res", "mes": "canary-of-mes", "box": "canary-of-box", "login": "key-of-login"}
    stored = {provider: {"type": "api", "key": key} for provider, key in keys.items()}
    logins.write_text(json.dumps(stored), encoding="utf-8")
    with Opencode(home, compiled.config, compiled.models, VARIABLES) as client:
        yield client


def turn(client: Opencode, host: FakeHost, reference: str, variant: str | None = None) -> ReceivedRequest:
    """The request for one message, which ends well."""
    before = len(host.requests)
    answer = client.chat(reference, variant)
    assert [part["text"] for part in answer["parts"] if part["type"] == "text"] == ["fine"]
    (request,) = (request for request in host.requests[before:] if "tools" in request.body)
    return request


def titles(host: FakeHost, upstream: str) -> list[Any]:
    """The bodies of the requests for titles, sent to this model until now."""
    return [
        request.body
        for request in host.requests
        if request.body["model"] == upstream and "tools" not in request.body
    ]


def own(body: Any) -> dict[str, object]:
    """The members of a chat completion that opencode does not always send."""
    always = {"model", "messages", "tools", "tool_choice", "stream", "stream_options"}
    return {name: value for name, value in body.items() if name not in always}


def test_two_presets_of_one_model_are_two_requests(client: Opencode, host: FakeHost) -> None:
    think, fast = turn(client, host, "box/think").body, turn(client, host, "box/fast").body
    assert think["model"] == fast["model"] == "preset"
    assert own(think) == {"max_tokens": 4096, "chat_template_kwargs": {"enable_thinking": True}}
    assert own(fast) == {"max_tokens": 4096, "chat_template_kwargs": {"enable_thinking": False}}


def test_members_of_the_body_arrive_as_declared(client: Opencode, host: FakeHost) -> None:
    expected = {
        "top_k": 20,
        "min_p": 0.05,
        "penalty": -1e-7,
        "flag": True,
        "nothing": None,
        "empty": {},
        "list": [1, "two", {"three": [None]}],
        "{env:HOME}": {"{env:BOX_KEY}": "{env:HOME}{file:/etc/hostname}"},
        "reasoning_effort": "high",
        "verbosity": "low",
        "user": "someone",
        "temperature": 0.7,
        "max_tokens": 77,
    }
    request = turn(client, host, "box/body").body
    assert own(request) == expected
    assert request["tool_choice"] == "auto"
    assert within(30, lambda: bool(titles(host, "body")))
    assert [own(title) for title in titles(host, "body")] == [expected]


def test_temperature_of_an_agent_needs_the_capability(client: Opencode, host: FakeHost) -> None:
    assert turn(client, host, "box/warm").body["temperature"] == 0.2
    assert turn(client, host, "cloud/sky").body["temperature"] == 0.2
    assert "temperature" not in turn(client, host, "box/plain").body


def test_exactly_the_declared_efforts_are_offered(client: Opencode) -> None:
    offered = {
        f"{name}/{model}": set(entry["variants"])
        for name, provider in client.providers().items()
        for model, entry in provider["models"].items()
        if entry["variants"]
    }
    assert offered == {
        "box/effort": {"high", "max"},
        "box/qwen-effort": {"minimal"},
        "box/coder-title": {"minimal", "high"},
        "box/qwen-title": {"low", "max"},
        "res/thinks": {"high"},
        "cloud/sky": {"low", "high"},
    }


@pytest.mark.parametrize(
    ("reference", "effort"),
    [("box/effort", "high"), ("box/effort", "max"), ("box/qwen-effort", "minimal"), ("cloud/sky", "high")],
)
def test_chosen_effort_is_sent(client: Opencode, host: FakeHost, reference: str, effort: str) -> None:
    assert turn(client, host, reference, effort).body["reasoning_effort"] == effort


def test_effort_of_a_response_is_sent(client: Opencode, host: FakeHost) -> None:
    assert turn(client, host, "res/thinks", "high").body["reasoning"]["effort"] == "high"


@pytest.mark.parametrize("reference", ["box/coder", "box/effort", "cloud/silent"])
def test_no_effort_is_sent_unasked(client: Opencode, host: FakeHost, reference: str) -> None:
    assert "reasoning_effort" not in turn(client, host, reference).body


@pytest.mark.parametrize("model", ["coder", "silent"])
def test_title_has_no_effort(client: Opencode, host: FakeHost, model: str) -> None:
    client.chat(f"{'box' if model == 'coder' else 'cloud'}/{model}")
    assert within(30, lambda: bool(titles(host, model)))
    assert not any("reasoning_effort" in title for title in titles(host, model))


@pytest.mark.parametrize(("model", "effort"), [("coder-title", "minimal"), ("qwen-title", "low")])
def test_title_has_the_lowest_effort(client: Opencode, host: FakeHost, model: str, effort: str) -> None:
    """The order in fleet.yaml does not matter."""
    client.chat(f"box/{model}")
    assert within(30, lambda: bool(titles(host, model)))
    assert {title["reasoning_effort"] for title in titles(host, model)} == {effort}


@pytest.mark.parametrize(
    ("reference", "input_price", "output_price"), [("box/paid", 2.5, 10), ("cloud/sky", 1, 2)]
)
def test_step_has_its_price(
    client: Opencode, reference: str, input_price: float, output_price: float
) -> None:
    cost = client.chat(reference)["info"]["cost"]
    tokens = USAGE["prompt_tokens"] * input_price + USAGE["completion_tokens"] * output_price
    assert cost == pytest.approx(tokens / 1_000_000)
    assert client.chat("box/plain")["info"]["cost"] == 0


def test_key_of_a_file_is_sent(client: Opencode, host: FakeHost) -> None:
    """opencode removes the blanks around it."""
    assert turn(client, host, "box/plain").headers["authorization"] == 'Bearer key "of" \\ box'


def test_missing_file_of_a_key_stops_opencode(host: FakeHost, tmp_path: Path) -> None:
    key = tmp_path / "absent"
    compiled = compile_fleet(FLEET.format(host=host.url, key=json.dumps(str(key))), tmp_path)
    with pytest.raises(subprocess.CalledProcessError) as failed:
        opencode_output(tmp_path, "models", config=compiled.config)
    assert failed.value.returncode == 1
    assert f'bad file reference: "{{file:{key}}}"' in failed.value.stderr.decode()


@pytest.mark.parametrize(
    ("reference", "path", "limit", "header", "key"),
    [
        ("keyless/keyless", "/keyless/v1/chat/completions", "max_tokens", "authorization", None),
        ("login/login", "/login/v1/chat/completions", "max_tokens", "authorization", "Bearer key-of-login"),
        ("res/sees", "/res/v1/responses", "max_output_tokens", "authorization", "Bearer"),
        (
            "res-key/res-key",
            "/res-key/v1/responses",
            "max_output_tokens",
            "authorization",
            "Bearer key-of-box",
        ),
        ("mes/looks", "/mes/v1/messages", "max_tokens", "x-api-key", ""),
        ("mes-key/mes-key", "/mes-key/v1/messages", "max_tokens", "x-api-key", "key-of-box"),
        ("cloud/sky", "/cloud/v1/chat/completions", "max_tokens", "authorization", "Bearer key-of-cloud"),
    ],
)
def test_first_api_is_asked_with_the_own_key(
    client: Opencode,
    host: FakeHost,
    compiled: Compiled,
    *,
    reference: str,
    path: str,
    limit: str,
    header: str,
    key: str | None,
) -> None:
    request = turn(client, host, reference)
    assert request.target == path
    assert request.headers.get(header) == key
    assert request.body["model"] == reference.partition("/")[2]
    assert request.body[limit] == compiled.fleet.model(reference).limits.output


@pytest.mark.parametrize(
    ("reference", "absent"),
    [
        ("res/thinks-alone", {"top_k", "reasoning"}),
        ("mes/ponders", {"top_k", "thinking", "output_config"}),
    ],
)
def test_other_apis_have_no_other_members(
    client: Opencode, host: FakeHost, reference: str, absent: set[str]
) -> None:
    assert not absent & set(turn(client, host, reference).body)


def test_headers_are_sent_by_another_api(client: Opencode, host: FakeHost) -> None:
    assert turn(client, host, "mes/looks").headers["x-team"] == "boo"


@pytest.mark.parametrize("reference", ["res/sees", "mes/looks"])
def test_image_reaches_a_model_with_vision(client: Opencode, host: FakeHost, reference: str) -> None:
    provider, _, model = reference.partition("/")
    image = {"type": "file", "mime": "image/png", "filename": "a.png", "url": PIXEL}
    message = {
        "model": {"providerID": provider, "modelID": model},
        "parts": [{"type": "text", "text": "look"}, image],
    }
    client.post(f"/session/{client.new_session()}/message", message)
    turns = [
        request for request in host.requests if request.body["model"] == model and "tools" in request.body
    ]
    assert PIXEL.partition(",")[2] in json.dumps(turns[-1].body)


def test_no_key_of_others_reaches_a_host(client: Opencode, host: FakeHost) -> None:
    for reference in client.models():
        client.chat(reference)
    sent = json.dumps([[request.headers, request.body] for request in host.requests])
    assert "canary" not in sent
