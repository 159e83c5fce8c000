"""`booconf adopt`: edit fleet.yaml so that it matches the live hosts, when the user has seen the edit."""

from argparse import Namespace
from pathlib import Path

from booconf.cli.comparing import Compared, compare_with_hosts
from booconf.cli.console import Console, ExitCode, UsageError, reason, visible
from booconf.diagnostics.escaping import escaped
from booconf.drift.adoption import Adoption, adopt
from booconf.output.difference import difference
from booconf.output.replacement import RevisionError, replace
from booconf.quantity import quantity


def run(options: Namespace, console: Console) -> int:
    """Print the edit, what it does not cover, and write it if that was asked for.

    The exit code is the one that `booconf diff` ends with from now on, while the hosts are as they were seen.
    """
    compared = compare_with_hosts(options, console)
    adoption = adopt(
        compared.raw,
        options.file,
        compared.examination,
        compared.result,
        compared.observations,
        renames=not options.no_renames,
    )
    after = adoption.text.encode()
    _print(options.file, compared, adoption, console)
    if after == compared.raw:
        if not adoption.kept and not console.quiet:
            console.result(f"{visible(options.file)} needs no change\n")
        return adoption.verdict.exit_code
    if not options.yes:
        console.remark(f"booconf: nothing was written; `booconf adopt --yes` changes {visible(options.file)}")
        return ExitCode.FOUND
    try:
        replace(Path(options.file), after, holding=compared.raw)
    except (RevisionError, OSError) as error:
        raise UsageError(f"{options.file} was not changed: {reason(error)}") from None
    if not console.quiet:
        console.result(f"{visible(options.file)} changed: {quantity(len(adoption.changes), 'change')}\n")
    return adoption.verdict.exit_code


def _print(file: str, compared: Compared, adoption: Adoption, console: Console) -> None:
    after = adoption.text.encode()
    if after != compared.raw:
        console.result(difference(visible(file), compared.raw, after, "as adopt writes it"))
    if not console.quiet:
        for change in adoption.changes:
            console.result(f"change: {escaped(change.what)}\n")
    for kept in adoption.kept:
        console.result(f"kept: {escaped(kept.what)}\n")
    for warning in adoption.warnings:
        console.result(f"new warning: {escaped(warning.message)} ({warning.code})\n")
