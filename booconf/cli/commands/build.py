"""`booconf build`: compile the fleet file into the generated files."""

import os
from dataclasses import dataclass

from booconf.cli.console import Console, ExitCode, UsageError, build_summary, warning_count
from booconf.cli.fleet_file import read_file
from booconf.output.build_cache import build_key, read_record

DEFAULT_OUT = "generated"


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """Options of `booconf build`."""

    file: str
    out: str | None
    target: tuple[str, ...]
    check: bool
    force: bool

    @property
    def folder(self) -> str:
        """The output folder."""
        return self.out or os.path.join(os.path.dirname(self.file), DEFAULT_OUT)  # noqa: PTH118, PTH120  # pathlib costs

    @property
    def targets(self) -> list[str]:
        """The selected targets, sorted and distinct; none selects all."""
        return sorted(set(self.target))


def run(options: BuildOptions, console: Console) -> int:
    """Publish all files or none, or only compare them; a build without changes does not parse the fleet."""
    if options.check and options.force:
        raise UsageError("--check writes nothing, so --force makes no sense with it")
    raw = read_file(options.file)
    key = build_key(raw, [options.file, options.folder, *options.targets])
    if not (options.check or console.verbose) and console.format == "text":
        counts = (read_record(options.folder, key) or "").split()
        if len(counts) == len(("files", "warnings")) and all(map(str.isdecimal, counts)):
            return _report_unchanged(int(counts[0]), int(counts[1]), console)
    from booconf.cli.compile import check_files, write_files  # noqa: PLC0415  # the compiler is heavy

    if options.check:
        return check_files(raw, options, console)
    return write_files(raw, options, key, console)


def _report_unchanged(files: int, warnings: int, console: Console) -> int:
    if warnings:
        console.remark(warning_count(warnings))
    if not console.quiet:
        console.result(build_summary(["unchanged"] * files))
    return ExitCode.SUCCESS
