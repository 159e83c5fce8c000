"""The result of a comparison: the input of every report format, of the exit code and of `adopt`."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, StrEnum

from booconf.declaration.enums import Kind
from booconf.diagnostics import Diagnostic, Severity
from booconf.live.observation import Outcome

UNREACHABLE_SIDECAR = "BC727"
"""The code of an unreachable sidecar, whose host is compared all the same."""

SKIPPED = "BC728"
"""The code of an optional provider without its key: a note."""

HOST_NOT_COMPARED = frozenset(
    {"BC721", "BC722", "BC723", "BC724", "BC725", "BC726", SKIPPED, "BC729", "BC730", "BC731"}
)
"""The codes that give the reason why a host was not compared."""

NOT_CHECKED = HOST_NOT_COMPARED - {SKIPPED} | {UNREACHABLE_SIDECAR}
"""The codes of findings about a host or sidecar that could not be checked, which is no drift."""


class Verdict(Enum):
    """The result as a whole; DRIFT takes precedence over NOT_CHECKED."""

    SAME = "same"
    DRIFT = "drift"
    NOT_CHECKED = "unasked"

    @property
    def exit_code(self) -> int:
        """The exit code of `booconf diff`."""
        return {Verdict.SAME: 0, Verdict.DRIFT: 1, Verdict.NOT_CHECKED: 3}[self]


class Category(StrEnum):
    """The category of a finding: a difference to resolve, a failed check, or a note."""

    DRIFT = "drift"
    NOT_CHECKED = "unasked"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference between `provider` as declared and its host, or the reason why nothing was compared.

    `model` is the declared id of the model, or the id on the host for an undeclared one. `declared` and
    `seen` are the two sides of the difference, in the terms of fleet.yaml: a name, or a window in tokens.
    `renamed_to` is set in BC704, with `likeness` from 0 to 1; `window` in BC702, in tokens where known.
    """

    diagnostic: Diagnostic
    provider: str
    model: str | None = None
    declared: str | int | None = None
    seen: str | int | None = None
    renamed_to: str | None = None
    likeness: float | None = None
    window: int | None = None

    @property
    def code(self) -> str:
        """The code of its diagnostic."""
        return self.diagnostic.code

    @property
    def category(self) -> Category:
        """NOT_CHECKED by code, for any severity; else a note or drift, by severity."""
        if self.code in NOT_CHECKED:
            return Category.NOT_CHECKED
        return Category.NOTE if self.diagnostic.severity is Severity.NOTE else Category.DRIFT

    @property
    def is_drift(self) -> bool:
        """True for an error or a warning about a difference."""
        return self.category is Category.DRIFT


@dataclass(frozen=True, slots=True)
class UnknownWindow:
    """A declared model whose window was not compared, and the reason: a clause after `window unknown: `."""

    model: str
    reason: str


@dataclass(frozen=True, slots=True)
class HostResult:
    """The findings about one provider; `served` counts the models listed, None without an answer."""

    provider: str
    label: str
    kind: Kind
    outcome: Outcome
    declared: int
    served: int | None
    findings: tuple[Finding, ...]
    unknown: tuple[UnknownWindow, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Counts:
    """The counts of a result; `errors`, `warnings`, `notes` and `unchecked` add up to the findings.

    Errors and warnings are the drift. `answered` counts the hosts that were compared, `as_declared` those of
    them without drift, `models` their declared models, `unknown_windows` the models among these whose window
    was not compared. `skipped` is a part of `notes`, `sidecars` of `unchecked`.
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
    unchecked: int
    sidecars: int

    @property
    def is_clean(self) -> bool:
        """True if there is no finding but skipped providers."""
        return not (self.errors or self.warnings or self.unchecked or self.notes - self.skipped)


@dataclass(frozen=True, slots=True)
class DriftResult:
    """The hosts that were compared, in display order."""

    hosts: tuple[HostResult, ...]

    def findings(self) -> Iterator[Finding]:
        """All findings, host by host."""
        for host in self.hosts:
            yield from host.findings

    def verdict(self, fail_on: Severity) -> Verdict:
        """The verdict for the exit code; with ERROR as `fail_on`, warnings are no drift."""
        failing = {Severity.ERROR, fail_on}
        findings = list(self.findings())
        if any(finding.is_drift and finding.diagnostic.severity in failing for finding in findings):
            return Verdict.DRIFT
        if any(finding.category is Category.NOT_CHECKED for finding in findings):
            return Verdict.NOT_CHECKED
        return Verdict.SAME

    def counts(self) -> Counts:
        """Count everything that a report mentions."""
        findings = list(self.findings())
        drift = [finding.diagnostic.severity for finding in findings if finding.is_drift]
        codes = [finding.code for finding in findings]
        answered = [host for host in self.hosts if host.outcome is Outcome.ANSWERED]
        return Counts(
            hosts=len(self.hosts),
            answered=len(answered),
            as_declared=sum(not any(finding.is_drift for finding in host.findings) for host in answered),
            models=sum(host.declared for host in answered),
            unknown_windows=sum(len(host.unknown) for host in answered),
            remarks=sum(len(host.remarks) for host in answered),
            errors=drift.count(Severity.ERROR),
            warnings=drift.count(Severity.WARNING),
            notes=sum(finding.category is Category.NOTE for finding in findings),
            skipped=codes.count(SKIPPED),
            unchecked=sum(finding.category is Category.NOT_CHECKED for finding in findings),
            sidecars=codes.count(UNREACHABLE_SIDECAR),
        )
