"""JSON: read only if it means one thing, and no heavier than it was weighed."""

import json
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booconf.live.json_decoder import InvalidContentError, parse, text_of, weight_of
from booconf.live.limits import DEEPEST, LARGEST_BODY, MOST_ROWS, MOST_VALUES


def read(content: bytes) -> object:
    text = text_of(content)
    weight_of(text)
    return parse(text)


@pytest.mark.parametrize(
    ("content", "document"),
    [
        (b"{}", {}),
        (b' \r\n\t[1, 2.5, "a", null, true] ', [1, 2.5, "a", None, True]),
        (b'"\\u00e9 \xc3\xa9"', "é é"),
        (b"[" * DEEPEST + b"]" * DEEPEST, json.loads("[" * DEEPEST + "]" * DEEPEST)),
        (b'["' + b"[" * 99 + b'\\"' + b"{" * 99 + b'"]', ["[" * 99 + '"' + "{" * 99]),
        (b"[" + b"[[]]," * 99 + b"[]]", [*([[[]]] * 99), []]),
        (b'{"a": {"b": 1}, "b": {"b": 1}}', {"a": {"b": 1}, "b": {"b": 1}}),
        (b"1e308", 1e308),
        (b"[%s]" % (b"9" * 4300), [int("9" * 4300)]),
    ],
)
def test_json_is_read(content: bytes, document: object) -> None:
    assert read(content) == document


@pytest.mark.parametrize(
    ("content", "defect"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b" <html>", "is HTML, not JSON"),
        (b"\xef\xbb\xbf{}", "starts with a byte order mark"),
        (b'"\xff"', "is not UTF-8"),
        (b'"\xed\xa0\x80"', "is not UTF-8"),
        (b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1), "is nested deeper than 32 levels"),
        (b'{"a":' * (DEEPEST + 1), "is nested deeper than 32 levels"),
        (b'["a", "\\", [' + b"[" * DEEPEST, "is not JSON"),
        (b'"a" ' + b"[" * (DEEPEST + 1), "is nested deeper than 32 levels"),
        (b'{"a": 1, "a": 1}', "holds one key twice in one object"),
        (b'{"a": 1, "\\u0061": 2}', "holds one key twice in one object"),
        (b"[NaN]", "holds `NaN`, which is no JSON"),
        (b"Infinity", "holds `Infinity`, which is no JSON"),
        (b"-1e309", "holds a number out of range"),
        (b"[%s]" % (b"9" * 4301), "is not JSON"),
        (b"[1,]", "is not JSON"),
        (b"[1] 2", "is not JSON"),
        (b"'a'", "is not JSON"),
        (b'"a\nb"', "is not JSON"),
        (b'"\\ud8zz"', "is not JSON"),
        (b'"\\', "is not JSON"),
        (b'"' + b'\\"' * 200_000 + b"\\", "is not JSON"),
    ],
)
def test_what_is_no_json_or_ambiguous_says_why(content: bytes, defect: str) -> None:
    with pytest.raises(InvalidContentError) as error:
        read(content)
    assert str(error.value) == defect


@pytest.mark.parametrize(
    ("one", "separator", "ends"),
    [
        (b"0", b",", b"[]"),
        (b'"', b'"', b'""'),
        (b'"\\\\"', b",", b"[]"),
        (b'{"":0}', b",", b"[]"),
        (b"[]", b",", b"[]"),
        (b"[", b"", b"[]"),
        (b"]", b"", b"[]"),
        (b'"a":0', b",", b"{}"),
    ],
)
def test_more_values_than_can_be_read_at_once_are_refused(one: bytes, separator: bytes, ends: bytes) -> None:
    """Before they are parsed, and before it is known that they are no JSON."""
    content = ends[:1] + separator.join([one] * (4 * MOST_VALUES + 1)) + ends[1:]
    with pytest.raises(InvalidContentError, match=f"holds more than {MOST_VALUES} (values|backslashes)"):
        read(content[:LARGEST_BODY])


@pytest.mark.parametrize("escape", [rb"\ud800", rb"\u0041", rb"\\", rb"\""])
def test_more_backslashes_than_can_be_read_at_once_are_refused(escape: bytes) -> None:
    with pytest.raises(InvalidContentError, match=f"holds more than {MOST_VALUES} backslashes"):
        read(b'["' + escape * (MOST_VALUES + 1) + b'"]')


def test_the_bounds_themselves_are_let_through() -> None:
    assert read(b"[%s]" % b",".join([b"0"] * (MOST_VALUES - 1))) == [0] * (MOST_VALUES - 1)
    assert read(b'["%s"]' % (rb"\ud800" * MOST_VALUES)) == ["\ufffd" * MOST_VALUES]


def test_every_row_of_the_longest_listing_may_say_a_lot() -> None:
    row = {"id": "a", "meta": {"n_ctx": 1, "aliases": ["b", "c"]}} | {f"key {key}": "x" for key in range(20)}
    assert read(json.dumps({"data": [row] * MOST_ROWS}).encode()) == {"data": [row] * MOST_ROWS}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(JSON, st.booleans())
def test_any_json_is_read_as_any_reader_does(document: object, ascii_only: bool) -> None:
    content = json.dumps(document, ensure_ascii=ascii_only).encode()
    assert read(content) == document


@given(st.text(alphabet='\\u"dDcC8f0a9xX{}[],: \n', max_size=40), st.booleans())
def test_what_is_read_can_always_be_written(text: str, is_string: bool) -> None:
    """Never half a surrogate pair; and where there is none, the same as any reader."""
    content = f'["{text}"]' if is_string else text
    try:
        document = read(content.encode())
    except InvalidContentError:
        return
    json.dumps(document, ensure_ascii=False).encode()
    plain = json.loads(content)
    if "\ufffd" not in json.dumps(document, ensure_ascii=False):
        assert document == plain


def compact(document: object, *, ascii_only: bool = True) -> bytes:
    return json.dumps(document, separators=(",", ":"), ensure_ascii=ascii_only).encode()


ASTRAL = [chr(0x10000 + number) for number in range(20_000)]
TURNED = dict(zip(ASTRAL, reversed(ASTRAL), strict=True))
SHAPES = {
    "nothing": b"[]",
    "numbers": compact(list(range(10_000, 30_000))),
    "floats": b"[" + b"1.5," * 20_000 + b"0]",
    "a long number": b"9" * 4300,
    "empty lists": b"[" + b"[]," * 20_000 + b"[]]",
    "empty objects": b"[" + b"{}," * 20_000 + b"{}]",
    "lists of one": b"[" + b"[[]]," * 20_000 + b"0]",
    "lists of five": b"[" + b"[1,2,3,4,5]," * 5_000 + b"0]",
    "deep lists": b"[" + (b"[" * 30 + b"]" * 30 + b",") * 1_000 + b"0]",
    "deep objects": b"[" + (b'{"a":' * 30 + b"1" + b"}" * 30 + b",") * 1_000 + b"0]",
    "objects of new keys in objects": compact([{f"{number}a": {f"{number}b": {f"{number}c": 0}}}
                                               for number in range(7_000)]),
    "rows of one key": compact([{"a": 1}] * 20_000),
    "rows of one new key": compact([{f"{number:x}": 1} for number in range(20_000)]),
    "rows of one new key and text": compact([{f"{number:x}": f"{number}"} for number in range(20_000)]),
    "rows of six new keys": compact([{f"{key}{number:x}": number for key in range(6)}
                                     for number in range(4_000)]),
    "rows like real ones": compact([{"id": f"model-{number}", "object": "model", "meta": {"n_ctx": number}}
                                    for number in range(5_000)]),
    "an object of 20,000 keys": compact({f"{number}": number for number in range(20_000)}),
    "an object that has just grown": compact({f"{number:x}": 1 for number in range(43_692)}),
    "an object of texts": compact({f"{number:x}": f"{number}" for number in range(43_692)}),
    "an object of short astral texts": compact(TURNED, ascii_only=False),
    "an object of escaped astral texts": compact(TURNED),
    "short texts": compact([f"{number}" for number in range(20_000)]),
    "short Latin texts": compact(["éa"] * 20_000, ascii_only=False),
    "short escaped Latin texts": compact(["éa"] * 20_000),
    "short Chinese texts": compact(["一"] * 20_000, ascii_only=False),
    "short escaped Chinese texts": compact(["一"] * 20_000),
    "short astral texts": compact(ASTRAL, ascii_only=False),
    "short escaped astral texts": compact(ASTRAL),
    "long texts": compact(["x" * 10_000] * 20),
    "a long text that turns astral": compact("x" * 200_000 + ASTRAL[0], ascii_only=False),
    "a long text that turns escaped astral": compact("x" * 200_000 + ASTRAL[0]),
    "a long text that turns escaped Chinese": compact("x" * 200_000 + "一"),
    "a long astral text": compact("".join(ASTRAL), ascii_only=False),
    "a text of escapes": b'"' + b"\\n" * 100_000 + b'"',
    "a text of halves": b'"' + b"\\ud800" * 40_000 + b'"',
    "a text of halves with letters in between": b'"' + b"\\ud800xx" * 40_000 + b'"',
    "a text of pairs with letters in between": b'"' + b"\\ud83d\\ude00x" * 40_000 + b'"',
    "texts of halves": b'["' + b'\\ud800","' * 20_000 + b'"]',
}  # fmt: skip
"""Documents of which a little makes much in Python, each in another way."""


def assert_weighed(content: bytes) -> None:
    """What `text` and parsing it take at most is no more than what was said before."""
    tracemalloc.start()
    try:
        text = text_of(content)
        weight = weight_of(text)
        tracemalloc.reset_peak()
        parse(text)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak <= weight


@pytest.mark.parametrize("shape", SHAPES)
def test_no_document_takes_more_memory_than_it_weighs(shape: str) -> None:
    assert_weighed(SHAPES[shape])


@settings(max_examples=30)
@given(st.lists(JSON, max_size=3), st.integers(1, 500), st.booleans())
def test_no_mixture_takes_more_memory_than_it_weighs(
    rows: list[object], repeats: int, ascii_only: bool
) -> None:
    assert_weighed(compact(rows * repeats, ascii_only=ascii_only))


def test_a_document_weighs_by_what_stands_outside_strings() -> None:
    """A list of a thousand texts takes more than one text of the same length, brackets in it or not."""
    assert weight_of(json.dumps(["ab"] * 1000)) > 5 * weight_of(json.dumps("[{,:}]" * 1000))
