"""`booconf adopt`: edit fleet.yaml so that it matches the live hosts, when the user has seen the edit."""

from dataclasses import dataclass
from pathlib import Path

from booconf.cli.console import Console, ExitCode, UsageError, command_line, reason, visible
from booconf.cli.observe import Asked, HostOptions, ask_hosts
from booconf.drift.adoption.adopt import Adoption, adopt
from booconf.drift.outcomes import COULD_NOT_ASK
from booconf.escaping import escaped
from booconf.output.atomic_write import RevisionError, replace
from booconf.output.difference import difference
from booconf.quantity import quantity


@dataclass(frozen=True, slots=True)
class AdoptOptions(HostOptions):
    """Options of `booconf adopt`."""

    no_renames: bool
    yes: bool


def run(options: AdoptOptions, console: Console) -> int:
    """Print the edit, what it does not cover, and write it if that was asked for.

    The exit code is the one that `booconf diff` ends with from now on, while the hosts are as they were seen.
    """
    return _adopt(ask_hosts(options, console), options, console)


def _adopt(asked: Asked, options: AdoptOptions, console: Console) -> int:
    adoption = adopt(asked.loading, asked.observations, renames=not options.no_renames)
    before, after = asked.raw, adoption.text.encode()
    if after != before:
        console.result(difference(visible(options.file), before, after, "as adopt writes it"))
    _print(adoption, console)
    if after == before:
        if not console.quiet:
            console.result(
                f"{visible(options.file)} {'stays as it is' if adoption.kept else 'needs no change'}\n"
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
    """What changes, what does not though it differs, and what could not be compared."""
    if not console.quiet:
        for change in adoption.changes:
            console.result(f"change: {escaped(change.what)}\n")
    for kept in adoption.kept:
        word = "unasked" if kept.code in COULD_NOT_ASK else "kept"
        console.result(f"{word}: {escaped(kept.what)}\n")
    for warning in adoption.warnings:
        console.result(f"new warning: {escaped(warning.message)} ({warning.code})\n")


def _closing(file: str, adoption: Adoption) -> str:
    """What was written and what was not, and which command is next."""
    unasked = sum(kept.code in COULD_NOT_ASK for kept in adoption.kept)
    counts = [f"{quantity(len(adoption.changes), 'change')} written"]
    if len(adoption.kept) > unasked:
        counts.append(f"{quantity(len(adoption.kept) - unasked, 'difference')} kept")
    if unasked:
        counts.append(f"{unasked} unasked")
    return f"{visible(file)}: {', '.join(counts)}; next: `{command_line('build', file)}`\n"
