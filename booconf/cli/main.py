# PYTHON_ARGCOMPLETE_OK
"""The way in and the one error boundary: nothing a user does ends in a traceback."""

import gc
import os
import sys
from importlib import import_module
from typing import NoReturn

from booconf.cli.arguments import build_parser
from booconf.cli.console import Console, ExitCode, UsageError


def run() -> NoReturn:
    """The console script."""
    gc.disable()  # a command runs once and exits; collecting cycles would make large fleets worse than linear
    code = main(sys.argv[1:])
    gc.freeze()  # nor is anything left for the collection at exit
    sys.exit(code)


def main(arguments: list[str]) -> int:
    """Run one command; its exit code is an ExitCode."""
    if "_ARGCOMPLETE" in os.environ:
        import_module("booconf.cli.completion").complete(build_parser())
    options = build_parser(only=arguments[0] if arguments else None).parse_args(arguments)
    console = Console.of(options, os.environ)
    try:
        code: int = import_module(f"booconf.cli.{options.command}").run(options, console)
        console.flush()
    except UsageError as error:
        console.remark(f"booconf: {error}")
        return ExitCode.FAILED
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        console.silence()
        return ExitCode.FAILED
    return code
