"""Explain the route of an id: the resolution step, and the sources of each limit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from booconf.diagnostics import Span
from booconf.fleet.assemble import BARE_MODEL
from booconf.fleet.context import CheckContext
from booconf.fleet.limits import (
    DeclaredWindow,
    LimitName,
    Overrides,
    context_chain,
    input_chain,
    limit_of,
    origin_of,
    output_chain,
    written_at,
)
from booconf.fleet.model import LimitRule, Model, Origin, Route
from booconf.fleet.resolve import Resolution, ResolutionError, ResolutionStep


@dataclass(frozen=True, slots=True)
class Reason:
    """A source of a limit: `value` in tokens, None for unknown; `place` is None for a rule of booconf."""

    value: int | None
    rule: LimitRule
    place: Span | None
    remark: str | None = None


@dataclass(frozen=True, slots=True)
class LimitExplanation:
    """A limit in tokens, the source that decides it, and the sources it overrules."""

    name: LimitName
    value: int | None
    decided_by: Reason
    overruled: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """The explanation of one id; `declared_at`, `limits` and `opencode` are empty for an undeclared one.

    `roles` include `fallback_roles`, which fleet.yaml does not name and the model has as the default one;
    `agents` are the agents of opencode that use the model.
    """

    text: str
    is_opencode_reference: bool
    resolution: Resolution
    route: Route
    declared_at: Span | None
    opencode: str | None
    roles: tuple[str, ...]
    fallback_roles: tuple[str, ...]
    agents: tuple[str, ...]
    limits: tuple[LimitExplanation, ...]


class Explainer:
    """Explains the ids of a valid fleet."""

    def __init__(self, context: CheckContext) -> None:
        self._declaration = context.declaration
        self._fleet = context.fleet
        self._document = context.document
        self._resolver = context.resolver
        self._overrides = Overrides(context.declaration.context_overrides)

    def explain(self, text: str) -> Explanation:
        """Explain an id of any form, or an opencode reference; raises ResolutionError."""
        resolved_id, resolution = self._read(text)
        model = resolution.model
        roles = tuple(self._roles(model)) if model else ()
        return Explanation(
            text=text,
            is_opencode_reference=resolved_id != text,
            resolution=resolution,
            route=self._resolver.resolve(resolved_id),
            declared_at=self._document.key_span(("providers", model.provider, "models", model.id))
            if model
            else None,
            opencode=self._resolver.to_opencode(model.composite_id)
            if model and model.type == "chat"
            else None,
            roles=roles,
            fallback_roles=tuple(name for name in roles if not getattr(self._fleet.roles, name)),
            agents=tuple(
                name for name, target in self._fleet.agents.items() if model and target == model.composite_id
            ),
            limits=tuple(self._limits(model)) if model else (),
        )

    def _read(self, text: str) -> tuple[str, Resolution]:
        """The id that `text` means, and its resolution; an opencode reference means a composite id.

        `text` is read as a reference only if it is no id, or an undeclared bare id.
        """
        try:
            found = self._resolver.find(text)
        except ResolutionError:
            reference = self._read_reference(text)
            if reference is None:
                raise
            return reference
        may_be_reference = found.model is None and found.step is ResolutionStep.BARE_ID
        return (may_be_reference and self._read_reference(text)) or (text, found)

    def _read_reference(self, text: str) -> tuple[str, Resolution] | None:
        """As `_read`, for an opencode reference; None if `text` is none, or does not resolve."""
        try:
            composite_id = self._resolver.from_opencode(text)
            return composite_id, self._resolver.find(composite_id)
        except ResolutionError:
            return None

    def _roles(self, model: Model) -> Iterator[str]:
        for name, ids in self._fleet.roles.by_name().items():
            if model.composite_id == ids or (isinstance(ids, tuple) and model.composite_id in ids):
                yield name

    def _limits(self, model: Model) -> Iterator[LimitExplanation]:
        provider = self._declaration.providers[model.provider]
        declared, defaults = provider.models[model.id] or BARE_MODEL, provider.defaults
        windows = list(context_chain(model.composite_id, declared, defaults, self._overrides))
        window = windows[0][0] if windows else None
        chains: dict[LimitName, Sequence[tuple[DeclaredWindow | None, Origin]]] = {
            "context": windows,
            "input": input_chain(declared, window, model.limits.output),
            "output": output_chain(declared, defaults, window),
        }
        for name, chain in chains.items():
            value, origin = limit_of(model, name), origin_of(model, name)
            yield LimitExplanation(
                name,
                value,
                self._reason(model, name, value, origin),
                tuple(self._reason(model, name, *claim) for claim in chain[1:]),
            )

    def _reason(self, model: Model, name: LimitName, value: DeclaredWindow | None, origin: Origin) -> Reason:
        path = written_at(model, name, origin)
        return Reason(
            None if value == "unknown" else value,
            origin.rule,
            None if path is None else self._document.value_span(path),
            self._remark(origin),
        )

    def _remark(self, origin: Origin) -> str | None:
        if origin.override is not None:
            return self._declaration.context_overrides[origin.override].reason
        return None if origin.fits else "does not fit below the window"
