"""Render a DriftResult: as `text` for people (`text`, `wording`), or as one of the formats for programs."""

from booconf.drift.result import DriftResult, Verdict


def render(  # noqa: PLR0913 - one option each
    result: DriftResult,
    name: str,
    verdict: Verdict,
    *,
    color: bool = False,
    verbose: bool = False,
    adopt: str = "booconf adopt",
) -> str:
    """Render `result` as `text`, `json`, `github` or `sarif`; `verdict` determines the exit code.

    `color`, `verbose` and `adopt`, the next command, apply to text only; `verbose` omits nothing. The other
    formats are always complete.
    """
    if name == "text":
        from booconf.drift.report import text  # noqa: PLC0415 - an unused renderer is never imported

        return text.render(result, verdict, color=color, verbose=verbose, adopt=adopt)
    if name == "json":
        from booconf.drift.report import json_format  # noqa: PLC0415 - as above

        return json_format.render(result, verdict)
    from booconf.diagnostics import report  # noqa: PLC0415 - as above

    return report.render(report.gather(finding.diagnostic for finding in result.findings()), name)
