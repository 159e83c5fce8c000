"""Values, string literals, and a type that distinguishes generated source from fleet text.

The emitters of the languages take values and return GeneratedCode.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


class GeneratedCode(str):
    """Source text of the generated language; templates reject any other string."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Record:
    """A value with named fields; `type` is the name of its class in the generated module."""

    type: str
    fields: Mapping[str, "Value"]


Value = None | bool | int | float | str | Record | Sequence["Value"] | Mapping[str, "Value"]
"""The values that literal emitters write; the keys of a mapping are fleet text."""

_NARROW = (
    range(0x0020, 0x007F),  # ASCII
    range(0x00A1, 0x00A9), range(0x00AA, 0x00AD), range(0x00AF, 0x0250),  # Latin, no emoji, no soft hyphen
    range(0x0388, 0x038B), range(0x038E, 0x03A2), range(0x03A3, 0x03CF),  # Greek
    range(0x0400, 0x0483), range(0x048A, 0x0500),  # Cyrillic
    range(0x1E00, 0x1F00),  # Latin with more accents
    range(0x2010, 0x2016), range(0x2018, 0x201F), range(0x2020, 0x2023), range(0x2026, 0x2027),  # punctuation
    range(0x20AC, 0x20AD),  # the euro sign
)  # fmt: skip
_WIDE = (
    range(0x3001, 0x3003), range(0x300C, 0x3010),  # punctuation
    range(0x3041, 0x3097), range(0x30A1, 0x30FD),  # kana
    range(0x4E00, 0xA000), range(0xAC00, 0xD7A4),  # CJK ideographs, hangul
)  # fmt: skip
"""Characters that literals contain unescaped: one and two columns wide in every version of Unicode.

All others are escaped, so no character of a literal is invisible, joins others, or changes the direction of
text.
"""

_PLAIN = re.compile(r"[ !#-&(-;=-\[\]-~]*")


class Escapes(dict[int, str]):
    """The text of each character in a string literal but its quotes; filled on demand."""

    def __init__(self, escape: Callable[[int], str], always: str = "") -> None:
        """`escape` writes a code point that is not readable or is in `always`."""
        super().__init__(
            {ord("\\"): "\\\\", **{ord(character): escape(ord(character)) for character in always}}
        )
        self._escape = escape

    def __missing__(self, code: int) -> str:
        readable = any(code in characters for characters in (*_NARROW, *_WIDE))
        self[code] = chr(code) if readable else self._escape(code)
        return self[code]


def quoted(text: str, escapes: Escapes) -> GeneratedCode:
    """A string literal in double quotes, or in single quotes if that needs fewer backslashes."""
    if _PLAIN.fullmatch(text):
        return GeneratedCode(f'"{text}"')
    quote = "'" if text.count('"') > text.count("'") else '"'
    return GeneratedCode(quote + text.translate(escapes).replace(quote, "\\" + quote) + quote)


def width(source: str) -> int:
    """The width of one line of source in columns, as formatters count them."""
    if source.isascii():
        return len(source)
    return len(source) + sum(any(ord(character) in wide for wide in _WIDE) for character in source)
