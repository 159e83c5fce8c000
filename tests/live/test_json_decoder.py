"""Decoding JSON that has one meaning, reading bodies within their limits, and checking shapes."""

import gzip
import json
import tracemalloc
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booconf.live.json_decoder import BodyReader, InvalidContentError, Node, ShapeError, decode_json
from booconf.live.limits import LARGEST_BODY, MOST_ROWS, MOST_VALUES, SMALL_BODY


@pytest.mark.parametrize(
    ("content", "document"),
    [
        (b"{}", {}),
        (b' \r\n\t[1, 2.5, "a", null, true] ', [1, 2.5, "a", None, True]),
        (b'"\\u00e9 \xc3\xa9"', "é é"),
        (b"[" * 99 + b"]" * 99, json.loads("[" * 99 + "]" * 99)),
        (b'["' + b"[" * 99 + b'\\"' + b"{" * 99 + b'"]', ["[" * 99 + '"' + "{" * 99]),
        (b"[" + b"[[]]," * 99 + b"[]]", [*([[[]]] * 99), []]),
        (b'{"a": {"b": 1}, "b": {"b": 1}}', {"a": {"b": 1}, "b": {"b": 1}}),
        (b"1e308", 1e308),
        (b"[%s]" % (b"9" * 4300), [int("9" * 4300)]),
    ],
)
def test_json_is_read(content: bytes, document: object) -> None:
    assert decode_json(content) == document


@pytest.mark.parametrize(
    ("content", "defect"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b" <html>", "is HTML, not JSON"),
        (b"\xef\xbb\xbf{}", "starts with a byte order mark"),
        (b'"\xff"', "is not UTF-8"),
        (b'"\xed\xa0\x80"', "is not UTF-8"),
        (b"[" * 200_000 + b"]" * 200_000, "is nested too deeply"),
        (b'{"a":' * 200_000, "is nested too deeply"),
        (b'{"a": 1, "a": 1}', "contains one key twice in one object"),
        (b'{"a": 1, "\\u0061": 2}', "contains one key twice in one object"),
        (b"[NaN]", "contains `NaN`, which is no JSON"),
        (b"Infinity", "contains `Infinity`, which is no JSON"),
        (b"-1e309", "contains a number out of range"),
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
def test_invalid_or_ambiguous_json_has_a_reason(content: bytes, defect: str) -> None:
    with pytest.raises(InvalidContentError) as error:
        decode_json(content)
    assert str(error.value) == defect


@pytest.mark.parametrize("piece", [b"0,", b"[", b'{"":'])
def test_more_values_than_the_limit_are_refused_before_parsing(piece: bytes) -> None:
    content = b"[%s" % (piece * MOST_VALUES)
    with pytest.raises(InvalidContentError, match=f"^contains more than {MOST_VALUES} values$"):
        decode_json(content)
    with pytest.raises(InvalidContentError, match=r"^is "):
        decode_json(content, most_values=len(content))


def test_limit_of_values_is_accepted() -> None:
    assert decode_json(b"[%s]" % b",".join([b"0"] * MOST_VALUES)) == [0] * MOST_VALUES


@pytest.mark.parametrize("row", ['{"a":1}', '{"%x":"%x"}', "[[]]", '"%x"', '[{"%x":[1.5]}]'])
def test_densest_documents_need_less_than_a_hundred_mib(row: str) -> None:
    count = MOST_VALUES // (row.count("[") + row.count("{") + 1) - 1
    content = f"[{','.join(row.replace('%x', f'{number:x}') for number in range(count))}]".encode()
    tracemalloc.start()
    try:
        decode_json(content)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 100 << 20


def test_longest_listing_of_large_rows_is_accepted() -> None:
    row = {"id": "a", "meta": {"n_ctx": 1, "aliases": ["b", "c"]}} | {f"key {key}": "x" for key in range(20)}
    assert decode_json(json.dumps({"data": [row] * MOST_ROWS}).encode()) == {"data": [row] * MOST_ROWS}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(JSON, st.booleans())
def test_any_json_is_read_as_any_reader_does(document: object, ascii_only: bool) -> None:
    content = json.dumps(document, ensure_ascii=ascii_only).encode()
    assert decode_json(content) == document


@given(st.text(alphabet='\\u"dDcC8f0a9xX{}[],: \n', max_size=40), st.booleans())
def test_decoded_json_can_be_encoded(text: str, is_string: bool) -> None:
    """The result has no half surrogate pair; without one it equals that of any reader."""
    content = f'["{text}"]' if is_string else text
    try:
        document = decode_json(content.encode())
    except InvalidContentError:
        return
    json.dumps(document, ensure_ascii=False).encode()
    plain = json.loads(content)
    if "\ufffd" not in json.dumps(document, ensure_ascii=False):
        assert document == plain


def taken(*pieces: bytes, encoding: str = "") -> bytes:
    body = BodyReader(encoding)
    for piece in pieces:
        body.add(piece)
    body.finish()
    return bytes(body.content)


@pytest.mark.parametrize("encoding", ["", "identity", "gzip", "X-GZIP", " gzip "])
@given(pieces=st.lists(st.binary(max_size=100), max_size=5))
def test_body_is_unchanged(encoding: str, pieces: list[bytes]) -> None:
    content = b"".join(pieces)
    if "gzip" in encoding.lower():
        content = gzip.compress(content)
        pieces = [content[:7], content[7:]]
    assert taken(*pieces, encoding=encoding) == (
        gzip.decompress(content) if "gzip" in encoding.lower() else content
    )


@pytest.mark.parametrize("size", [LARGEST_BODY - 1, LARGEST_BODY])
def test_the_largest_body_is_taken(size: int) -> None:
    assert len(taken(bytes(size))) == size
    assert len(taken(gzip.compress(bytes(size)), encoding="gzip")) == size


@pytest.mark.parametrize("pieces", [[LARGEST_BODY + 1], [LARGEST_BODY, 1], [10 * LARGEST_BODY]])
@pytest.mark.parametrize("encoding", ["", "gzip"])
def test_one_byte_above_the_limit_is_refused(pieces: list[int], encoding: str) -> None:
    body = BodyReader(encoding)
    contents = [bytes(size) for size in pieces]
    if encoding:
        contents = [gzip.compress(b"".join(contents))]
    for content in contents[:-1]:
        body.add(content)
    with pytest.raises(InvalidContentError, match="is larger than 8 MiB"):
        body.add(contents[-1])
    assert not body.content


def test_compressed_bytes_without_content_count() -> None:
    """Empty blocks of deflate: a stream without an end and without content."""
    compress = zlib.compressobj(wbits=31)
    start = compress.compress(b"") + compress.flush(zlib.Z_FULL_FLUSH)
    nothing = compress.flush(zlib.Z_FULL_FLUSH) or b"\x00\x00\x00\xff\xff"
    pieces = [start] + [nothing * 10_000] * (LARGEST_BODY // (10_000 * len(nothing)) + 1)
    with pytest.raises(InvalidContentError, match="is larger than 8 MiB"):
        taken(*pieces, encoding="gzip")


@pytest.mark.parametrize("encoding", ["", "gzip"])
def test_body_over_its_limit_continues_when_the_limit_is_raised(encoding: str) -> None:
    content = bytes(SMALL_BODY * 3)
    sent = gzip.compress(content) if encoding else content
    body = BodyReader(encoding, SMALL_BODY)
    for start in range(0, len(sent), 100):
        body.add(sent[start : start + 100])
        if body.is_over_limit:
            assert len(body.content) <= SMALL_BODY + 100
            body.raise_limit(LARGEST_BODY)
    body.finish()
    assert body.content == content


def test_compressed_body_expands_no_further_than_its_limit() -> None:
    body = BodyReader("gzip", SMALL_BODY)
    body.add(gzip.compress(bytes(10 * LARGEST_BODY)))
    assert (body.is_over_limit, len(body.content)) == (True, SMALL_BODY + 1)
    with pytest.raises(InvalidContentError, match="is larger than 8 MiB"):
        body.raise_limit(LARGEST_BODY)


Read = Callable[[Node], Any]

DOCUMENT = {"a": [{"b": "x"}, {"b": 5}], "c": {"d": None}}


def record(node: Node) -> list[object]:
    """The values of an object with the keys `x` and `y`."""
    return [member.value for member in node.record("x", "y")]


def positive(node: Node) -> int:
    """A number up to nine."""
    return node.number(9)


def color(node: Node) -> int:
    """The number of a color."""
    return node.word({"red": 1, "blue": 2})


@pytest.mark.parametrize(
    ("read", "value", "result"),
    [
        (record, {"y": 2, "x": 1}, [1, 2]),
        (Node.text, "a", "a"),
        (Node.text, "", ""),
        (Node.texts, ["a", ""], ("a", "")),
        (Node.texts, [], ()),
        (color, "blue", 2),
        (positive, 1, 1),
        (positive, 9, 9),
        (lambda node: node.optional(Node.text), "a", "a"),
        (lambda node: node.optional(Node.text), None, None),
    ],
)
def test_expected_shape_is_read(read: Read, value: object, result: object) -> None:
    assert read(Node(value, "p")) == result


@pytest.mark.parametrize(
    ("read", "value", "message"),
    [
        (record, {"x": 1}, "`p` has no `y`"),
        (record, {"x": 1, "y": 2, "z": 3}, "`p.z` is not known"),
        (record, [], "`p` is no object"),
        (Node.members, "a", "`p` is no object"),
        (Node.elements, {}, "`p` is no list"),
        (Node.text, 5, "`p` is no string"),
        (Node.text, None, "`p` is no string"),
        (Node.texts, "a", "`p` is no list"),
        (Node.texts, ["a", 5], "`p[1]` is no string"),
        (color, "green", "`p` is none of red, blue"),
        (color, None, "`p` is no string"),
        (positive, 0, "`p` is no whole number from 1 to 9"),
        (positive, 10, "`p` is no whole number from 1 to 9"),
        (positive, True, "`p` is no whole number from 1 to 9"),
        (positive, 5.0, "`p` is no whole number from 1 to 9"),
        (positive, "5", "`p` is no whole number from 1 to 9"),
        (lambda node: node.optional(Node.text), 5, "`p` is no string"),
    ],
)
def test_other_shapes_are_refused(read: Read, value: object, message: str) -> None:
    with pytest.raises(ShapeError) as raised:
        read(Node(value, "p"))
    assert str(raised.value) == message


def test_error_has_the_path_of_the_value() -> None:
    members = Node(DOCUMENT, "").members()
    _, second = members["a"].elements()
    with pytest.raises(ShapeError) as raised:
        second.members()["b"].text()
    assert str(raised.value) == "`a[1].b` is no string"


def test_root_has_no_path() -> None:
    with pytest.raises(ShapeError) as raised:
        Node(DOCUMENT, "").record("a")
    assert str(raised.value) == "`c` is not known"
    with pytest.raises(ShapeError) as raised:
        Node({}, "").record("a")
    assert str(raised.value) == "this has no `a`"


def test_end_of_a_long_path_is_shown() -> None:
    with pytest.raises(ShapeError) as raised:
        Node(5, "x" * 5000 + ".id").text()
    assert str(raised.value) == f"`...{'x' * 197}.id` is no string"
