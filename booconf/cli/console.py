"""Standard output and standard error, exit codes, and the wording that commands share."""

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from enum import IntEnum
from io import StringIO
from typing import TextIO

from booconf import quantity

_USUAL_COLUMNS = 80
"""Width of a terminal that reports none."""


class ExitCode(IntEnum):
    """Exit codes of all commands, as `--help` lists them."""

    SUCCESS = 0
    FINDINGS = 1
    ERROR = 2
    NOT_CHECKED = 3
    INTERNAL = 70
    INTERRUPTED = 130


class UsageError(Exception):
    """The command cannot run as requested; the message names a remedy."""


class ResultError(Exception):
    """Standard output cannot be written."""

    def __init__(self, error: OSError) -> None:
        super().__init__(error)
        self.error = error


class Console:
    """Results go to standard output, everything else to standard error."""

    def __init__(
        self,
        environment: Mapping[str, str],
        *,
        format: str = "text",  # noqa: A002  # the name of the option
        color: str = "auto",
        quiet: bool = False,
        verbose: bool = False,
    ) -> None:
        self.format = format
        self.quiet = quiet
        self.verbose = verbose
        self._color = color
        self._plain = bool(environment.get("NO_COLOR")) or environment.get("TERM") == "dumb"
        self._progress = 0

    def result(self, text: str) -> None:
        """Print the result of the command, with its line breaks; raises ResultError."""
        try:
            sys.stdout.write(text)
        except OSError as error:
            raise ResultError(error) from error

    def remark(self, text: str) -> None:
        """Print one line that is not the result, if standard error can be written."""
        with suppress(OSError):
            sys.stderr.write(f"{text}\n")

    def progress(self, text: str) -> None:
        """On a terminal, replace the progress line by `text`; an empty text clears it."""
        if self.quiet or not sys.stderr.isatty():
            return
        shown = visible(text)[: _columns() - 1]
        with suppress(OSError):
            sys.stderr.write(f"\r{shown.ljust(self._progress)}\r{shown}")
            sys.stderr.flush()
        self._progress = len(shown)

    def uses_color(self, stream: TextIO) -> bool:
        """True if text for `stream` may contain colors."""
        if self._color == "auto":
            return stream.isatty() and not self._plain
        return self._color == "always"


def prepare_streams() -> None:
    """Replace closed standard streams, and escape characters that a stream cannot encode."""
    sys.stdout = sys.stdout or StringIO()
    sys.stderr = sys.stderr or StringIO()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def flush_results() -> None:
    """Write buffered results; raises ResultError."""
    try:
        sys.stdout.flush()
    except OSError as error:
        raise ResultError(error) from error


def discard_results() -> None:
    """Discard buffered results: the interpreter flushes the stream at exit and must not fail there."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, sys.stdout.fileno())
    os.close(null)


def command_line(command: str, file: str, *more: str) -> str:
    """The command line of a command on a fleet file, with `more` words at its end."""
    import shlex  # noqa: PLC0415  # seldom needed

    of_file = [] if file == "fleet.yaml" else ["-f", file]
    return visible(shlex.join(["booconf", command, *of_file, *more]))


def build_summary(states: Sequence[str]) -> str:
    """The last line of a build: `9 files: 2 updated, 7 unchanged`."""
    counts = [
        f"{states.count(state)} {state}"
        for state in ("created", "updated", "deleted", "unchanged")
        if state in states
    ]
    return f"{quantity(len(states), 'file')}: {', '.join(counts)}\n"


def warning_count(count: int) -> str:
    """The remark of a build about the warnings of the fleet, which only `check` prints."""
    return f"booconf: {quantity(count, 'warning')}; `booconf check` shows them"


def visible(text: str) -> str:
    """Text with its control characters escaped, for messages about the command line."""
    if text.isprintable():
        return text
    from booconf.escaping import escaped  # noqa: PLC0415  # seldom needed

    return escaped(text)


def reason(error: Exception) -> str:
    """The cause of an error; for an error of the system its text, without the file name."""
    return getattr(error, "strerror", None) or str(error)


def _columns() -> int:
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or _USUAL_COLUMNS
    except (OSError, ValueError):  # a stream that is no terminal of this system
        return _USUAL_COLUMNS
