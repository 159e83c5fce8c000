"""Compare a fleet with the observations of its hosts, and collect the findings of each host."""

from collections.abc import Callable, Iterator, Mapping

from booconf.drift.findings.absent import find_absent, find_absent_targets
from booconf.drift.findings.host import find_not_compared, find_repeated, find_unreachable_sidecar
from booconf.drift.findings.undeclared import find_aliases, find_undeclared, unreported_aliases
from booconf.drift.findings.windows import find_stale_windows, find_windows, unknown_windows
from booconf.drift.host_comparison import HostComparison, compare_hosts
from booconf.drift.quoting import shown_list
from booconf.drift.references import References
from booconf.drift.result import DriftResult, Finding, HostResult
from booconf.fleet.context import CheckContext
from booconf.live.observation import Observation

Finder = Callable[[HostComparison], Iterator[Finding]]

ANY_HOST: tuple[Finder, ...] = (find_not_compared, find_unreachable_sidecar)
"""The finders that run for every host, compared or not."""

FINDERS: tuple[Finder, ...] = (
    *ANY_HOST,
    find_absent,
    find_absent_targets,
    find_undeclared,
    find_aliases,
    find_windows,
    find_stale_windows,
    find_repeated,
)
"""The finders that run for a host that answered, in the order of the result."""


def compare(context: CheckContext, observations: Mapping[str, Observation]) -> DriftResult:
    """Compare each provider in `observations`, by id, with its own host."""
    return compare_all(compare_hosts(References(context), observations))


def compare_all(hosts: Mapping[str, HostComparison]) -> DriftResult:
    """Run the finders on every host."""
    return DriftResult(tuple(map(_compare_host, hosts.values())))


def _compare_host(host: HostComparison) -> HostResult:
    provider, observation = host.provider, host.observation
    finders = FINDERS if host.has_answer else ANY_HOST
    return HostResult(
        provider=provider.id,
        label=provider.label,
        kind=provider.kind,
        outcome=observation.outcome,
        declared=len(provider.models),
        served=sum(not seen.is_unlisted for seen in observation.models) if host.has_answer else None,
        findings=tuple(finding for find in finders for finding in find(host)),
        unknown=tuple(unknown_windows(host)) if host.has_answer else (),
        remarks=(*observation.remarks, *(_remarks(host) if host.has_answer else ())),
    )


def _remarks(host: HostComparison) -> Iterator[str]:
    unreported = unreported_aliases(host)
    if unreported:
        yield f"the host does not report aliases, so these were not compared: {shown_list(unreported)}"
