"""Data written on one line of YAML is read back as the same data, in every position."""

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from booconf.source import Document, read_document
from booconf.source.emitter import flow_text, yaml_scalar

SURROGATES = st.characters(exclude_categories=["Cs"])


def read(text: str) -> object:
    document = read_document(text.encode(), "fleet.yaml")
    assert isinstance(document, Document), document
    return document.data


@pytest.mark.parametrize(
    "text",
    ["qwen3.6-35b-a3b", "org/model", "7b-chat", "Qwen 3 8B", "a+b", ".hidden", "x*", "Qwen3-4B_Q4_K_M.gguf"],
)
def test_unambiguous_text_is_plain(text: str) -> None:
    assert yaml_scalar(text) == text
    assert read(f"{{{text}: {text}}}") == {text: text}


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("", '""'),
        ("qwen3:8b", '"qwen3:8b"'),
        ("a #b", '"a #b"'),
        ("-draft", '"-draft"'),
        ("*-draft", '"*-draft"'),
        ("null", '"null"'),
        ("~", '"~"'),
        ("True", '"True"'),
        ("NO", '"NO"'),
        ("1e3", '"1e3"'),
        ("007", '"007"'),
        ("8", '"8"'),
        ("0x1F", '"0x1F"'),
        ("1_000", '"1_000"'),
        ("2026-09-14", '"2026-09-14"'),
        (".inf", '".inf"'),
        ("...", '"..."'),
        (" a", '" a"'),
        ("a ", '"a "'),
        ("a  b", '"a  b"'),
        ('say "hi"', '"say \\"hi\\""'),
        ("it's", '"it\'s"'),
        ("back\\slash", '"back\\\\slash"'),
        ("[x]", '"[x]"'),
        ("a,b", '"a,b"'),
        ("modèle", '"modèle"'),
        ("\U0001f999", '"\U0001f999"'),
        ("\x1b[31m\n", '"\\x1B[31m\\x0A"'),
        ("a\u202eb\u2028", '"a\\u202Eb\\u2028"'),
        ("\U000e0041", '"\\U000E0041"'),
    ],
)
def test_other_text_is_double_quoted(text: str, written: str) -> None:
    assert yaml_scalar(text) == written
    assert read(f"{{{written}: {written}}}") == {text: text}


@given(st.text(SURROGATES, max_size=60))
@example("a\r\n\tb")
def test_text_is_read_as_itself_in_every_position(text: str) -> None:
    scalar = yaml_scalar(text)
    assert read(f"{scalar}: {scalar}") == {text: text}
    assert read(f"a: [{scalar},{scalar}]") == {"a": [text, text]}
    assert read(f"a:\n- {scalar}\n- {{b: {scalar}}}") == {"a": [text, {"b": text}]}


@given(st.text("0123456789+-._eExXoObBnulyYNOfFtrsTR~=<:", max_size=8))
def test_yaml_1_1_readers_read_a_text_as_well(text: str) -> None:
    assert yaml.safe_load(f"- {yaml_scalar(text)}") == [text]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(10**38), 10**38) | st.text(SURROGATES, max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text(SURROGATES, max_size=8), inner, max_size=3)
        ),
        max_leaves=8,
    )
)
def test_data_is_read_as_itself(data: object) -> None:
    text = flow_text(data)
    assert "\n" not in text
    assert read(f"a: {text}") == {"a": data}


def test_flow_style_of_data() -> None:
    assert flow_text({"type": "embedding", "context": 8192, "aliases": ["a", "b:c"], "x": {}}) == (
        '{type: embedding, context: 8192, aliases: [a, "b:c"], x: {}}'
    )
