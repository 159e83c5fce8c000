"""Laws of a comparison, for sample and drawn fleets and randomly changed hosts."""

from dataclasses import replace
from random import Random

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from booconf.diagnostics import CODES, Severity
from booconf.drift.compare import compare
from booconf.drift.result import NOT_CHECKED, DriftResult, Finding, Verdict
from booconf.fleet.context import CheckContext
from booconf.fleet.model import LimitRule, Provider
from booconf.live.observation import Observation
from tests.support.changed_observations import changed_observations, undo
from tests.support.fleets import load, sample_fleets
from tests.support.observations import check_context, matching_observations
from tests.support.strategies import declarations, yaml_text

WRITTEN = [check_context(text) for text in sample_fleets().values()]


@st.composite
def fleets(draw: st.DrawFn) -> CheckContext:
    passed = load(yaml_text(draw(declarations()))).context
    assume(passed is not None)
    assert passed is not None
    return passed


contexts = st.sampled_from(WRITTEN) | fleets()
law = settings(
    max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much], deadline=None
)


@st.composite
def drifted(draw: st.DrawFn) -> tuple[CheckContext, dict[str, Observation]]:
    """A fleet, and observations of its hosts after changes."""
    context = draw(contexts)
    return context, draw(changed_observations(matching_observations(context.fleet)))


Fact = tuple[str, str, str | None, str | int | None, str | int | None, object]


def facts(finding: Finding) -> set[Fact]:
    """The content of a finding; of a rename, that of the two findings that it replaces."""
    primary = finding.diagnostic.primary
    model, provider = finding.model, finding.provider
    if finding.code == "BC704":
        new = finding.renamed_to
        return {
            ("BC701", provider, model, finding.declared, None, None),
            ("BC702", provider, new, None, new, None),
        }
    at = primary.span if primary and finding.code == "BC703" else None
    return {(finding.code, provider, model, finding.declared, finding.seen, at)}


def all_facts(result: DriftResult) -> set[Fact]:
    return {fact for finding in result.findings() for fact in facts(finding)}


def names_on_the_host(fact: Fact, provider: Provider) -> set[object]:
    """The names on the host of the model in a fact."""
    code, _, model, _, seen, _ = fact
    declared = provider.models.get(model or "")
    names: set[object] = {declared.upstream if declared else model, seen if code == "BC705" else None}
    return names - {None}


@law
@given(contexts)
def test_matching_hosts_have_no_findings(context: CheckContext) -> None:
    result = compare(context, matching_observations(context.fleet))
    assert list(result.findings()) == []
    assert result.verdict(Severity.WARNING) is Verdict.SAME
    assert [host.provider for host in result.hosts] == list(context.fleet.providers)


@law
@given(drifted())
def test_undoing_a_difference_removes_its_finding(drift: tuple[CheckContext, dict[str, Observation]]) -> None:
    """No finding is added, and only findings about the same model are removed."""
    context, observations = drift
    before = compare(context, observations)
    for finding in before.findings():
        provider = context.fleet.providers[finding.provider]
        repaired = undo(finding, observations[provider.id], provider)
        after = compare(context, {**observations, provider.id: repaired})
        gone = all_facts(before) - all_facts(after)
        if finding.code in NOT_CHECKED or finding.code == "BC728":
            assert facts(finding) <= gone
            continue
        assert all_facts(after) <= all_facts(before)
        assert facts(finding) <= gone
        names = set().union(*(names_on_the_host(fact, provider) for fact in facts(finding)))
        assert all(fact in facts(finding) or names & names_on_the_host(fact, provider) for fact in gone)


@law
@given(drifted(), st.randoms(use_true_random=False))
def test_order_of_a_listing_does_not_matter(
    drift: tuple[CheckContext, dict[str, Observation]], random: Random
) -> None:
    context, observations = drift

    def shuffled(names: tuple[str, ...] | None) -> tuple[str, ...] | None:
        return None if names is None else tuple(random.sample(names, len(names)))

    def reordered(observation: Observation) -> Observation:
        models = [
            replace(seen, aliases=shuffled(seen.aliases), equivalents=shuffled(seen.equivalents) or ())
            for seen in observation.models
        ]
        repeated = shuffled(observation.repeated) or ()
        return replace(observation, models=tuple(random.sample(models, len(models))), repeated=repeated)

    others = {name: reordered(observation) for name, observation in reversed(observations.items())}
    assert compare(context, others) == compare(context, observations)


@law
@given(drifted(), st.data())
def test_findings_of_a_host_do_not_depend_on_others(
    drift: tuple[CheckContext, dict[str, Observation]], data: st.DataObject
) -> None:
    context, observations = drift
    some = data.draw(st.sets(st.sampled_from(sorted(observations))))
    whole = {host.provider: host for host in compare(context, observations).hosts}
    part = compare(context, {name: observations[name] for name in some})
    assert {host.provider: host for host in part.hosts} == {name: whole[name] for name in some}
    assert {finding.provider for finding in part.findings()} <= some


@law
@given(drifted())
def test_severities_match_verdicts(drift: tuple[CheckContext, dict[str, Observation]]) -> None:
    context, observations = drift
    result = compare(context, observations)
    findings = list(result.findings())
    for finding in findings:
        severity = finding.diagnostic.severity
        assert severity is (Severity.NOTE if is_a_note(finding, context) else CODES[finding.code].severity)
        assert finding.diagnostic.primary is not None
        assert finding.diagnostic.help
    asked = [finding.diagnostic.severity for finding in findings if finding.code not in NOT_CHECKED]
    unchecked = any(finding.code in NOT_CHECKED for finding in findings)
    otherwise = Verdict.NOT_CHECKED if unchecked else Verdict.SAME
    drifts = Severity.ERROR in asked
    assert result.verdict(Severity.ERROR) is (Verdict.DRIFT if drifts else otherwise)
    drifts = drifts or Severity.WARNING in asked
    assert result.verdict(Severity.WARNING) is (Verdict.DRIFT if drifts else otherwise)


def is_a_note(finding: Finding, context: CheckContext) -> bool:
    """True for the documented exceptions, and BC728."""
    provider = context.fleet.providers[finding.provider]
    model = provider.models.get(finding.model or "")
    match finding.code:
        case "BC702":
            return provider.location == "cloud"
        case "BC705":
            return finding.declared is None
        case "BC707":
            return model is not None and model.limits.context_origin.rule is LimitRule.OVERRIDE
    return finding.code == "BC728"


@law
@given(drifted())
def test_each_model_is_absent_compared_or_unknown(drift: tuple[CheckContext, dict[str, Observation]]) -> None:
    """Every window is accounted for."""
    context, observations = drift
    for host in compare(context, observations).hosts:
        if host.served is None:
            continue
        provider = context.fleet.providers[host.provider]
        absent = {finding.model for finding in host.findings if finding.code in ("BC701", "BC704")}
        differing = {finding.model for finding in host.findings if finding.code in ("BC706", "BC707")}
        unknown = {window.model for window in host.unknown}
        rows = {seen.id: seen for seen in observations[host.provider].models}
        for model in provider.models.values():
            row = rows.get(model.upstream)
            needs_no_window = model.limits.context_origin.rule is LimitRule.NONE
            equal = row is not None and row.window.tokens == model.limits.context is not None
            kinds = [
                model.id in absent,
                model.id in differing,
                model.id in unknown,
                model.id not in absent and (needs_no_window or equal),
            ]
            assert kinds.count(True) == 1, model
