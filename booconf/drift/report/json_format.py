"""The JSON format of a comparison, defined by schema/diff.schema.json."""

import json

from booconf.diagnostics.json_format import as_object
from booconf.drift.result import DriftResult, Finding, HostResult, Verdict
from booconf.escaping import escaped

VERSION = 1
"""The version of the document; it changes with every incompatible change of its structure."""


def render(result: DriftResult, verdict: Verdict) -> str:
    """Render the document in ASCII, with its texts escaped as in every format."""
    counts = result.counts()
    document = {
        "version": VERSION,
        "verdict": verdict.value,
        "exit_code": verdict.exit_code,
        "summary": {
            "hosts": counts.hosts,
            "answered": counts.answered,
            "skipped": counts.skipped,
            "models": counts.models,
            "unknown_windows": counts.unknown_windows,
            "errors": counts.errors,
            "warnings": counts.warnings,
            "notes": counts.notes,
            "unasked": counts.unchecked,
        },
        "hosts": [_host(host) for host in result.hosts],
    }
    return json.dumps(document, indent=2) + "\n"


def _host(host: HostResult) -> dict[str, object]:
    return {
        "provider": escaped(host.provider),
        "label": escaped(host.label),
        "kind": host.kind,
        "outcome": host.outcome,
        "declared": host.declared,
        "served": host.served,
        "findings": [_finding(finding) for finding in host.findings],
        "unknown": [
            {"model": escaped(window.model), "reason": escaped(window.reason)} for window in host.unknown
        ],
        "remarks": [escaped(remark) for remark in host.remarks],
    }


def _finding(finding: Finding) -> dict[str, object]:
    """The diagnostic as in every other report, and the fields of a finding."""
    return {
        **as_object(finding.diagnostic),
        "category": finding.category,
        "provider": escaped(finding.provider),
        "model": _escaped(finding.model),
        "declared": _escaped(finding.declared),
        "seen": _escaped(finding.seen),
        "renamed_to": _escaped(finding.renamed_to),
        "likeness": finding.likeness,
        "window": finding.window,
    }


def _escaped(value: str | int | None) -> str | int | None:
    return escaped(value) if isinstance(value, str) else value
