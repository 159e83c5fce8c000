"""`booconf check`: validate the fleet file."""

import sys
from dataclasses import dataclass

from booconf import quantity
from booconf.cli.console import Console, ExitCode, visible
from booconf.cli.fleet_file import excerpt, load, read_file
from booconf.diagnostics import Severity
from booconf.diagnostics.report import gather, render
from booconf.fleet.model import Fleet
from booconf.targets import TARGETS


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """Options of `booconf check`; `fail_on` is a severity."""

    file: str
    fail_on: str


def run(options: CheckOptions, console: Console) -> int:
    """Print every diagnostic, and for a valid fleet the proven properties."""
    raw = read_file(options.file)
    loading = load(raw, options.file, TARGETS)
    report = gather(loading.diagnostics, excerpt(raw, options.file, loading.document))
    console.result(render(report, console.format, color=console.uses_color(sys.stdout)))
    if loading.fleet and console.format == "text" and not console.quiet:
        console.result(_proofs(visible(options.file), loading.fleet))
    failing = {Severity.ERROR, Severity(options.fail_on)}
    return (
        ExitCode.FINDINGS
        if any(diagnostic.severity in failing for diagnostic in loading.diagnostics)
        else ExitCode.SUCCESS
    )


def _proofs(file: str, fleet: Fleet) -> str:
    models, chat = list(fleet.models()), list(fleet.chat_models())
    names = sum(
        len(provider.models) + len(provider.aliases)
        for provider in fleet.providers.values()
        if provider.location == "local"
    )
    return (
        f"{file} is valid: {quantity(len(fleet.providers), 'provider')}, {quantity(len(models), 'model')}\n"
        f"  bijection: proven for {quantity(len(chat), 'chat model')}, to opencode references and back\n"
        f"  egress: proven for {quantity(names, 'local name')}: no route to a cloud provider\n"
    )
