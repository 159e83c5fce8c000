"""What generated source is made of: values to write, string literals, and a type that tells it from fleet text."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


class SourceText(str):
    """Text that is already source of the generated language; templates refuse any other string."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Record:
    """A value whose fields have names of our own; `type` is what the generated module calls such a value."""

    type: str
    fields: Mapping[str, "Value"]


Value = None | bool | int | str | Record | Sequence["Value"] | Mapping[str, "str | None"]
"""What literal emitters write; the keys of a mapping are fleet text."""

_NARROW = (
    r"\u0020-\u007e\u00a1-\u00a8\u00aa-\u00ac\u00af-\u024f\u0386\u0388-\u038a\u038c\u038e-\u03a1\u03a3-\u03ce"
    r"\u0400-\u0482\u048a-\u04ff\u1e00-\u1eff\u2010-\u2015\u2018-\u201e\u2020-\u2022\u2026\u20ac"
)
_WIDE = r"\u3001\u3002\u300c-\u300f\u3041-\u3096\u30a1-\u30fc\u4e00-\u9fff\uac00-\ud7a3"
READABLE = _NARROW + _WIDE
"""Characters that literals hold as they are: of one width for every formatter and every Unicode version.

The body of a character class. Anything else is escaped, so nothing hides, joins or turns the line around.
"""
LAST_OF_TWO_DIGITS = 0xFF
LAST_OF_FOUR_DIGITS = 0xFFFF
"""The last code points that escapes with two and four hexadecimal digits can write."""

_WIDE_CHARACTER = re.compile(f"[{_WIDE}]")


def width(source: str) -> int:
    """The columns one line of source takes, as formatters count them."""
    return len(source) if source.isascii() else len(source) + len(_WIDE_CHARACTER.findall(source))


def quoted(text: str, escaped: re.Pattern[str], escape: Callable[[re.Match[str]], str]) -> SourceText:
    """A string literal in double quotes, or in single ones where that saves backslashes.

    `escape` writes every match of `escaped` that is neither a quote nor a backslash.
    """
    if not escaped.search(text):
        return SourceText(f'"{text}"')
    quote = "'" if text.count('"') > text.count("'") else '"'

    def replace(match: re.Match[str]) -> str:
        character = match.group()
        if character in ("\\", quote):
            return "\\" + character
        return character if character in "\"'" else escape(match)

    return SourceText(quote + escaped.sub(replace, text) + quote)
