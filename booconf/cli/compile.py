"""The work of `booconf build`, unless nothing has changed: compile, then publish or compare."""

import shlex
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from booconf.cli.console import Console, ExitCode, UsageError, build_summary, visible, warning_count
from booconf.cli.fleet_file import excerpt, load
from booconf.diagnostics import Diagnostic, Severity
from booconf.diagnostics.report import FileState, gather, render
from booconf.diagnostics.suggestion import closest
from booconf.output.build_cache import write_record
from booconf.output.diagnostics import OutputError
from booconf.output.plan import plan
from booconf.output.publish import publish
from booconf.targets import TARGETS, Artifact, emit

if TYPE_CHECKING:
    from booconf.cli.commands.build import BuildOptions
    from booconf.fleet.load import LoadResult
    from booconf.fleet.model import Fleet


class Compilation:
    """One fleet file compiled for the selected targets, and its report."""

    def __init__(self, raw: bytes, options: "BuildOptions", console: Console) -> None:
        self.file = options.file
        self.out = Path(options.folder)
        self.console = console
        self.targets = _known(options.targets)
        self.raw = raw
        self.loading: LoadResult = load(raw, self.file, self.targets)

    def artifacts(self) -> dict[str, tuple[Artifact, ...]] | None:
        """The artifacts of each selected target; None for an invalid fleet."""
        fleet = self.loading.fleet
        return None if fleet is None else {target: emit(fleet, [target]).artifacts for target in self.targets}

    def report(
        self, diagnostics: Iterable[Diagnostic] = (), files: tuple[FileState, ...] | None = None
    ) -> None:
        """Report diagnostics of the fleet and of output: as the result, or as text on standard error.

        Without `--verbose`, text contains only the number of warnings.
        """
        everything = [*self.loading.diagnostics, *diagnostics]
        console = self.console
        reported = [
            one
            for one in everything
            if console.verbose or console.format != "text" or one.severity is Severity.ERROR
        ]
        report = gather(reported, excerpt(self.raw, self.file, self.loading.document), files)
        if console.format != "text":
            console.result(render(report, console.format))
            return
        if reported:
            console.remark(render(report, "text", color=console.uses_color(sys.stderr)).removesuffix("\n"))
        if self.warnings and not console.verbose:
            console.remark(warning_count(self.warnings))

    def fail(self, diagnostics: Iterable[Diagnostic] = ()) -> ExitCode:
        """Report the reasons against a build."""
        self.report(diagnostics)
        return ExitCode.ERROR

    @property
    def warnings(self) -> int:
        """The number of warnings about the fleet."""
        return sum(one.severity is Severity.WARNING for one in self.loading.diagnostics)


def write_files(raw: bytes, options: "BuildOptions", key: str, console: Console) -> int:
    """Compile and publish; `key` identifies the build in its record."""
    compilation = Compilation(raw, options, console)
    artifacts = compilation.artifacts()
    if artifacts is None:
        return compilation.fail()
    planned = plan(compilation.out, artifacts, force=options.force)
    if isinstance(planned, tuple):
        return compilation.fail(planned)
    try:
        done = publish(planned)
    except OutputError as error:
        return compilation.fail(error.diagnostics)
    write_record(options.folder, key, done.hashes, f"{len(done.hashes)} {compilation.warnings}")
    files = tuple(FileState(change.path, change.action) for change in (*done.changes, done.manifest))
    compilation.report(files=files)
    if console.format == "text" and not console.quiet:
        for file in files:
            if console.verbose or file.state != "unchanged":
                console.result(f"{file.state:9}  {visible((compilation.out / file.path).as_posix())}\n")
        console.result(build_summary([file.state for file in files]))
        created = FileState(TARGETS["opencode-additions"].path, "created")
        if compilation.loading.fleet and created in files:
            console.remark(_next_step(compilation.loading.fleet, compilation.out / created.path))
    return ExitCode.SUCCESS


def _next_step(fleet: "Fleet", additions: Path) -> str:
    """The command line that opens opencode with the fleet beside all that the user has configured."""
    from booconf.targets.opencode.config import added_providers  # noqa: PLC0415  # of a first build only

    command = ["opencode"]
    default = fleet.model(fleet.roles.default)
    provider = fleet.providers[default.provider]
    if provider in added_providers(fleet):
        command += ["-m", provider.opencode_reference(default)]
    variable = f"OPENCODE_CONFIG={shlex.quote(str(additions.absolute()))}"
    return visible(f"next, to try it beside your own settings: {variable} {shlex.join(command)}")


def check_files(raw: bytes, options: "BuildOptions", console: Console) -> int:
    """Compile, and report stale, edited, missing and orphaned files; writes nothing."""
    compilation = Compilation(raw, options, console)
    artifacts = compilation.artifacts()
    if artifacts is None:
        return compilation.fail()
    from booconf.output.check import find_deviations  # noqa: PLC0415  # a build that writes does not need it

    deviations = find_deviations(compilation.out, artifacts)
    files = tuple(FileState(one.path, one.kind, one.diff) for one in deviations)
    compilation.report((one.diagnostic for one in deviations), files)
    if console.format == "text":
        for file in files:
            console.result(file.difference)
        if not files and not console.quiet:
            console.result(f"{visible(compilation.out.as_posix())} is up to date\n")
    return ExitCode.FINDINGS if files else ExitCode.SUCCESS


def _known(targets: list[str]) -> list[str]:
    for target in targets:
        if target not in TARGETS:
            suggestion = closest(target, TARGETS)
            advice = f"did you mean {suggestion}?" if suggestion else f"there are {', '.join(TARGETS)}"
            raise UsageError(f"no target is called {target}; {advice}")
    return targets or list(TARGETS)
