"""Escapes and bounds for text that booconf did not write, shared by messages, terminals and artifacts."""

import re
from functools import cache
from unicodedata import category, east_asian_width

HIDDEN = re.compile(
    "["
    "\u0000-\u001f\u007f-\u00a0\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890-\u0891\u08e2\u115f-\u1160"
    "\u1680\u17b4-\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ud800-\uf8ff"
    "\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffc\ufffe-\uffff\U000110bd\U000110cd"
    "\U00013430-\U0001345f\U00016fe4\U0001bca0-\U0001bcaf\U0001d159\U0001d173-\U0001d17a"
    "\U00040000-\U0010ffff"
    "]"
)
"""Characters that show nothing of themselves or change how others are shown, but for the space.

Unicode categories Cc, Cf, Cs, Co, Zl, Zp and Zs, the property Default_Ignorable_Code_Point (variation
selectors, fillers), noncharacters, blank symbols, and all planes after the ideographs. Written out, so that
the result does not depend on the Unicode version of Python; a test compares the two.
"""

LONGEST_QUOTE = 80
"""Terminal cells of a quotation in a message."""

ELLIPSIS = "…"

_SHORT = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}


def escaped(text: str) -> str:
    r"""`text` on one line, each hidden character as `\n`, `\r`, `\t` or `\u{1b}`."""
    return text if text.isascii() and text.isprintable() else HIDDEN.sub(_escape, text)


def escaped_lines(text: str) -> list[str]:
    """The lines of `text`, each escaped."""
    return [escaped(line) for line in text.split("\n")]


def cell_width(text: str) -> int:
    """Terminal cells of escaped text: two for wide characters, none for combining ones."""
    if text.isascii():
        return len(text)
    return sum(
        0 if category(character) in {"Mn", "Me"} else 2 if east_asian_width(character) in "WF" else 1
        for character in text
    )


def truncate(text: str, longest: int = LONGEST_QUOTE) -> str:
    """`text` escaped, and cut where it is wider than `longest` cells, never within an escape."""
    if text.isascii() and text.isprintable():
        return text if len(text) <= longest else text[:longest] + ELLIPSIS
    pieces: list[str] = []
    left = longest
    for character in text[: longest + 1]:
        piece, cells = _visible(character)
        left -= cells
        if left < 0:
            return "".join(pieces) + ELLIPSIS
        pieces.append(piece)
    return "".join(pieces)


def quote(text: str, longest: int = LONGEST_QUOTE) -> str:
    """`text` as a message quotes it: in backticks, escaped, at most `longest` cells wide."""
    return f"`{truncate(text, longest)}`"


@cache
def _visible(character: str) -> tuple[str, int]:
    """A character escaped, and its cells: at least one, so that combining marks are counted."""
    piece = escaped(character)
    return piece, max(1, cell_width(piece))


def _escape(match: re.Match[str]) -> str:
    character = match.group()
    return _SHORT.get(character) or f"\\u{{{ord(character):x}}}"
