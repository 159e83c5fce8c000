"""Names by which opencode 1.18.33 changes its requests.

Each rule was read in the program and seen in its requests. `tests/clients/opencode_names.txt` lists every
comparison of a name in the program, with the rules that it belongs to or the reason for none;
`python -m scripts.refresh_opencode_names` compares it with the installed program.
"""

import re
from typing import Literal, NamedTuple

from booconf.declaration.enums import Api
from booconf.fleet.model import Model, Provider

OPENCODE_VERSION = "1.18.33"

NameField = Literal["opencode provider id", "model id", "upstream name"]
Operator = Literal["contains", "starts with", "equals"]


class NameRule(NamedTuple):
    """One change of opencode's requests by a name.

    A name meets the rule if it contains, starts with or equals one of `texts`, contains none of `but`, and
    has a match of the regular expression `pattern`, if any; all in lower case if `folded`. The rule may need
    the capability `needs`, an opencode provider id that one of `providers` matches, where `*` stands for any
    text, and one of `apis` as the API by which opencode asks. Of the rules with one `subject` and `field`,
    opencode applies the first that a model meets. `effect` completes "opencode". `parameter` is the member of
    the request body that the rule adds, if any.
    """

    id: str
    subject: str
    field: NameField
    operator: Operator
    texts: tuple[str, ...]
    effect: str
    but: tuple[str, ...] = ()
    pattern: str | None = None
    folded: bool = False
    needs: str | None = None
    providers: tuple[str, ...] = ()
    parameter: str | None = None
    apis: tuple[Api, ...] = ()

    def part_of(self, name: str) -> str | None:
        """The one of `texts` by which `name` meets the rule; None if it does not."""
        if self.folded:
            name = name.lower()
        for text in self.texts:
            if text in name and _compare(name, self.operator, text):
                if any(other in name for other in self.but):
                    return None
                return text if self.pattern is None or re.search(self.pattern, name) else None
        return None

    def concerns(self, provider: Provider, model: Model) -> bool:
        """True if the rule applies to models of this provider and with these capabilities."""
        api = provider.client_api
        if (self.apis and api not in self.apis) or (self.needs and self.needs not in model.capabilities):
            return False
        if api == "responses" and self.parameter in SAMPLING and "reasoning" in model.capabilities:
            return False  # the library sends no sampling with reasoning models
        return not self.providers or any(_fits(provider.opencode_id, pattern) for pattern in self.providers)


PROVIDER: NameField = "opencode provider id"
MODEL: NameField = "model id"
UPSTREAM: NameField = "upstream name"

SAMPLING = frozenset({"temperature", "top_p"})

_CHAT: tuple[Api, ...] = ("chat-completions",)
_MESSAGES: tuple[Api, ...] = ("messages",)
_RESPONSES: tuple[Api, ...] = ("responses",)
_GEMINI = (
    r"gemini-2[.-]5(?:[.-]|$)|gemini-3-(?:flash|pro)(?:[.-]|$)|gemini-3[.-]1(?:[.-]|$)"
    r"|gemini-3[.-]5-flash(?!-lite)(?:[.-]|$)"
)
_REASONING_GPT = r"^o\d+(?:-|$)|^gpt-(?:[5-9]|[1-9]\d+)(?:\.\d+(?:-|$)|-(?!chat)|$)"
_ADAPTIVE = "sends `thinking: {type: adaptive}` and the effort `high`"
_NINE = "shortens the ids of tool calls to nine letters and digits, and adds answers `Done.`"
_CACHE = "adds `cache_control` to messages"
_KIMI = "rewrites the schemas of tools for the API of Kimi"
_GOOGLE = "rewrites the schemas of tools for the API of Google"
_TOP_P = "sends `top_p: 0.95`"
_WARM = "sends `temperature: 1` for agents that set none"

NAME_RULES: tuple[NameRule, ...] = (
    NameRule(
        "zai", "thinking", PROVIDER, "contains", ("zai", "zhipuai"),
        "sends `thinking: {type: enabled, clear_thinking: false}`", parameter="thinking", apis=_CHAT,
    ),
    NameRule(
        "baseten", "chat_template_args", PROVIDER, "equals", ("baseten",),
        "sends `chat_template_args: {enable_thinking: true}`", parameter="chat_template_args", apis=_CHAT,
    ),
    NameRule(
        "alibaba", "enable_thinking", PROVIDER, "equals", ("alibaba-cn",),
        "sends `enable_thinking: true`", needs="reasoning", parameter="enable_thinking", apis=_CHAT,
    ),
    NameRule("openai-output", "output", PROVIDER, "equals", ("openai",), "sends no `max_tokens`"),
    NameRule(
        "store", "store", PROVIDER, "equals", ("openai",), "sends `store: false`", parameter="store",
        apis=_CHAT,
    ),
    NameRule(
        "opencode", "headers", PROVIDER, "starts with", ("opencode",),
        "sends the headers of its own service, not `x-session-id`",
    ),
    NameRule(
        "copilot", "headers", PROVIDER, "contains", ("github-copilot",),
        "sends the headers of GitHub Copilot",
    ),
    NameRule(
        "retry", "retries", PROVIDER, "starts with", ("openai",),
        "repeats requests that are answered with 404",
    ),
    # The tools are chosen by a `modelID`, but opencode passes the upstream name for it.
    NameRule(
        "apply-patch", "tools", UPSTREAM, "contains", ("gpt-",),
        "offers the tool `apply_patch` instead of `edit` and `write`", but=("oss", "gpt-4"),
    ),
    NameRule(
        "prompt-muse", "prompt", UPSTREAM, "contains", ("muse-glimmer", "muse"),
        "sends its system prompt for Muse models",
    ),
    NameRule(
        "prompt-o1", "prompt", UPSTREAM, "contains", ("gpt-4", "o1", "o3"),
        "sends its system prompt for GPT-4, o1 and o3 models",
    ),
    NameRule(
        "prompt-gpt-6", "prompt", UPSTREAM, "contains", ("gpt-6",),
        "sends its system prompt for GPT-6 models",
    ),
    NameRule(
        "prompt-codex", "prompt", UPSTREAM, "contains", ("gpt",),
        "sends its system prompt for Codex models", pattern="codex",
    ),
    NameRule(
        "prompt-gpt", "prompt", UPSTREAM, "contains", ("gpt",),
        "sends its system prompt for GPT models, which tells them to use the tool `apply_patch`",
    ),
    NameRule(
        "prompt-gemini", "prompt", UPSTREAM, "contains", ("gemini-",),
        "sends its system prompt for Gemini models",
    ),
    NameRule(
        "prompt-claude", "prompt", UPSTREAM, "contains", ("claude",),
        "sends its system prompt for Claude models",
    ),
    NameRule(
        "prompt-trinity", "prompt", UPSTREAM, "contains", ("trinity",),
        "sends its system prompt for Trinity models", folded=True,
    ),
    NameRule(
        "prompt-kimi", "prompt", UPSTREAM, "contains", ("kimi",),
        "sends its system prompt for Kimi models", folded=True,
    ),
    NameRule(
        "prompt-moonshot", "prompt", PROVIDER, "equals", ("kimi-for-coding", "moonshotai", "moonshotai-cn"),
        "sends its system prompt for Kimi models",
    ),
    NameRule(
        "effort-gpt-5", "effort", UPSTREAM, "contains", ("gpt-5",),
        "sends `reasoning_effort: medium`", but=("gpt-5-chat", "gpt-5-pro"), parameter="reasoning_effort",
        apis=(*_CHAT, *_RESPONSES),
    ),
    NameRule(
        "opencode-gpt-5", "cache key", UPSTREAM, "contains", ("gpt-5",),
        "sends `promptCacheKey`, `include` and `reasoningSummary`", but=("gpt-5-chat",),
        providers=("opencode*",),
    ),
    NameRule(
        "copilot-gpt", "output", UPSTREAM, "contains", ("gpt",),
        "sends no `max_tokens`", providers=("*github-copilot*",),
    ),
    NameRule(
        "top-p-gemini", "top_p", UPSTREAM, "contains", ("gemini",),
        _TOP_P, pattern=_GEMINI, folded=True, parameter="top_p",
    ),
    NameRule(
        "top-p", "top_p", UPSTREAM, "contains",
        ("minimax-m2", "kimi-k2.5", "kimi-k2p5", "kimi-k2-5",
         "deepseek-v4-flash-0731", "deepseek-v4-flash:0731"),
        _TOP_P, but=("gemini",), folded=True, parameter="top_p",
    ),
    NameRule(
        "top-p-deepseek", "top_p", UPSTREAM, "contains", ("deepseek-v4-flash",),
        _TOP_P, but=("gemini",), folded=True, providers=("deepseek", "opencode*"), parameter="top_p",
    ),
    NameRule(
        "temperature-north", "temperature", UPSTREAM, "contains", ("north-mini-code",),
        _WARM, folded=True, needs="temperature", parameter="temperature",
    ),
    NameRule(
        "temperature-gemini", "temperature", UPSTREAM, "contains", ("gemini",),
        _WARM, but=("claude",), pattern=_GEMINI, folded=True, needs="temperature", parameter="temperature",
    ),
    NameRule(
        "temperature-glm", "temperature", UPSTREAM, "contains", ("glm-4.6", "glm-4.7", "minimax-m2"),
        _WARM, but=("claude", "gemini"), folded=True, needs="temperature", parameter="temperature",
    ),
    NameRule(
        "temperature-kimi-thinking", "temperature", UPSTREAM, "contains", ("kimi-k2",),
        _WARM, but=("claude", "gemini"), pattern=r"thinking|k2\.|k2p|k2-5", folded=True, needs="temperature",
        parameter="temperature",
    ),
    NameRule(
        "temperature-kimi", "temperature", UPSTREAM, "contains", ("kimi-k2",),
        "sends `temperature: 0.6` for agents that set none", but=("claude", "gemini"), folded=True,
        needs="temperature", parameter="temperature",
    ),
    NameRule(
        "nine", "tool calls", UPSTREAM, "contains",
        ("mistral", "devstral", "codestral", "pixtral", "mixtral"),
        _NINE, folded=True,
    ),
    NameRule("nine-mistral", "tool calls", PROVIDER, "equals", ("mistral",), _NINE),
    NameRule(
        "ids-claude", "tool calls", UPSTREAM, "contains", ("claude",),
        "replaces characters in the ids of tool calls by `_`",
    ),
    NameRule("cache", "cache", UPSTREAM, "contains", ("anthropic", "claude"), _CACHE, apis=_CHAT),
    NameRule("cache-id", "cache", MODEL, "contains", ("anthropic", "claude"), _CACHE, apis=_CHAT),
    NameRule(
        "cache-provider", "cache", PROVIDER, "equals", ("anthropic", "google-vertex-anthropic"), _CACHE,
        apis=_CHAT,
    ),
    NameRule("schema-kimi", "schemas", UPSTREAM, "contains", ("kimi",), _KIMI, folded=True),
    NameRule("schema-moonshot", "schemas", PROVIDER, "equals", ("moonshotai",), _KIMI),
    NameRule("schema-gemini", "Google schemas", UPSTREAM, "contains", ("gemini",), _GOOGLE),
    NameRule("schema-google", "Google schemas", PROVIDER, "equals", ("google",), _GOOGLE),
    NameRule(
        "verbosity", "verbosity", UPSTREAM, "contains", ("gpt-5.",), "sends `text: {verbosity: low}`",
        but=("gpt-5-chat", "codex", "-chat"), apis=_RESPONSES,
    ),
    NameRule(
        "developer", "role", UPSTREAM, "starts with", ("gpt-", *(f"o{digit}" for digit in range(1, 10))),
        "sends the system prompt with the role `developer`, and no sampling", pattern=_REASONING_GPT,
        apis=_RESPONSES,
    ),
    NameRule(
        "thinking-minimax", "thinking", UPSTREAM, "contains", ("minimax-m3",),
        "sends `thinking: {type: adaptive}`", folded=True, apis=_MESSAGES,
    ),
    NameRule(
        "thinking-kimi", "thinking", UPSTREAM, "contains", ("kimi", "moonshot"), _ADAPTIVE, folded=True,
        needs="reasoning", apis=_MESSAGES,
    ),
    NameRule(
        "thinking-moonshot", "thinking", PROVIDER, "contains", ("kimi", "moonshot"), _ADAPTIVE,
        needs="reasoning", apis=_MESSAGES,
    ),
    NameRule(
        "top-k-minimax", "top_k", UPSTREAM, "contains", ("minimax-m2",), "sends `top_k: 40`",
        pattern=r"m2\.|m25|m21", folded=True, apis=_MESSAGES,
    ),
    NameRule(
        "top-k-minimax-m2", "top_k", UPSTREAM, "contains", ("minimax-m2",), "sends `top_k: 20`", folded=True,
        apis=_MESSAGES,
    ),
    NameRule(
        "top-k-gemini", "top_k", UPSTREAM, "contains", ("gemini",), "sends `top_k: 64`", pattern=_GEMINI,
        folded=True, apis=_MESSAGES,
    ),
    NameRule(
        "claude-3", "output", UPSTREAM, "contains", ("claude-3-haiku",),
        "sends 4096 as `max_tokens` at most", apis=_MESSAGES,
    ),
    NameRule(
        "claude", "features", UPSTREAM, "contains", ("claude",),
        "sends `eager_input_streaming`, and to some models headers and limits of Anthropic", apis=_MESSAGES,
    ),
)  # fmt: skip
"""Every rule, those of one subject in the order of the program."""


def _compare(name: str, operator: Operator, text: str) -> bool:
    if operator == "contains":
        return True
    return name.startswith(text) if operator == "starts with" else name == text


def _fits(name: str, pattern: str) -> bool:
    """True if the pattern matches the name; `*` stands only at its end, or at both ends."""
    text = pattern.strip("*")
    if pattern.startswith("*"):
        return text in name
    return name.startswith(text) if pattern.endswith("*") else name == text
