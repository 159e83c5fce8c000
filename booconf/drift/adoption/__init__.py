"""Adopt drift: edits of fleet.yaml that make it match the observations of its hosts.

`resolutions` has a function for each code, `validation` selects the edits that leave a valid fleet. `adopt`
repeats both until every remaining difference has a reason. Comments and layout are preserved.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from booconf.diagnostics import Diagnostic
from booconf.drift.adoption.context import AdoptionContext
from booconf.drift.adoption.resolutions import FleetChange, Key, Proposal, Unresolved, resolve_findings
from booconf.drift.adoption.validation import Selection
from booconf.drift.compare import compare_all
from booconf.drift.host_comparison import HostComparison, compare_hosts
from booconf.drift.references import References
from booconf.drift.result import NOT_CHECKED, DriftResult, Verdict
from booconf.fleet.load import LoadResult
from booconf.live.observation import Observation

_NO_EFFECT = "the edit was made, and had no effect"


@dataclass(frozen=True, slots=True)
class Adoption:
    """`text` is the edited fleet.yaml, with its byte order mark if it has one: write it as UTF-8.

    `unresolved` are all remaining drift and the hosts that were not compared; `warnings` are those of the
    edited fleet that the original one does not cause.
    """

    text: str
    changes: tuple[FleetChange, ...]
    unresolved: tuple[Unresolved, ...]
    warnings: tuple[Diagnostic, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The verdict of comparing `text` with the same hosts."""
        if any(one.code not in NOT_CHECKED for one in self.unresolved):
            return Verdict.DRIFT
        return Verdict.NOT_CHECKED if self.unresolved else Verdict.SAME


def adopt(
    loading: LoadResult,
    observations: Mapping[str, Observation],
    *,
    renames: bool = True,
    compare: Callable[[Mapping[str, HostComparison]], DriftResult] = compare_all,
) -> Adoption:
    """Edit the fleet of a valid file so that it matches `observations`.

    Providers without an observation are not changed. Without `renames`, a probable rename is one model that
    is gone and another one that is new.
    """
    assert loading.context is not None  # noqa: S101 - an invalid fleet is never compared with its hosts
    original = context = loading.context
    diagnostics = loading.diagnostics
    changes: list[FleetChange] = []
    settled: dict[Key, str] = {}
    while True:
        references = References(context, original)
        hosts = compare_hosts(references, observations)
        findings = list(compare(hosts).findings())
        drift = [finding for finding in findings if finding.is_drift]
        resolutions = resolve_findings(AdoptionContext(references, hosts, drift, renames=renames), findings)
        proposals = [one for one in resolutions if isinstance(one, Proposal) and one.key not in settled]
        selection = Selection(context)
        accepted = selection.accept(proposals)
        settled |= selection.rejected
        if selection.loading is None or selection.loading.context is None:
            break
        settled |= dict.fromkeys((proposal.key for proposal in accepted), _NO_EFFECT)
        changes += (proposal.change for proposal in accepted)
        diagnostics, context = selection.loading.diagnostics, selection.loading.context
    return Adoption(
        context.document.source.whole,
        tuple(changes),
        tuple(one.rejected(settled[one.key]) if isinstance(one, Proposal) else one for one in resolutions),
        _added(diagnostics, loading.diagnostics),
    )


def _added(after: tuple[Diagnostic, ...], before: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
    """The diagnostics whose code and message are new, wherever they are."""
    known = {(diagnostic.code, diagnostic.message) for diagnostic in before}
    return tuple(found for found in after if (found.code, found.message) not in known)
