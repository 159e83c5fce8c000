"""`booconf serve`: the catalog and shared favorites over HTTP, and a page to pick models."""

import gc
import logging
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from types import TracebackType

from booconf.cli.console import Console, ExitCode, UsageError
from booconf.escaping import escaped, escaped_lines

ExceptionInformation = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)

NEEDED = ("sqlalchemy", "starlette", "uvicorn")
"""Packages of `pip install 'booconf[serve]'` that every server needs."""


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """Options of `booconf serve`; times are in seconds."""

    file: str
    host: str
    port: int
    settings: str | None
    token_env: str | None
    allow_host: tuple[str, ...]
    allow_origin: tuple[str, ...]
    probe_every: float
    probe_cloud: float | None
    connect: tuple[str, ...]
    timeout: float
    use_proxies: bool


def run(options: ServeOptions, console: Console, run_server: Callable[..., int | None] | None = None) -> int:
    """Serve until a signal; SIGTERM is a success. `run_server` replaces `service.server.serve`."""
    if any(find_spec(name) is None for name in NEEDED):
        raise UsageError("`booconf serve` needs more than is installed: `pip install 'booconf[serve]'`")
    from booconf.cli.serve_setup import serve_catalog  # noqa: PLC0415 - may not be installed

    gc.enable()  # this command does not end soon
    with _logging(console):
        ended_by = serve_catalog(options, console, run_server)
    return ExitCode.INTERRUPTED if ended_by == signal.SIGINT else ExitCode.SUCCESS


@contextmanager
def _logging(console: Console) -> Iterator[None]:
    """Log to standard error while this context is open."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Lines("%(asctime)s %(levelname)s %(message)s"))
    ours, everything = logging.getLogger("booconf"), logging.getLogger()
    ours.setLevel(logging.WARNING if console.quiet else logging.DEBUG if console.verbose else logging.INFO)
    everything.addHandler(handler)
    try:
        yield
    finally:
        everything.removeHandler(handler)
        ours.setLevel(logging.NOTSET)


class _Lines(logging.Formatter):
    """Lines of the log, with hidden characters escaped."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - as logging calls it
        """The message, on one line."""
        return escaped(super().formatMessage(record))

    def formatException(self, ei: ExceptionInformation) -> str:  # noqa: N802 - as logging calls it
        """A traceback, on the lines below."""
        return "\n".join(escaped_lines(super().formatException(ei)))
