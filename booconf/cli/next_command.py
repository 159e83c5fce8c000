"""Commands to run next, in full: with the options without which what is said of them would not be true."""

import shlex
from argparse import Namespace

from booconf.cli.console import visible


def on_file(command: str, file: str, *more: str) -> str:
    """How to run a command on a fleet file, with `more` words after it."""
    of_file = [] if file == "fleet.yaml" else ["-f", file]
    return visible(shlex.join(["booconf", command, *of_file, *more]))


def on_hosts(command: str, options: Namespace) -> str:
    """How to run a command on the file that `options` name, and on the same hosts or what they said."""
    words = [word for connection in options.connect for word in ("--connect", connection)]
    if options.observed is not None:
        words += ["--observed", options.observed]
    if options.use_proxies:
        words.append("--use-proxies")
    return on_file(command, options.file, *words)
