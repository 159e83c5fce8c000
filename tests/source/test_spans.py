"""Spans of keys and values, which the labels of diagnostics underline."""

import pytest

from booconf.diagnostics import Position
from booconf.source import Path
from tests.support.yaml_text import document, text_at

pytestmark = pytest.mark.usefixtures("parser")

TEXT = """\
# a fleet
version: 1
roles: {default: 'a/b', arena: [x, "y"]}
providers:
  sam:   # the first
    label: Sam's
      desktop
    models:
      a: {context: 5}
      b:
      c: ~
    notes: |
      one
      two
overrides:
- match: "*"
  context: 7
-
"""


@pytest.mark.parametrize(
    ("path", "key", "value"),
    [
        (("version",), "version", "1"),
        (("roles",), "roles", """{default: 'a/b', arena: [x, "y"]}"""),
        (("roles", "default"), "default", "'a/b'"),
        (("roles", "arena", 1), '"y"', '"y"'),
        (("providers",), "providers", "sam:   # the first"),
        (("providers", "sam"), "sam", "label: Sam's"),
        (("providers", "sam", "models", "a", "context"), "context", "5"),
        (("providers", "sam", "models", "b"), "b", "b"),
        (("providers", "sam", "models", "c"), "c", "~"),
        (("providers", "sam", "notes"), "notes", "|"),
        (("overrides",), "overrides", '- match: "*"'),
        (("overrides", 0), 'match: "*"', 'match: "*"'),
        (("overrides", 0, "context"), "context", "7"),
    ],
)
def test_a_path_has_the_span_of_its_key_and_of_its_value(path: Path, key: str, value: str) -> None:
    found = document(TEXT)
    assert text_at(found.source, found.key_span(path)) == key
    assert text_at(found.source, found.value_span(path)) == value


def test_a_text_of_several_lines_has_all_of_them() -> None:
    span = document(TEXT).value_span(("providers", "sam", "label"))
    assert (span.start, span.end) == (Position(6, 12), Position(7, 14))


def test_empty_element_has_a_span() -> None:
    span = document(TEXT).value_span(("overrides", 1))
    assert span.start == span.end
    assert span.start.line in (18, 19)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("providers", "sam", "missing"), "sam"),
        (("providers", "sam", "missing", "deeper", 3), "sam"),
        (("version", "deeper"), "version"),
        (("overrides", 0, "missing"), 'match: "*"'),
        (("overrides", 7), "overrides"),
        (("overrides", "x"), "overrides"),
        (("missing",), "# a fleet"),
        ((), "# a fleet"),
    ],
)
def test_a_path_that_does_not_exist_points_at_the_nearest_ancestor(path: Path, expected: str) -> None:
    found = document(TEXT)
    assert text_at(found.source, found.key_span(path)) == expected
    assert text_at(found.source, found.value_span(path)) == expected


def test_an_empty_file_has_its_first_line() -> None:
    found = document("# only this \n")
    assert text_at(found.source, found.key_span(("version",))) == "# only this"
    assert text_at(found.source, found.value_span(())) == "# only this"


def test_columns_count_code_points_on_lines_of_any_break() -> None:
    found = document("é: 1\r\n'😀': {ü: x}\r")
    span = found.value_span(("😀", "ü"))
    assert (span.start, span.end) == (Position(2, 10), Position(2, 11))
