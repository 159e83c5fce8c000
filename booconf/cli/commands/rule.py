"""`booconf rule`: the page of a diagnostic code."""

from dataclasses import dataclass

from booconf.cli.console import Console, ExitCode, UsageError
from booconf.diagnostics import CODES
from booconf.diagnostics.codes import rule_page
from booconf.diagnostics.suggestion import closest


@dataclass(frozen=True, slots=True)
class RuleOptions:
    """Options of `booconf rule`."""

    code: str | None


def run(options: RuleOptions, console: Console) -> int:
    """Print the page of one code, or a list of all codes."""
    if options.code is None:
        for code in CODES.values():
            console.result(f"{code.code}  {code.severity:7}  {code.title}\n")
        return ExitCode.SUCCESS
    page = rule_page(options.code)
    if page is None:
        suggestion = closest(options.code.upper(), CODES)
        raise UsageError(
            f"no rule has the code {options.code}; "
            + (f"did you mean {suggestion}?" if suggestion else "`booconf rule` lists them")
        )
    console.result(page)
    return ExitCode.SUCCESS
