"""Decode a body or file: bytes to JSON that has one meaning, and JSON to values of a known shape."""

import json
import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isinf
from typing import NoReturn, TypeVar

from booconf.live.limits import LARGEST_BODY, MOST_VALUES

Result = TypeVar("Result")

ENCODINGS = "gzip"
"""The value of `Accept-Encoding`: the compressions that BodyReader supports."""

NESTED_TOO_DEEPLY = "is nested too deeply"
"""The defect of a document with more levels than Python can process."""


class InvalidContentError(Exception):
    """Content that cannot be used; the text is a clause without a subject, such as `is empty`."""


class BodyReader:
    """A body that arrives in pieces: at most LARGEST_BODY bytes, both before and after decompression.

    `limit` is in bytes after decompression. A reader over its limit decompresses no more until it is raised.
    """

    def __init__(self, encoding: str, limit: int = LARGEST_BODY) -> None:
        """Take the value of `Content-Encoding`; raises InvalidContentError for one that was not accepted."""
        self.content = bytearray()
        self._limit = limit
        self._received = 0
        match encoding.strip().lower():
            case "" | "identity":
                self._inflate = None
            case "gzip" | "x-gzip":
                self._inflate = zlib.decompressobj(zlib.MAX_WBITS | _GZIP)
            case _:
                raise InvalidContentError("has a compression that was not accepted")

    @property
    def is_over_limit(self) -> bool:
        """True if the content is larger than the limit."""
        return len(self.content) > self._limit

    def raise_limit(self, limit: int) -> None:
        """Continue with a larger limit."""
        self._limit = limit
        if self._inflate is not None and not self._inflate.eof:
            self._decompress(self._inflate, b"")

    def add(self, piece: bytes) -> None:
        """Add the next piece; raises InvalidContentError if it is too large or cannot be decompressed."""
        self._received += len(piece)
        if self._inflate is None:
            self.content += piece
        elif self._inflate.eof:
            raise InvalidContentError("is badly compressed")
        else:
            self._decompress(self._inflate, piece)
        self._check_size()

    def finish(self) -> None:
        """End the body; raises InvalidContentError if compressed data is missing or left over."""
        if self._inflate is not None and self._received:
            if not self._inflate.eof:
                raise InvalidContentError("ends too early")
            if self._inflate.unused_data:
                raise InvalidContentError("is badly compressed")

    def _decompress(self, inflate: "zlib._Decompress", piece: bytes) -> None:
        most = self._limit + 1 - len(self.content)
        try:
            self.content += inflate.decompress(inflate.unconsumed_tail + piece, most)
        except zlib.error:
            raise InvalidContentError("is badly compressed") from None
        self._check_size()

    def _check_size(self) -> None:
        if max(self._received, len(self.content)) > LARGEST_BODY:
            self.content.clear()
            raise InvalidContentError(f"is larger than {LARGEST_BODY >> 20} MiB")


_GZIP = 16
"""Added to the window bits: a gzip header precedes the data (zlib manual, inflateInit2)."""


def decode_json(content: bytes | bytearray, most_values: int = MOST_VALUES) -> object:
    r"""Return the JSON document in `content`; raises InvalidContentError if it is invalid or ambiguous.

    `most_values` limits the commas and opening brackets. Half a surrogate pair (`\ud800`) becomes U+FFFD: no
    UTF-8 file and no terminal accepts it.
    """
    text = _text_of(content)
    if text.count(",") + text.count("[") + text.count("{") > most_values:
        raise InvalidContentError(f"contains more than {most_values} values")
    try:
        return _DECODER.decode(_ESCAPE.sub(_without_halves, text) if _SURROGATE.search(text) else text)
    except ValueError:  # JSONDecodeError, and an integer of more digits than Python reads
        raise InvalidContentError("is not JSON") from None
    except RecursionError:
        raise InvalidContentError(NESTED_TOO_DEEPLY) from None


def _text_of(content: bytes | bytearray) -> str:
    if content.startswith(b"\xef\xbb\xbf"):
        raise InvalidContentError("starts with a byte order mark")
    first = _FIRST.match(content)
    if first is None:
        raise InvalidContentError("is empty")
    if first.group(1) == b"<":
        raise InvalidContentError("is HTML, not JSON")
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise InvalidContentError("is not UTF-8") from None


_FIRST = re.compile(rb"[ \t\r\n]*+(.)", re.DOTALL)

_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)


def _without_halves(escape: re.Match[str]) -> str:
    return r"\ufffd" if escape.group(1) else escape.group()


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise InvalidContentError("contains one key twice in one object")
    return made


def _float(digits: str) -> float:
    number = float(digits)
    if isinf(number):
        raise InvalidContentError("contains a number out of range")
    return number


def _no_number(name: str) -> NoReturn:
    raise InvalidContentError(f"contains `{name}`, which is no JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_float=_float, parse_constant=_no_number)


_LONGEST_PATH = 200
"""Code points of a path in a message; of a longer one the end is shown."""


class ShapeError(Exception):
    """A value has an unexpected shape; the message starts with its path, or with `this`."""


@dataclass(frozen=True, slots=True)
class Node:
    """A value and its path, such as `providers.one.models[3].id`. Every method raises ShapeError."""

    value: object
    path: str

    def error(self, defect: str) -> ShapeError:
        """Return the error for a defect of this value, a clause such as `is no string`."""
        path = self.path if len(self.path) <= _LONGEST_PATH else f"...{self.path[-_LONGEST_PATH:]}"
        return ShapeError(f"`{path}` {defect}" if path else f"this {defect}")

    def members(self) -> "dict[str, Node]":
        """Return the members of an object with any keys."""
        if not isinstance(self.value, dict):
            raise self.error("is no object")
        prefix = f"{self.path}." if self.path else ""
        return {key: Node(value, prefix + key) for key, value in self.value.items()}

    def record(self, *keys: str) -> "list[Node]":
        """Return the members of an object with exactly these keys, in the order of `keys`."""
        members = self.members()
        for key, member in members.items():
            if key not in keys:
                raise member.error("is not known")
        for key in keys:
            if key not in members:
                raise self.error(f"has no `{key}`")
        return [members[key] for key in keys]

    def elements(self) -> "list[Node]":
        """Return the elements of a list."""
        if not isinstance(self.value, list):
            raise self.error("is no list")
        return [Node(value, f"{self.path}[{index}]") for index, value in enumerate(self.value)]

    def text(self) -> str:
        """Return a string."""
        if not isinstance(self.value, str):
            raise self.error("is no string")
        return self.value

    def texts(self) -> tuple[str, ...]:
        """Return a list of strings."""
        return tuple(element.text() for element in self.elements())

    def word(self, words: Mapping[str, Result]) -> Result:
        """Return the value in `words` of a string that is one of its keys."""
        text = self.text()
        if text not in words:
            raise self.error(f"is none of {', '.join(words)}")
        return words[text]

    def number(self, largest: int) -> int:
        """Return a whole number from 1 to `largest`."""
        if type(self.value) is not int or not 0 < self.value <= largest:
            raise self.error(f"is no whole number from 1 to {largest}")
        return self.value

    def truth(self) -> bool:
        """Return true or false."""
        if not isinstance(self.value, bool):
            raise self.error("is neither true nor false")
        return self.value

    def optional(self, read: "Callable[[Node], Result]") -> Result | None:
        """Return the result of `read` for this value, or None for null."""
        return None if self.value is None else read(self)
