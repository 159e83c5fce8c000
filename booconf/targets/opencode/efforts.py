"""Reasoning efforts that opencode would derive from names, and the members that offer the declared ones.

opencode 1.18.33 (provider/transform.ts, `variants`) offers efforts, as `variants` of a model, for each model
with reasoning, and sends the first of them with requests for titles. Only `disabled` removes one.
"""

from collections.abc import Mapping

from booconf.json_text import Json

_LEVELS = ("low", "medium", "high")

_RULES: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("upstream", ("minimax-m3",), ("none", "thinking")),
    ("both", ("glm-5.2", "glm-5-2", "glm-5p2"), ("high", "max")),
    (
        "id",
        (
            "deepseek-chat", "deepseek-reasoner", "deepseek-r1", "deepseek-v3", "minimax", "glm", "kimi",
            "k2p", "qwen", "big-pickle",
        ), (),
    ),
    ("id", ("grok-3-mini",), ("low", "high")),
    ("upstream", ("north-mini-code",), ("none", "high")),
    ("upstream", ("deepseek-v4",), (*_LEVELS, "max")),
)  # fmt: skip
"""The rules of @ai-sdk/openai-compatible: the name that decides, its parts in lower case, and the efforts.

The first rule that a model meets applies, else _LEVELS; `both` is the id or the upstream name.
"""

ALL_EFFORTS = ("none", "thinking", "minimal", *_LEVELS, "xhigh", "max", "default")
"""The efforts that opencode offers for any model: of its other client libraries, or its built-in models."""


def derived_efforts(model_id: str, upstream: str) -> tuple[str, ...]:
    """The efforts that opencode offers for a model with reasoning, asked by @ai-sdk/openai-compatible."""
    model_id, upstream = model_id.lower(), upstream.lower()
    names = {"id": model_id, "upstream": upstream, "both": f"{model_id}/{upstream}"}
    for name, texts, efforts in _RULES:
        named = names[name]
        for text in texts:  # faster than `any`, and a fleet may have 100,000 models
            if text in named:
                return efforts
    return _LEVELS


def variants(guessed: tuple[str, ...], declared: tuple[str, ...]) -> Mapping[str, Json]:
    """The member `variants` of a model that offers the efforts `declared` and no other of those `guessed`."""
    return {effort: {"reasoningEffort": effort} for effort in declared} | {
        effort: {"disabled": True} for effort in guessed if effort not in declared
    }
