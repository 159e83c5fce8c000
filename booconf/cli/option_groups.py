"""Options that several commands share, and the types of their values."""

import re
from argparse import Action, ArgumentParser, ArgumentTypeError, Namespace, _MutuallyExclusiveGroup
from importlib import import_module

LONGEST_WAIT = 3600
"""Largest value of an option in seconds."""

LARGEST_PORT = 65535


def add_file(command: ArgumentParser) -> None:
    """Add `--file`."""
    command.add_argument(
        "-f", "--file", metavar="FILE", default="fleet.yaml", help="the fleet file (default: fleet.yaml)"
    )


def add_format(command: ArgumentParser, formats: tuple[str, ...]) -> None:
    """Add `--format`, which the console receives."""
    command.add_argument("--format", choices=formats, default="text", help="output format (default: text)")


def add_fail_on(command: ArgumentParser, default: str) -> None:
    """Add `--fail-on` with a default severity."""
    command.add_argument(
        "--fail-on",
        choices=("error", "warning"),
        default=default,
        help=f"lowest severity with exit code 1 (default: {default})",
    )


def add_repeatable(command: ArgumentParser, *names: str, metavar: str, description: str) -> Action:
    """Add an option whose field is the tuple of its values."""
    return command.add_argument(
        *names, metavar=metavar, action="append", default=[], help=f"{description}; may be repeated"
    )


def add_hosts(command: ArgumentParser) -> _MutuallyExclusiveGroup:
    """Add the options of a command that observes hosts; return the group of `--observed`."""
    provider = add_repeatable(
        command, "--provider", metavar="ID", description="only this provider (default: all)"
    )
    complete_from(provider, "providers")
    add_connection(command, timeout=10)
    source = command.add_mutually_exclusive_group()
    source.add_argument(
        "--observed",
        metavar="FILE",
        help="read observations from `diff --save FILE` instead of probing hosts",
    )
    return source


def add_connection(command: ArgumentParser, *, timeout: int) -> None:
    """Add the options for connections to hosts; `timeout` is a default in seconds."""
    connect = add_repeatable(
        command,
        "--connect",
        metavar="ID=URL",
        description="probe this provider at another server root, e.g. a tunnel",
    )
    complete_from(connect, "providers")
    command.add_argument(
        "--timeout",
        metavar="SECONDS",
        type=seconds,
        default=float(timeout),
        help=f"time limit for all requests to one host (default: {timeout})",
    )
    command.add_argument(
        "--use-proxies",
        action="store_true",
        help="use the proxies that HTTP_PROXY and related variables name",
    )


def seconds(text: str) -> float:
    """A positive number of seconds."""
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number <= LONGEST_WAIT:
        raise ArgumentTypeError(f"`{text}` is not a number of seconds from above 0 to {LONGEST_WAIT}")
    return number


def port(text: str) -> int:
    """A TCP port; 0 selects a free one."""
    number = int(text) if re.fullmatch("[0-9]{1,5}", text) else LARGEST_PORT + 1
    if number > LARGEST_PORT:
        raise ArgumentTypeError(f"`{text}` is not a port from 0 to {LARGEST_PORT}")
    return number


def complete_from(argument: Action, source: str) -> None:
    """Complete values of the argument by a function of booconf.cli.completion, given the fleet file."""

    def complete(*, parsed_args: Namespace, **_: object) -> list[str]:
        words: list[str] = getattr(import_module("booconf.cli.completion"), source)(
            getattr(parsed_args, "file", "")
        )
        return words

    argument.completer = complete  # type: ignore[attr-defined]  # the attribute argcomplete reads
