"""The lines that say it all: a fleet is as declared, or so much was found, and where to go from there."""

from collections.abc import Iterator

from booconf.drift.outcomes import SKIPPED
from booconf.drift.report.counts import Counts
from booconf.drift.report.wording import LONGEST_SENTENCE, names_of
from booconf.drift.result import DriftResult, Verdict
from booconf.escaping import truncate
from booconf.quantity import quantity


def clean(result: DriftResult, counts: Counts) -> str:
    """The whole report where nothing was found."""
    parts = [_as_declared(counts)]
    if counts.answered:
        parts[0] += f": {', '.join(_compared(counts))}"
    skipped = [finding for finding in result.findings() if finding.code == SKIPPED]
    if len(skipped) == 1:
        parts.append(truncate(skipped[0].diagnostic.message, LONGEST_SENTENCE))
    elif skipped:
        names = names_of([finding.provider for finding in skipped], verbose=False)
        parts.append(f"{len(skipped)} optional providers skipped: {names}")
    return "; ".join(parts)


def _compared(counts: Counts) -> Iterator[str]:
    """How much is as declared, and of how much that is not known."""
    yield quantity(counts.models, "model")
    unknown = [(counts.unknown_windows, "unknown window"), (counts.remarks, "remark")]
    said = ", ".join(quantity(number, noun) for number, noun in unknown if number)
    if said:
        yield f"{said} (-v says more)"


def closing(counts: Counts, verdict: Verdict) -> str:
    """The counts of all that was found, such that the exit code is no surprise."""
    notes = counts.notes - counts.skipped
    drift = [(counts.errors, "error"), (counts.warnings, "warning")]
    found = ", ".join(quantity(number, noun) for number, noun in drift if number)
    if found and verdict is not Verdict.DRIFT:
        found += " let pass"
    parts = [found or _as_declared(counts)]
    if notes:
        parts[0] += f", {quantity(notes, 'note')}"
    hosts = counts.unasked - counts.sidecars
    unasked = [(hosts, "host"), (counts.sidecars, "sidecar")]
    silent = " and ".join(quantity(number, noun) for number, noun in unasked if number)
    if silent:
        parts.append(f"{silent} could not be asked")
    if counts.skipped:
        parts.append(f"{quantity(counts.skipped, 'optional provider')} skipped")
    return "; ".join(parts)


def advice(result: DriftResult, adopt: str, *, is_whole: bool) -> Iterator[str]:
    """Which commands go on from here, `adopt` among them."""
    findings = list(result.findings())
    steps = []
    if any(finding.is_drift for finding in findings):
        steps.append(f"`{adopt}` shows what an edit of the file can mend")
    if findings:
        first = next((finding for finding in findings if finding.is_drift), findings[0])
        steps.append(f"`booconf rule {first.code}` explains a code")
    if not is_whole:
        steps.append("-v shows everything")
    if steps:
        yield "; ".join(steps)


def _as_declared(counts: Counts) -> str:
    return f"{quantity(counts.as_declared, 'host')} as declared" if counts.as_declared else "nothing compared"
