# PYTHON_ARGCOMPLETE_OK
"""The way in and the one error boundary: nothing a user does ends in a traceback."""

import gc
import os
import sys
from contextlib import suppress
from importlib import import_module
from typing import NoReturn

from booconf.cli.arguments import build_parser, parse
from booconf.cli.console import (
    Console,
    ExitCode,
    UsageError,
    prepare_streams,
    reason,
    silence_results,
    visible,
)


def run() -> NoReturn:
    """The console script."""
    gc.disable()  # a command runs once and exits; collecting cycles would make large fleets worse than linear
    code = main(sys.argv[1:])
    gc.freeze()  # nor is anything left for the collection at exit
    sys.exit(code)


def main(arguments: list[str]) -> int:
    """Run one command; its exit code is an ExitCode."""
    prepare_streams()
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except UsageError as error:
        return _fail(str(error))
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        silence_results()
        return ExitCode.FAILED
    except OSError as error:
        silence_results()
        return _fail(f"the result cannot be written: {reason(error)}")
    return code


def _run(arguments: list[str]) -> int:
    if "_ARGCOMPLETE" in os.environ:
        import_module("booconf.cli.completion").complete(build_parser())
    options = parse(arguments)
    command = import_module(f"booconf.cli.commands.{options.command}")
    code: int = command.run(options, Console.of(options, os.environ))
    return code


def _fail(problem: str) -> int:
    with suppress(OSError):  # where standard error takes nothing, the exit code has to do
        sys.stderr.write(f"booconf: {visible(problem)}\n")
    return ExitCode.FAILED
