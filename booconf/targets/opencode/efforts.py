"""Reasoning efforts that opencode would derive from names, and the members that offer the declared ones.

opencode 1.18.33 (provider/transform.ts, `variants`) offers efforts, as `variants` of a model, for each model
with reasoning, and sends the first of them with requests for titles. Only `disabled` removes one.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from booconf.json_text import Json

_LEVELS = ("low", "medium", "high")


@dataclass(frozen=True, slots=True)
class _Rule:
    """Efforts of models whose id, or upstream name, contains one of `texts` in lower case."""

    texts: tuple[str, ...]
    efforts: tuple[str, ...]
    by_id: bool = True
    by_upstream: bool = True


_RULES = (
    _Rule(("minimax-m3",), ("none", "thinking"), by_id=False),
    _Rule(("glm-5.2", "glm-5-2", "glm-5p2"), ("high", "max")),
    _Rule(
        (
            "deepseek-chat", "deepseek-reasoner", "deepseek-r1", "deepseek-v3", "minimax", "glm", "kimi",
            "k2p", "qwen", "big-pickle",
        ), (), by_upstream=False,
    ),
    _Rule(("grok-3-mini",), ("low", "high"), by_upstream=False),
    _Rule(("north-mini-code",), ("none", "high"), by_id=False),
    _Rule(("deepseek-v4",), (*_LEVELS, "max"), by_id=False),
)  # fmt: skip
"""The rules for @ai-sdk/openai-compatible; the first that a model meets decides, else it gets _LEVELS."""

ALL_EFFORTS = ("none", "thinking", "minimal", *_LEVELS, "xhigh", "max", "default")
"""The efforts that opencode offers for any model: of its other client libraries, or its built-in models."""


def derived_efforts(model_id: str, upstream: str) -> tuple[str, ...]:
    """The efforts that opencode offers for a model with reasoning, asked by @ai-sdk/openai-compatible."""
    model_id, upstream = model_id.lower(), upstream.lower()
    for rule in _RULES:
        names = (model_id if rule.by_id else "", upstream if rule.by_upstream else "")
        if any(text in name for text in rule.texts for name in names):
            return rule.efforts
    return _LEVELS


def variants(guessed: tuple[str, ...], declared: tuple[str, ...]) -> Mapping[str, Json]:
    """The member `variants` of a model that offers the efforts `declared` and no other of those `guessed`."""
    return {effort: {"reasoningEffort": effort} for effort in declared} | {
        effort: {"disabled": True} for effort in guessed if effort not in declared
    }
