"""Plain scalars as YAML 1.2 core reads them: null, booleans, integers, floats, and strings for all the rest."""

import re
from enum import Enum

LONGEST_NUMBER = 40
"""The most characters a number may have; the longest that fleet.yaml needs has 16."""

MERGE_KEY = "<<"

_CONSTANTS: dict[str, bool | float | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
_INTEGER = re.compile(r"[-+]?[0-9]+")
_OTHER_BASE = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_LEADING_ZERO = re.compile(r"[-+]?0[0-9]")


class Refused(Enum):
    """Why a plain scalar that is a number is not read."""

    LEADING_ZERO = "a leading zero: YAML versions disagree on what it means"
    TOO_LONG = "more characters than any number in fleet.yaml needs"


def resolve(text: str) -> object:
    """The value of a plain scalar, or a `Refused`."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in "+-.0123456789":
        return text
    if _OTHER_BASE.fullmatch(text):
        return int(text, 0) if len(text) <= LONGEST_NUMBER else Refused.TOO_LONG
    if not _FLOAT.fullmatch(text):
        return text
    if _LEADING_ZERO.match(text):
        return Refused.LEADING_ZERO
    if len(text) > LONGEST_NUMBER:
        return Refused.TOO_LONG
    return int(text) if _INTEGER.fullmatch(text) else float(text)


class PlainScalars(dict[str, object]):
    """Plain scalars by their text; each text is resolved once."""

    def __missing__(self, text: str) -> object:
        value = self[text] = resolve(text)
        return value
