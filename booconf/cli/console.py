"""Where results and remarks go, in which format and color, how they are worded, and what exit codes mean."""

import os
import sys
from argparse import Namespace
from collections.abc import Mapping
from enum import IntEnum
from io import StringIO
from typing import TextIO

_USUAL_COLUMNS = 80
"""Of a terminal that does not say how wide it is."""


class ExitCode(IntEnum):
    """What a command's exit code says; `--help` says it to users."""

    FINE = 0
    FOUND = 1
    FAILED = 2
    UNASKED = 3
    INTERRUPTED = 130


class UsageError(Exception):
    """The command cannot be done as asked; the message says what to do instead."""


class Console:
    """Results go to standard output, everything else to standard error."""

    def __init__(self, report_format: str, *, color: str, quiet: bool, verbose: bool, plain: bool) -> None:
        self.format = report_format
        self.quiet = quiet
        self.verbose = verbose
        self._color = color
        self._plain = plain
        self._progress = 0

    @classmethod
    def of(cls, options: Namespace, environment: Mapping[str, str]) -> "Console":
        """The console that `options` and `environment` (NO_COLOR, TERM) ask for."""
        plain = bool(environment.get("NO_COLOR")) or environment.get("TERM") == "dumb"
        return cls(
            getattr(options, "format", "text"),
            color=options.color,
            quiet=options.quiet,
            verbose=options.verbose,
            plain=plain,
        )

    def result(self, text: str) -> None:
        """Print what the command was asked for, with the line breaks it holds."""
        sys.stdout.write(text)

    def remark(self, text: str) -> None:
        """Print one line that is not the result."""
        sys.stderr.write(f"{text}\n")

    def progress(self, text: str) -> None:
        """On a terminal, show what is waited for instead of what was shown before; empty shows nothing."""
        if self.quiet or not sys.stderr.isatty():
            return
        shown = visible(text)[: _columns() - 1]
        sys.stderr.write(f"\r{shown.ljust(self._progress)}\r{shown}")
        sys.stderr.flush()
        self._progress = len(shown)

    def uses_color(self, stream: TextIO) -> bool:
        """Whether text for `stream` may hold colors."""
        if self._color == "auto":
            return stream.isatty() and not self._plain
        return self._color == "always"


def prepare_streams() -> None:
    """Let nothing fail for want of a character or of a stream; what goes to a closed one is lost."""
    sys.stdout = sys.stdout or StringIO()
    sys.stderr = sys.stderr or StringIO()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def silence_results() -> None:
    """After standard output refused to be written, let nothing be written there at exit either."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def visible(text: str) -> str:
    """Text from the command line as it may be printed: control characters as escapes."""
    if text.isprintable():
        return text
    from booconf.escaping import escaped  # noqa: PLC0415  # seldom needed

    return escaped(text)


def reason(error: Exception) -> str:
    """Why something failed: in the words of the system, which name no file, where it was the system."""
    return getattr(error, "strerror", None) or str(error)


def _columns() -> int:
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or _USUAL_COLUMNS
    except (OSError, ValueError):  # a stream that is no terminal of this system
        return _USUAL_COLUMNS
