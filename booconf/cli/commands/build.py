"""`booconf build`: compile the fleet file into the generated files."""

import os
from argparse import Namespace

from booconf.cli.build_summary import remark_warnings, summary
from booconf.cli.console import Console, ExitCode, UsageError
from booconf.cli.fleet_file import read_file
from booconf.output.build_cache import key, unchanged

DEFAULT_OUT = "generated"


def run(options: Namespace, console: Console) -> int:
    """Publish all or nothing, or with --check only compare; an unchanged build does not even parse."""
    if options.check and options.force:
        raise UsageError("--check writes nothing, so --force makes no sense with it")
    raw = read_file(options.file)
    options.out = options.out or os.path.join(os.path.dirname(options.file), DEFAULT_OUT)  # noqa: PTH118, PTH120  # pathlib costs
    options.target = sorted(set(options.target or ()))
    record = key(raw, file=options.file, out=options.out, targets=options.target)
    if not (options.check or console.verbose) and console.format == "text":
        told = (unchanged(options.out, record) or "").split()
        if len(told) == len(("files", "warnings")) and all(map(str.isdecimal, told)):
            return _say_again(int(told[0]), int(told[1]), console)
    from booconf.cli.compile import check_files, write_files  # noqa: PLC0415  # the compiler is heavy

    if options.check:
        return check_files(raw, options, console)
    return write_files(raw, options, record, console)


def _say_again(files: int, warnings: int, console: Console) -> int:
    remark_warnings(warnings, console)
    if not console.quiet:
        console.result(summary(["unchanged"] * files))
    return ExitCode.FINE
