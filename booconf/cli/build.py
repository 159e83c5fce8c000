"""`booconf build`: compile the fleet file into the generated files."""

import os
from argparse import Namespace

from booconf.cli.console import Console, ExitCode, UsageError
from booconf.cli.fleet_file import quantity, read_file
from booconf.output.unchanged import key, unchanged

DEFAULT_OUT = "generated"


def run(options: Namespace, console: Console) -> int:
    """Publish all or nothing, or with --check only compare; an unchanged build does not even parse."""
    if options.check and options.force:
        raise UsageError("--check writes nothing, so --force makes no sense with it")
    raw = read_file(options.file)
    out = options.out or os.path.join(os.path.dirname(options.file), DEFAULT_OUT)  # noqa: PTH118, PTH120  # pathlib costs
    targets = sorted(set(options.target or ()))
    record = key(raw, file=options.file, out=out, targets=targets)
    if not options.check and console.format == "text":
        told = unchanged(out, record)
        if told is not None:
            return _say_again(told, console)
    from booconf.cli.compile import check_files, write_files  # noqa: PLC0415  # the compiler is heavy

    if options.check:
        return check_files(raw, options, out, targets, console)
    return write_files(raw, options, out, targets, record, console)


def summary(states: list[str], warnings: int) -> str:
    """The closing line: `9 files: 2 updated, 7 unchanged; 1 warning`."""
    counts = [f"{states.count(state)} {state}" for state in ("created", "updated", "deleted", "unchanged") if state in states]
    said = f"; {quantity(warnings, 'warning')}" if warnings else ""
    return f"{quantity(len(states), 'file')}: {', '.join(counts)}{said}\n"


def _say_again(told: str, console: Console) -> int:
    files, warnings = (int(word) for word in told.split())
    if not console.quiet:
        console.result(summary(["unchanged"] * files, warnings))
    if warnings:
        console.remark(f"booconf: {quantity(warnings, 'warning')}; `booconf check` shows them")
    return ExitCode.FINE
