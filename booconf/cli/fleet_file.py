"""Reading the fleet file, and saying what was found in it."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from booconf.cli.console import UsageError, command_line, reason
from booconf.quantity import quantity

if TYPE_CHECKING:
    from booconf.diagnostics import Diagnostic
    from booconf.diagnostics.report import Excerpt
    from booconf.fleet.context import CheckContext
    from booconf.fleet.load import LoadResult
    from booconf.source import Document

LARGEST_READ = (64 << 20) + 1
"""Bytes read at most: one more than a fleet may have, so that a larger one is seen to be too large."""


def read_file(file: str) -> bytes:
    """The bytes of the fleet file; raises UsageError when it cannot be read."""
    try:
        with open(file, "rb") as stream:  # noqa: PTH123  # importing pathlib would cost an unchanged build a sixth of its time
            return stream.read(LARGEST_READ)
    except (OSError, ValueError) as error:
        raise unreadable(file, error) from None


def unreadable(file: str, error: Exception) -> UsageError:
    """What to raise where reading the fleet file ended in an OSError or, for its name, a ValueError."""
    if not file:
        return UsageError("`--file` names no file")
    if isinstance(error, FileNotFoundError):
        return UsageError(
            f"{file} does not exist; `booconf init` writes a starter, `-f FILE` names another file"
        )
    return UsageError(f"{file} cannot be read: {reason(error)}")


def load(raw: bytes, file: str, targets: Iterable[str] = ()) -> "LoadResult":
    """Read, check and resolve the fleet in `raw`, and report the losses of `targets`."""
    from booconf.fleet.load import load_fleet  # noqa: PLC0415  # heavy: an unchanged build never gets here
    from booconf.targets import check_losses  # noqa: PLC0415  # as the compiler

    loading = load_fleet(raw, file)
    if loading.context is None:
        return loading
    return replace(loading, diagnostics=(*loading.diagnostics, *check_losses(loading.context, targets)))


def excerpt(raw: bytes, file: str, document: "Document | None") -> "Excerpt":
    """The lines of the fleet file, secrets masked, for reports."""
    from booconf.source import SourceText, mask  # noqa: PLC0415  # only needed when there is something to report

    @cache
    def masked() -> Callable[[int], str]:
        return mask(SourceText.decode(raw, file), document)

    return lambda name, line: masked()(line) if name == file else None


def load_valid(raw: bytes, file: str) -> "CheckContext":
    """The fleet in `raw`, which has to be valid; raises UsageError for any other."""
    return passed(load(raw, file), file)


def passed(loading: "LoadResult", file: str) -> "CheckContext":
    """What became of a fleet that has to be valid; raises UsageError for any other."""
    if loading.context is None:
        raise invalid(loading.diagnostics, file)
    return loading.context


def invalid(diagnostics: "Iterable[Diagnostic]", file: str) -> UsageError:
    """What to raise where a fleet has to be valid, and `diagnostics` of it hold errors."""
    from booconf.diagnostics import Severity  # noqa: PLC0415  # as the compiler

    errors = sum(found.severity is Severity.ERROR for found in diagnostics)
    return UsageError(f"{file} has {quantity(errors, 'error')}: see `{command_line('check', file)}`")
