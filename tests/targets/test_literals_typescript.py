"""Law: a TypeScript literal reads back as its value, and prettier does not change it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booconf.targets.literals import Value
from booconf.targets.literals.typescript import constant, regular_expression, string, union
from tests.clients.source_tools import NodeWorker
from tests.targets.literal_strategies import LONGEST_HEAD, TEXTS, VALUES, plain


@given(text=TEXTS)
def test_a_string_reads_back(node_worker: NodeWorker, text: str) -> None:
    assert node_worker.evaluate(f"return {string(text)}") == text


@given(value=VALUES)
def test_a_constant_reads_back(node_worker: NodeWorker, value: Value) -> None:
    assert node_worker.evaluate(f"{constant('const x', value)} return x;") == plain(value)


@given(value=VALUES, head=st.integers(1, LONGEST_HEAD), tail=st.sampled_from(["", " as const"]))
def test_constant_is_formatted_as_by_prettier(
    node_worker: NodeWorker, value: Value, head: int, tail: str
) -> None:
    statement = constant(f"const {'x' * head}", value, tail if isinstance(value, list) else "") + "\n"

    assert node_worker.prettier(statement) == statement


@given(
    members=st.lists(
        st.sampled_from(["a", "chat", "openai-compatible", "x" * 53, "y" * 54]), min_size=1, max_size=9
    )
)
def test_union_is_formatted_as_by_prettier(node_worker: NodeWorker, members: list[str]) -> None:
    declaration = union("Kind", members) + "\n"

    assert node_worker.prettier(declaration) == declaration


@pytest.mark.parametrize("pattern", [r"[\u0000-\u0020#,/]", "a/b", r"\/"])
def test_regular_expression_matches_the_same_texts(node_worker: NodeWorker, pattern: str) -> None:
    literal = regular_expression(pattern)

    assert node_worker.evaluate(f"return [{literal}.test('a/b'), {literal}.flags]") == [True, "u"]


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        ("plain", '"plain"'),
        ("Sam's", '"Sam\'s"'),
        ('say "hi"', "'say \"hi\"'"),
        ("both ' and \"", '"both \' and \\""'),
        ("a\\b", r'"a\\b"'),
        ("</script>", r'"\u003c/script>"'),
        ("`${x}`", '"`${x}`"'),
        ("Ünïcödé 日本語 Привет", '"Ünïcödé 日本語 Привет"'),
        ("\u2028\u202e\u0000", r'"\u2028\u202e\u0000"'),
        ("\U0001f600", r'"\u{1f600}"'),
    ],
)
def test_readable_characters_are_unescaped(text: str, literal: str) -> None:
    assert string(text) == literal


def test_a_key_never_sets_a_prototype() -> None:
    assert constant("const x", {"__proto__": "a", "é": "b", "a-b": "c", "ab": None, "1": "d"}) == (
        'const x = {\n  ["__proto__"]: "a",\n  ["é"]: "b",\n  "a-b": "c",\n  ab: null,\n  "1": "d",\n};'
    )
