"""Rows about the generated modules: `resolve` of a declared id against a look-up in a table of the same keys.

Measured inside one process, in batches that take turns. `as received`: every id is a string of its own, made
just before its batch, whose hash is not known yet, as ids of requests are. `held`: the strings of the table
themselves. The cost of the loop is subtracted from both.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks import fleets
from benchmarks.figure import Figure
from benchmarks.programs import TYPESCRIPT, booconf, node
from benchmarks.settings import Settings

BAR = 3
HERE = Path(__file__).parent
STRINGS = ("as received", "held")


def figures(settings: Settings, scratch: Path) -> Iterator[Figure]:
    """Both languages at each size; the sizes show whether the cost depends on them."""
    for models in settings.lookup_models:
        folder = scratch / str(models)
        fleet = fleets.write(folder, models)
        targets = ("--target", "routing-ts", "--target", "routing-py")
        subprocess.run(
            booconf("build", "--file", str(fleet), "--out", str(folder), *targets).arguments,
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        yield from _python(models, folder, settings.lookup_batches)
        yield from _typescript(models, folder, settings.lookup_batches)


def _python(models: int, folder: Path, batches: int) -> Iterator[Figure]:
    program = (sys.executable, str(HERE / "lookup_python.py"), str(folder / "routing.py"), str(batches))
    yield from _measured("Python `resolve` / `dict` look-up", models, program)


def _typescript(models: int, folder: Path, batches: int) -> Iterator[Figure]:
    what = "TypeScript `resolve` / `Map.get`"
    program = node()
    if program is None or not TYPESCRIPT.is_file():
        for strings in STRINGS:
            yield Figure(_what(what, models, strings), None, "x", BAR, "node and tests/clients are needed")
        return
    options = (
        "--ignoreConfig",
        "--strict",
        "--target",
        "es2022",
        "--module",
        "esnext",
        "--outDir",
        str(folder / "js"),
    )
    subprocess.run((program, str(TYPESCRIPT), *options, str(folder / "routing.ts")), check=True)
    (folder / "js" / "package.json").write_text('{"type": "module"}\n', encoding="utf-8", newline="\n")
    script = str(HERE / "lookup_typescript.mjs")
    yield from _measured(what, models, (program, script, str(folder / "js" / "routing.js"), str(batches)))


def _measured(what: str, models: int, program: tuple[str, ...]) -> Iterator[Figure]:
    finished = subprocess.run(program, check=True, stdout=subprocess.PIPE)
    nanoseconds = json.loads(finished.stdout)
    for strings in STRINGS:
        ours, bare = nanoseconds[strings]["resolve"], nanoseconds[strings]["bare"]
        yield Figure(_what(what, models, strings), ours / bare, "x", BAR, f"{ours:.1f} ns / {bare:.1f} ns")


def _what(what: str, models: int, strings: str) -> str:
    return f"{what}, {models:,} models, ids {strings}"
