"""A YAML file is plain data of YAML 1.2 core, with every kind of line break and both parsers."""

import pytest

from booconf.source import Document, read_document
from tests.support.yaml_text import data, document

pytestmark = pytest.mark.usefixtures("parser")


@pytest.mark.parametrize("text", ["", "\n", "# nothing\n", "\ufeff", "---\n", "~", "--- # a\n...\n"])
def test_an_empty_file_is_null(text: str) -> None:
    assert data(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: 1\nb:\n  - x\n  - [y, {z: null}]\n", {"a": 1, "b": ["x", ["y", {"z": None}]]}),
        ("a:\n- x\n- y\n", {"a": ["x", "y"]}),
        ("{a: 1, b: , c}", {"a": 1, "b": None, "c": None}),
        ('{"a":1,"b":[true,"x"]}', {"a": 1, "b": [True, "x"]}),
        ("[]", []),
        ("a: {}", {"a": {}}),
        ("plain", "plain"),
        ("? a\n: b", {"a": "b"}),
        ("--- {a: 1}\n...\n", {"a": 1}),
        ("a: on\nb: 22:22\nc: =\nd: <<", {"a": "on", "b": "22:22", "c": "=", "d": "<<"}),
    ],
)
def test_data(text: str, value: object) -> None:
    assert data(text) == value


@pytest.mark.parametrize("text", ['"1"', "'1'", "|-\n  1", ">-\n  1"])
def test_a_scalar_that_is_not_plain_is_a_string(text: str) -> None:
    assert data(f"a: {text}\n") == {"a": "1"}


@pytest.mark.parametrize("key", ['"1"', "'true'", '"~"', '""', '"<<"', "'010'"])
def test_quoted_key_is_a_string(key: str) -> None:
    assert data(f"{key}: x") == {key[1:-1]: "x"}


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_line_breaks_do_not_change_the_data(line_break: str) -> None:
    text = "a: |\n  b\n  c\nd: 'e\n  f'\n# g\nh: [i,\n j]\n".replace("\n", line_break)
    assert data(text) == {"a": "b\nc\n", "d": "e f", "h": ["i", "j"]}


def test_byte_order_mark_is_removed() -> None:
    found = document(b"\xef\xbb\xbfa: 1")
    assert found.data == {"a": 1}
    assert found.key_span(("a",)).start.column == 1


def test_characters_of_every_plane_are_read() -> None:
    assert data('é: "😀\\U0001F600\\u2028"') == {"é": "😀😀\u2028"}


def test_a_collection_of_32_levels_is_read() -> None:
    assert isinstance(read_document(b"[" * 32 + b"]" * 32, "fleet.yaml"), Document)


def test_equal_keys_of_different_mappings_are_no_repetition() -> None:
    assert data("a: {x: 1}\nb: {x: 1}") == {"a": {"x": 1}, "b": {"x": 1}}


def test_name_is_that_of_the_user() -> None:
    found = read_document(b"a: [", "../my fleet.yaml")
    assert not isinstance(found, Document)
    assert [label.span.file for label in (found[0].primary,) if label] == ["../my fleet.yaml"]
