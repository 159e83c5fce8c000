"""Observations for tests: those that a fleet itself describes, and what a comparison says of others."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from booconf.diagnostics import Severity
from booconf.drift.compare import compare
from booconf.drift.result import DriftResult, Finding, HostResult
from booconf.fleet.context import CheckContext
from booconf.fleet.model import Fleet, Model, Provider
from booconf.live.observation import Observation, Outcome, SeenModel, Window
from tests.support.fleets import fleet_text, load, underlined

UNKNOWN = Window(None, "the test does not tell")


def matching_observations(fleet: Fleet) -> dict[str, Observation]:
    """What is seen of the hosts of a fleet that are exactly as it declares them."""
    return {provider.id: matching_observation(provider) for provider in fleet.providers.values()}


def matching_observation(provider: Provider) -> Observation:
    """The host that a provider declares; of a name that is declared with two windows, it tells none."""
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
    """The examination of a fleet.yaml with this text, which must be valid."""
    loading = load(text)
    assert loading.context is not None, loading.diagnostics
    return loading.context


def one_provider(
    models: str, *, kind: str = "llama-swap", rest: str = "", roles: str = "default: one/z"
) -> str:
    """A fleet with one provider; `models` in flow style, whose windows are 32768 unless they say more."""
    return fleet_text(
        f"one:\n  kind: {kind}\n  base_url: http://127.0.0.1:1\n{rest}"
        f"  defaults: {{context: 32768}}\n  models: {models}\n",
        roles=roles,
    )


def compare_with(text: str, observations: Mapping[str, Observation]) -> DriftResult:
    """What a comparison of a fleet.yaml with what was seen finds."""
    return compare(check_context(text), observations)


def host_result(
    text: str, *changes: Callable[[Observation], Observation], provider: str = "one"
) -> HostResult:
    """What is found when the host of `provider` is as declared but for `changes`, one after the other."""
    examination = check_context(text)
    observation = matching_observation(examination.fleet.providers[provider])
    for change in changes:
        observation = change(observation)
    (host,) = compare(examination, {provider: observation}).hosts
    return host


def without_models(*ids: str) -> Callable[[Observation], Observation]:
    """The models of these ids are gone."""

    def change(observation: Observation) -> Observation:
        assert set(ids) <= {seen.id for seen in observation.models}
        return replace(observation, models=tuple(seen for seen in observation.models if seen.id not in ids))

    return change


def with_models(*models: SeenModel | str) -> Callable[[Observation], Observation]:
    """These models are there, in place of those of the same ids; one that is named may have any window."""
    added = [SeenModel(model, UNKNOWN) if isinstance(model, str) else model for model in models]

    def change(observation: Observation) -> Observation:
        ids = {seen.id for seen in added}
        kept = (seen for seen in observation.models if seen.id not in ids)
        return replace(observation, models=(*kept, *added))

    return change


def with_window(
    model_id: str, tokens: int | None, reason: str = "", running: int | None = None
) -> Callable[[Observation], Observation]:
    """A model that is there has this window."""

    def change(observation: Observation) -> Observation:
        (seen,) = (seen for seen in observation.models if seen.id == model_id)
        return with_models(replace(seen, window=Window(tokens, reason, running)))(observation)

    return change


def with_aliases(model_id: str, *aliases: str) -> Callable[[Observation], Observation]:
    """A model that is there has these aliases."""

    def change(observation: Observation) -> Observation:
        (seen,) = (seen for seen in observation.models if seen.id == model_id)
        return with_models(replace(seen, aliases=aliases))(observation)

    return change


def without_aliases(observation: Observation) -> Observation:
    """The host does not tell aliases."""
    return replace(observation, models=tuple(replace(seen, aliases=None) for seen in observation.models))


@dataclass(frozen=True, slots=True)
class ExpectedFinding:
    """A finding as a reader meets it: what it says, and the line and the text that it underlines."""

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
