"""Names that change opencode's requests: what happens by itself, what our files leave, and the ways out."""

import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from booconf.declaration.enums import Api
from booconf.fleet.model import Model, Provider
from booconf.fleet.opencode_names import NameMatch, name_matches, remaining_matches
from tests.clients.compiled import compile_fleet, read_fleet
from tests.clients.fake_host import chat
from tests.clients.opencode_client import Opencode
from tests.hosts.simulator import Host, Hosts, ReceivedRequest, Reply

pytestmark = pytest.mark.xdist_group("opencode_names")  # one worker starts opencode

TOOL_CALL = "call_1-abc.def:xyz"
PARAMETERS: Any = {
    "type": "object",
    "properties": {
        "pair": {"type": "array", "items": [{"type": "string"}, {"type": "number"}]},
        "level": {"type": "integer", "enum": [1, 2]},
    },
}
"""Parameters of the tool of an MCP server: a tuple, which Kimi refuses, and an enum, which Google refuses."""


@dataclass(frozen=True, slots=True)
class Names:
    """The names of a model, the changes that opencode makes because of them, and what a fleet declares."""

    changes: tuple[str, ...]
    provider: str = "box"
    model: str = "plain-24b"
    upstream: str = ""
    capabilities: tuple[str, ...] = ("tools",)
    api: Api = "chat-completions"
    body: tuple[tuple[str, str | float], ...] = ()

    @property
    def reference(self) -> str:
        return f"{self.provider}/{self.model}"

    @property
    def sent(self) -> str:
        return self.upstream or self.model


TRIED = (
    Names(()),
    Names((), model="qwen3-8b"),
    Names((), model="gemma-3-12b-it"),
    Names(("fields",), model="deepseek-r1-qwen3-8b"),
    Names(("thinking",), "mozaic"),
    Names(("thinking",), "zhipuai-at-home"),
    Names(("headers",), "opencode2"),
    Names((), "my-opencode"),
    Names(("headers",), "my-github-copilot"),
    Names(("prompt",), "kimi-for-coding"),
    Names(("tools", "prompt", "effort"), model="local-gpt-5-distill"),
    Names(("tools", "prompt"), model="my-gpt-neox"),
    Names((), model="gpt-neo", upstream="neo"),
    Names(("tools", "prompt"), model="neo-20b", upstream="gpt-neo"),
    Names(("prompt",), model="gpt-oss-20b"),
    Names(("prompt",), model="turbo", upstream="gpt-4-turbo"),
    Names(("prompt",), model="marco-o1-7b"),
    Names(("prompt",), model="o3-like"),
    Names(("prompt", "tools"), model="gpt-6-mini"),
    Names(("prompt", "tools", "effort"), model="gpt-5-codex"),
    Names(("prompt", "tools"), model="gpt-5-chat"),
    Names(("prompt",), model="muse-7b"),
    Names(("prompt",), model="Trinity-Mini"),
    Names(("prompt", "top_p", "schemas"), model="kimi-k2.5-q2"),
    Names(("prompt", "schemas"), model="Kimi-Dev"),
    Names(("prompt", "top_p", "Google schemas"), model="gemini-3-flash-distill"),
    Names(("prompt", "Google schemas"), model="gemini-like"),
    Names(("prompt", "tool calls", "cache"), model="qwen-claude-distill"),
    Names(("cache",), model="claude-at-home", upstream="home"),
    Names(("cache",), model="anthropic-like"),
    Names(("tool calls",), model="Devstral-Small"),
    Names(("top_p",), model="coder", upstream="minimax-m2-awq"),
    Names(("top_p", "fields"), model="deepseek-v4-flash-0731"),
    Names(("headers", "top_p", "fields"), "opencode2", "deepseek-v4-flash"),
    Names(("headers", "tools", "prompt", "effort", "cache key"), "opencode2", "gpt-5-mini"),
    Names(("headers", "prompt", "output"), "my-github-copilot", "gpt-oss"),
    Names(("title",), model="thinker", capabilities=("tools", "reasoning")),
    Names((), model="qwen3-thinker", capabilities=("tools", "reasoning")),
    Names(("top_p",), model="minimax-m2-own", body=(("top_p", 0.5),)),
    Names(("tools", "prompt", "effort"), model="gpt-5-own", body=(("reasoning_effort", "low"),)),
    Names((), model="warm", capabilities=("tools", "temperature")),
    Names(("temperature",), model="GLM-4.6-air", capabilities=("tools", "temperature")),
    Names(("temperature",), model="north-mini-code", capabilities=("tools", "temperature")),
    Names(("temperature", "top_p"), model="minimax-m2.1", capabilities=("tools", "temperature")),
    Names(("temperature", "prompt", "schemas"), model="kimi-k2", capabilities=("tools", "temperature")),
    Names(("temperature", "prompt", "schemas"), model="kimi-k2p1", capabilities=("tools", "temperature")),
    Names(
        ("temperature", "prompt", "top_p", "Google schemas"),
        model="gemini-2.5-pro",
        capabilities=("tools", "temperature"),
    ),
    *(
        Names(subjects, "responder", model, api="responses")
        for model, subjects in {
            "plain-24b": (),
            "gpt-5-mini": ("prompt", "tools", "effort", "role"),
            "gpt-5.1-mini": ("prompt", "tools", "effort", "role", "verbosity"),
            "gpt-5-chat": ("prompt", "tools"),
            "gpt-oss-20b": ("prompt",),
            "o3-mini": ("prompt", "role"),
            "minimax-m2": ("top_p",),
            "claude-like": ("prompt",),
            "gemini-3-flash": ("prompt", "top_p", "Google schemas"),
        }.items()
    ),
    *(
        Names(subjects, "messenger", model, api="messages")
        for model, subjects in {
            "plain-24b": (),
            "gpt-5-mini": ("prompt", "tools"),
            "o3-mini": ("prompt",),
            "minimax-m2": ("top_p", "top_k"),
            "minimax-m2.1": ("top_p", "top_k"),
            "minimax-m3": ("thinking",),
            "gemini-2.5-pro": ("prompt", "top_p", "top_k", "Google schemas"),
            "claude-like": ("prompt", "features"),
            "claude-3-haiku": ("prompt", "features", "output"),
        }.items()
    ),
    Names(("thinking",), "moonshot-box", capabilities=("tools", "reasoning"), api="messages"),
    Names(("thinking",), "messenger", "moonshot-1", capabilities=("tools", "reasoning"), api="messages"),
)
"""Names with every change that a config by hand shows, and neighbors without."""

BUILT_IN = (
    Names(("chat_template_args",), "baseten"),
    Names((), "alibaba-cn"),
    Names(("enable_thinking",), "alibaba-cn", "thinker", capabilities=("tools", "reasoning")),
    Names(("tool calls",), "mistral"),
    Names(("prompt", "schemas"), "moonshotai"),
    Names(("prompt",), "moonshotai-cn"),
    Names(("Google schemas",), "google"),
    Names(("cache",), "anthropic"),
    Names(("store", "output"), "openai"),
)
"""Names of built-in providers, which a fleet has on request only."""

ALL = (*TRIED, *BUILT_IN)
PLAIN = TRIED[0]
PLAIN_BY_API = {names.api: names for names in TRIED if names.model == PLAIN.model and not names.changes}
LIBRARIES: dict[Api, str] = {
    "chat-completions": "@ai-sdk/openai-compatible",
    "responses": "@ai-sdk/openai",
    "messages": "@ai-sdk/anthropic",
}
OUTPUT = 8192
TITLE_SECONDS = 10

Requests = dict[Names, list[ReceivedRequest]]


def answer(request: ReceivedRequest) -> Reply:
    """One call of a tool, then the end; and an MCP server at /mcp."""
    body = request.body
    if request.target == "/mcp":
        return mcp(body) if request.method == "POST" else Reply({}, 405)
    if (
        "tools" not in body
        or not request.target.endswith("/chat/completions")
        or any(message["role"] == "tool" for message in body["messages"])
    ):
        return chat(request)
    function = {"name": "glob", "arguments": '{"pattern": "*"}'}
    call = {"index": 0, "id": TOOL_CALL, "type": "function", "function": function}
    delta = {"role": "assistant", "tool_calls": [call]}
    choice = {"index": 0, "delta": delta, "finish_reason": "tool_calls"}
    chunk = json.dumps({"id": "1", "model": body["model"], "choices": [choice]})
    return Reply(f"data: {chunk}\n\ndata: [DONE]\n\n".encode(), headers={"Content-Type": "text/event-stream"})


def mcp(message: Any) -> Reply:
    """The reply of an MCP server with one tool (protocol 2025-03-26, streamable HTTP)."""
    if "id" not in message:
        return Reply(b"", 202)
    results = {
        "initialize": {
            "protocolVersion": "2025-03-26",
            "capabilities": {"tools": {}},
            "serverInfo": {"name": "desk", "version": "1"},
        },
        "tools/list": {"tools": [{"name": "lamp", "description": "a lamp", "inputSchema": PARAMETERS}]},
    }
    result = results.get(message["method"], {})
    return Reply({"jsonrpc": "2.0", "id": message["id"], "result": result})


def changes(turns: Sequence[ReceivedRequest], plain: Sequence[ReceivedRequest]) -> set[str]:
    """The subjects of NAME_RULES, and `title` and `fields`, in which the requests of one message differ."""
    first, usual = (next(turn for turn in one if "tools" in turn.body) for one in (turns, plain))
    body = first.body
    messages = [message for turn in turns for message in turn.body.get("messages", turn.body.get("input"))]
    tools = parameters_by_name(body["tools"])
    lamp = next(parameters["properties"] for name, parameters in tools.items() if "lamp" in name)
    calls = [call["id"] for message in messages for call in message.get("tool_calls", ())]
    headers, usual_headers = (
        sorted(name for name in turn.headers if name[0] == "x") for turn in (first, usual)
    )
    efforts = (body.get("reasoning_effort"), body.get("reasoning", {}).get("effort"))
    differences = {
        "tools": "apply_patch" in tools,
        "prompt": prompt_of(body) != prompt_of(usual.body),
        "role": messages[0]["role"] == "developer",
        "tool calls": calls[:1] not in ([], [TOOL_CALL]),
        "cache": "messages" in body
        and "system" not in body
        and any("cache_control" in json.dumps(message) for message in messages),
        "schemas": lamp["pair"]["items"] != PARAMETERS["properties"]["pair"]["items"],
        "Google schemas": lamp["level"].get("enum") != [1, 2],
        "headers": headers != usual_headers,
        "effort": "medium" in efforts,
        "cache key": "promptCacheKey" in body,
        "output": body.get("max_tokens", body.get("max_output_tokens")) != OUTPUT,
        "top_p": any(turn.body.get("top_p") == 0.95 for turn in turns),
        "top_k": "top_k" in body,
        "temperature": "temperature" in body,
        "thinking": "thinking" in body,
        "verbosity": "verbosity" in body.get("text", {}),
        "features": "eager_input_streaming" in json.dumps(body["tools"]),
        "title": any(
            turn.body.get("reasoning_effort") not in (None, body.get("reasoning_effort"))
            for turn in turns
            if is_title(turn)
        ),
        "fields": any("reasoning_content" in message for message in messages),
        **{name: name in body for name in ("chat_template_args", "enable_thinking")},
        "store": "store" in body and "input" not in body,
    }
    return {subject for subject, differs in differences.items() if differs}


def parameters_by_name(tools: Sequence[Any]) -> dict[str, Any]:
    """The name of each tool and the schema of its parameters, in a request of any API."""
    functions = [tool.get("function", tool) for tool in tools]
    return {tool["name"]: tool.get("parameters", tool.get("input_schema")) for tool in functions}


def prompt_of(body: Any) -> str:
    """The start of the system prompt, before the parts that name the model and the folder."""
    if "system" in body:
        text: str = body["system"][0]["text"]
    else:
        text = body.get("messages", body.get("input"))[0]["content"]
    return str(text)[:2000]


def by_hand(tried: Sequence[Names], url: str) -> dict[str, Any]:
    """A config without any member that undoes a change."""
    providers: dict[str, Any] = {}
    for names in tried:
        options = {"baseURL": f"{url}/v1", "apiKey": "key"}
        library = {"npm": LIBRARIES[names.api], "options": options, "models": {}}
        provider = providers.setdefault(names.provider, library)
        provider["models"][names.model] = {
            "id": names.sent,
            "limit": {"context": 65536, "output": OUTPUT},
            "tool_call": True,
            "reasoning": "reasoning" in names.capabilities,
            "temperature": "temperature" in names.capabilities,
        }
    return {
        "$schema": "https://opencode.ai/config.json",
        "model": TRIED[0].reference,
        "enabled_providers": list(providers),
        "provider": providers,
    }


def declared(tried: Sequence[Names], url: str) -> str:
    """A fleet of the same providers and models."""
    providers: dict[str, Any] = {}
    for index, names in enumerate(tried):
        built_in = names.provider in {other.provider for other in BUILT_IN}
        provider = providers.setdefault(
            names.provider,
            {
                "kind": "vllm",
                "base_url": f"{url}/{index}",
                "apis": list(dict.fromkeys([names.api, "chat-completions"])),
                "opencode": {"extends_builtin": True} if built_in else {},
                "models": {},
            },
        )
        provider["models"][names.model] = {
            "context": 65536,
            "upstream": names.sent,
            "output": OUTPUT,
            "extra_body": dict(names.body),
            "capabilities": list(names.capabilities),
        }
    fleet = {
        "version": 1,
        "default_provider": TRIED[0].provider,
        "roles": {"default": TRIED[0].reference},
        "providers": providers,
    }
    return json.dumps(fleet)


@pytest.fixture(scope="module")
def host() -> Iterator[Host]:
    with Hosts() as hosts:
        yield hosts.add(answer)


@pytest.fixture(scope="module")
def by_itself(host: Host, tmp_path_factory: pytest.TempPathFactory) -> Requests:
    """The requests that opencode sends without a file of ours."""
    home = tmp_path_factory.mktemp("by_hand")
    config = home / "config.json"
    config.write_text(json.dumps(by_hand(ALL, host.url)), encoding="utf-8")
    return conversations(home, host, config, ALL)


@pytest.fixture(scope="module")
def with_our_files(host: Host, tmp_path_factory: pytest.TempPathFactory) -> Requests:
    """The requests with opencode.json, under the same names and under those that avoid the changes."""
    folder = tmp_path_factory.mktemp("compiled")
    tried = list(dict.fromkeys([*ALL, *(avoiding(names) for names in TRIED if names.changes)]))
    compiled = compile_fleet(declared(tried, host.url), folder)
    return conversations(folder / "home", host, compiled.config, tried)


@pytest.mark.parametrize("names", ALL, ids=lambda names: f"{names.reference}:{names.sent}")
class TestNames:
    def test_by_itself_opencode_changes_requests(self, by_itself: Requests, names: Names) -> None:
        assert changes(by_itself[names], by_itself[PLAIN_BY_API[names.api]]) == set(names.changes)

    def test_rules_say_so(self, names: Names) -> None:
        """But for two changes without a rule, since our files always write what prevents them."""
        expected = set(names.changes) - {"title", "fields"}
        assert subjects(names, name_matches) - unseen(names) == expected

    def test_our_files_leave_what_is_reported(self, with_our_files: Requests, names: Names) -> None:
        left = changes(with_our_files[names], with_our_files[PLAIN_BY_API[names.api]])
        assert left == subjects(names, remaining_matches) - unseen(names)

    def test_ways_out_avoid_it(self, with_our_files: Requests, names: Names) -> None:
        if names in TRIED and names.changes:
            assert changes(with_our_files[avoiding(names)], with_our_files[PLAIN_BY_API[names.api]]) == set()


def test_provider_id_of_openai_repeats_a_request_that_found_nothing(tmp_path: Path) -> None:
    """A host answers 404 for a model that it does not have; under this id opencode asks it again."""
    failed: set[str] = set()

    def fail_once(request: ReceivedRequest) -> Reply:
        model = (request.body or {}).get("model", "")
        if "tools" in (request.body or {}) and model not in failed:
            failed.add(model)
            return Reply({"error": {"message": "model not found"}}, 404)
        return chat(request)

    tried = (Names((), "openai-local", "a"), Names((), "local-openai", "b"))
    with Hosts() as hosts:
        host = hosts.add(fail_once)
        compiled = compile_fleet(declared([PLAIN, *tried], host.url), tmp_path)
        with Opencode(tmp_path / "home", compiled.config) as client:
            errors = ["error" in client.chat(names.reference)["info"] for names in tried]
    assert errors == [False, True]
    assert [subjects(names, name_matches) for names in tried] == [{"retries"}, set()]


def subjects(names: Names, matches: Callable[[Provider, Model], Iterable[NameMatch]]) -> set[str]:
    """The subjects of the rules that a model with these names meets."""
    fleet = read_fleet(declared([PLAIN, names], "http://127.0.0.1:1"))
    provider = fleet.providers[names.provider]
    return {match.rule.subject for match in matches(provider, provider.models[names.model])}


def unseen(names: Names) -> set[str]:
    """The subjects that one message without an error, by this API without a call of a tool, does not show."""
    return {"retries"} if names.api == PLAIN.api else {"retries", "tool calls"}


def avoiding(names: Names) -> Names:
    """The same model under another provider id, its own names replaced where the help of BC518 says so."""
    fleet = read_fleet(declared([PLAIN, names], "http://127.0.0.1:1"))
    provider = fleet.providers[names.provider]
    decisive = {match.rule.field for match in name_matches(provider, provider.models[names.model])}
    number = ALL.index(names)
    return replace(
        names,
        provider=f"clear-{names.api}",
        model=f"model-{number}" if "model id" in decisive else names.model,
        upstream=f"served-{number}" if "upstream name" in decisive else names.sent,
    )


def conversations(home: Path, host: Host, config: Path, tried: Sequence[Names]) -> Requests:
    """The requests of one message to each model, and of the title if the model has `reasoning`."""
    desk = {"mcp": {"desk": {"type": "remote", "url": f"{host.url}/mcp"}}}
    found = {}
    with Opencode(home, config, variables={"OPENCODE_CONFIG_CONTENT": json.dumps(desk)}) as client:
        for names in tried:
            before = len(host.received)
            client.chat(names.reference)
            end = time.monotonic() + TITLE_SECONDS
            while names not in BUILT_IN and "reasoning" in names.capabilities and time.monotonic() < end:
                if any(map(is_title, sent(host.received[before:], names))):
                    break
                time.sleep(0.01)
            found[names] = sent(host.received[before:], names)
    return found


def sent(requests: Sequence[ReceivedRequest], names: Names) -> list[ReceivedRequest]:
    """The requests for this model, without titles if its provider is built in: others may write them."""
    return [
        request
        for request in requests
        if (request.body or {}).get("model") == names.sent and not (names in BUILT_IN and is_title(request))
    ]


def is_title(request: ReceivedRequest) -> bool:
    return "tools" not in request.body
