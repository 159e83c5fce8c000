"""Observations for tests, made from a fleet itself, and the results of comparing others."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from booconf.diagnostics import Severity
from booconf.drift.compare import compare
from booconf.drift.result import DriftResult, Finding, HostResult
from booconf.fleet.context import CheckContext
from booconf.fleet.model import Fleet, Model, Provider
from booconf.live.observation import Observation, Outcome, SeenModel, Window
from tests.support.fleets import fleet_text, load, underlined

UNKNOWN = Window(None, "the test gives none")


def matching_observations(fleet: Fleet) -> dict[str, Observation]:
    """Observations of hosts that are exactly as the fleet declares them."""
    return {provider.id: matching_observation(provider) for provider in fleet.providers.values()}


def matching_observation(provider: Provider) -> Observation:
    """The observation that a provider declares; a name declared with two windows has an unknown one."""
    rows: dict[str, list[Model]] = {}
    for model in provider.models.values():
        rows.setdefault(model.upstream, []).append(model)
    return Observation(
        Outcome.ANSWERED, models=tuple(_described(name, models) for name, models in sorted(rows.items()))
    )


def _described(name: str, models: list[Model]) -> SeenModel:
    windows, types = {model.limits.context for model in models}, {model.type for model in models}
    context = windows.pop() if len(windows) == 1 else None
    return SeenModel(
        name,
        UNKNOWN if context is None else Window(context),
        aliases=tuple(sorted({alias for model in models for alias in model.aliases} - {name})),
        type=types.pop() if len(types) == 1 else None,
    )


def check_context(text: str) -> CheckContext:
    """The check context of a fleet.yaml with this text, which must be valid."""
    loading = load(text)
    assert loading.context is not None, loading.diagnostics
    return loading.context


def one_provider(
    models: str, *, kind: str = "llama-swap", rest: str = "", roles: str = "default: one/z"
) -> str:
    """A fleet with one provider; `models` in flow style, with a default window of 32768 tokens."""
    return fleet_text(
        f"one:\n  kind: {kind}\n  base_url: http://127.0.0.1:1\n{rest}"
        f"  defaults: {{context: 32768}}\n  models: {models}\n",
        roles=roles,
    )


def compare_with(text: str, observations: Mapping[str, Observation]) -> DriftResult:
    """The result of comparing a fleet.yaml with observations."""
    return compare(check_context(text), observations)


def host_result(
    text: str, *changes: Callable[[Observation], Observation], provider: str = "one"
) -> HostResult:
    """The result for a host of `provider` that is as declared, except for `changes`, in order."""
    context = check_context(text)
    observation = matching_observation(context.fleet.providers[provider])
    for change in changes:
        observation = change(observation)
    (host,) = compare(context, {provider: observation}).hosts
    return host


def without_models(*ids: str) -> Callable[[Observation], Observation]:
    """Remove the models with these ids."""

    def change(observation: Observation) -> Observation:
        assert set(ids) <= {seen.id for seen in observation.models}
        return replace(observation, models=tuple(seen for seen in observation.models if seen.id not in ids))

    return change


def with_models(*models: SeenModel | str) -> Callable[[Observation], Observation]:
    """Add these models or replace those with their ids; a model given by name has an unknown window."""
    added = [SeenModel(model, UNKNOWN) if isinstance(model, str) else model for model in models]

    def change(observation: Observation) -> Observation:
        ids = {seen.id for seen in added}
        kept = (seen for seen in observation.models if seen.id not in ids)
        return replace(observation, models=(*kept, *added))

    return change


def with_window(
    model_id: str, tokens: int | None, reason: str = "", running: int | None = None
) -> Callable[[Observation], Observation]:
    """Set the window of an existing model."""

    def change(observation: Observation) -> Observation:
        (seen,) = (seen for seen in observation.models if seen.id == model_id)
        return with_models(replace(seen, window=Window(tokens, reason, running)))(observation)

    return change


def with_aliases(model_id: str, *aliases: str) -> Callable[[Observation], Observation]:
    """Set the aliases of an existing model."""

    def change(observation: Observation) -> Observation:
        (seen,) = (seen for seen in observation.models if seen.id == model_id)
        return with_models(replace(seen, aliases=aliases))(observation)

    return change


def without_aliases(observation: Observation) -> Observation:
    """Make the aliases of all models unknown."""
    return replace(observation, models=tuple(replace(seen, aliases=None) for seen in observation.models))


@dataclass(frozen=True, slots=True)
class ExpectedFinding:
    """A finding as a reader sees it: its message, and the line and the text it underlines."""

    code: str
    severity: Severity
    message: str
    line: int
    at: str
    model: str | None = None
    declared: str | int | None = None
    seen: str | int | None = None


def expected_finding(text: str, finding: Finding) -> ExpectedFinding:
    """A finding about a fleet.yaml with this text."""
    diagnostic = finding.diagnostic
    assert diagnostic.primary is not None
    span = diagnostic.primary.span
    return ExpectedFinding(
        finding.code,
        diagnostic.severity,
        diagnostic.message,
        span.start.line,
        underlined(text, span),
        finding.model,
        finding.declared,
        finding.seen,
    )
