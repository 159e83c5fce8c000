# PYTHON_ARGCOMPLETE_OK
"""Entry point and error boundary: every error becomes a message and an exit code."""

import gc
import os
import sys
from contextlib import suppress
from importlib import import_module
from typing import NoReturn

from booconf import __version__
from booconf.cli.arguments import CommandLine, build_parser, parse
from booconf.cli.console import (
    Console,
    ExitCode,
    ResultError,
    UsageError,
    discard_results,
    flush_results,
    prepare_streams,
    reason,
    visible,
)
from booconf.resources import ResourceError


def run() -> NoReturn:
    """Run the console script."""
    gc.disable()  # a command runs once and exits; collecting cycles would make large fleets worse than linear
    code = main(sys.argv[1:])
    gc.freeze()  # nor is anything left for the collection at exit
    sys.exit(code)


def main(arguments: list[str]) -> int:
    """Run one command and return its exit code."""
    prepare_streams()
    try:
        code = _run(arguments)
        flush_results()
    except ResultError as failure:
        discard_results()
        if isinstance(failure.error, BrokenPipeError):  # its reader has ended and needs no message
            return ExitCode.ERROR
        return _fail(f"the result cannot be written: {reason(failure.error)}")
    return code


def _run(arguments: list[str]) -> int:
    """Run one command; raises ResultError alone."""
    verbose = False
    try:
        if "_ARGCOMPLETE" in os.environ:
            import_module("argcomplete").autocomplete(build_parser())  # ends the process
        command_line = parse(arguments)
        verbose = command_line.console["verbose"]
        return _run_command(command_line)
    except ResultError:
        raise
    except (UsageError, ResourceError) as error:
        return _fail(str(error))
    except SystemExit as stop:  # raised by argparse after help, a version or wrong usage
        return stop.code if isinstance(stop.code, int) else ExitCode.ERROR
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except Exception as error:  # noqa: BLE001  # a bug: exit code 1 would mean findings
        return _report_bug(error, verbose=verbose)


def _run_command(command_line: CommandLine) -> int:
    command, console, options = command_line
    module = import_module(f"booconf.cli.commands.{command}")
    options_class = getattr(module, f"{command.capitalize()}Options")
    code: int = module.run(options_class(**options), Console(os.environ, **console))
    return code


def _report_bug(error: Exception, *, verbose: bool) -> int:
    """Report an unexpected exception; its text may contain values of the fleet, so only `-v` prints it."""
    hint = "please report it with this command line"
    if verbose:
        from traceback import format_exception  # noqa: PLC0415  # seldom needed

        from booconf.escaping import escaped_lines  # noqa: PLC0415  # as above

        for line in escaped_lines("".join(format_exception(error)).removesuffix("\n")):
            with suppress(OSError):
                sys.stderr.write(f"{line}\n")
    else:
        hint += "; `-v` adds a traceback"
    return _fail(f"{type(error).__name__} is a bug in booconf {__version__}; {hint}", ExitCode.INTERNAL)


def _fail(problem: str, code: ExitCode = ExitCode.ERROR) -> int:
    with suppress(OSError):  # without standard error, the exit code alone reports the failure
        sys.stderr.write(f"booconf: {visible(problem)}\n")
    return code
