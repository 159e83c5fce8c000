"""Laws of reading, for generated files."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booconf.source import Document, Path, SourceText, mask, read_document
from booconf.source.scalars import resolve
from tests.source.redaction.test_redaction import FLEET
from tests.support.yaml_text import data, document, text_at

YAML_SIGNS = st.sampled_from(list(":-?,[]{}#&*!|>'\"%@`\\ \t\n\r~.<=0189aeinx_é\u2028\ufeff\x85\x00\x7f😀"))
YAML_LIKE = st.lists(
    YAML_SIGNS | st.sampled_from(["a: ", "- ", "\n  ", "\n", "010", "<<: ", "--- ", "\\ud800"])
)
PRINTABLE = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"), exclude_characters="\ufffe\uffff"), max_size=20
)
NUMBERS = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | PRINTABLE,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(PRINTABLE, inner, max_size=4),
    max_leaves=20,
)


def paths(value: object, path: Path = ()) -> list[Path]:
    """The path of every node below `value`, its own included."""
    found = [path]
    if isinstance(value, dict | list):
        for part in value if isinstance(value, dict) else range(len(value)):
            found += paths(value[part], (*path, part))
    return found


def check(raw: bytes) -> None:
    found = read_document(raw, "fleet.yaml")
    source = SourceText.decode(raw, "fleet.yaml")
    shown = mask(source, found if isinstance(found, Document) else None)
    assert all(
        len(shown(number)) == len(source.line(number)) for number in range(len(source.line_starts) + 2)
    )
    if isinstance(found, Document):
        json.dumps(found.data, ensure_ascii=False).encode()
        for path in paths(found.data):
            for span in (found.key_span(path), found.value_span(path)):
                assert span.start <= span.end
                assert span.end.column <= len(source.line(span.end.line)) + 1
    else:
        assert found
        assert all(diagnostic.help for diagnostic in found)


@pytest.mark.usefixtures("parser")
class TestEveryFile:
    """A file is a document or at least one diagnostic, and reading it raises nothing."""

    @given(st.binary(max_size=60))
    def test_of_any_bytes(self, raw: bytes) -> None:
        check(raw)

    @given(YAML_LIKE)
    def test_of_text_like_yaml(self, parts: list[str]) -> None:
        check("".join(parts).encode())

    @given(st.integers(0, len(FLEET)), st.integers(0, 3), YAML_SIGNS)
    def test_of_a_fleet_with_one_place_changed(self, place: int, removed: int, added: str) -> None:
        check((FLEET[:place] + added + FLEET[place + removed :]).encode())


@given(JSON)
def test_json_is_read_as_its_value(value: object) -> None:
    assert data(json.dumps(value, ensure_ascii=False)) == value
    assert data(json.dumps(value, ensure_ascii=False, indent=2)) == value


@given(JSON, st.sampled_from(["\r\n", "\r"]))
def test_line_breaks_change_neither_data_nor_columns(value: object, line_break: str) -> None:
    text = json.dumps({"a": value}, ensure_ascii=False, indent=1)
    plain, other = document(text), document(text.replace("\n", line_break))
    assert other.data == plain.data
    for path in paths(plain.data):
        assert other.key_span(path) == plain.key_span(path)
        assert other.value_span(path) == plain.value_span(path)


@given(JSON)
def test_the_text_of_a_plain_scalar_reads_as_its_value(value: object) -> None:
    found = document(json.dumps({"a": value}, ensure_ascii=False))
    for path in paths(found.data):
        leaf = found.data
        for part in path:
            leaf = leaf[part]  # type: ignore[index]  # the path was taken from the data
        if isinstance(leaf, int | float | bool | None):
            assert resolve(text_at(found.source, found.value_span(path))) == leaf


@given(st.integers(0, len(FLEET)), st.integers(0, 3))
def test_removing_characters_shows_no_header_value(place: int, removed: int) -> None:
    text = (
        "providers:\n  sam:\n    headers:\n      Authorization: Bearer hush\n      X-A: 'hush'\n    kind: x\n"
    )
    place %= text.index("Bearer")
    changed = text[:place] + text[place + removed :]
    found = read_document(changed.encode(), "fleet.yaml")
    source = SourceText("fleet.yaml", changed)
    shown = mask(source, found if isinstance(found, Document) else None)
    assert not any("hush" in shown(number) for number in range(1, 8))
