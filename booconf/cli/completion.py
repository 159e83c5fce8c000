"""Shell completion through argcomplete: `eval "$(register-python-argcomplete booconf)"`."""

from argparse import ArgumentParser

import argcomplete

from booconf.cli.console import UsageError
from booconf.cli.fleet_file import load, read_file


def complete(parser: ArgumentParser) -> None:
    """Answer the shell that asks, and exit."""
    argcomplete.autocomplete(parser)


def ids(file: str) -> list[str]:
    """Composite ids of the fleet in `file`; none where it is not valid."""
    try:
        loading = load(read_file(file), file)
    except UsageError:
        return []
    return [model.composite_id for model in loading.fleet.models()] if loading.fleet else []
