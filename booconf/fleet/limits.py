"""Resolve context windows and derived limits; the first source that defines one wins."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from booconf.declaration.model_schema import ModelDeclaration
from booconf.declaration.schema import DefaultsDeclaration, OverrideDeclaration
from booconf.fleet.model import LimitRule, Limits, Model, Origin
from booconf.source import Path

LARGEST_DERIVED_OUTPUT = 8192
"""The largest output limit that booconf derives, in tokens; for smaller windows it is a quarter of them."""

LARGEST_REASONING_OUTPUT = 16384
"""As LARGEST_DERIVED_OUTPUT, for a model whose output includes its reasoning."""

LimitName = Literal["context", "input", "output"]
DeclaredWindow = int | Literal["unknown"]
"""A context window in fleet.yaml: tokens, or explicitly unknown."""

LimitClaim = tuple[int | None, Origin]
"""A limit in tokens, None for unknown or none, and the source that defines it."""

_MODEL = Origin(LimitRule.MODEL)
_DEFAULTS = Origin(LimitRule.DEFAULTS)
_DEFAULTS_TOO_LARGE = Origin(LimitRule.DEFAULTS, fits=False)
_WINDOW = Origin(LimitRule.WINDOW)
_BESIDE_OUTPUT = Origin(LimitRule.BESIDE_OUTPUT)
_QUARTER = Origin(LimitRule.QUARTER)
_REASONING_QUARTER = Origin(LimitRule.REASONING_QUARTER)
_UNKNOWN = Origin(LimitRule.UNKNOWN)
_NONE = Origin(LimitRule.NONE)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern over ids: `*` matches any run of characters, `/` included; case counts.

    `pieces` are the texts between the stars; `matches` takes time linear in the text for each piece.
    """

    pieces: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> "Pattern":
        """The pattern written as `text`."""
        return cls(tuple(text.split("*")))

    def matches(self, text: str) -> bool:
        """True if the pattern matches the whole of `text`."""
        first, *rest = self.pieces
        if not rest:
            return text == first
        *middle, last = rest
        if len(text) < len(first) + len(last) or not text.startswith(first) or not text.endswith(last):
            return False
        position, end = len(first), len(text) - len(last)
        for piece in middle:
            position = text.find(piece, position, end)
            if position < 0:
                return False
            position += len(piece)
        return True


class Overrides:
    """The context overrides of a fleet, indexed by the composite ids that they match."""

    def __init__(self, overrides: Sequence[OverrideDeclaration]) -> None:
        self._windows = [
            (override.context, Origin(LimitRule.OVERRIDE, index)) for index, override in enumerate(overrides)
        ]
        self._patterns: list[tuple[int, Pattern]] = []
        self._exact: dict[str, list[int]] = {}
        for index in reversed(range(len(overrides))):
            match = overrides[index].match
            if "*" in match:
                self._patterns.append((index, Pattern.of(match)))
            else:
                self._exact.setdefault(match, []).append(index)

    def windows(self, composite_id: str) -> Iterator[tuple[DeclaredWindow, Origin]]:
        """The windows of the matching entries in tokens, the last entry, which wins, first."""
        exact: Sequence[int] = self._exact.get(composite_id, ())
        indexes: Iterable[int] = self._merge(composite_id, exact) if self._patterns else exact
        return map(self._windows.__getitem__, indexes)

    def _merge(self, composite_id: str, exact: Sequence[int]) -> Iterator[int]:
        position = 0
        for index, pattern in self._patterns:
            while position < len(exact) and exact[position] > index:
                yield exact[position]
                position += 1
            if pattern.matches(composite_id):
                yield index
        yield from exact[position:]


def context_chain(
    composite_id: str, model: ModelDeclaration, defaults: DefaultsDeclaration, overrides: Overrides
) -> Iterator[tuple[DeclaredWindow, Origin]]:
    """The sources that define a model's window, in tokens, in order of precedence."""
    yield from overrides.windows(composite_id)
    if model.context is not None:
        yield model.context, _MODEL
    if defaults.context is not None:
        yield defaults.context, _DEFAULTS


def input_chain(
    model: ModelDeclaration, window: DeclaredWindow | None, output: int | None
) -> list[LimitClaim]:
    """The sources of a model's input limit in `window`, in tokens, in order of precedence; at least one.

    Input and output share the window; `output` is None for a model without output tokens.
    """
    declared: list[LimitClaim] = [] if model.input is None else [(model.input, _MODEL)]
    if not isinstance(window, int):
        return [(None, _UNKNOWN if declared or window == "unknown" else _NONE), *declared]
    return declared or [(window, _WINDOW) if output is None else (window - output, _BESIDE_OUTPUT)]


def output_chain(
    model: ModelDeclaration, defaults: DefaultsDeclaration, window: DeclaredWindow | None
) -> list[LimitClaim]:
    """The sources of a model's output limit in `window`, in tokens, in order of precedence; at least one."""
    if model.type != "chat":
        return [(None, _NONE)]
    declared: list[LimitClaim] = [] if model.output is None else [(model.output, _MODEL)]
    default = defaults.output
    if default is not None:
        fits = not isinstance(window, int) or default < window
        declared.append((default, _DEFAULTS if fits else _DEFAULTS_TOO_LARGE))
    if not isinstance(window, int):
        return [(None, _UNKNOWN if declared or window == "unknown" else _NONE), *declared]
    if declared and declared[0][1].fits:
        return declared
    reasons = "reasoning" in (model.capabilities or ())
    most, origin = (
        (LARGEST_REASONING_OUTPUT, _REASONING_QUARTER) if reasons else (LARGEST_DERIVED_OUTPUT, _QUARTER)
    )
    return [(max(1, min(most, window // 4)), origin), *declared]


def decide_limits(
    composite_id: str, model: ModelDeclaration, defaults: DefaultsDeclaration, overrides: Overrides
) -> Limits:
    """The limits of one model; a window that no source defines is None with the origin `not declared`."""
    window, context_origin = next(context_chain(composite_id, model, defaults, overrides), (None, _NONE))
    output, output_origin = output_chain(model, defaults, window)[0]
    input_limit, input_origin = input_chain(model, window, output)[0]
    context = None if window == "unknown" else window
    return Limits(context, input_limit, output, context_origin, input_origin, output_origin)


def limit_of(model: Model, limit: LimitName) -> int | None:
    """A limit of `model` in tokens, None when unknown or not applicable."""
    limits = model.limits
    return {"context": limits.context, "input": limits.input, "output": limits.output}[limit]


def origin_of(model: Model, limit: LimitName) -> Origin:
    """The source of a limit of `model`."""
    limits = model.limits
    return {"context": limits.context_origin, "input": limits.input_origin, "output": limits.output_origin}[
        limit
    ]


def written_at(model: Model, limit: LimitName, origin: Origin) -> Path | None:
    """The path in fleet.yaml of the source `origin` of a limit; None for a rule of booconf."""
    if origin.override is not None:
        return ("context_overrides", origin.override, "context")
    if origin.rule is LimitRule.MODEL:
        return ("providers", model.provider, "models", model.id, limit)
    if origin.rule is LimitRule.DEFAULTS:
        return ("providers", model.provider, "defaults", limit)
    return None
