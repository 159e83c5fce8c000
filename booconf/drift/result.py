"""What a comparison found: the one object that every format, the exit code and `adopt` are made from."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, StrEnum

from booconf.declaration.enums import Kind
from booconf.diagnostics import Diagnostic, Severity
from booconf.drift.outcomes import COULD_NOT_ASK
from booconf.live.observation import Outcome


class Verdict(Enum):
    """What it all comes to; DRIFT wins over UNASKED."""

    SAME = "same"
    DRIFT = "drift"
    UNASKED = "unasked"

    @property
    def exit_code(self) -> int:
        """The exit code that says it."""
        return {Verdict.SAME: 0, Verdict.DRIFT: 1, Verdict.UNASKED: 3}[self]


class Category(StrEnum):
    """What a finding is to whoever reads it; each finding is of exactly one."""

    DRIFT = "drift"
    UNASKED = "unasked"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference between `provider` as declared and its host, or why nothing could be compared.

    `model` is the declared id of the model, or for one that is not declared the id its host lists.
    `declared` and `seen` are what differs, in the terms of fleet.yaml: a name, or a window in tokens.
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
    def is_drift(self) -> bool:
        """Whether somebody has to look at this difference: an error or a warning, and no failure to ask."""
        return self.category is Category.DRIFT

    @property
    def category(self) -> Category:
        """A failure to ask, whatever its severity; else a note or drift, by its severity."""
        if self.code in COULD_NOT_ASK:
            return Category.UNASKED
        return Category.NOTE if self.diagnostic.severity is Severity.NOTE else Category.DRIFT


@dataclass(frozen=True, slots=True)
class UnknownWindow:
    """A declared model whose window could not be compared, and why: a clause after `window unknown: `."""

    model: str
    reason: str


@dataclass(frozen=True, slots=True)
class HostResult:
    """What was found about one provider; `served` counts the models listed, None without an answer."""

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
class DriftResult:
    """The hosts that were compared, in display order."""

    hosts: tuple[HostResult, ...]

    def findings(self) -> Iterator[Finding]:
        """All findings, host by host."""
        for host in self.hosts:
            yield from host.findings

    def verdict(self, fail_on: Severity) -> Verdict:
        """What the exit code says; `fail_on` ERROR lets warnings pass."""
        failing = {Severity.ERROR, fail_on}
        findings = list(self.findings())
        if any(finding.is_drift and finding.diagnostic.severity in failing for finding in findings):
            return Verdict.DRIFT
        if any(finding.code in COULD_NOT_ASK for finding in findings):
            return Verdict.UNASKED
        return Verdict.SAME
