"""Run benchmarks by name, or all of them; a missed bar is reported and is no failure."""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import hosts, lookups, models, serving, start_up
from benchmarks.figure import Figure, table
from benchmarks.settings import FULL, SMALLEST, Settings

ROWS: dict[str, Callable[[Settings, Path], Iterator[Figure]]] = {
    "unchanged": start_up.unchanged,
    "first": start_up.first,
    "help": start_up.help_text,
    "check": start_up.check,
    "models": models.figures,
    "lookup": lookups.figures,
    "diff": hosts.figures,
    "serve": serving.figures,
}
"""Row name -> what measures it, given a scratch folder of its own."""


def main(arguments: list[str]) -> int:
    """Measure the rows and print their figures; returns 0 for any figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "rows", nargs="*", metavar="ROW", help=f"of {', '.join(ROWS)}; all when none is named"
    )
    parser.add_argument(
        "--smallest", action="store_true", help="one run of the smallest size: does it work at all"
    )
    parser.add_argument("--json", action="store_true", help="print the figures as JSON instead of a table")
    options = parser.parse_args(arguments)
    unknown = [row for row in options.rows if row not in ROWS]
    if unknown:
        parser.error(f"no such row: {', '.join(unknown)}")
    figures: list[Figure] = []
    for row in options.rows or ROWS:
        print(f"measuring {row} ...", file=sys.stderr)
        with tempfile.TemporaryDirectory(prefix="booconf-benchmark-") as scratch:
            figures += ROWS[row](SMALLEST if options.smallest else FULL, Path(scratch))
    print(
        json.dumps([figure.plain() for figure in figures], indent=2) if options.json else table(figures),
        end="",
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
