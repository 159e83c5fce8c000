"""Shell completion through argcomplete: `eval "$(register-python-argcomplete booconf)"`."""

from argparse import ArgumentParser, Namespace

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


def ids(options: Namespace) -> list[str]:
    """Composite ids of the fleet in the file asked for; none where it is not valid."""
    fleet = _fleet(options)
    return [model.composite_id for model in fleet.models()] if fleet else []


def providers(options: Namespace) -> list[str]:
    """Ids of the providers of the fleet in the file asked for; none where it is not valid."""
    fleet = _fleet(options)
    return list(fleet.providers) if fleet else []


def _fleet(options: Namespace) -> Fleet | None:
    try:
        return load(read_file(options.file), options.file).fleet
    except UsageError:
        return None


def targets(_options: Namespace) -> list[str]:
    """Names of targets."""
    return list(TARGETS)


def schemas(_options: Namespace) -> list[str]:
    """Names of schemas."""
    return list(schema_files())


def codes(_options: Namespace) -> list[str]:
    """Diagnostic codes."""
    return list(CODES)
