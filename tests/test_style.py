"""The style of code and prose: docstring openings, the length of lines, the number and size of modules."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[1]

OPENINGS = re.compile(r"\s*(What|Who|Whoever|Whatever|How|Where|Whether)\b")
"""Words that open a clause in place of a noun."""

LONGEST_LINE = 110
LONGEST_MODULE = 300
MOST_MODULES = 185
SMALL_MODULE = 30
FEWEST_SMALL_MODULES = 20


def tracked(*patterns: str) -> list[Path]:
    """The files that git keeps and that match a pattern."""
    command = ["git", "ls-files", "-z", "--", *patterns]
    listing = subprocess.run(command, cwd=CHECKOUT, capture_output=True, encoding="utf-8", check=True).stdout
    return [path for name in listing.split("\0") if name and (path := CHECKOUT / name).is_file()]


MODULES = tracked("booconf/*.py")


def docstrings(tree: ast.AST) -> Iterator[ast.Constant]:
    """The docstrings of modules, classes, functions and attributes."""
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        for statement in body if isinstance(body, list) else []:
            match statement:
                case ast.Expr(value=ast.Constant(value=str()) as docstring):
                    yield docstring


def long_lines(path: Path) -> Iterator[int]:
    """The numbers of the lines above LONGEST_LINE.

    Exempt are the tables, code blocks and single long words of Markdown.
    """
    in_code = False
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        is_fence = path.suffix == ".md" and re.match(r"\s*```", line) is not None
        in_code ^= is_fence
        exempt = in_code or (path.suffix == ".md" and re.match(r"\s*\||\s*(?:[-*] )?\S+$", line))
        if len(line) > LONGEST_LINE and not exempt:
            yield number


@pytest.mark.parametrize("folder", ["booconf", "scripts", "benchmarks", "tests"])
def test_docstrings_open_with_a_noun_or_a_verb(folder: str) -> None:
    assert [
        f"{path.relative_to(CHECKOUT)}:{docstring.lineno}"
        for path in tracked(f"{folder}/*.py")
        for docstring in docstrings(ast.parse(path.read_text(encoding="utf-8")))
        if OPENINGS.match(str(docstring.value))
    ] == []


def test_lines_of_scripts_and_prose_fit_the_width() -> None:
    paths = [path for path in tracked("scripts/*", ".ci/*") if path.suffix in {"", ".sh"}]
    paths += tracked("*.jinja", "*.md")
    assert [f"{path.relative_to(CHECKOUT)}:{number}" for path in paths for number in long_lines(path)] == []


def test_modules_are_of_a_readable_size() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert len(lengths) <= MOST_MODULES
    assert [path for path, length in lengths.items() if length > LONGEST_MODULE] == []
    assert len([length for length in lengths.values() if length < SMALL_MODULE]) < FEWEST_SMALL_MODULES


@pytest.mark.parametrize(
    "source",
    ['"""What is stored."""', 'def f():\n    """Whether."""', 'class A:\n    x = 1\n    """How many."""'],
)
def test_a_forbidden_opening_is_found(source: str) -> None:
    (docstring,) = docstrings(ast.parse(source))
    assert OPENINGS.match(str(docstring.value))
