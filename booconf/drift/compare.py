"""Compare: the fleet as declared and what was seen of its hosts go in, the differences come out.

A sort of difference is a function in one of these modules and a line in DIFFERENCES.
"""

from collections.abc import Iterator, Mapping

from booconf.drift import aliases, hosts, models, undeclared, windows
from booconf.drift.comparison import Comparison, Comparisons, Difference
from booconf.drift.references import References
from booconf.drift.result import DriftResult, HostResult
from booconf.drift.wording import shown_list
from booconf.fleet.examination import Examination
from booconf.live.observation import Observation, Outcome

OF_ANY_HOST: tuple[Difference, ...] = (hosts.find_unasked, hosts.find_unreachable_sidecar)
"""What is found whether or not the host answered."""

DIFFERENCES: tuple[Difference, ...] = (
    models.find_absent,
    models.find_absent_targets,
    undeclared.find_undeclared,
    aliases.find_aliases,
    windows.find_windows,
    windows.find_stale_windows,
    hosts.find_repeated,
)
"""What is found about a host that answered, in the order of the report."""


def compare(examination: Examination, observations: Mapping[str, Observation]) -> DriftResult:
    """The providers in `observations`, by id, each compared with its own host and with nothing else."""
    return result_of(Comparisons(References(examination), observations))


def result_of(comparisons: Comparisons) -> DriftResult:
    """What is found in comparisons."""
    return DriftResult(tuple(map(_compare_host, comparisons.by_provider.values())))


def _compare_host(comparison: Comparison) -> HostResult:
    provider, observation = comparison.provider, comparison.observation
    answered = observation.outcome is Outcome.ANSWERED
    differences = (*OF_ANY_HOST, *DIFFERENCES) if answered else OF_ANY_HOST
    return HostResult(
        provider=provider.id,
        label=provider.label,
        kind=provider.kind,
        outcome=observation.outcome,
        declared=len(provider.models),
        served=sum(not seen.is_unlisted for seen in observation.models) if answered else None,
        findings=tuple(finding for find in differences for finding in find(comparison)),
        unknown=tuple(windows.unknown_windows(comparison)) if answered else (),
        remarks=(*observation.remarks, *(_remarks(comparison) if answered else ())),
    )


def _remarks(comparison: Comparison) -> Iterator[str]:
    untold = aliases.untold_aliases(comparison)
    if untold:
        why = "is unknown, because the host does not tell"
        yield f"whether these are still aliases {why}: {shown_list(untold)}"
