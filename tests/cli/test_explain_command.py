"""`booconf explain`: the route, how the id resolved, and where each number came from."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Booconf

FLEET = """\
version: 1
default_provider: box
roles: {default: box/chat}
legacy:
  bare_ids: {old: cloud/big}
  providers: {crate: box}
providers:
  box:
    kind: llama-swap
    base_url: http://127.0.0.1:8401
    sidecar: {base_url: http://127.0.0.1:8402}
    opencode: {id: swap}
    defaults: {context: 4096}
    models:
      chat: {context: 32768, aliases: [talk]}
      embed: {type: embedding}
      vague: {context: unknown}
  cloud:
    kind: openai-compatible
    location: cloud
    base_url: https://cloud.example
    api_key_env: KEY
    headers: {X-Team: boo-red}
    models:
      big: {context: 100000, capabilities: [tools]}
context_overrides:
  - {match: "box/ch*", context: 16384, reason: shared card}
"""


@pytest.fixture(autouse=True)
def fleet(folder: Path) -> None:
    (folder / "fleet.yaml").write_text(FLEET, encoding="utf-8", newline="\n")


def test_every_limit_has_its_source_and_overruled_values(booconf: Booconf) -> None:
    outcome = booconf("explain", "box/chat")
    assert outcome.code == 0
    assert outcome.out == (
        "box/chat\n"
        "  resolved      its first part is a declared provider\n"
        "  declared      fleet.yaml:15:7\n"
        "  provider      box (llama-swap, local)\n"
        "  request       http://127.0.0.1:8402/v1 (through the sidecar)\n"
        "  upstream      chat\n"
        "  type          chat\n"
        "  apis          chat-completions\n"
        "  key           none\n"
        "  capabilities  none\n"
        "  opencode      swap/chat\n"
        "  roles         default (outside opencode also task, compaction, arena: not named)\n"
        "  context       16384: context override at fleet.yaml:27:33 (shared card)\n"
        "                wins over 32768: declared on the model at fleet.yaml:15:23\n"
        "                wins over 4096: default of the provider at fleet.yaml:13:25\n"
        "  input         12288: the window without its output\n"
        "  output        4096: a quarter of the window, at most 8192\n"
        "  in opencode   context 16384, input 14336, output 4096: asks for 4096, compacts at 10240\n"
    )


def test_named_roles_are_told_from_fallbacks(booconf: Booconf, folder: Path) -> None:
    roles = "roles: {default: box/chat, task: box/chat, compaction: cloud/big, arena: [box/chat]}"
    (folder / "fleet.yaml").write_text(
        FLEET.replace("roles: {default: box/chat}", roles), encoding="utf-8", newline="\n"
    )
    assert "  roles         default, task, arena\n" in booconf("explain", "box/chat").out
    assert "  roles         compaction\n" in booconf("explain", "cloud/big").out


def test_agents_of_a_model_are_named(booconf: Booconf, folder: Path) -> None:
    agents = "opencode: {agents: {plan: box/chat, build: box/chat}}\n"
    (folder / "fleet.yaml").write_text(FLEET + agents, encoding="utf-8", newline="\n")
    assert "  agents        plan, build\n" in booconf("explain", "box/chat").out
    explained = json.loads(booconf("explain", "box/chat", "--format", "json").out)["explained"]
    assert explained["agents"] == ["plan", "build"]
    assert "agents" not in booconf("explain", "sky/big").out


@pytest.mark.parametrize(
    ("asked", "shown", "how"),
    [
        (
            "talk",
            "box/chat",
            "it is a bare id, so it means a model of the default provider; the name is an alias",
        ),
        ("box/talk", "box/chat", "its first part is a declared provider; the name is an alias"),
        ("crate/chat", "box/chat", "its first part is a former provider id (legacy.providers)"),
        ("old", "cloud/big", "it is a legacy bare id (legacy.bare_ids)"),
        ("swap/chat", "box/chat", "`swap/chat` is an opencode reference"),
        ("swap/other", "box/other", "`swap/other` is an opencode reference"),
        ("other", "box/other", "it is a bare id, so it means a model of the default provider"),
    ],
)
def test_resolution_step_is_named(booconf: Booconf, asked: str, shown: str, how: str) -> None:
    lines = booconf("explain", asked).out.splitlines()
    assert lines[0] == shown
    assert lines[1].split(maxsplit=1) == ["resolved", how]


def test_undeclared_id_has_no_limits(booconf: Booconf) -> None:
    out = booconf("explain", "box/other").out
    assert "no: an undeclared id has no limits" in out
    assert "(direct)" in out
    assert "context" not in out


def test_cap_of_opencode_is_named(booconf: Booconf, folder: Path) -> None:
    fleet = FLEET.replace("big: {context: 100000", "big: {context: 100000, output: 40000")
    (folder / "fleet.yaml").write_text(fleet, encoding="utf-8", newline="\n")
    assert booconf("explain", "cloud/big").out.endswith(
        "  input         60000: the window without its output\n"
        "  output        40000: declared on the model at fleet.yaml:25:38\n"
        "  in opencode   context 100000, input 68000, output 40000: "
        "asks for 32000 unless OPENCODE_EXPERIMENTAL_OUTPUT_TOKEN_MAX is set, compacts at 48000\n"
    )
    explained = json.loads(booconf("explain", "cloud/big", "--format", "json").out)["explained"]
    assert explained["opencode_limits"] == {
        "context": 100000,
        "input": 68000,
        "output": 40000,
        "requested_output": 32000,
        "compaction_size": 48000,
    }


def test_changes_by_a_name_are_listed(booconf: Booconf, folder: Path) -> None:
    """Also those that the files for opencode undo, of which `check` does not warn."""
    fleet = """
version: 1
default_provider: box
roles: {default: box/kimi-k2.5}
providers:
  box: {kind: vllm, base_url: "http://127.0.0.1:1", models: {kimi-k2.5: {context: 65536}}}
"""
    (folder / "fleet.yaml").write_text(fleet, encoding="utf-8", newline="\n")
    lines = [
        "sends its system prompt for Kimi models (`kimi` in the upstream name)",
        "sends `top_p: 0.95` (`kimi-k2.5` in the upstream name); undone in its files",
        "rewrites the schemas of tools for the API of Kimi (`kimi` in the upstream name)",
    ]
    assert booconf("explain", "kimi-k2.5").out.endswith(
        "".join(f"                {line}\n" for line in lines)
    )
    explained = json.loads(booconf("explain", "kimi-k2.5", "--format", "json").out)["explained"]
    assert explained["opencode_names"] == lines


def test_embedding_model_and_unknown_window(booconf: Booconf) -> None:
    embedding, vague = booconf("explain", "box/embed").out, booconf("explain", "box/vague").out
    assert "none: only declared chat models have one" in embedding
    assert "output        unknown: not declared" in embedding
    assert "context       unknown: declared on the model" in vague
    assert "input         unknown: unknown, because the window is unknown" in vague


CHAINS = """\
version: 1
default_provider: box
roles: {default: box/small}
providers:
  box:
    kind: vllm
    base_url: http://127.0.0.1:8401
    defaults: {output: 8192}
    models:
      small: {context: 20000}
      tiny: {context: 8192}
      terse: {context: 32768, output: 100, input: 30000}
      vague: {context: unknown, input: 5, output: 6}
      embed: {type: embedding, input: 500}
      other: {type: embedding}
context_overrides:
  - {match: "*/small", context: 1000, reason: first}
  - {match: box/small, context: 2000}
  - {match: box/small, context: 3000, reason: third}
  - {match: "box/s*", context: unknown}
  - {match: "box/sm*", context: 4000}
"""


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        (
            "small",
            """\
  context       4000: context override at fleet.yaml:21:33
                wins over unknown: context override at fleet.yaml:20:32
                wins over 3000: context override at fleet.yaml:19:33 (third)
                wins over 2000: context override at fleet.yaml:18:33
                wins over 1000: context override at fleet.yaml:17:33 (first)
                wins over 20000: declared on the model at fleet.yaml:10:24
  input         3000: the window without its output
  output        1000: a quarter of the window, at most 8192
                wins over 8192: default of the provider at fleet.yaml:8:24 (does not fit below the window)
  in opencode   context 4000, input 4000, output 1000: asks for 1000, compacts at 3000
""",
        ),
        (
            "tiny",
            """\
  context       8192: declared on the model at fleet.yaml:11:23
  input         6144: the window without its output
  output        2048: a quarter of the window, at most 8192
                wins over 8192: default of the provider at fleet.yaml:8:24 (does not fit below the window)
  in opencode   context 8192, input 8192, output 2048: asks for 2048, compacts at 6144
""",
        ),
        (
            "terse",
            """\
  context       32768: declared on the model at fleet.yaml:12:24
  input         30000: declared on the model at fleet.yaml:12:51
  output        100: declared on the model at fleet.yaml:12:39
                wins over 8192: default of the provider at fleet.yaml:8:24
  in opencode   context 32768, input 30000, output 100: asks for 100, compacts at 29900
""",
        ),
        (
            "vague",
            """\
  context       unknown: declared on the model at fleet.yaml:13:24
  input         unknown: unknown, because the window is unknown
                wins over 5: declared on the model at fleet.yaml:13:40
  output        unknown: unknown, because the window is unknown
                wins over 6: declared on the model at fleet.yaml:13:51
                wins over 8192: default of the provider at fleet.yaml:8:24
  in opencode   no limits: asks for 32000, never compacts
""",
        ),
        (
            "embed",
            """\
  context       unknown: not declared
  input         unknown: unknown, because the window is unknown
                wins over 500: declared on the model at fleet.yaml:14:39
  output        unknown: not declared
""",
        ),
        (
            "other",
            """\
  context       unknown: not declared
  input         unknown: not declared
  output        unknown: not declared
""",
        ),
    ],
)
def test_sources_of_every_limit_in_order(booconf: Booconf, folder: Path, asked: str, shown: str) -> None:
    (folder / "fleet.yaml").write_text(CHAINS, encoding="utf-8", newline="\n")
    assert booconf("explain", asked).out.endswith("\n" + shown)


def test_json_contains_overruled_values(booconf: Booconf, folder: Path) -> None:
    (folder / "fleet.yaml").write_text(CHAINS, encoding="utf-8", newline="\n")
    tiny = json.loads(booconf("explain", "tiny", "--format", "json").out)
    assert tiny["explained"]["limits"]["output"] == {
        "value": 2048,
        "decided_by": {
            "value": 2048,
            "rule": "a quarter of the window, at most 8192",
            "place": None,
            "remark": None,
        },
        "overruled": [
            {
                "value": 8192,
                "rule": "default of the provider",
                "place": "fleet.yaml:8:24",
                "remark": "does not fit below the window",
            }
        ],
    }


def test_values_of_key_and_headers_are_hidden(booconf: Booconf) -> None:
    for name in ("text", "json"):
        out = booconf("explain", "cloud/big", "--format", name).out
        assert "X-Team" in out
        assert "boo-red" not in out
        assert "KEY" in out


def test_all_models_are_listed(booconf: Booconf) -> None:
    assert booconf("explain").out == (
        "id         type       context  output  window from\n"
        "box/chat   chat       16384    4096    context override\n"
        "box/embed  embedding  4096     -       default of the provider\n"
        "box/vague  chat       -        -       declared on the model\n"
        "cloud/big  chat       100000   8192    declared on the model\n"
    )


def test_json(booconf: Booconf) -> None:
    one = json.loads(booconf("explain", "talk", "--format", "json").out)
    assert one["version"] == 1
    assert one["explained"]["route"]["request_base"] == "http://127.0.0.1:8402/v1"
    assert one["explained"]["limits"]["context"]["overruled"][0] == {
        "value": 32768,
        "rule": "declared on the model",
        "place": "fleet.yaml:15:23",
        "remark": None,
    }
    every = json.loads(booconf("explain", "--format", "json").out)
    assert [model["id"] for model in every["explained"]] == [
        "box/chat",
        "box/embed",
        "box/vague",
        "cloud/big",
    ]


def test_unresolvable_id_is_an_error(booconf: Booconf) -> None:
    outcome = booconf("explain", "a\x1b b")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.endswith("is not a valid id\n")
    assert "\x1b" not in outcome.err


def test_invalid_fleet_refers_to_check(booconf: Booconf, folder: Path) -> None:
    (folder / "fleet.yaml").write_text(FLEET.replace("4096", "0"), encoding="utf-8")
    outcome = booconf("explain")
    assert (outcome.code, outcome.err) == (2, "booconf: fleet.yaml has 1 error: see `booconf check`\n")
    (folder / "fleet.yaml").rename(folder / "my fleet.yaml")
    outcome = booconf("explain", "-f", "my fleet.yaml")
    assert outcome.err == "booconf: my fleet.yaml has 1 error: see `booconf check -f 'my fleet.yaml'`\n"


REQUESTS = """\
version: 1
default_provider: box
roles: {default: box/chat}
providers:
  box:
    kind: vllm
    base_url: http://127.0.0.1:8401
    api_key_file: ~/.secrets/box
    apis: [responses, chat-completions]
    timeouts: {header: 600, total: 3600}
    defaults: {context: 32768}
    models:
      chat:
        capabilities: [reasoning]
        extra_body:
          chat_template_kwargs: {enable_thinking: false, say: "\\e[1m\\u4f60"}
          top_k: 20
          user: sk-canary0001
          pairs: [{password: hunter2, bits: 4}, [sk-canary0002]]
        efforts: [low, high]
        cost: {input: 0.27, output: 1.1, cache_read: 0}
      other:
"""


@pytest.fixture
def requests(folder: Path) -> None:
    (folder / "fleet.yaml").write_text(REQUESTS, encoding="utf-8", newline="\n")


@pytest.mark.usefixtures("requests")
def test_facts_of_a_request_are_shown(booconf: Booconf) -> None:
    assert booconf("explain", "box/chat").out.splitlines()[6:16] == [
        "  type          chat",
        "  apis          responses, chat-completions",
        "  key           the content of ~/.secrets/box",
        '  body          {"chat_template_kwargs": {"enable_thinking": false, "say": "\\u001b[1m\u4f60"}}',
        '  body          {"top_k": 20}',
        '  body          {"user": "***"}',
        '  body          {"pairs": [{"password": "***", "bits": 4}, ["***"]]}',
        "  timeouts      header 600 s, total 3600 s",
        "  capabilities  reasoning",
        "  efforts       low, high",
    ]
    assert (
        "  cost          input 0.27, output 1.1, cache_read 0 (US dollars a million tokens)\n"
        in booconf("explain", "box/chat").out
    )
    assert {"body", "efforts", "cost"}.isdisjoint(booconf("explain", "box/other").out.split())


@pytest.mark.usefixtures("requests")
def test_facts_of_a_request_are_part_of_the_json(booconf: Booconf) -> None:
    explained = json.loads(booconf("explain", "box/chat", "--format", "json").out)["explained"]
    assert explained["route"]["api_key_file"] == "~/.secrets/box"
    assert explained["route"]["extra_body"] == {
        "chat_template_kwargs": {"enable_thinking": False, "say": "\x1b[1m\u4f60"},
        "top_k": 20,
        "user": "***",
        "pairs": [{"password": "***", "bits": 4}, ["***"]],
    }
    assert explained["apis"] == ["responses", "chat-completions"]
    assert explained["timeouts"] == {"header": 600, "chunk": None, "total": 3600}
    assert explained["efforts"] == ["low", "high"]
    assert explained["cost"] == {"input": 0.27, "output": 1.1, "cache_read": 0, "cache_write": None}
    other = json.loads(booconf("explain", "box/new", "--format", "json").out)["explained"]
    assert (other["efforts"], other["cost"], other["route"]["extra_body"]) == ([], None, {})
