"""The formats the result of a comparison can be printed in; all say the same, and only text knows color."""

from booconf.drift.result import DriftResult, Verdict


def render(  # noqa: PLR0913 - what is shown, and how
    result: DriftResult,
    name: str,
    verdict: Verdict,
    *,
    color: bool = False,
    verbose: bool = False,
    adopt: str = "booconf adopt",
) -> str:
    """`result` as `text`, `json`, `github` or `sarif`; `verdict` is what the exit code will say.

    `verbose` leaves nothing out of the text; the other formats always hold everything. `adopt` is the command
    that the text names for what comes next.
    """
    if name == "text":
        from booconf.drift.report import text  # noqa: PLC0415 - a renderer that nobody asked for is never imported

        return text.render(result, verdict, color=color, verbose=verbose, adopt=adopt)
    if name == "json":
        from booconf.drift.report import json_format  # noqa: PLC0415 - as above

        return json_format.render(result, verdict)
    from booconf.diagnostics import formats, report  # noqa: PLC0415 - as above

    return formats.render(report.gather(finding.diagnostic for finding in result.findings()), name)
