"""Shell completion through argcomplete: `eval "$(register-python-argcomplete booconf)"`."""

from argparse import ArgumentParser, Namespace

import argcomplete

from booconf.cli.console import UsageError
from booconf.cli.fleet_file import load, read_file
from booconf.cli.schema import schema_files
from booconf.diagnostics import CODES
from booconf.targets import TARGETS


def complete(parser: ArgumentParser) -> None:
    """Answer the shell that asks, and exit."""
    argcomplete.autocomplete(parser)


def ids(options: Namespace) -> list[str]:
    """Composite ids of the fleet in the file asked for; none where it is not valid."""
    try:
        loading = load(read_file(options.file), options.file)
    except UsageError:
        return []
    return [model.composite_id for model in loading.fleet.models()] if loading.fleet else []


def targets(_options: Namespace) -> list[str]:
    """Names of targets."""
    return list(TARGETS)


def schemas(_options: Namespace) -> list[str]:
    """Names of schemas."""
    return list(schema_files())


def codes(_options: Namespace) -> list[str]:
    """Diagnostic codes."""
    return list(CODES)
