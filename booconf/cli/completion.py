"""Shell completion through argcomplete: `eval "$(register-python-argcomplete booconf)"`."""

from argparse import ArgumentParser

import argcomplete

from booconf.cli.commands.schema import schema_files
from booconf.cli.console import UsageError
from booconf.cli.fleet_file import load, read_file
from booconf.diagnostics import CODES
from booconf.fleet.model import Fleet
from booconf.targets import TARGETS


def complete(parser: ArgumentParser) -> None:
    """Answer the shell that asks, and exit."""
    argcomplete.autocomplete(parser)


def ids(file: str) -> list[str]:
    """Composite ids of the fleet in the file asked for; none where it is not valid."""
    fleet = _fleet(file)
    return [model.composite_id for model in fleet.models()] if fleet else []


def providers(file: str) -> list[str]:
    """Ids of the providers of the fleet in the file asked for; none where it is not valid."""
    fleet = _fleet(file)
    return list(fleet.providers) if fleet else []


def _fleet(file: str) -> Fleet | None:
    try:
        return load(read_file(file), file).fleet
    except UsageError:
        return None


def targets(_file: str) -> list[str]:
    """Names of targets."""
    return list(TARGETS)


def schemas(_file: str) -> list[str]:
    """Names of schemas."""
    return list(schema_files())


def codes(_file: str) -> list[str]:
    """Diagnostic codes."""
    return list(CODES)
