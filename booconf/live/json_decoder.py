"""A text as JSON, if it is that and means one thing; how much memory it takes is told before it is read."""

import json
import re
from itertools import accumulate
from math import isinf
from sys import getsizeof
from typing import NoReturn

from booconf.live.limits import DEEPEST, MOST_VALUES


class InvalidContentError(Exception):
    """Content that cannot be used; its text is a clause without a subject, such as `is empty`."""


def text_of(content: bytes | bytearray) -> str:
    """Decode a body to text; raises InvalidContentError where it is certainly no JSON."""
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


def weight_of(text: str, most: int = MOST_VALUES) -> int:
    """How many bytes of memory `text` and what `parse` makes of it take at most, it itself included.

    Told from what stands outside strings, before anything is parsed. InvalidContentError when that is nested
    deep, and for more than `most` values, or backslashes: each takes its time.
    """
    too_many = InvalidContentError(f"holds more than {most} values")
    backslashes = text.count("\\")
    if backslashes > most:
        raise InvalidContentError(f"holds more than {most} backslashes")
    if text.count('"') - backslashes > _MOST_QUOTES * most:
        raise too_many
    structure = _STRING.sub("", text).encode().translate(None, _NO_STRUCTURE)
    brackets = structure.translate(_STEPS, b",:")
    values = structure.count(b",") + len(brackets) // 2 + 1
    if values > most:
        raise too_many
    if max(accumulate(memoryview(brackets).cast("b")), default=0) > DEEPEST:
        raise InvalidContentError(f"is nested deeper than {DEEPEST} levels")
    objects = values * _BYTES_OF_VALUE + structure.count(b":") * _BYTES_OF_KEY
    return _LEAST_BYTES + getsizeof(text) + objects + _weight_of_strings(text, backslashes)


def _weight_of_strings(text: str, backslashes: int) -> int:
    """What the characters of strings take at most, and another `text` where halves of pairs are replaced."""
    if _SURROGATE.search(text):
        return _growing(4, text) + getsizeof(text) + len(text) + backslashes * _BYTES_OF_ESCAPE
    escaped = 2 if "\\u" in text else 1
    return _growing(max(escaped, (getsizeof(text) - getsizeof("")) // len(text)), text)


def _growing(width: int, text: str) -> int:
    """What one string of all characters takes while it grows to so many bytes for each of them.

    It has room at its end, a quarter, and beside it stands what it was before it grew wider.
    """
    return (width if width == 1 else width + 1) * len(text) * 5 // 4


def parse(text: str) -> object:
    r"""Return the JSON document in `text`; raises InvalidContentError where it is invalid or ambiguous.

    Half a surrogate pair (`\ud800`) becomes U+FFFD: no UTF-8 file and no terminal could take it.
    """
    try:
        return _DECODER.decode(_ESCAPE.sub(_without_halves, text) if _SURROGATE.search(text) else text)
    except ValueError:  # JSONDecodeError, and an integer of more digits than Python reads
        raise InvalidContentError("is not JSON") from None


_FIRST = re.compile(rb"[ \t\r\n]*+(.)", re.DOTALL)

_STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?+', re.DOTALL)
"""A string, or what is left of one at the end; it never looks at a character twice."""

_NO_STRUCTURE = bytes(byte for byte in range(256) if byte not in b"[]{},:")
_STEPS = bytes.maketrans(b"[{]}", b"\x01\x01\xff\xff")
"""One level down, or up: 255 is -1 in a signed byte."""

_MOST_QUOTES = 4
"""Of one value: two around it and two around its key, those that a backslash stands before not counted."""

_LEAST_BYTES = 2048
_BYTES_OF_VALUE = 88
_BYTES_OF_KEY = 200
_BYTES_OF_ESCAPE = 60
"""What these take in Python beside their text, measured: a value in its list or object; a key that is new,
while its object is made; an escape where halves of pairs are replaced."""

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
        raise InvalidContentError("holds one key twice in one object")
    return made


def _float(digits: str) -> float:
    number = float(digits)
    if isinf(number):
        raise InvalidContentError("holds a number out of range")
    return number


def _no_number(name: str) -> NoReturn:
    raise InvalidContentError(f"holds `{name}`, which is no JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_float=_float, parse_constant=_no_number)
