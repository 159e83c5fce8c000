"""Entry point of `python -m booconf`."""

from booconf.cli.main import run

run()
