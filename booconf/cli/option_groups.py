"""Options that several commands share, with the types and the shell completion of values."""

import re
from argparse import Action, ArgumentParser, ArgumentTypeError, Namespace, _MutuallyExclusiveGroup
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from booconf.cli.console import UsageError

if TYPE_CHECKING:
    from booconf.fleet.model import Fleet

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
    complete_from(provider, provider_ids)
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
    complete_from(connect, provider_ids)
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


def complete_from(argument: Action, words: Callable[[str], Iterable[str]]) -> None:
    """Let argcomplete offer these words as values of the argument; they may depend on the fleet file."""

    def complete(*, parsed_args: Namespace, **_: object) -> list[str]:
        return list(words(getattr(parsed_args, "file", "")))

    argument.completer = complete  # type: ignore[attr-defined]  # the attribute argcomplete reads


def model_ids(file: str) -> list[str]:
    """Composite ids of a fleet; none if it is not valid."""
    fleet = _load(file)
    return [model.composite_id for model in fleet.models()] if fleet else []


def provider_ids(file: str) -> list[str]:
    """Ids of the providers of a fleet; none if it is not valid."""
    fleet = _load(file)
    return list(fleet.providers) if fleet else []


def _load(file: str) -> "Fleet | None":
    from booconf.cli.fleet_file import load, read_file  # noqa: PLC0415  # only needed for completion

    try:
        return load(read_file(file), file).fleet
    except UsageError:
        return None


def target_names(_file: str) -> Iterable[str]:
    """Names of targets."""
    from booconf.targets import TARGETS  # noqa: PLC0415  # only needed for completion

    return TARGETS


def schema_names(_file: str) -> Iterable[str]:
    """Names of schemas."""
    from booconf.cli.commands.schema import schema_files  # noqa: PLC0415  # only needed for completion

    return schema_files()


def diagnostic_codes(_file: str) -> Iterable[str]:
    """Diagnostic codes."""
    from booconf.diagnostics import CODES  # noqa: PLC0415  # only needed for completion

    return CODES
