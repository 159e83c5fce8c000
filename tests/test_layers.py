"""Layers: a folder imports only earlier folders, and some effects are allowed in one folder only."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "booconf"

BELOW_ALL = ("booconf", "resources", "escaping", "json_text")
"""Modules outside the folders: version, data file paths, count wording, escapes, and the JSON writer."""

FOLDERS = (
    "diagnostics",
    "source",
    "declaration",
    "fleet",
    "targets",
    "output",
    "live",
    "drift",
    "service",
    "cli",
)
"""The stages of the pipeline, in order."""

ABOVE_ALL = "__main__"

LAYERS = (*BELOW_ALL, *FOLDERS, ABOVE_ALL)

ONLY_IMPORTED_IN = {
    "yaml": {"source"},
    "pydantic": {"declaration"},
    "pydantic_core": {"declaration"},
    "jinja2": {"targets"},
    "httpx": {"live"},
    "truststore": {"live"},
    "starlette": {"service"},
    "uvicorn": {"service"},
    "sqlalchemy": {"service"},
    "psycopg": {"service"},
    "argparse": {"cli"},
    "argcomplete": {"cli"},
    # sockets and other programs
    "socket": {"live", "service"},
    "ssl": {"live", "service"},
    "asyncio": {"live", "service"},
    "http": {"live", "service"},
    "urllib.request": {"live", "service"},
    "subprocess": set(),
    # the disk
    "shutil": {"output"},
    "tempfile": {"output"},
    # the clock, chance, and whose machine this is
    "time": {"output", "cli"},  # output: how long to wait for a lock; nothing it writes depends on it
    "datetime": {"cli"},
    "random": {"service"},  # when a host is probed again
    "secrets": {"service"},
    "uuid": set(),
    "getpass": set(),
    "locale": set(),
    "platform": {"cli"},
}

WRITES = re.compile(
    "write_text|write_bytes|unlink|renames?|mkdir|makedirs|rmdir|removedirs|touch|chmod|f?truncate"
    "|symlink_to|hardlink_to|symlink|link|utime|fsync"
)
"""Methods and functions of `os` and `pathlib` that change the disk, apart from `open` and `replace`."""

OUTSIDE = {
    "sys": re.compile("stdin|stdout|stderr|argv|exit"),
    "request": re.compile("getproxies(_environment)?|proxy_bypass"),
    "os": re.compile("environb?|getenv|getcwd|_exit"),
    "Path": re.compile("cwd|home"),
    "time": re.compile("time|time_ns|localtime|gmtime|ctime|asctime|strftime"),
}
"""Module -> its names that reveal the process, its user or the time of day, or end the process.

`urllib.request.proxy_bypass` reads the environment too; `proxy_bypass_environment` may be given one.
"""


def modules() -> Iterator[tuple[str, Path]]:
    """Every module of the package, with the layer it belongs to."""
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        yield "booconf" if parts == ("__init__",) else parts[0], path


def layer_of(module: str) -> str:
    """The layer of a dotted name such as `booconf.fleet.model`."""
    _, _, rest = module.partition(".")
    return rest.partition(".")[0] or "booconf"


def imported(tree: ast.AST) -> Iterator[str]:
    """Every module imported anywhere in the tree, inside functions and by a name in a string too."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (name.name for name in names)
            case ast.ImportFrom(level=0, module=str(module), names=names):
                yield from (f"{module}.{name.name}" for name in names)
            case ast.ImportFrom():
                yield "booconf.<relative>"
            case ast.Constant(value=str(text)) if re.fullmatch(r"booconf(\.[a-z_]+)+", text):
                yield text


APART = {
    "booconf.drift.findings": ("drift.compare", "drift.report", "drift.adoption"),
    "booconf.drift.report": ("drift.compare", "drift.host_comparison", "drift.findings", "drift.adoption"),
    "booconf.drift.adoption": ("drift.report",),
}
"""Folder of a layer -> modules of the same layer that it must not import."""


def import_problems(layer: str, tree: ast.AST) -> Iterator[str]:
    """The forbidden imports of a module of `layer`."""
    for name in imported(tree):
        if name.partition(".")[0] == "booconf":
            other = layer_of(name)
            known = other if other in LAYERS else "booconf"  # `from booconf import __version__`
            if name == "booconf.<relative>":
                yield "imports by a relative name"
            elif LAYERS.index(known) > LAYERS.index(layer):
                yield f"imports {name}, which stands after {layer}"
        for foreign, homes in ONLY_IMPORTED_IN.items():
            if f"{name}.".startswith(f"{foreign}.") and layer not in homes:
                yield f"imports {foreign}, which is for {sorted(homes) or 'nobody'}"


def deed_problems(layer: str, tree: ast.AST) -> Iterator[str]:
    """The forbidden effects of a module of `layer`: files, output, exit, environment or clock."""
    for node in ast.walk(tree):
        if layer != "output" and isinstance(node, ast.Call) and writes(node):
            yield f"line {node.lineno} writes files, which is for output"
        if layer not in {"cli", ABOVE_ALL} and talks(node):
            yield f"line {getattr(node, 'lineno', '?')} prints, exits or looks outside, which is for cli"


def writes(call: ast.Call) -> bool:
    """True if a call writes, moves or deletes a file."""
    match call:
        case ast.Call(func=ast.Attribute(value=ast.Name("os"), attr="open"), args=[target, *_]):
            return ast.unparse(target) != "os.devnull"
        case ast.Call(func=ast.Name("open") | ast.Attribute(attr="open" | "fdopen")):
            values = [*call.args, *(word.value for word in call.keywords if word.arg == "mode")]
            modes = [value.value for value in values if isinstance(value, ast.Constant)]
            return any(
                isinstance(mode, str) and re.fullmatch(r"[rbt]*[wxa+][wxabt+]*", mode) for mode in modes
            )
        case ast.Call(func=ast.Attribute(attr="replace"), args=[_], keywords=[]):
            return True  # a path's: a string's takes two arguments, a dataclass's keywords
        case ast.Call(func=ast.Attribute(value=ast.Name("os"), attr="replace" | "remove" | "unlink")):
            return True
        case ast.Call(func=ast.Attribute(attr=name)):
            return WRITES.fullmatch(name) is not None
    return False


def talks(node: ast.AST) -> bool:
    """True if a node prints, reads input, ends the process, or reads environment or clock."""
    match node:
        case ast.Call(func=ast.Name("print" | "input" | "breakpoint" | "exit" | "quit")):
            return True
        case ast.Attribute(value=ast.Name(owner), attr=name) if owner in OUTSIDE:
            return OUTSIDE[owner].fullmatch(name) is not None
        case ast.Attribute(value=ast.Attribute(attr=owner), attr=name) if owner in OUTSIDE:
            return OUTSIDE[owner].fullmatch(name) is not None
        case ast.ImportFrom(module=str(module), names=names):
            owner = module.rpartition(".")[2]
            return owner in OUTSIDE and any(OUTSIDE[owner].fullmatch(name.name) for name in names)
        case ast.Name("SystemExit"):
            return True
    return False


def problems(layer: str, text: str) -> list[str]:
    """All problems of the text of a module of `layer`."""
    tree = ast.parse(text)
    return [*import_problems(layer, tree), *deed_problems(layer, tree)]


@pytest.mark.parametrize(
    ("layer", "path"), [pytest.param(*pair, id=str(pair[1].relative_to(PACKAGE))) for pair in modules()]
)
def test_a_module_keeps_to_its_layer(layer: str, path: Path) -> None:
    assert layer in LAYERS, f"{layer} is not a folder of the pipeline"
    assert problems(layer, path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("folder", APART)
def test_a_part_of_a_layer_keeps_to_itself(folder: str) -> None:
    modules = sorted(PACKAGE.parent.joinpath(*folder.split(".")).rglob("*.py"))
    assert modules
    names = [name for path in modules for name in imported(ast.parse(path.read_text(encoding="utf-8")))]
    foreign = tuple(f"booconf.{part}." for part in APART[folder])
    assert [name for name in names if f"{name}.".startswith(foreign)] == []


@pytest.mark.parametrize(
    ("layer", "text", "word"),
    [
        ("source", "from booconf.fleet.model import Fleet", "stands after"),
        ("fleet", "def late():\n    import booconf.targets", "stands after"),
        ("fleet", "from booconf import cli", "stands after"),
        ("fleet", "TARGETS = {'bridge': 'booconf.targets.bridge'}", "stands after"),
        ("booconf", "from booconf.diagnostics import Diagnostic", "stands after"),
        ("resources", "import booconf.diagnostics", "stands after"),
        ("fleet", "from . import route", "relative"),
        ("fleet", "import yaml.events", "imports yaml"),
        ("source", "from pydantic import BaseModel", "imports pydantic"),
        ("source", "from pydantic_core import core_schema", "imports pydantic_core"),
        ("output", "import jinja2", "imports jinja2"),
        ("cli", "import httpx", "imports httpx"),
        ("targets", "from urllib import request", "imports urllib.request"),
        ("targets", "import subprocess", "imports subprocess"),
        ("fleet", "import datetime", "imports datetime"),
        ("cli", "open('file', 'w')", "writes"),
        ("cli", "path.open(mode='ab')", "writes"),
        ("cli", "path.open('r+')", "writes"),
        ("cli", "os.open(path, os.O_RDONLY)", "writes"),
        ("targets", "path.write_text('')", "writes"),
        ("targets", "path.replace(other)", "writes"),
        ("targets", "os.replace(one, other)", "writes"),
        ("targets", "path.parent.mkdir()", "writes"),
        ("fleet", "print()", "prints"),
        ("fleet", "sys.stderr.write('')", "prints"),
        ("output", "sys.exit(1)", "exits"),
        ("output", "raise SystemExit", "exits"),
        ("output", "os.environ['HOME']", "looks outside"),
        ("output", "time.time()", "looks outside"),
        ("output", "Path.cwd()", "looks outside"),
        ("output", "from os import environ", "looks outside"),
        ("output", "from time import monotonic, time", "looks outside"),
        ("live", "from urllib.request import getproxies_environment", "looks outside"),
        ("live", "from urllib.request import getproxies", "looks outside"),
        ("live", "from urllib.request import proxy_bypass", "looks outside"),
        ("live", "urllib.request.getproxies()", "looks outside"),
        ("live", "request.proxy_bypass(host)", "looks outside"),
    ],
)
def test_a_module_that_leaves_its_layer_is_seen(layer: str, text: str, word: str) -> None:
    found = problems(layer, text)
    assert len(found) == 1
    assert word in found[0]


@pytest.mark.parametrize(
    ("layer", "text"),
    [
        ("fleet", "from booconf.declaration.schema import Fleet"),
        ("cli", "from booconf import __version__"),
        ("fleet", "from booconf.fleet import route"),
        ("fleet", "from urllib.parse import urlsplit"),
        ("fleet", "'a'.replace('b', 'c')"),
        ("fleet", "dataclasses.replace(fleet, id='x')"),
        ("fleet", "open('fleet.yaml', 'rb')"),
        ("cli", "os.open(os.devnull, os.O_WRONLY)"),
        ("output", "time.monotonic()"),
        ("output", "from time import monotonic"),
        ("live", "from urllib.request import proxy_bypass_environment"),
        ("output", "os.replace(one, other)"),
        ("cli", "print(os.environ)"),
    ],
)
def test_allowed_names_are_not_reported(layer: str, text: str) -> None:
    assert problems(layer, text) == []
