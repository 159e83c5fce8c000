"""Limits as opencode 1.18.33 applies them: the output that it asks for, and when it compacts a session.

Source: its session/overflow.ts and provider/transform.ts; tests/clients/test_opencode_budgets.py confirms it.
All numbers are tokens.
"""

from booconf.fleet.model import LimitRule, Model

LARGEST_OUTPUT = 32_000
"""The most output that opencode asks for, whatever the limit of the model."""

OUTPUT_VARIABLE = "OPENCODE_EXPERIMENTAL_OUTPUT_TOKEN_MAX"
"""The environment variable of opencode that replaces LARGEST_OUTPUT."""

PROMPT = 8192
"""The size of opencode's own system prompt and tools, rounded up from about 7,700."""

SMALLEST_SESSION = PROMPT + 512
"""A session compacted below this size exceeds it again with its summary, so it is compacted without end."""

_LARGEST_RESERVE = 20_000
_LARGEST_TOOL_RESULT = 16_384
"""opencode cuts a tool result at 50 kB; source code has three to four bytes a token."""


def requested_output(model: Model) -> int:
    """The `max_tokens` of a request to a model; those of `extra_body` win over opencode's own."""
    declared = declared_max_tokens(model)
    return _own_output(model) if declared is None else declared


def declared_max_tokens(model: Model) -> int | None:
    """The member `max_tokens` of `extra_body`; None if it limits nothing, as null and -1 do."""
    declared = model.extra_body.get("max_tokens")
    return declared if type(declared) is int and declared > 0 else None


def prompt_limit(model: Model) -> int | None:
    """The largest prompt that fits with the requested output; None for an unknown window.

    A declared input may be smaller. A larger one is for hosts that count otherwise, but leaves no more room.
    """
    if model.limits.context is None:
        return None
    room = max(0, model.limits.context - requested_output(model))
    return (
        min(room, model.limits.input or room) if model.limits.input_origin.rule is LimitRule.MODEL else room
    )


def input_limit(model: Model) -> int | None:
    """The value of `limit.input` in opencode's files; None for an unknown window. A declared input stays.

    opencode compacts a session when a response reports `limit.input` less its reserve; the results of the
    tools that the response calls come after that. The derived value leaves room for the largest result, but
    at most half of the room beside opencode's own prompt, so that a compacted session can grow again.
    """
    prompt = prompt_limit(model)
    if prompt is None or model.limits.input_origin.rule is LimitRule.MODEL:
        return model.limits.input
    reserve = _reserve(model)
    room = min(max(_LARGEST_TOOL_RESULT, reserve), max(0, prompt - PROMPT) // 2)
    return prompt - room + reserve


def compaction_size(model: Model) -> int | None:
    """The reported tokens at which opencode compacts a session; None for an unknown window: never."""
    limit = input_limit(model)
    return None if limit is None else max(0, limit - _reserve(model))


def _reserve(model: Model) -> int:
    return min(_own_output(model), _LARGEST_RESERVE)


def _own_output(model: Model) -> int:
    return min(model.limits.output or LARGEST_OUTPUT, LARGEST_OUTPUT)
