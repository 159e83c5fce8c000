"""`booconf diff`: report the differences between fleet.yaml and its hosts."""

import sys
from dataclasses import dataclass
from pathlib import Path

from booconf.cli.console import Console, ExitCode, UsageError, command_line, reason
from booconf.cli.observe import HostOptions, ObservedFleet, observe
from booconf.diagnostics import Severity
from booconf.drift.compare import compare
from booconf.drift.report import render
from booconf.drift.result import Category, Verdict
from booconf.live.saved import LARGEST_FILE, dump, is_saved
from booconf.output.atomic_write import replace


@dataclass(frozen=True, slots=True)
class DiffOptions(HostOptions):
    """Options of `booconf diff`; `fail_on` is a severity."""

    save: str | None
    fail_on: str


def run(options: DiffOptions, console: Console) -> int:
    """Compare the fleet with its hosts, print the report, and save the observations with `--save`."""
    if options.save is not None:
        _refuse_another_file(options.save, options.file)
    return _report(observe(options, console), options, console)


def _report(observed: ObservedFleet, options: DiffOptions, console: Console) -> int:
    if options.save is not None:
        _save(options.save, observed)
    result = compare(observed.context, observed.observations)
    verdict = result.verdict(Severity(options.fail_on))
    matters = any(finding.category is not Category.NOTE for finding in result.findings())
    if console.format != "text" or not console.quiet or matters:
        color = console.uses_color(sys.stdout)
        adopt, in_full = command_line("adopt", options.file), options.command("adopt")
        console.result(
            render(result, console.format, verdict, color=color, verbose=console.verbose, adopt=adopt)
        )
        if verdict is Verdict.DRIFT and adopt != in_full and console.format == "text" and not console.quiet:
            console.remark(
                f"booconf: for the same hosts: `{in_full}`"
            )  # standard output is the same with --observed
    return ExitCode(verdict.exit_code)


def _refuse_another_file(file: str, fleet_file: str) -> None:
    """Refuse to overwrite the fleet file, or one that contains no observations; raises UsageError."""
    try:
        if Path(file).samefile(fleet_file):
            raise UsageError(f"`--save {file}` names the fleet file; save under another name")
        if not Path(file).is_file():  # opening a pipe would wait for its other end
            raise UsageError(f"{file} cannot be written: it is no regular file")
        with Path(file).open("rb") as stream:
            present = stream.read(LARGEST_FILE + 1)
    except (OSError, ValueError):
        return  # no such file, or one that cannot be written either
    if present and not is_saved(present):
        raise UsageError(f"{file} contains no saved observations; delete it or name another file")


def _save(file: str, observed: ObservedFleet) -> None:
    text = dump(observed.context.fleet, observed.observations)
    try:
        replace(Path(file), text.encode())
    except (OSError, ValueError) as error:
        raise UsageError(f"{file} cannot be written: {reason(error)}") from None
