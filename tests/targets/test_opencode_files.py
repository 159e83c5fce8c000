"""The opencode targets: opencode.json, additions.json, models.json and providers/<id>.json."""

import json
import re
from typing import Any

import pytest

from booconf.json_text import json_text
from booconf.targets import emit
from tests.clients.compiled import read_fleet

ROLES = "{default: lab/big, task: lab/small, compaction: box/big, arena: [lab/big]}"
ROLE_MEMBERS = {"model", "small_model", "agent"}
FLEET = """
version: 1
default_provider: lab
roles: {default: lab/big, task: lab/small, compaction: box/big, arena: [lab/big]}
providers:
  lab:
    kind: llama-swap
    label: The lab
    base_url: http://lab.test:8080
    api_key_env: LAB_KEY
    headers: {X-Team: blue, Authorization: "Bearer ${env:LAB_TOKEN}"}
    sidecar: {base_url: "http://127.0.0.1:8402"}
    opencode: {id: llama-swap}
    timeouts: {header: 600, chunk: 900, total: 3600}
    models:
      big:
        context: 65536
        label: Big
        upstream: big-q4
        capabilities: [tools, reasoning]
        reasoning_field: reasoning_content
      small: {context: 32768, input: 20000, output: 1000, capabilities: [vision]}
      big-q4: {context: unknown}
      twin: {context: unknown, upstream: big-q4}
      embed: {type: embedding, context: 8192}
  index:
    kind: vllm
    base_url: http://index.test
    models: {embed: {type: embedding}}
  box:
    kind: ollama
    label: Box
    base_url: http://box.test
    sidecar: {base_url: "http://127.0.0.1:8403", traffic: [embedding]}
    models: {big: {context: 16384}}
  deepseek:
    kind: openai-compatible
    label: DeepSeek
    location: cloud
    base_url: https://api.deepseek.com
    api_key_env: DEEPSEEK_API_KEY
    optional: true
    models: {deepseek-flash: {context: 1000000, output: 384000}, mystery: {context: unknown}}
"""


def emitted(declaration: str) -> dict[str, str]:
    targets = ["opencode", "opencode-additions", "opencode-catalog", "opencode-providers"]
    return {artifact.path: artifact.text for artifact in emit(read_fleet(declaration), targets).artifacts}


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    return emitted(FLEET)


@pytest.fixture(scope="module")
def config(texts: dict[str, str]) -> Any:
    return json.loads(texts["opencode/opencode.json"])


@pytest.fixture(scope="module")
def catalog(texts: dict[str, str]) -> Any:
    return json.loads(texts["opencode/models.json"])


def test_one_config_per_provider_with_chat_models(texts: dict[str, str]) -> None:
    assert list(texts) == [
        "opencode/opencode.json",
        "opencode/additions.json",
        "opencode/models.json",
        "opencode/providers/lab.json",
        "opencode/providers/box.json",
        "opencode/providers/deepseek.json",
    ]


def test_every_file_is_formatted_by_json_text(texts: dict[str, str]) -> None:
    for text in texts.values():
        assert text == json_text(json.loads(text))


def test_schema_is_the_first_member_of_every_config(texts: dict[str, str]) -> None:
    for path, text in texts.items():
        if path != "opencode/models.json":
            assert text.startswith('{\n  "$schema": "https://opencode.ai/config.json",\n')


def test_roles_are_opencode_references(config: Any) -> None:
    assert config["model"] == "llama-swap/big"
    assert config["small_model"] == "llama-swap/small"
    assert config["agent"] == {"compaction": {"model": "box/big"}}


def test_an_optional_provider_is_allowed_but_not_described(config: Any) -> None:
    assert config["enabled_providers"] == ["llama-swap", "box", "deepseek"]
    assert list(config["provider"]) == ["llama-swap", "box"]


def test_a_role_on_an_optional_provider_is_left_out() -> None:
    target = "deepseek/deepseek-flash"
    files = emitted(FLEET.replace(ROLES, f"{{default: {target}, task: {target}, compaction: {target}}}"))

    assert not ROLE_MEMBERS & set(json.loads(files["opencode/opencode.json"]))
    alone = json.loads(files["opencode/providers/deepseek.json"])
    assert {name: alone[name] for name in ROLE_MEMBERS} == {
        "model": target,
        "small_model": target,
        "agent": {"compaction": {"model": target}},
    }


@pytest.mark.parametrize("role", ["task", "compaction"])
def test_a_role_that_is_not_named_is_in_no_file(role: str) -> None:
    """`A fallback of ours is never written into a client where the client's own is better`."""
    member = {"task": "small_model", "compaction": "agent"}[role]
    for text in emitted(FLEET.replace(ROLES, f"{{default: lab/big, {role}: lab/small}}")).values():
        assert ROLE_MEMBERS & set(json.loads(text)) <= {"model", member}
    for text in emitted(FLEET.replace(ROLES, "{default: lab/big, arena: [lab/small, box/big]}")).values():
        assert ROLE_MEMBERS & set(json.loads(text)) <= {"model"}


def test_agents_are_written_where_their_model_is() -> None:
    """`agent.<name>.model where declared`, beside the compaction role; sorted by name."""
    declared = "opencode: {agents: {plan: lab/small, 'my {env:HOME}': box/big, zed: deepseek/deepseek-flash}}"
    files = emitted(f"{FLEET}{declared}\n")
    agents = {path: json.loads(text).get("agent") for path, text in files.items()}
    box, plan = {"model": "box/big"}, {"model": "llama-swap/small"}
    assert agents == {
        "opencode/opencode.json": {"compaction": box, "my {env:HOME}": box, "plan": plan},
        "opencode/models.json": None,
        "opencode/additions.json": None,
        "opencode/providers/lab.json": {"plan": plan},
        "opencode/providers/box.json": {"compaction": box, "my {env:HOME}": box},
        "opencode/providers/deepseek.json": {"zed": {"model": "deepseek/deepseek-flash"}},
    }
    assert list(agents["opencode/opencode.json"]) == ["compaction", "my {env:HOME}", "plan"]
    assert "{env:HOME}" not in files["opencode/opencode.json"]


def test_options_of_a_provider(config: Any) -> None:
    lab = config["provider"]["llama-swap"]
    assert {name: lab[name] for name in lab if name != "models"} == {
        "npm": "@ai-sdk/openai-compatible",
        "name": "The lab",
        "options": {
            "baseURL": "http://127.0.0.1:8402/v1",
            "apiKey": "{env:LAB_KEY}",
            "headers": {"X-Team": "blue", "Authorization": "Bearer {env:LAB_TOKEN}"},
            "headerTimeout": 600_000,
            "chunkTimeout": 900_000,
            "timeout": 3_600_000,
        },
    }


def test_additions_are_providers_alone(texts: dict[str, str]) -> None:
    additions = json.loads(texts["opencode/additions.json"])
    assert list(additions) == ["$schema", "provider"]
    assert list(additions["provider"]) == ["llama-swap", "box"]


def test_additions_differ_from_the_config_by_the_key_alone(texts: dict[str, str], config: Any) -> None:
    additions = json.loads(texts["opencode/additions.json"])["provider"]
    lab = config["provider"]["llama-swap"]

    assert lab["options"].pop("apiKey") == "{env:LAB_KEY}"
    assert additions == {"llama-swap": lab | {"env": ["LAB_KEY"]}, "box": config["provider"]["box"]}


def test_additions_leave_the_built_in_clouds_of_opencode_alone() -> None:
    consented = "opencode: {extends_builtin: true}"
    fleet = FLEET.replace("    optional: true\n", f"    {consented}\n").replace(
        "  box:\n", "  box:\n    opencode: {id: lmstudio, extends_builtin: true}\n"
    )
    files = {path: json.loads(text) for path, text in emitted(fleet).items()}

    assert list(files["opencode/opencode.json"]["provider"]) == ["llama-swap", "lmstudio", "deepseek"]
    assert list(files["opencode/additions.json"]["provider"]) == ["llama-swap", "lmstudio"]


def test_sidecar_for_other_traffic_is_not_used(config: Any) -> None:
    assert config["provider"]["box"]["options"] == {"baseURL": "http://box.test/v1"}


def test_only_chat_models_are_listed(config: Any) -> None:
    assert list(config["provider"]["llama-swap"]["models"]) == ["big", "small", "big-q4", "twin"]


def test_a_model_states_everything_that_opencode_would_guess(config: Any) -> None:
    models = config["provider"]["llama-swap"]["models"]
    assert models["big"] == {
        "id": "big-q4",
        "name": "Big (The lab)",
        "limit": {"context": 65536, "input": 49152, "output": 16384},
        "tool_call": True,
        "reasoning": True,
        "attachment": False,
        "temperature": False,
        "interleaved": {"field": "reasoning_content"},
        "modalities": {"input": ["text"], "output": ["text"]},
        "variants": {effort: {"disabled": True} for effort in ("low", "medium", "high")},
    }
    assert models["small"] == {
        "id": "small",
        "name": "small (The lab)",
        "limit": {"context": 32768, "input": 20000, "output": 1000},
        "tool_call": False,
        "reasoning": False,
        "attachment": True,
        "temperature": False,
        "interleaved": False,
        "modalities": {"input": ["text", "image"], "output": ["text"]},
    }


def test_an_unknown_window_is_left_out(config: Any) -> None:
    assert "limit" not in config["provider"]["llama-swap"]["models"]["big-q4"]


def test_unknown_window_is_zero_if_opencode_would_copy_another(config: Any) -> None:
    assert config["provider"]["llama-swap"]["models"]["twin"]["limit"] == {
        "context": 0,
        "input": 0,
        "output": 0,
    }


def test_catalog_lists_all_chat_models(catalog: Any, config: Any) -> None:
    assert list(catalog) == ["llama-swap", "box", "deepseek"]
    for name, provider in config["provider"].items():
        assert list(catalog[name]["models"]) == list(provider["models"])


def test_the_catalog_needs_a_variable_for_optional_providers_only(catalog: Any) -> None:
    assert {name: provider["env"] for name, provider in catalog.items()} == {
        "llama-swap": [],
        "box": [],
        "deepseek": ["DEEPSEEK_API_KEY"],
    }


def test_catalog_entry_of_a_provider(catalog: Any) -> None:
    deepseek = catalog["deepseek"]
    assert {name: deepseek[name] for name in deepseek if name != "models"} == {
        "id": "deepseek",
        "name": "DeepSeek",
        "npm": "@ai-sdk/openai-compatible",
        "api": "https://api.deepseek.com/v1",
        "env": ["DEEPSEEK_API_KEY"],
    }
    assert deepseek["models"]["deepseek-flash"] == {
        "id": "deepseek-flash",
        "name": "deepseek-flash (DeepSeek)",
        "limit": {"context": 1_000_000, "input": 968_000, "output": 384_000},
        "release_date": "",
        "tool_call": False,
        "reasoning": False,
        "attachment": False,
        "temperature": False,
        "interleaved": False,
        "modalities": {"input": ["text"], "output": ["text"]},
    }


def test_unknown_window_is_zero_in_the_catalog(catalog: Any) -> None:
    assert catalog["llama-swap"]["models"]["big-q4"]["limit"] == {"context": 0, "input": 0, "output": 0}


def test_catalog_uses_the_sidecar(catalog: Any) -> None:
    assert catalog["llama-swap"]["api"] == "http://127.0.0.1:8402/v1"


@pytest.mark.parametrize(
    ("provider", "roles"),
    [
        ("lab", {"model": "llama-swap/big", "small_model": "llama-swap/small"}),
        ("box", {"model": "box/big", "agent": {"compaction": {"model": "box/big"}}}),
        ("deepseek", {"model": "deepseek/deepseek-flash"}),
    ],
)
def test_provider_config_has_roles_and_a_default(
    texts: dict[str, str], provider: str, roles: dict[str, object]
) -> None:
    alone = json.loads(texts[f"opencode/providers/{provider}.json"])
    assert {name: alone[name] for name in ("model", "small_model", "agent") if name in alone} == roles


def test_provider_config_enables_one_provider(texts: dict[str, str]) -> None:
    alone = json.loads(texts["opencode/providers/lab.json"])
    assert alone["enabled_providers"] == ["llama-swap"]
    assert list(alone["provider"]) == ["llama-swap"]


def test_built_in_provider_inherits_nothing(
    texts: dict[str, str],
) -> None:
    deepseek = json.loads(texts["opencode/providers/deepseek.json"])["provider"]["deepseek"]
    assert deepseek["whitelist"] == ["deepseek-flash", "mystery"]
    assert deepseek["env"] == []
    assert {model["status"] for model in deepseek["models"].values()} == {"active"}
    assert deepseek["models"]["mystery"]["limit"] == {"context": 0, "input": 0, "output": 0}


def test_a_provider_may_extend_a_built_in_one() -> None:
    extending = FLEET.replace("id: llama-swap}", "id: openai, extends_builtin: true}")
    openai = json.loads(emitted(extending)["opencode/opencode.json"])["provider"]["openai"]

    assert "whitelist" not in openai
    assert openai["env"] == []


def test_only_references_are_replaced_by_opencode() -> None:
    planted = FLEET.replace("label: The lab", "label: '{env:HOME}{file:/etc/hostname}'")
    for text in emitted(planted).values():
        references = set(re.findall(r"\{(?:env|file):[^}]*\}", text))
        assert references <= {"{env:LAB_KEY}", "{env:LAB_TOKEN}", "{env:DEEPSEEK_API_KEY}"}


def test_top_p_that_opencode_sends_by_name_is_undone() -> None:
    """Null is the host's own value; the catalog has no field for it."""
    files = emitted(
        FLEET.replace(
            "models: {big: {context: 16384}}", "models: {big: {upstream: minimax-m2, context: 16384}}"
        )
    )
    config, catalog = json.loads(files["opencode/opencode.json"]), json.loads(files["opencode/models.json"])
    assert config["provider"]["box"]["models"]["big"]["options"] == {"top_p": None}
    assert "options" not in config["provider"]["llama-swap"]["models"]["big"]
    assert "options" not in catalog["box"]["models"]["big"]


REQUESTS = """
version: 1
default_provider: box
roles: {default: box/all}
providers:
  box:
    kind: vllm
    base_url: http://box.test
    api_key_file: ~/my keys/box
    defaults: {context: 32768}
    models:
      all:
        capabilities: [reasoning, temperature]
        extra_body: {top_k: 20, "{x}": {y: [0.5, null]}, reasoning_effort: low, user: 5}
        efforts: [low, max]
        cost: {input: 0.5, output: 2, cache_write: 0}
      kimi-k2.5: {extra_body: {top_k: 20}}
      kimi-k2.5-hot: {upstream: kimi-k2.5, extra_body: {top_p: 0.8}}
  res: {kind: vllm, base_url: "http://res.test", apis: [responses], models: {r: {context: 32768}}}
  key:
    kind: vllm
    base_url: http://key.test
    api_key_env: KEY
    apis: [messages, responses]
    models:
      m: {context: 32768, capabilities: [reasoning], efforts: [low], extra_body: {top_k: 20}}
"""


@pytest.fixture(scope="module")
def requests() -> dict[str, Any]:
    return {path: json.loads(text) for path, text in emitted(REQUESTS).items()}


def test_facts_of_a_request(requests: dict[str, Any]) -> None:
    model = requests["opencode/opencode.json"]["provider"]["box"]["models"]["all"]
    assert model["temperature"] is True
    assert model["cost"] == {"input": 0.5, "output": 2, "cache_write": 0}
    assert model["options"] == {"top_k": 20, "{x}": {"y": [0.5, None]}, "reasoningEffort": "low"}
    assert model["variants"] == {
        "low": {"reasoningEffort": "low"},
        "max": {"reasoningEffort": "max"},
        "medium": {"disabled": True},
        "high": {"disabled": True},
    }


def test_facts_of_a_request_in_the_catalog(requests: dict[str, Any]) -> None:
    models = requests["opencode/models.json"]["box"]["models"]
    assert "options" not in models["all"]
    assert models["all"]["cost"] == {"input": 0.5, "output": 2, "cache_write": 0}
    assert models["all"]["reasoning_options"] == [{"type": "effort", "values": ["low", "max"]}]
    assert "reasoning_options" not in models["kimi-k2.5"]
    assert requests["opencode/models.json"]["key"]["models"]["m"]["reasoning_options"] == []


def test_declared_member_replaces_the_null_against_a_name(requests: dict[str, Any]) -> None:
    models = requests["opencode/opencode.json"]["provider"]["box"]["models"]
    assert models["kimi-k2.5"]["options"] == {"top_p": None, "top_k": 20}
    assert models["kimi-k2.5-hot"]["options"] == {"top_p": 0.8}


def test_first_api_decides_the_library(requests: dict[str, Any]) -> None:
    expected = {"box": "@ai-sdk/openai-compatible", "res": "@ai-sdk/openai", "key": "@ai-sdk/anthropic"}
    providers = requests["opencode/opencode.json"]["provider"]
    assert {name: provider["npm"] for name, provider in providers.items()} == expected
    catalog = requests["opencode/models.json"]
    assert {name: provider["npm"] for name, provider in catalog.items()} == expected


@pytest.mark.parametrize("path", ["opencode/opencode.json", "opencode/additions.json"])
def test_other_libraries_find_no_key_in_the_environment(requests: dict[str, Any], path: str) -> None:
    providers = requests[path]["provider"]
    assert {name: provider["options"].get("apiKey") for name, provider in providers.items()} == {
        "box": "{file:~/my keys/box}",
        "res": "",
        "key": "{env:KEY}",
    }
    assert not any("env" in provider for provider in providers.values())


def test_body_and_efforts_are_left_out_for_messages(requests: dict[str, Any]) -> None:
    model = requests["opencode/opencode.json"]["provider"]["key"]["models"]["m"]
    assert "options" not in model
    assert all(variant == {"disabled": True} for variant in model["variants"].values())
    assert {"low", "high", "max", "thinking"} < set(model["variants"])
