"""Programs that check or run generated source: formatters, type checkers, linters, engines."""

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.clients.tools import NODE_MODULES, node, node_script

SECONDS = 300

TYPESCRIPT_OPTIONS = {
    "strict": True,
    "noUncheckedIndexedAccess": True,
    "exactOptionalPropertyTypes": True,
    "isolatedModules": True,
    "verbatimModuleSyntax": True,
    "erasableSyntaxOnly": True,
    "isolatedDeclarations": True,
    "declaration": True,
    "noImplicitOverride": True,
    "noImplicitReturns": True,
    "noFallthroughCasesInSwitch": True,
    "noPropertyAccessFromIndexSignature": True,
    "noUnusedLocals": True,
    "noUnusedParameters": True,
    "target": "es2022",
    "lib": ["es2022"],
    "types": [],
    "module": "nodenext",
    "rootDir": ".",
    "outDir": "compiled",
}
"""Stricter than any consumer: no DOM, no types of Node, no syntax that needs more than erasing types."""

RUFF_RULES = "A,ANN,ARG,B,C4,C90,E,F,FBT,FURB,I,N,PERF,PGH,PIE,PL,PYI,RET,RUF,S,SIM,SLF,SLOT,TC,TRY,UP,W"
RUFF_IGNORES = "E501,RUF001"
"""Ignored: long lines with long ids, and ambiguous characters in labels of a fleet."""


def run(command: Iterable[str], folder: Path) -> str:
    """The output of a program about the files in `folder`; empty without findings."""
    done = subprocess.run(
        list(command),
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
    )
    return f"exit {done.returncode}\n{done.stdout}{done.stderr}" if done.returncode else ""


def check_prettier(folder: Path, files: Iterable[str]) -> str:
    """The files that prettier, with its default options, would change."""
    options = ["--no-config", "--no-editorconfig", "--list-different"]
    return run([*node_script("prettier/bin/prettier.cjs"), *options, *files], folder)


def check_ruff_format(folder: Path, files: Iterable[str]) -> str:
    """The files that `ruff format`, with its default options, would change."""
    return run([*_python("ruff"), "format", "--isolated", "--no-cache", "--diff", *files], folder)


def check_ruff(folder: Path, files: Iterable[str]) -> str:
    """The output of `ruff check`."""
    options = ["--isolated", "--no-cache", "--target-version", "py311", "--output-format", "concise"]
    return run(
        [*_python("ruff"), "check", *options, "--select", RUFF_RULES, "--ignore", RUFF_IGNORES, *files],
        folder,
    )


def check_mypy(folder: Path, files: Iterable[str]) -> str:
    """The output of `mypy --strict`."""
    options = ["--strict", "--warn-unreachable", "--disallow-any-explicit", "--python-version", "3.11"]
    layout = [
        "--config-file=",
        "--namespace-packages",
        "--explicit-package-bases",
        "--cache-dir",
        "mypy-cache",
    ]
    return run([*_python("mypy"), *options, *layout, *files], folder)


def compile_typescript(
    folder: Path, files: Iterable[str], options: Mapping[str, object] | None = None
) -> str:
    """The output of tsc with its strictest options and `options`; writes JavaScript to `folder`/compiled."""
    project = {"compilerOptions": {**TYPESCRIPT_OPTIONS, **(options or {})}, "files": list(files)}
    (folder / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    (folder / "tsconfig.json").write_text(json.dumps(project), encoding="utf-8")
    return run([*node_script("typescript/bin/tsc"), "--project", "tsconfig.json"], folder)


def run_json(command: Iterable[str | Path]) -> Any:
    """The JSON output of a program."""
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, encoding="utf-8", timeout=SECONDS, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _python(module: str) -> list[str]:
    return [sys.executable, "-m", module]


class NodeWorker:
    """One node process that evaluates and formats many texts."""

    def __enter__(self) -> Self:
        worker = Path(__file__).with_name("node_worker.mjs")
        self._process = subprocess.Popen(
            [node(), worker, NODE_MODULES / "prettier/index.mjs"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate(timeout=SECONDS)

    def evaluate(self, body: str) -> Any:
        """The value returned by the body of a JavaScript function."""
        return self._ask({"evaluate": body})

    def prettier(self, source: str) -> Any:
        """`source`, formatted by prettier."""
        return self._ask({"format": source})

    def _ask(self, request: dict[str, str]) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        assert "error" not in answer, answer["error"]
        return answer.get("value")
