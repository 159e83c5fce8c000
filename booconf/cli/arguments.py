"""The command line: every command and its options; imports nothing heavier than argparse."""

import re
from argparse import ArgumentParser, RawDescriptionHelpFormatter, _SubParsersAction
from collections.abc import Callable
from typing import Any, NamedTuple

from booconf import __version__
from booconf.cli.console import visible
from booconf.cli.option_groups import (
    add_connection,
    add_fail_on,
    add_file,
    add_format,
    add_hosts,
    add_repeatable,
    complete_from,
    diagnostic_codes,
    model_ids,
    port,
    schema_names,
    seconds,
    target_names,
)

FORMATS = ("text", "json", "github", "sarif")

_EXIT_CODES = """\
exit codes:
  0    success
  1    findings: errors in the fleet, generated files or hosts that differ
  2    error: wrong usage, an unreadable file, an invalid fleet where a valid one is needed
  3    some hosts not checked, the others match (diff, adopt)
  70   internal error: a bug in booconf
  130  interrupted
"""

_COMPLETION = """\
shell completion:
  eval "$(register-python-argcomplete booconf)"   (bash; --shell fish for fish; zsh after bashcompinit)
"""

_CONSOLE_OPTIONS = ("format", "color", "quiet", "verbose")


class CommandLine(NamedTuple):
    """A command, the options of its console, and the fields of its options dataclass."""

    command: str
    console: dict[str, Any]
    options: dict[str, Any]


def parse(arguments: list[str]) -> CommandLine:
    """Parse the arguments; on a mistake print the usage of the command and exit with code 2."""
    namespace, unknown = build_parser(only=arguments[0] if arguments else None).parse_known_args(arguments)
    if unknown:
        command: ArgumentParser = namespace.parser
        words = " ".join(map(visible, unknown))
        command.error(f"unrecognized arguments: {words}{_advice(unknown[0], command)}")
    values = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in vars(namespace).items()
        if name not in {"command", "parser"}
    }
    console = {name: values.pop(name) for name in _CONSOLE_OPTIONS if name in values}
    return CommandLine(namespace.command, console, values)


def _advice(word: str, command: ArgumentParser) -> str:
    from booconf.diagnostics.suggestion import closest  # noqa: PLC0415  # only needed for a mistake

    options = re.findall(r"--[a-z][a-z-]*", command.format_usage())
    option = closest(word.partition("=")[0], options) if word.startswith("--") else None
    return f"; did you mean `{option}`?" if option else ""


def build_parser(only: str | None = None) -> ArgumentParser:
    """The parser of all commands, or of the single command `only` if there is one of that name."""
    parser = ArgumentParser(
        prog="booconf",
        description="Compile one reviewed fleet.yaml into the client configuration of a fleet of LLM hosts.",
        epilog=f"{_EXIT_CODES}\n{_COMPLETION}",
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"booconf {__version__}")
    commands = parser.add_subparsers(
        dest="command", required=True, metavar="COMMAND", title="commands", prog="booconf"
    )
    for name, (summary, add_options) in COMMANDS.items():
        if only not in COMMANDS or name == only:
            add_options(_command(commands, name, summary))
    return parser


def _add_check(command: ArgumentParser) -> None:
    add_file(command)
    add_format(command, FORMATS)
    add_fail_on(command, "error")


def _add_build(command: ArgumentParser) -> None:
    add_file(command)
    add_format(command, FORMATS)
    command.add_argument(
        "-o", "--out", metavar="DIR", help="output folder (default: generated, beside the fleet file)"
    )
    target = add_repeatable(command, "-t", "--target", metavar="NAME", description="build only this target")
    complete_from(target, target_names)
    command.add_argument(
        "--check", action="store_true", help="write nothing; exit with 1 if the files are not current"
    )
    command.add_argument("--force", action="store_true", help="overwrite files that were edited by hand")


def _add_diff(command: ArgumentParser) -> None:
    add_file(command)
    add_format(command, FORMATS)
    add_hosts(command).add_argument(
        "--save", metavar="FILE", help="also write the observations of the hosts, for --observed"
    )
    add_fail_on(command, "warning")


def _add_adopt(command: ArgumentParser) -> None:
    add_file(command)
    add_hosts(command)
    command.add_argument(
        "--no-renames", action="store_true", help="treat a probable rename as one removed and one added model"
    )
    command.add_argument("-y", "--yes", action="store_true", help="write the edit (default: only print it)")


def _add_explain(command: ArgumentParser) -> None:
    identifier = command.add_argument(
        "id", nargs="?", metavar="ID", help="composite, bare, alias or opencode id (default: all models)"
    )
    complete_from(identifier, model_ids)
    add_file(command)
    add_format(command, FORMATS[:2])


def _add_schema(command: ArgumentParser) -> None:
    name = command.add_argument(
        "name", nargs="?", metavar="NAME", default="fleet", help="name of the schema (default: fleet)"
    )
    complete_from(name, schema_names)


def _add_rule(command: ArgumentParser) -> None:
    code = command.add_argument("code", nargs="?", metavar="CODE", help="such as BC301 (default: list all)")
    complete_from(code, diagnostic_codes)


def _add_serve(command: ArgumentParser) -> None:
    add_file(command)
    command.add_argument(
        "--host",
        metavar="HOST",
        default="127.0.0.1",
        help="address to listen on; one that other machines can reach needs --token-env (default: 127.0.0.1)",
    )
    command.add_argument(
        "--port", metavar="PORT", type=port, default=8500, help="0 selects a free port (default: 8500)"
    )
    command.add_argument(
        "--settings",
        metavar="URL",
        help="database of the favorites: sqlite:///FILE or postgresql://... "
        "(default: a SQLite file in the user's state folder)",
    )
    command.add_argument(
        "--token-env", metavar="NAME", help="require the token stored in this environment variable"
    )
    add_repeatable(
        command,
        "--allow-host",
        metavar="HOST",
        description="accept this name in the Host header; without a port, at any port",
    )
    add_repeatable(
        command,
        "--allow-origin",
        metavar="ORIGIN",
        description="let pages of this origin, such as https://chat.example, read and write",
    )
    command.add_argument(
        "--probe-every",
        metavar="SECONDS",
        type=seconds,
        default=15.0,
        help="interval between probes of one host (default: 15)",
    )
    command.add_argument(
        "--probe-cloud",
        metavar="SECONDS",
        type=seconds,
        help="probe cloud providers too, with their keys, at this interval (default: never)",
    )
    add_connection(command, timeout=5)


COMMANDS: dict[str, tuple[str, Callable[[ArgumentParser], None]]] = {
    "init": ("write a commented starter fleet.yaml; never overwrites", add_file),
    "check": ("validate fleet.yaml: errors, warnings and the two proofs", _add_check),
    "build": ("compile fleet.yaml into the generated files, all or nothing", _add_build),
    "diff": ("compare the live hosts with fleet.yaml; never loads a model", _add_diff),
    "adopt": ("edit fleet.yaml to match the live hosts: prints the edit, --yes writes it", _add_adopt),
    "serve": ("serve the catalog, shared favorites and a page to pick models", _add_serve),
    "explain": ("show the route of an id and the source of each limit", _add_explain),
    "schema": ("print the JSON Schema of fleet.yaml or of a generated file", _add_schema),
    "rule": ("print the page of a diagnostic code, with examples", _add_rule),
}
"""Command -> its summary and the function that adds its options; booconf.cli.commands.<command> runs it."""


def _command(commands: "_SubParsersAction[ArgumentParser]", name: str, summary: str) -> ArgumentParser:
    command = commands.add_parser(
        name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.", epilog=_EXIT_CODES,
        formatter_class=RawDescriptionHelpFormatter, allow_abbrev=False,
    )  # fmt: skip
    command.add_argument(
        "--color",
        choices=("auto", "always", "never"),
        default="auto",
        help="default: auto; NO_COLOR is honored",
    )
    command.add_argument(
        "-q", "--quiet", action="store_true", help="print only diagnostics, findings and errors"
    )
    command.add_argument("-v", "--verbose", action="store_true", help="print more details")
    command.set_defaults(parser=command)
    return command
