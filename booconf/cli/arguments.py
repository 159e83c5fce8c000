"""The command line: every command with its options, and nothing heavier than argparse."""

import re
from argparse import (
    Action,
    ArgumentParser,
    ArgumentTypeError,
    Namespace,
    RawDescriptionHelpFormatter,
    _MutuallyExclusiveGroup,
    _SubParsersAction,
)
from collections.abc import Callable
from importlib import import_module

from booconf import __version__
from booconf.cli.console import visible

FORMATS = ("text", "json", "github", "sarif")

LONGEST_TIMEOUT = 3600
"""Seconds that a host may be waited for."""

LARGEST_PORT = 65535

COMPLETION = """\
shell completion:
  eval "$(register-python-argcomplete booconf)"   (bash; --shell fish for fish; zsh after bashcompinit)
"""

_EXIT_CODES = """\
exit codes:
  0  fine
  1  found what the command looks for: errors in the fleet, generated files or hosts that differ
  2  could not be done: wrong usage, no file, an invalid fleet where a valid one is needed
  3  diff, adopt: nothing differs among the hosts that answered, but something could not be asked
     (adopt ends as diff would after it: 0 only where all hosts match fleet.yaml as it is then)
  130  interrupted
"""


def parse(arguments: list[str]) -> Namespace:
    """The options of a command; what it does not know is said by that command, not by all of booconf."""
    options, unknown = build_parser(only=arguments[0] if arguments else None).parse_known_args(arguments)
    if unknown:
        command: ArgumentParser = options.parser
        words = " ".join(map(visible, unknown))
        command.error(f"unrecognized arguments: {words}{_advice(unknown[0], command)}")
    return options


def _advice(word: str, command: ArgumentParser) -> str:
    from booconf.diagnostics.suggestion import closest  # noqa: PLC0415  # only needed for a mistake

    options = re.findall(r"--[a-z][a-z-]*", command.format_usage())
    option = closest(word.partition("=")[0], options) if word.startswith("--") else None
    return f"; did you mean `{option}`?" if option else ""


def build_parser(only: str | None = None) -> ArgumentParser:
    """The command line of booconf; with `only`, the name of a command, no other command is made ready."""
    parser = ArgumentParser(
        prog="booconf",
        description="Compile one reviewed fleet.yaml into what every client of a fleet of LLM hosts needs.",
        epilog=f"{_EXIT_CODES}\n{COMPLETION}",
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


def _add_init(command: ArgumentParser) -> None:
    _add_file(command)


def _add_check(command: ArgumentParser) -> None:
    _add_file(command)
    _add_format(command, FORMATS)
    command.add_argument(
        "--fail-on",
        choices=("error", "warning"),
        default="error",
        help="what makes the exit code 1 (default: error)",
    )


def _add_build(command: ArgumentParser) -> None:
    _add_file(command)
    _add_format(command, FORMATS)
    command.add_argument(
        "-o", "--out", metavar="DIR", help="where the files go (default: generated, beside the fleet file)"
    )
    target = command.add_argument(
        "-t",
        "--target",
        metavar="NAME",
        action="append",
        help="build only this target; may be repeated (default: all)",
    )
    _complete_from(target, "targets")
    command.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 when the files are not current"
    )
    command.add_argument("--force", action="store_true", help="overwrite files that were edited by hand")


def _add_diff(command: ArgumentParser) -> None:
    _add_file(command)
    _add_format(command, FORMATS)
    _add_hosts(command).add_argument(
        "--save", metavar="FILE", help="also write what the hosts said, for --observed"
    )
    command.add_argument(
        "--fail-on",
        choices=("error", "warning"),
        default="warning",
        help="what makes the exit code 1 (default: warning)",
    )


def _add_adopt(command: ArgumentParser) -> None:
    _add_file(command)
    _add_hosts(command)
    command.add_argument(
        "--no-renames", action="store_true", help="take a probable rename for one model gone and one new"
    )
    command.add_argument("-y", "--yes", action="store_true", help="write the change (default: only print it)")


def _add_explain(command: ArgumentParser) -> None:
    identifier = command.add_argument(
        "id", nargs="?", metavar="ID", help="composite, bare, alias or opencode id (default: all models)"
    )
    _complete_from(identifier, "ids")
    _add_file(command)
    _add_format(command, FORMATS[:2])


def _add_schema(command: ArgumentParser) -> None:
    name = command.add_argument(
        "name", nargs="?", metavar="NAME", default="fleet", help="which one (default: fleet)"
    )
    _complete_from(name, "schemas")


def _add_rule(command: ArgumentParser) -> None:
    code = command.add_argument("code", nargs="?", metavar="CODE", help="such as BC301 (default: list all)")
    _complete_from(code, "codes")


def _add_serve(command: ArgumentParser) -> None:
    _add_file(command)
    command.add_argument(
        "--host",
        metavar="HOST",
        default="127.0.0.1",
        help="the address to listen on; any that others reach needs --token-env (default: 127.0.0.1)",
    )
    command.add_argument(
        "--port", metavar="PORT", type=_port, default=8500, help="0 is any that is free (default: 8500)"
    )
    command.add_argument(
        "--settings",
        metavar="URL",
        help="where favorites are kept: sqlite:///FILE or postgresql://... (default: a file of the user's)",
    )
    command.add_argument(
        "--token-env", metavar="NAME", help="let in only who knows the value of this environment variable"
    )
    command.add_argument(
        "--allow-host",
        metavar="HOST",
        action="append",
        default=[],
        help="another name of this server, with a port or for any; may be repeated",
    )
    command.add_argument(
        "--allow-origin",
        metavar="ORIGIN",
        action="append",
        default=[],
        help="pages from there, such as https://chat.example, may read and write; may be repeated",
    )
    command.add_argument(
        "--probe-every",
        metavar="SECONDS",
        type=_seconds,
        default=15.0,
        help="how often each host is asked whether it is there (default: 15)",
    )
    _add_way_to_hosts(command, timeout=5)


COMMANDS: dict[str, tuple[str, Callable[[ArgumentParser], None]]] = {
    "init": ("write a commented starter fleet.yaml; never overwrites", _add_init),
    "check": ("judge fleet.yaml: errors, warnings and the two proofs", _add_check),
    "build": ("compile fleet.yaml into the generated files, all or nothing", _add_build),
    "diff": ("ask the live hosts how they differ from fleet.yaml; never loads a model", _add_diff),
    "adopt": (
        "edit fleet.yaml to match the live hosts: prints the edit, --yes writes it",
        _add_adopt,
    ),
    "serve": ("serve the catalog, shared favorites and a page to pick models", _add_serve),
    "explain": ("show where an id leads and where each number comes from", _add_explain),
    "schema": ("print the JSON Schema of fleet.yaml or of a generated file", _add_schema),
    "rule": ("print what a diagnostic code means, with examples", _add_rule),
}
"""Command -> its summary and what adds its options; the command is the module booconf.cli.<command>."""


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
    command.add_argument("-q", "--quiet", action="store_true", help="print findings and errors only")
    command.add_argument("-v", "--verbose", action="store_true", help="print more")
    command.set_defaults(parser=command)
    return command


def _add_file(command: ArgumentParser) -> None:
    command.add_argument(
        "-f", "--file", metavar="FILE", default="fleet.yaml", help="the fleet file (default: fleet.yaml)"
    )


def _add_hosts(command: ArgumentParser) -> "_MutuallyExclusiveGroup":
    """What is asked of which hosts; comes back with the group that `--observed` stands in."""
    provider = command.add_argument(
        "--provider", metavar="ID", action="append", help="only this provider; may be repeated (default: all)"
    )
    _complete_from(provider, "providers")
    _add_way_to_hosts(command, timeout=10)
    source = command.add_mutually_exclusive_group()
    source.add_argument(
        "--observed", metavar="FILE", help="take what `diff --save FILE` wrote, and ask no host at all"
    )
    return source


def _add_way_to_hosts(command: ArgumentParser, *, timeout: int) -> None:
    """Where each host is asked, and for how many seconds at most unless another number is given."""
    connect = command.add_argument(
        "--connect",
        metavar="ID=URL",
        action="append",
        default=[],
        help="ask this provider at another server root, such as the end of a tunnel; may be repeated",
    )
    _complete_from(connect, "providers")
    command.add_argument(
        "--timeout",
        metavar="SECONDS",
        type=_seconds,
        default=float(timeout),
        help=f"for everything that is asked of one host (default: {timeout})",
    )
    command.add_argument(
        "--use-proxies", action="store_true", help="go through the proxies that HTTP_PROXY and its like name"
    )


def _seconds(text: str) -> float:
    """A time to wait, in seconds."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= LONGEST_TIMEOUT:
        raise ArgumentTypeError(f"`{text}` is not a number of seconds from above 0 to {LONGEST_TIMEOUT}")
    return seconds


def _port(text: str) -> int:
    """A TCP port to listen on; 0 is any that is free."""
    number = int(text) if re.fullmatch("[0-9]{1,5}", text) else LARGEST_PORT + 1
    if number > LARGEST_PORT:
        raise ArgumentTypeError(f"`{text}` is not a port from 0 to {LARGEST_PORT}")
    return number


def _add_format(command: ArgumentParser, formats: tuple[str, ...]) -> None:
    command.add_argument("--format", choices=formats, default="text", help="how to print (default: text)")


def _complete_from(argument: Action, source: str) -> None:
    """Let a completing shell offer what a function of booconf.cli.completion lists."""

    def complete(*, parsed_args: Namespace, **_: object) -> list[str]:
        words: list[str] = getattr(import_module("booconf.cli.completion"), source)(parsed_args)
        return words

    argument.completer = complete  # type: ignore[attr-defined]  # the attribute argcomplete reads
