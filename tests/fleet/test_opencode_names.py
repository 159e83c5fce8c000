"""The table of names by which opencode changes its requests, and BC518, which reports them."""

import pytest

from booconf.diagnostics import Diagnostic
from booconf.fleet.opencode_name_rules import NAME_RULES
from booconf.fleet.opencode_names import name_matches, overrides
from tests.support.fleets import fleet_of, load

OPTIONAL = """
  spare:
    kind: vllm
    base_url: http://127.0.0.1:8002
    api_key_env: SPARE_KEY
    optional: true
    models: {minimax-m2: {context: 65536}}
"""


def fleet_with(model: str, *, kind: str = "vllm", provider: str = "box", more: str = "") -> str:
    return f"""
version: 1
default_provider: {provider}
roles: {{default: {provider}/plain-24b}}
providers:
  {provider}:
    kind: {kind}
    base_url: http://127.0.0.1:8001
    defaults: {{context: 65536}}
    {more}
    models:
      plain-24b: {{capabilities: [tools]}}
      {model}
"""


def rules_of(text: str) -> list[str]:
    """The ids of the rules that the last model of the last provider meets."""
    provider = list(fleet_of(text).providers.values())[-1]
    return [match.rule.id for match in name_matches(provider, provider.chat_models()[-1])]


def warnings_of(text: str) -> list[Diagnostic]:
    return [found for found in load(text).diagnostics if found.code == "BC518"]


def test_ids_of_rules_are_unique() -> None:
    assert len({rule.id for rule in NAME_RULES}) == len(NAME_RULES)


@pytest.mark.parametrize(
    ("model", "rules"),
    [
        ("qwen3-8b", []),
        ("gemma-3-12b-it", []),
        ("deepseek-r1-qwen3-8b", []),
        ("local-gpt-5-distill", ["apply-patch", "prompt-gpt", "effort-gpt-5"]),
        ("gpt-5-chat", ["apply-patch", "prompt-gpt"]),
        ("gpt-5.1-codex", ["apply-patch", "prompt-codex", "effort-gpt-5"]),
        ("gpt-6-mini", ["apply-patch", "prompt-gpt-6"]),
        ("GPT-5", []),
        ("gpt-oss-20b", ["prompt-gpt"]),
        ("gpt-4-turbo", ["prompt-o1"]),
        ("my-gpt-neox", ["apply-patch", "prompt-gpt"]),
        ("gpt2", ["prompt-gpt"]),
        ("marco-o1-7b", ["prompt-o1"]),
        ("muse-gpt-x", ["apply-patch", "prompt-muse"]),
        ("kimi-k2.5-q2", ["prompt-kimi", "top-p", "schema-kimi"]),
        ("Kimi-K2-Instruct", ["prompt-kimi", "schema-kimi"]),
        ("gemini-3-flash-distill", ["prompt-gemini", "top-p-gemini", "schema-gemini"]),
        ("gemini-3.5-flash-lite", ["prompt-gemini", "schema-gemini"]),
        ("not-gemini", ["schema-gemini"]),
        ("gemini-minimax-m2", ["prompt-gemini", "schema-gemini"]),
        ("MiniMax-M2.1", ["top-p"]),
        ("deepseek-v4-flash", []),
        ("deepseek-v4-flash:0731", ["top-p"]),
        ("Devstral-Small", ["nine"]),
        ("qwen-claude-distill", ["prompt-claude", "ids-claude", "cache", "cache-id"]),
        ("anthropic-like", ["cache", "cache-id"]),
        ("Trinity-Mini", ["prompt-trinity"]),
        ("writer: {upstream: claude-x}", ["prompt-claude", "ids-claude", "cache"]),
        ("claude-x: {upstream: other}", ["cache-id"]),
        ("gpt-neo: {upstream: neo}", []),
        ("glm-4.6: {capabilities: [tools]}", []),
    ],
)
def test_rules_that_a_model_meets(model: str, rules: list[str]) -> None:
    assert rules_of(fleet_with(model if ": " in model else f'"{model}":')) == rules


@pytest.mark.parametrize(
    ("provider", "rules"),
    [
        ("box", []),
        ("mozaic", ["zai"]),
        ("zhipuai-at-home", ["zai"]),
        ("opencode2", ["opencode"]),
        ("my-opencode", []),
        ("my-github-copilot", ["copilot"]),
        ("openai-local", ["retry"]),
        ("kimi-for-coding", ["prompt-moonshot"]),
    ],
)
def test_rules_that_a_provider_meets(provider: str, rules: list[str]) -> None:
    assert rules_of(fleet_with("qwen3:", provider=provider)) == rules


@pytest.mark.parametrize(
    ("provider", "model", "rules"),
    [
        ("opencode2", "gpt-5-pro", ["opencode", "apply-patch", "prompt-gpt", "opencode-gpt-5"]),
        ("opencode2", "deepseek-v4-flash", ["opencode", "top-p-deepseek"]),
        ("deepseek2", "deepseek-v4-flash", []),
        ("my-github-copilot", "gpt-oss", ["copilot", "prompt-gpt", "copilot-gpt"]),
    ],
)
def test_rule_about_both_names(provider: str, model: str, rules: list[str]) -> None:
    assert rules_of(fleet_with(f"{model}:", provider=provider)) == rules


def test_rule_about_a_capability() -> None:
    """The id of a built-in provider, which a fleet may have on request."""
    more = "opencode: {extends_builtin: true}"
    plain, thinking = ("qwen3:", "qwen3: {capabilities: [reasoning]}")
    assert rules_of(fleet_with(plain, provider="alibaba-cn", more=more)) == []
    assert rules_of(fleet_with(thinking, provider="alibaba-cn", more=more)) == ["alibaba"]


def test_one_warning_for_each_model_with_all_its_changes() -> None:
    (warning,) = warnings_of(fleet_with("local-gpt-5-distill:"))
    assert warning.message == (
        "for `box/local-gpt-5-distill` opencode "
        "offers the tool `apply_patch` instead of `edit` and `write` (`gpt-` in the upstream name), "
        "sends its system prompt for GPT models, which tells them to use the tool `apply_patch` "
        "(`gpt` in the upstream name), "
        "sends `reasoning_effort: medium` (`gpt-5` in the upstream name)"
    )
    assert warning.help == (
        "let the host serve it under a name without `gpt`; or declare `reasoning_effort` in `extra_body`"
    )


def test_one_change_because_of_two_names() -> None:
    (warning,) = warnings_of(fleet_with("anthropic-like:"))
    assert warning.message == (
        "for `box/anthropic-like` opencode adds `cache_control` to messages "
        "(`anthropic` in the upstream name, `anthropic` in the model id)"
    )
    assert warning.help == (
        "write an id without `anthropic`, and `upstream` with the name that the host knows; "
        "let the host serve it under a name without `anthropic`"
    )


def test_one_warning_for_a_provider() -> None:
    (warning,) = warnings_of(fleet_with("qwen3:", provider="mozaic"))
    assert warning.message.startswith("for models of `mozaic` opencode sends `thinking:")
    assert warning.help == "set `opencode: {id: ...}` to an id without `zai`"
    assert warnings_of(fleet_with("qwen3:", provider="mozaic", more="opencode: {id: mosaic}")) == []


def test_built_in_id_is_reported_as_such() -> None:
    fleet = fleet_with("qwen3:", provider="zai")
    assert [found.code for found in load(fleet).diagnostics] == ["BC313"]
    extending = fleet_with("qwen3:", provider="zai", more="opencode: {extends_builtin: true}")
    assert [found.code for found in load(extending).diagnostics] == ["BC510", "BC518"]


@pytest.mark.parametrize(
    ("model", "source"),
    [
        ("claude-x: {upstream: neo}", "claude-x"),
        ("writer: {upstream: mistral-7b}", "mistral-7b"),
        ("mistral-7b:", "mistral-7b"),
        ("claude-x: {upstream: claude-x-q4}", "claude-x"),
    ],
)
def test_warning_is_at_the_name_that_decides(model: str, source: str) -> None:
    text = fleet_with(model)
    (warning,) = warnings_of(text)
    assert warning.primary is not None
    span = warning.primary.span
    line = text.split("\n")[span.start.line - 1]
    assert line[span.start.column - 1 : span.end.column - 1] == source


@pytest.mark.parametrize("kind", ["vllm", "llama-server", "ollama"])
def test_null_undoes_top_p_where_the_program_ignores_it(kind: str) -> None:
    text = fleet_with("MiniMax-M2:", kind=kind)
    assert warnings_of(text) == []
    provider = fleet_of(text).providers["box"]
    assert [overrides(provider, model) for model in provider.chat_models()] == [{}, {"top_p": None}]


@pytest.mark.parametrize("kind", ["llama-swap", "lmstudio", "openai-compatible"])
def test_top_p_is_reported_where_null_may_be_refused(kind: str) -> None:
    (warning,) = warnings_of(fleet_with("MiniMax-M2:", kind=kind))
    assert warning.message == (
        "for `box/MiniMax-M2` opencode sends `top_p: 0.95` (`minimax-m2` in the upstream name)"
    )


def test_top_p_of_an_optional_provider_is_reported() -> None:
    """opencode knows such a provider from the catalog, which has no field for options."""
    (warning,) = warnings_of(fleet_with("qwen3:") + OPTIONAL)
    assert warning.message.startswith("for `spare/minimax-m2` opencode sends `top_p: 0.95`")
    assert warning.help == "let the host serve it under a name without `minimax-m2`"
    declared = OPTIONAL.replace("context: 65536", "context: 65536, extra_body: {top_p: 0.5}")
    assert warnings_of(fleet_with("qwen3:") + declared) == [warning]


@pytest.mark.parametrize(
    ("apis", "model", "rules"),
    [
        (
            "responses",
            "gpt-5.1-mini",
            ["apply-patch", "prompt-gpt", "effort-gpt-5", "verbosity", "developer"],
        ),
        ("responses", "gpt-5-chat", ["apply-patch", "prompt-gpt"]),
        ("responses", "o3-mini", ["prompt-o1", "developer"]),
        ("responses", "claude-like", ["prompt-claude", "ids-claude"]),
        ("responses", "minimax-m2", ["top-p"]),
        ("responses", "minimax-m2: {capabilities: [reasoning]}", []),
        ("messages", "claude-3-haiku", ["prompt-claude", "ids-claude", "claude-3", "claude"]),
        ("messages", "minimax-m2.1", ["top-p", "top-k-minimax"]),
        ("messages", "minimax-m2", ["top-p", "top-k-minimax-m2"]),
        ("messages", "moonshot-1", []),
        ("messages", "moonshot-1: {capabilities: [reasoning]}", ["thinking-kimi"]),
        ("messages", "minimax-m3", ["thinking-minimax"]),
    ],
)
def test_rules_of_an_api(apis: str, model: str, rules: list[str]) -> None:
    text = fleet_with(model if ": " in model else f"{model}:", more=f"apis: [{apis}, chat-completions]")
    assert rules_of(text) == rules
    provider = fleet_of(text).providers["box"]
    assert overrides(provider, provider.chat_models()[-1]) == {}


@pytest.mark.parametrize(
    ("capabilities", "model", "rules"),
    [
        ("[temperature]", "glm-4.6", ["temperature-glm"]),
        ("[temperature]", "kimi-k2", ["prompt-kimi", "temperature-kimi", "schema-kimi"]),
        ("[temperature]", "kimi-k2p1", ["prompt-kimi", "temperature-kimi-thinking", "schema-kimi"]),
        ("[temperature]", "north-mini-code", ["temperature-north"]),
        ("[tools]", "glm-4.6", []),
    ],
)
def test_temperature_is_sent_where_a_model_has_the_capability(
    capabilities: str, model: str, rules: list[str]
) -> None:
    assert rules_of(fleet_with(f"{model}: {{capabilities: {capabilities}}}")) == rules


def test_declared_member_of_the_body_is_no_surprise() -> None:
    """`extra_body` wins over what opencode sends by name, where it is sent."""
    own = "minimax-m2: {extra_body: {top_p: 0.5}}"
    assert warnings_of(fleet_with(own, kind="llama-swap")) == []
    (warning,) = warnings_of(fleet_with(own, kind="llama-swap", more="apis: [messages]"))
    assert warning.help == "let the host serve it under a name without `minimax-m2`"
