"""Law: a Python literal reads back as its value, and `ruff format` does not change it."""

import ast
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from booconf.targets.literals import Value
from booconf.targets.literals.python import constant, regular_expression, string, union
from tests.clients.source_tools import check_ruff_format
from tests.targets.literal_strategies import LONGEST_HEAD, TEXTS, VALUES, plain


@given(text=TEXTS)
def test_a_string_reads_back(text: str) -> None:
    assert ast.literal_eval(string(text)) == text


@given(value=VALUES)
def test_a_constant_reads_back(value: Value) -> None:
    names: dict[str, object] = {"ReadOnlyDict": dict, "Model": dict}

    exec(constant("x", value), names)

    assert _with_lists(names["x"]) == plain(value)


@given(statements=st.lists(st.tuples(st.integers(1, LONGEST_HEAD), VALUES), min_size=1, max_size=30))
@settings(max_examples=30)
def test_constants_are_formatted_as_by_ruff(
    tmp_path_factory: pytest.TempPathFactory, statements: list[tuple[int, Value]]
) -> None:
    lines = [constant("x" * length, value) for length, value in statements]

    assert _changed_by_ruff(tmp_path_factory.getbasetemp() / "constants.py", lines) == ""


@given(
    unions=st.lists(
        st.lists(
            st.sampled_from(["a", "chat", "openai-compatible", "x" * 60, "y" * 90]), min_size=1, max_size=9
        ),
        min_size=1,
        max_size=30,
    )
)
@example(unions=[["a"], ["y" * 90], ["x" * 60, "y" * 90]])
@settings(max_examples=10)
def test_unions_are_formatted_as_by_ruff(
    tmp_path_factory: pytest.TempPathFactory, unions: list[list[str]]
) -> None:
    lines = [union("Kind", members) for members in unions]

    assert _changed_by_ruff(tmp_path_factory.getbasetemp() / "unions.py", lines) == ""


def test_a_regular_expression_reads_back() -> None:
    assert re.search(ast.literal_eval(regular_expression(r"[\u0000-\u0020#,]")), "a b")


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        ("plain", '"plain"'),
        ("Sam's", '"Sam\'s"'),
        ('say "hi"', "'say \"hi\"'"),
        ("both ' and \"", '"both \' and \\""'),
        ("a\\b", r'"a\\b"'),
        ('"""', '\'"""\''),
        ("Ünïcödé 日本語 Привет", '"Ünïcödé 日本語 Привет"'),
        ("\u0000\xa0\u2028", r'"\x00\xa0\u2028"'),
        ("\U0001f600", r'"\U0001f600"'),
    ],
)
def test_readable_characters_are_unescaped(text: str, literal: str) -> None:
    assert string(text) == literal


def test_long_string_is_in_parentheses_if_it_fits_then() -> None:
    assert constant("name", "x" * 79) == f'name = "{"x" * 79}"'
    assert constant("name", "x" * 80) == f'name = (\n    "{"x" * 80}"\n)'
    assert constant("name", "x" * 83) == f'name = "{"x" * 83}"'


def _changed_by_ruff(file: Path, lines: Sequence[str]) -> str:
    file.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    return check_ruff_format(file.parent, [file.name])


def _with_lists(value: object) -> object:
    if isinstance(value, dict):
        return {key: _with_lists(member) for key, member in value.items()}
    return [_with_lists(element) for element in value] if isinstance(value, tuple) else value
