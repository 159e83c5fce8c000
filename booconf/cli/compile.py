"""What `booconf build` does when it has to look: compile, then publish or compare."""

import sys
from argparse import Namespace
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from booconf.cli.build_summary import remark_warnings, summary
from booconf.cli.console import Console, ExitCode, UsageError
from booconf.cli.fleet_file import excerpt, load
from booconf.diagnostics import Diagnostic, Severity
from booconf.diagnostics.formats import render
from booconf.diagnostics.report import gather
from booconf.diagnostics.suggestion import closest
from booconf.fleet.model import Fleet
from booconf.output.findings import OutputError
from booconf.output.plan import plan
from booconf.output.publish import publish
from booconf.output.unchanged import remember
from booconf.targets import TARGETS, Artifact, emit

if TYPE_CHECKING:
    from booconf.fleet.load import Loading


class Compilation:
    """One fleet file compiled for some targets, and a way to say what was found."""

    def __init__(self, raw: bytes, options: Namespace, console: Console) -> None:
        self.file: str = options.file
        self.console = console
        self.targets = _known(options.target)
        self.raw = raw
        self.loading: Loading = load(raw, self.file)

    def artifacts(self, fleet: Fleet) -> dict[str, list[Artifact]]:
        """What every target asked for wants written."""
        return {target: list(emit(fleet, [target])) for target in self.targets}

    def report(self, found: Iterable[Diagnostic] = ()) -> None:
        """Say what was found in the fleet and below --out: to people on the side, to programs as result."""
        report = gather([*self.loading.diagnostics, *found], excerpt(self.raw, self.file, self.loading))
        console = self.console
        if console.format != "text":
            console.result(render(report, console.format))
        elif console.verbose or report.count(Severity.ERROR):
            console.remark(render(report, "text", color=console.uses_color(sys.stderr)).removesuffix("\n"))
        else:
            remark_warnings(self.warnings, console)

    @property
    def warnings(self) -> int:
        """How many warnings the fleet has."""
        return sum(found.severity is Severity.WARNING for found in self.loading.diagnostics)


def write_files(raw: bytes, options: Namespace, record: str, console: Console) -> int:
    """Compile and publish; `record` is the key under which a build with nothing to do will be known."""
    compilation = Compilation(raw, options, console)
    out = options.out
    fleet = compilation.loading.fleet
    if fleet is None:
        compilation.report()
        return ExitCode.FAILED
    planned = plan(Path(out), compilation.artifacts(fleet), force=options.force)
    if isinstance(planned, tuple):
        compilation.report(planned)
        return ExitCode.FAILED
    try:
        done = publish(planned)
    except OutputError as error:
        compilation.report(error.diagnostics)
        return ExitCode.FAILED
    changes = (*done.changes, done.manifest)
    remember(out, record, done.hashes, f"{len(done.hashes)} {compilation.warnings}")
    compilation.report()
    if console.format == "text" and not console.quiet:
        for change in changes:
            if console.verbose or change.state != "unchanged":
                console.result(f"{change.state:9}  {(Path(out) / change.path).as_posix()}\n")
        console.result(summary([change.state for change in changes]))
    return ExitCode.FINE


def check_files(raw: bytes, options: Namespace, console: Console) -> int:
    """Compile and compare: which files are stale, edited by hand, missing or orphaned; writes nothing."""
    compilation = Compilation(raw, options, console)
    out = options.out
    fleet = compilation.loading.fleet
    if fleet is None:
        compilation.report()
        return ExitCode.FAILED
    from booconf.output.inspection import inspect  # noqa: PLC0415  # a build that writes does not need it

    deviations = inspect(Path(out), compilation.artifacts(fleet))
    compilation.report(deviation.diagnostic for deviation in deviations)
    if console.format == "text":
        for deviation in deviations:
            console.result(deviation.difference)
        if not deviations and not console.quiet:
            console.result(f"{Path(out).as_posix()} is current\n")
    return ExitCode.FOUND if deviations else ExitCode.FINE


def _known(targets: list[str]) -> list[str]:
    for target in targets:
        if target not in TARGETS:
            suggestion = closest(target, TARGETS)
            advice = f"did you mean {suggestion}?" if suggestion else f"there are {', '.join(TARGETS)}"
            raise UsageError(f"no target is called {target}; {advice}")
    return targets or list(TARGETS)
