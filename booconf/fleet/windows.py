"""Context windows and the limits that follow from them: the first that speaks wins."""

from collections.abc import Iterator, Sequence
from typing import Literal

from booconf.declaration.format import DefaultsDeclaration, ModelDeclaration, OverrideDeclaration
from booconf.fleet.model import LimitRule, Limits, Model, Origin
from booconf.fleet.patterns import Pattern
from booconf.source import Path

LARGEST_DERIVED_OUTPUT = 8192
"""The most output tokens that booconf itself gives a model, in tokens; otherwise a quarter of the window."""

LimitName = Literal["context", "input", "output"]

_MODEL = Origin(LimitRule.MODEL)
_DEFAULTS = Origin(LimitRule.DEFAULTS)
_WINDOW = Origin(LimitRule.WINDOW)
_QUARTER = Origin(LimitRule.QUARTER)
_UNKNOWN = Origin(LimitRule.UNKNOWN)
_NONE = Origin(LimitRule.NONE)


class Overrides:
    """The context overrides, asked for the last one that matches a composite id."""

    def __init__(self, overrides: Sequence[OverrideDeclaration]) -> None:
        self._windows = [override.context for override in overrides]
        self._patterns = [
            (index, Pattern.of(override.match))
            for index, override in enumerate(overrides)
            if "*" in override.match
        ][::-1]
        self._exact = {
            override.match: index for index, override in enumerate(overrides) if "*" not in override.match
        }

    def last_match(self, composite_id: str) -> int | None:
        """The index of the entry that decides, or None."""
        exact = self._exact.get(composite_id, -1)
        for index, pattern in self._patterns:
            if index < exact:
                break
            if pattern.matches(composite_id):
                return index
        return exact if exact >= 0 else None

    def window(self, index: int) -> int | Literal["unknown"]:
        """The window that entry `index` gives, in tokens."""
        return self._windows[index]


def context_chain(
    composite_id: str, model: ModelDeclaration, defaults: DefaultsDeclaration, overrides: Overrides
) -> Iterator[tuple[int | Literal["unknown"], Origin]]:
    """Everything that speaks about a model's window, in tokens, the one that wins first."""
    index = overrides.last_match(composite_id)
    if index is not None:
        yield overrides.window(index), Origin(LimitRule.OVERRIDE, index)
    if model.context is not None:
        yield model.context, _MODEL
    if defaults.context is not None:
        yield defaults.context, _DEFAULTS


def decide_limits(
    composite_id: str, model: ModelDeclaration, defaults: DefaultsDeclaration, overrides: Overrides
) -> Limits:
    """The limits of one model; a window nobody speaks about is None with the origin `not declared`."""
    context, context_origin = next(context_chain(composite_id, model, defaults, overrides), (None, _NONE))
    if context == "unknown":
        return Limits(None, None, None, context_origin, _UNKNOWN, _UNKNOWN)
    input_limit, input_origin = (context, _WINDOW) if model.input is None else (model.input, _MODEL)
    output, output_origin = _decide_output(model, defaults, context)
    return Limits(context, input_limit, output, context_origin, input_origin, output_origin)


def _decide_output(
    model: ModelDeclaration, defaults: DefaultsDeclaration, context: int | None
) -> tuple[int | None, Origin]:
    if model.type != "chat" or context is None:
        return None, _NONE
    if model.output is not None:
        return model.output, _MODEL
    if defaults.output is not None and defaults.output < context:
        return defaults.output, _DEFAULTS
    return max(1, min(LARGEST_DERIVED_OUTPUT, context // 4)), _QUARTER


def limit_of(model: Model, limit: LimitName) -> int | None:
    """A limit of `model` in tokens, None when unknown or not applicable."""
    limits = model.limits
    return {"context": limits.context, "input": limits.input, "output": limits.output}[limit]


def origin_of(model: Model, limit: LimitName) -> Origin:
    """Why a limit of `model` has its value."""
    limits = model.limits
    return {"context": limits.context_origin, "input": limits.input_origin, "output": limits.output_origin}[
        limit
    ]


def written_at(model: Model, limit: LimitName, origin: Origin) -> Path | None:
    """Where something that speaks about a limit stands in fleet.yaml; None for a rule of booconf itself."""
    if origin.override is not None:
        return ("context_overrides", origin.override, "context")
    if origin.rule is LimitRule.MODEL:
        return ("providers", model.provider, "models", model.id, limit)
    if origin.rule is LimitRule.DEFAULTS:
        return ("providers", model.provider, "defaults", limit)
    return None
