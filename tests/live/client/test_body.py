"""A body: within its bound while it comes in."""

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booconf.live.client.body import Body
from booconf.live.json_decoder import InvalidContentError
from booconf.live.limits import LARGEST_BODY


def taken(*pieces: bytes, encoding: str = "") -> bytes:
    body = Body(encoding)
    for piece in pieces:
        body.take(piece)
    body.finish()
    return bytes(body.content)


@pytest.mark.parametrize("encoding", ["", "identity", "gzip", "X-GZIP", " gzip "])
@given(pieces=st.lists(st.binary(max_size=100), max_size=5))
def test_a_body_comes_out_as_it_was_sent(encoding: str, pieces: list[bytes]) -> None:
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
def test_one_byte_more_is_too_much_and_nothing_is_kept(pieces: list[int], encoding: str) -> None:
    body = Body(encoding)
    contents = [bytes(size) for size in pieces]
    if encoding:
        contents = [gzip.compress(b"".join(contents))]
    for content in contents[:-1]:
        body.take(content)
    with pytest.raises(InvalidContentError, match="is larger than 8 MiB"):
        body.take(contents[-1])
    assert not body.content


def test_compressed_bytes_that_become_nothing_are_counted_too() -> None:
    """Empty blocks of deflate: a stream without an end and without content."""
    compress = zlib.compressobj(wbits=31)
    start = compress.compress(b"") + compress.flush(zlib.Z_FULL_FLUSH)
    nothing = compress.flush(zlib.Z_FULL_FLUSH) or b"\x00\x00\x00\xff\xff"
    pieces = [start] + [nothing * 10_000] * (LARGEST_BODY // (10_000 * len(nothing)) + 1)
    with pytest.raises(InvalidContentError, match="is larger than 8 MiB"):
        taken(*pieces, encoding="gzip")
