"""Plain scalars of YAML 1.2 core: null, booleans, integers, floats, and strings for the rest."""

import re
from collections.abc import Callable
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


class NumberError(Enum):
    """The reason why a plain scalar that is a number is not read."""

    LEADING_ZERO = "a leading zero: YAML versions disagree on what it means"
    TOO_LONG = "more characters than any number in fleet.yaml needs"


_INTEGER = r"[-+]?[0-9]+"
_FLOAT = r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
_NUMBERS: tuple[tuple[re.Pattern[str], Callable[[str], object]], ...] = (
    (re.compile(r"(?=[-+]?0[0-9])" + _FLOAT), lambda _: NumberError.LEADING_ZERO),
    (re.compile(_INTEGER), int),
    (re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+"), lambda text: int(text, 0)),
    (re.compile(_FLOAT), float),
)
"""The forms of numbers and their readers; the first that matches is used."""


def resolve(text: str) -> object:
    """The value of a plain scalar, or a NumberError."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in "+-.0123456789":
        return text
    for pattern, read in _NUMBERS:
        if pattern.fullmatch(text):
            return read(text) if len(text) <= LONGEST_NUMBER else NumberError.TOO_LONG
    return text


class PlainScalars(dict[str, object]):
    """Plain scalars by their text; each text is resolved once."""

    def __missing__(self, text: str) -> object:
        value = self[text] = resolve(text)
        return value
