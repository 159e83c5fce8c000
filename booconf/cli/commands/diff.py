"""`booconf diff`: how the live hosts differ from what is declared."""

import sys
from dataclasses import dataclass
from pathlib import Path

from booconf.cli.console import Console, ExitCode, UsageError, command_line, reason
from booconf.cli.observe import Asked, HostOptions, ask_hosts
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
    """Compare, print what was found, and keep what the hosts said if that was asked for."""
    if options.save is not None:
        _refuse_another_file(options.save, options.file)
    return _report(ask_hosts(options, console), options, console)


def _report(asked: Asked, options: DiffOptions, console: Console) -> int:
    if options.save is not None:
        _save(options.save, asked)
    result = compare(asked.examination, asked.observations)
    verdict = result.verdict(Severity(options.fail_on))
    matters = any(finding.category is not Category.NOTE for finding in result.findings())
    if console.format != "text" or not console.quiet or matters:
        color = console.uses_color(sys.stdout)
        adopt, in_full = command_line("adopt", options.file), options.command("adopt")
        console.result(
            render(result, console.format, verdict, color=color, verbose=console.verbose, adopt=adopt)
        )
        if verdict is Verdict.DRIFT and adopt != in_full and console.format == "text" and not console.quiet:
            console.remark(f"booconf: about the same hosts it is `{in_full}`")  # no part of what is replayed
    return ExitCode(verdict.exit_code)


def _refuse_another_file(file: str, fleet_file: str) -> None:
    """UsageError where `file` is the fleet file, or holds what nobody saved here: its text would be lost."""
    try:
        if Path(file).samefile(fleet_file):
            raise UsageError(f"`--save {file}` names the fleet file; save under another name")
        with Path(file).open("rb") as stream:
            present = stream.read(LARGEST_FILE + 1)
    except (OSError, ValueError):
        return  # there is no such file, or none that can be written either
    if present and not is_saved(present):
        raise UsageError(
            f"{file} holds something else than saved observations; delete it or name another file"
        )


def _save(file: str, asked: Asked) -> None:
    text = dump(asked.examination.fleet, asked.observations)
    try:
        replace(Path(file), text.encode())
    except (OSError, ValueError) as error:
        raise UsageError(f"{file} cannot be written: {reason(error)}") from None
