"""Law: a JSON text reads back as the value it was written from, and each value has one written form."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booconf.escaping import HIDDEN
from booconf.json_text import LINE_WIDTH, Json, json_string, json_text
from tests.targets.literal_strategies import LIMITS, TEXTS

SCALARS = st.one_of(st.none(), st.booleans(), LIMITS, TEXTS)
VALUES: st.SearchStrategy[Json] = st.recursive(
    SCALARS, lambda members: st.one_of(st.lists(members), st.dictionaries(TEXTS, members))
)


@given(text=TEXTS)
def test_a_string_reads_back(text: str) -> None:
    assert json.loads(json_string(text)) == text


@given(value=VALUES)
def test_a_text_reads_back(value: Json) -> None:
    assert json.loads(json_text(value)) == value


@given(value=VALUES)
def test_a_text_is_lines_of_visible_characters_and_ends_in_one_newline(value: Json) -> None:
    text = json_text(value)

    assert text.endswith("\n")
    assert HIDDEN.findall(text.replace("\n", "")) == []


@given(value=st.lists(SCALARS))
def test_short_list_of_scalars_is_on_one_line(value: list[Json]) -> None:
    line = f"[{', '.join(json_text(element).rstrip() for element in value)}]"

    assert (json_text(value) == f"{line}\n") is (len(line) <= LINE_WIDTH)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({}, "{}\n"),
        ([], "[]\n"),
        ({"a": [1, None, True, "x"]}, '{\n  "a": [1, null, true, "x"]\n}\n'),
        ({"b": 1, "a": {"c": {}}}, '{\n  "b": 1,\n  "a": {\n    "c": {}\n  }\n}\n'),
        ([{"a": 1}, []], '[\n  {\n    "a": 1\n  },\n  []\n]\n'),
        (2**53 - 1, "9007199254740991\n"),
        ("Ünïcödé 語 \U0001f600", '"Ünïcödé 語 \U0001f600"\n'),
        ("\u2028\u007f\ufeff\n", '"\\u2028\\u007f\\ufeff\\n"\n'),
        ("\u202egnp.exe\u2066", '"\\u202egnp.exe\\u2066"\n'),
        ("zero\u200bwidth", '"zero\\u200bwidth"\n'),
        ("tag \U000e0041", '"tag \\udb40\\udc41"\n'),
        ("\U0001f468\u200d\U0001f469 \u2764\ufe0f", '"\U0001f468\\u200d\U0001f469 \u2764\\ufe0f"\n'),
        ({"key\u200e": ""}, '{\n  "key\\u200e": ""\n}\n'),
    ],
)
def test_the_written_form(value: Json, text: str) -> None:
    assert json_text(value) == text


def test_another_emitter_of_strings_writes_keys_too() -> None:
    assert json_text({"a": ["b"]}, lambda text: f"<{text}>") == "{\n  <a>: [<b>]\n}\n"
