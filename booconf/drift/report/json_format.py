"""Reports of a comparison for programs: one JSON document, as schema/diff.schema.json describes it."""

import json

from booconf.diagnostics.json_format import as_object
from booconf.drift.report.counts import count
from booconf.drift.result import DriftResult, Finding, HostResult, Verdict
from booconf.escaping import escaped

VERSION = 1
"""Of the document's shape; it changes when a reader of the old shape could be misled."""


def render(result: DriftResult, verdict: Verdict) -> str:
    """The document, in ASCII; its texts are escaped as in every format, for whoever prints them."""
    counts = count(result)
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
            "unasked": counts.unasked,
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
    """The finding as every other report has it, and what is said of findings about hosts alone."""
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
