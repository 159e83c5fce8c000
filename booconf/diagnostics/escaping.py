"""Text from outside, made safe and visible: nothing in it can steer a terminal or hide in a report."""

import re

_HIDDEN = re.compile(
    "["
    "\u0000-\u001f\u007f-\u00a0\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890-\u0891\u08e2\u115f-\u1160"
    "\u1680\u17b4-\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\u3164\ud800-\udfff\ufeff"
    "\uffa0\ufff0-\ufffb\ufffe-\uffff\U000110bd\U000110cd\U00013430-\U0001345f\U0001bca0-\U0001bcaf"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    "]"
)
"""Unicode categories Cc, Cf, Cs, Zl, Zp, Zs but the space, and all else that shows nothing of itself.

Written out, so that the Unicode version of the Python at hand does not decide; a test compares the two.
"""

_SHORT = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}


def escaped(text: str) -> str:
    r"""`text` on one line, every control or hidden character as `\n`, `\r`, `\t` or `\u{1b}`."""
    return text if text.isascii() and text.isprintable() else _HIDDEN.sub(_escape, text)


def escaped_lines(text: str) -> list[str]:
    """The lines of a text that may have several, each escaped."""
    return [escaped(line) for line in text.split("\n")]


def _escape(match: re.Match[str]) -> str:
    character = match.group()
    return _SHORT.get(character) or f"\\u{{{ord(character):x}}}"
