"""What is in a result, counted once for every format, so that none disagrees with another."""

from dataclasses import dataclass

from booconf.diagnostics import Severity
from booconf.drift.outcomes import SKIPPED, UNREACHABLE_SIDECAR
from booconf.drift.result import Category, DriftResult
from booconf.live.observation import Outcome


@dataclass(frozen=True, slots=True)
class Counts:
    """`errors`, `warnings`, `notes` and `unasked` add up to the findings; the first two are the drift.

    `answered` counts the hosts that were compared, `as_declared` those of them without drift, `models` what
    is declared for them, `unknown_windows` which of these models have a window that could not be compared.
    `skipped` is a part of `notes`, `sidecars` of `unasked`.
    """

    hosts: int
    answered: int
    as_declared: int
    models: int
    unknown_windows: int
    remarks: int
    errors: int
    warnings: int
    notes: int
    skipped: int
    unasked: int
    sidecars: int

    @property
    def is_clean(self) -> bool:
        """Whether nothing was found, skipped providers apart."""
        return not (self.errors or self.warnings or self.unasked or self.notes - self.skipped)


def count(result: DriftResult) -> Counts:
    """The counts of `result`."""
    findings = list(result.findings())
    drift = [finding.diagnostic.severity for finding in findings if finding.is_drift]
    codes = [finding.code for finding in findings]
    answered = [host for host in result.hosts if host.outcome is Outcome.ANSWERED]
    return Counts(
        hosts=len(result.hosts),
        answered=len(answered),
        as_declared=sum(not any(finding.is_drift for finding in host.findings) for host in answered),
        models=sum(host.declared for host in answered),
        unknown_windows=sum(len(host.unknown) for host in answered),
        remarks=sum(len(host.remarks) for host in answered),
        errors=drift.count(Severity.ERROR),
        warnings=drift.count(Severity.WARNING),
        notes=sum(finding.category is Category.NOTE for finding in findings),
        skipped=codes.count(SKIPPED),
        unasked=sum(finding.category is Category.UNASKED for finding in findings),
        sidecars=codes.count(UNREACHABLE_SIDECAR),
    )
