"""Compare: the fleet as declared and what was seen of its hosts go in, the differences come out."""

from collections.abc import Iterator, Mapping

from booconf.drift.findings import FINDERS, OF_ANY_HOST
from booconf.drift.findings.aliases import untold_aliases
from booconf.drift.findings.windows import unknown_windows
from booconf.drift.host_comparison import Comparison, Comparisons
from booconf.drift.quoting import shown_list
from booconf.drift.references import References
from booconf.drift.result import DriftResult, HostResult
from booconf.fleet.context import CheckContext
from booconf.live.observation import Observation, Outcome


def compare(examination: CheckContext, observations: Mapping[str, Observation]) -> DriftResult:
    """The providers in `observations`, by id, each compared with its own host and with nothing else."""
    return result_of(Comparisons(References(examination), observations))


def result_of(comparisons: Comparisons) -> DriftResult:
    """What is found in comparisons."""
    return DriftResult(tuple(map(_compare_host, comparisons.by_provider.values())))


def _compare_host(comparison: Comparison) -> HostResult:
    provider, observation = comparison.provider, comparison.observation
    answered = observation.outcome is Outcome.ANSWERED
    finders = FINDERS if answered else OF_ANY_HOST
    return HostResult(
        provider=provider.id,
        label=provider.label,
        kind=provider.kind,
        outcome=observation.outcome,
        declared=len(provider.models),
        served=sum(not seen.is_unlisted for seen in observation.models) if answered else None,
        findings=tuple(finding for find in finders for finding in find(comparison)),
        unknown=tuple(unknown_windows(comparison)) if answered else (),
        remarks=(*observation.remarks, *(_remarks(comparison) if answered else ())),
    )


def _remarks(comparison: Comparison) -> Iterator[str]:
    untold = untold_aliases(comparison)
    if untold:
        why = "is unknown, because the host does not tell"
        yield f"whether these are still aliases {why}: {shown_list(untold)}"
