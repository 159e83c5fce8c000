"""docs/consuming.md: its examples run on the fleet of docs/fleet.md and print the shown output."""

import importlib.util
import json
import os
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, get_args

import pytest

from booconf.fleet.resolve import ResolutionErrorCode
from tests.clients import source_tools
from tests.clients.compiled import Compiled, compile_fleet
from tests.clients.opencode_client import opencode_environment
from tests.clients.tools import NODE_MODULES, node, opencode

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.xdist_group("consuming")

DOCUMENTS = Path(__file__).parents[1] / "docs"
PAGE = (DOCUMENTS / "consuming.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", flags=re.MULTILINE | re.DOTALL)
BLOCKS: list[tuple[str, str]] = BLOCK.findall(PAGE)
KEYS = ("DEEPSEEK_API_KEY", "PROXY_TOKEN")

TYPESCRIPT_OPTIONS = {
    "rewriteRelativeImportExtensions": True,
    "types": ["node"],
    "typeRoots": [str(NODE_MODULES / "@types")],
    "skipLibCheck": True,  # the types of Node have errors of their own
}


def examples(language: str) -> dict[str, tuple[str, str]]:
    """File name -> an example in `language` and its output, shown below it."""
    pairs = pairwise(BLOCKS)
    shown = [(code, text) for (kind, code), (below, text) in pairs if (kind, below) == (language, "text")]
    return {f"example_{number}": pair for number, pair in enumerate(shown, 1)}


TYPESCRIPT, PYTHON = examples("ts"), examples("python")
CONSOLES: list[list[tuple[str, str]]] = [
    re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n?)*)", text, flags=re.MULTILINE)
    for kind, text in BLOCKS
    if kind == "console"
]
"""The commands of each console and the output of each."""


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Compiled:
    """The fleet of docs/fleet.md, compiled, with the examples of the page beside its modules."""
    ((_, fleet),) = BLOCK.findall((DOCUMENTS / "fleet.md").read_text(encoding="utf-8"))
    compiled = compile_fleet(fleet, tmp_path_factory.mktemp("consuming") / "generated")
    for ending, named in (("ts", TYPESCRIPT), ("py", PYTHON)):
        for name, (code, _) in named.items():
            (compiled.folder / f"{name}.{ending}").write_text(code, encoding="utf-8", newline="\n")
    return compiled


@pytest.fixture(scope="module")
def routing(compiled: Compiled) -> ModuleType:
    """The generated routing.py."""
    specification = importlib.util.spec_from_file_location("consumed", compiled.folder / "routing.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    sys.modules["consumed"] = module
    specification.loader.exec_module(module)
    return module


def printed(command: list[str], folder: Path, home: Path | None = None) -> str:
    """The output of a program in `folder`, without the keys that the page mentions."""
    environment = {name: value for name, value in os.environ.items() if name not in KEYS}
    environment["HOME"] = str(home or Path.home())
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_example_is_run() -> None:
    assert {kind for kind, _ in BLOCKS} == {"console", "ts", "python", "text"}
    assert len(TYPESCRIPT) + len(PYTHON) == sum(kind in ("ts", "python") for kind, _ in BLOCKS)
    assert sum(map(len, CONSOLES)) == PAGE.count("\n$ ")


@pytest.fixture(scope="module")
def report(compiled: Compiled) -> str:
    """The output of tsc about the examples; the JavaScript is in `compiled`/."""
    files = [f"{name}.ts" for name in TYPESCRIPT]
    return source_tools.compile_typescript(compiled.folder, files, TYPESCRIPT_OPTIONS)


class TestTypeScript:
    def test_examples_pass_the_type_checker(self, report: str) -> None:
        assert report == ""

    @pytest.mark.parametrize("name", TYPESCRIPT)
    def test_example_prints_the_shown_output(self, compiled: Compiled, report: str, name: str) -> None:
        program = compiled.folder / "compiled" / f"{name}.js"
        assert printed([str(node()), str(program)], compiled.folder) == TYPESCRIPT[name][1], report


class TestPython:
    def test_examples_pass_the_type_checker(self, compiled: Compiled) -> None:
        assert source_tools.check_mypy(compiled.folder, [f"{name}.py" for name in PYTHON]) == ""

    @pytest.mark.parametrize("name", PYTHON)
    def test_example_prints_the_shown_output(self, compiled: Compiled, name: str) -> None:
        assert printed([sys.executable, f"{name}.py"], compiled.folder) == PYTHON[name][1]


class TestKeyFiles:
    """The senders of the page, asked for a provider whose key is in a file below the home folder."""

    FLEET = (
        "{version: 1, default_provider: a, roles: {default: a/m}, providers: {a: {kind: vllm, "
        "base_url: https://a.example, api_key_file: ~/keys/a, models: {m: {context: 32768}}}}}\n"
    )

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        (tmp_path / "keys").mkdir()
        (tmp_path / "keys" / "a").write_text("from a file\n", encoding="utf-8")
        return compile_fleet(self.FLEET, tmp_path / "generated").folder

    def test_typescript(self, folder: Path, tmp_path: Path) -> None:
        ((sender, _),) = [pair for pair in TYPESCRIPT.values() if "api_key_file" in pair[0]]
        asked = 'chatRequest("a/m", [], {}).headers.get("Authorization")'
        code = f"{sender.partition('const question')[0]}console.log({asked});\n"
        (folder / "sender.ts").write_text(code, encoding="utf-8")
        assert source_tools.compile_typescript(folder, ["sender.ts"], TYPESCRIPT_OPTIONS) == ""
        command = [str(node()), str(folder / "compiled" / "sender.js")]
        assert printed(command, folder, home=tmp_path) == "Bearer from a file\n"

    def test_python(self, folder: Path, tmp_path: Path) -> None:
        ((sender, _),) = [pair for pair in PYTHON.values() if "api_key_file" in pair[0]]
        asked = 'chat_request("a/m", []).get_header("Authorization")'
        code = sender.partition("\nos.environ[")[0] + f"\nprint({asked})\n"
        (folder / "sender.py").write_text(code, encoding="utf-8")
        assert printed([sys.executable, "sender.py"], folder, home=tmp_path) == "Bearer from a file\n"


@pytest.mark.parametrize("console", CONSOLES, ids=[console[-1][0] for console in CONSOLES])
def test_console_prints_the_shown_output(
    compiled: Compiled, tmp_path: Path, console: list[tuple[str, str]]
) -> None:
    """Each console is one session of a user without any file of opencode."""
    environment = opencode_environment(tmp_path)
    environment = {name: value for name, value in environment.items() if not name.startswith("XDG_")}
    environment["PATH"] = os.pathsep.join((str(opencode().parent), environment["PATH"]))
    for command, shown in console:
        done = subprocess.run(
            ["sh", "-c", command],
            cwd=compiled.folder.parent,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
        assert done.stdout.strip("\n") == shown.strip("\n"), command


class TestFiles:
    def test_table_lists_every_file(self, compiled: Compiled) -> None:
        files = {path.relative_to(compiled.folder).as_posix() for path in compiled.folder.rglob("*.json")}
        artifacts = {path for path in files if not path.startswith(("package", "tsconfig", "mypy-cache"))}
        one_a_provider = {re.sub("providers/.*", "providers/<id>.json", path) for path in artifacts}

        named = re.findall(r"^\| `([\w/<>]+\.\w+)` \|", PAGE, flags=re.MULTILINE)

        assert set(named) == one_a_provider | {"routing.ts", "routing.py", "manifest.json"}

    def test_page_names_every_section_of_the_vectors(self, compiled: Compiled) -> None:
        vectors = json.loads((compiled.folder / "vectors.json").read_text(encoding="utf-8"))
        section = PAGE.partition("## Tests of your own")[2]
        assert [name for name in vectors if name != "version" and f"`{name}`" not in section] == [
            "context_window"  # the one of the example
        ]


ERRORS: list[tuple[str, str, str]] = re.findall(
    r"^\| `([\w-]+)` \| (`\w+`(?:, `\w+`)*) \| `(.+?)` \|", PAGE, flags=re.MULTILINE
)


class TestErrors:
    def test_table_lists_every_code(self) -> None:
        assert sorted(code for code, _, _ in ERRORS) == sorted(get_args(ResolutionErrorCode))

    @pytest.mark.parametrize(("code", "functions", "asked"), ERRORS, ids=[code for code, _, _ in ERRORS])
    def test_function_fails_as_documented(
        self, routing: ModuleType, code: str, functions: str, asked: str
    ) -> None:
        for name in re.findall(r"\w+", functions):
            function: Callable[[str], object] = getattr(routing, re.sub("([A-Z])", r"_\1", name).lower())
            with pytest.raises(routing.ResolutionError) as caught:
                function(asked)
            assert (caught.value.code, caught.value.id) == (code, asked)
