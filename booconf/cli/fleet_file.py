"""Reading and loading the fleet file, and the usage errors about it."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from booconf import quantity
from booconf.cli.console import UsageError, command_line, reason

if TYPE_CHECKING:
    from booconf.diagnostics import Diagnostic
    from booconf.diagnostics.report import Excerpt
    from booconf.fleet.context import CheckContext
    from booconf.fleet.load import LoadResult
    from booconf.source import Document

LARGEST_READ = (64 << 20) + 1
"""Bytes read at most: one more than the limit for a fleet, so that a larger file is detected."""


def read_file(file: str) -> bytes:
    """The bytes of the fleet file; raises UsageError if it cannot be read."""
    try:
        with open(file, "rb") as stream:  # noqa: PTH123  # importing pathlib would cost an unchanged build a sixth of its time
            return stream.read(LARGEST_READ)
    except (OSError, ValueError) as error:
        raise unreadable(file, error) from None


def unreadable(file: str, error: Exception) -> UsageError:
    """The usage error for an OSError, or a ValueError about the name, from reading the fleet file."""
    if not file:
        return UsageError("`--file` names no file")
    if isinstance(error, FileNotFoundError):
        return UsageError(
            f"{file} does not exist; `booconf init` writes a starter, `-f FILE` names another file"
        )
    return UsageError(f"{file} cannot be read: {reason(error)}")


def load(raw: bytes, file: str, targets: Iterable[str] = ()) -> "LoadResult":
    """Read, check and resolve the fleet in `raw`, and report the losses of `targets`."""
    from booconf.fleet.load import load_fleet  # noqa: PLC0415  # heavy, and not used by an unchanged build
    from booconf.live import adapter_of  # noqa: PLC0415  # as the compiler
    from booconf.targets import check_losses  # noqa: PLC0415  # as the compiler

    loading = load_fleet(raw, file, adapter_of)
    if loading.context is None:
        return loading
    return replace(loading, diagnostics=(*loading.diagnostics, *check_losses(loading.context, targets)))


def excerpt(raw: bytes, file: str, document: "Document | None") -> "Excerpt":
    """The lines of the fleet file for reports, with secrets masked."""
    from booconf.source import SourceText, mask  # noqa: PLC0415  # only needed when there is something to report

    @cache
    def masked() -> Callable[[int], str]:
        return mask(SourceText.decode(raw, file), document)

    return lambda name, line: masked()(line) if name == file else None


def load_valid(raw: bytes, file: str) -> "CheckContext":
    """The valid fleet in `raw`; raises UsageError for an invalid one."""
    return passed(load(raw, file), file)


def passed(loading: "LoadResult", file: str) -> "CheckContext":
    """The valid fleet of a load result; raises UsageError for an invalid one."""
    if loading.context is None:
        raise invalid(loading.diagnostics, file)
    return loading.context


def invalid(diagnostics: "Iterable[Diagnostic]", file: str) -> UsageError:
    """The usage error for a fleet whose diagnostics contain errors."""
    from booconf.diagnostics import Severity  # noqa: PLC0415  # as the compiler

    errors = sum(found.severity is Severity.ERROR for found in diagnostics)
    return UsageError(f"{file} has {quantity(errors, 'error')}: see `{command_line('check', file)}`")
