"""`booconf adopt`: show the edits that match fleet.yaml to its hosts, and write them with `--yes`."""

from dataclasses import dataclass
from pathlib import Path

from booconf import quantity
from booconf.cli.console import Console, ExitCode, UsageError, command_line, reason, visible
from booconf.cli.observe import HostOptions, ObservedFleet, observe
from booconf.drift.adoption import Adoption, adopt
from booconf.drift.result import NOT_CHECKED
from booconf.escaping import escaped
from booconf.output.atomic_write import RevisionError, replace
from booconf.output.diff import render_diff


@dataclass(frozen=True, slots=True)
class AdoptOptions(HostOptions):
    """Options of `booconf adopt`."""

    no_renames: bool
    yes: bool


def run(options: AdoptOptions, console: Console) -> int:
    """Print the edits and the remaining differences, and write the edits with `--yes`.

    The exit code is that of the next `booconf diff`, as long as the hosts do not change.
    """
    return _adopt(observe(options, console), options, console)


def _adopt(observed: ObservedFleet, options: AdoptOptions, console: Console) -> int:
    adoption = adopt(observed.loading, observed.observations, renames=not options.no_renames)
    before, after = observed.raw, adoption.text.encode()
    if after != before:
        console.result(render_diff(visible(options.file), before, after, "as adopt writes it"))
    _print(adoption, console)
    if after == before:
        if not console.quiet:
            console.result(
                f"{visible(options.file)} {'stays as it is' if adoption.unresolved else 'needs no change'}\n"
            )
        return adoption.verdict.exit_code
    if not options.yes:
        console.remark(
            f"booconf: nothing was written; the same command with `--yes` changes {visible(options.file)}"
        )
        return ExitCode.FINDINGS
    try:
        replace(Path(options.file), after, holding=before)
    except (RevisionError, OSError) as error:
        raise UsageError(f"{options.file} was not changed: {reason(error)}") from None
    if not console.quiet:
        console.result(_closing(options.file, adoption))
    return adoption.verdict.exit_code


def _print(adoption: Adoption, console: Console) -> None:
    """Print the changes, the remaining differences, the hosts that were not compared, and new warnings."""
    if not console.quiet:
        for change in adoption.changes:
            console.result(f"change: {escaped(change.text)}\n")
    for one in adoption.unresolved:
        word = "unchecked" if one.code in NOT_CHECKED else "kept"
        console.result(f"{word}: {escaped(one.text)}\n")
    for warning in adoption.warnings:
        console.result(f"new warning: {escaped(warning.message)} ({warning.code})\n")


def _closing(file: str, adoption: Adoption) -> str:
    """The counts of changes and remaining differences, and the next command."""
    unchecked = sum(one.code in NOT_CHECKED for one in adoption.unresolved)
    counts = [f"{quantity(len(adoption.changes), 'change')} written"]
    if len(adoption.unresolved) > unchecked:
        counts.append(f"{quantity(len(adoption.unresolved) - unchecked, 'difference')} kept")
    if unchecked:
        counts.append(f"{unchecked} unchecked")
    return f"{visible(file)}: {', '.join(counts)}; next: `{command_line('build', file)}`\n"
