"""Every unescaped character of literals has one width, which both formatters count, and none is hidden."""

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from booconf.escaping import HIDDEN
from booconf.targets.literals import GeneratedCode, Value, python, typescript, width
from tests.clients.source_tools import NodeWorker, check_ruff_format

FIRST_PLANES = [chr(code) for code in range(0x20000) if not 0xD800 <= code <= 0xDFFF]
AS_IT_IS = {character for character in FIRST_PLANES if character in python.string(character)} - {"\\"}
LETTERS = {"Lu", "Ll", "Lt", "Lm", "Lo"}
NUMBERS = {"Nd", "No"}
PUNCTUATION = {"Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po"}
SYMBOLS = {"Sc", "Sk", "Sm", "So"}
UNASSIGNED = "Cn"
"""In the fixed ranges, but newer than the Unicode of this interpreter."""


def test_readable_characters_are_letters_numbers_punctuation_symbols_and_the_space() -> None:
    assert {unicodedata.category(character) for character in AS_IT_IS - {" "}} <= {
        *LETTERS, *NUMBERS, *PUNCTUATION, *SYMBOLS, UNASSIGNED
    }  # fmt: skip


def test_no_hidden_character_is_unescaped() -> None:
    assert HIDDEN.findall("".join(AS_IT_IS)) == []


def test_no_right_to_left_character_is_unescaped() -> None:
    assert {unicodedata.bidirectional(character) for character in AS_IT_IS}.isdisjoint({"R", "AL"})


@pytest.mark.parametrize("string", [python.string, typescript.string])
def test_other_characters_are_escaped_in_ascii(string: Callable[[str], GeneratedCode]) -> None:
    assert "".join(map(string, sorted(set(FIRST_PLANES) - AS_IT_IS))).isascii()


def test_prettier_breaks_lines_where_the_emitter_does(node_worker: NodeWorker) -> None:
    source = "\n".join(_lists_around(typescript.constant, "const x", 80 - len(";")))

    assert _different_lines(source, node_worker.prettier(source)) == []


def test_ruff_breaks_lines_where_the_emitter_does(tmp_path: Path) -> None:
    source = "\n".join(_lists_around(python.constant, "x", 88)) + "\n"
    (tmp_path / "widths.py").write_text(source, encoding="utf-8", newline="\n")

    assert check_ruff_format(tmp_path, ["widths.py"]) == ""


def _lists_around(emit: Callable[[str, Value], GeneratedCode], head: str, line_width: int) -> list[str]:
    """For many characters, edges of the ranges among them: a list that just fits, one that does not."""
    edges = {
        character
        for character in AS_IT_IS
        if not {chr(ord(character) - 1), chr(ord(character) + 1)} <= AS_IT_IS
    }
    statements: list[str] = []
    for character in sorted(edges | set(sorted(AS_IT_IS)[::61])):
        filling = character * 8
        literal = emit("", filling).removeprefix(" = ").removesuffix(";")
        rest = line_width - len(f'{head} = [, ""]') - width(literal)
        statements += [emit(head, [filling, "x" * (rest + more)]) for more in (0, 1)]
    return statements


def _different_lines(source: str, formatted: str) -> list[str]:
    known = set(formatted.split("\n"))
    return [line for line in source.split("\n") if line not in known]
