"""`booconf init`: a starter fleet.yaml."""

from dataclasses import dataclass
from pathlib import Path

from booconf.cli.console import Console, ExitCode, UsageError, reason, visible
from booconf.output.filesystem import create
from booconf.resources import read_resource, resource_folder


@dataclass(frozen=True, slots=True)
class InitOptions:
    """Options of `booconf init`."""

    file: str


def run(options: InitOptions, console: Console) -> int:
    """Write the starter unless the file exists."""
    if not options.file:
        raise UsageError("`--file` names no file")
    text = read_resource(resource_folder("templates") / "starter.yaml")
    try:
        create(Path(options.file), text.encode())
    except FileExistsError:
        raise UsageError(
            f"{options.file} already exists and was not changed; use `-f FILE` to write another file"
        ) from None
    except OSError as error:
        raise UsageError(f"{options.file} cannot be written: {reason(error)}") from None
    if not console.quiet:
        console.result(
            f"created {visible(options.file)}; next: edit it, then `booconf check` and `booconf build`\n"
        )
    return ExitCode.SUCCESS
