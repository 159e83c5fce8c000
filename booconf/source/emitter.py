"""Write data as YAML on one line, in the forms that every YAML reader understands the same way."""

import re

from booconf.escaping import escaped
from booconf.source.scalars import resolve

_PLAIN = re.compile(r"[A-Za-z0-9_./](?:[A-Za-z0-9_./+*@()=~-]| (?! ))*(?<! )")
_NUMBER_LIKE = re.compile(r"(?=.*[.0-9])[-+.0-9_]*(?:[eExXoObB][-+.0-9a-fA-F_]*)?")
"""Texts that YAML 1.1 or 1.2 may read as a number, a date or the end of a document, and some more."""

_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
"""Texts that YAML 1.1 or 1.2 reads as a boolean or null, in lower case."""

_LARGEST_BYTE, _LARGEST_OF_TWO_BYTES = 0xFF, 0xFFFF


def yaml_scalar(text: str) -> str:
    """`text` as a YAML scalar, a key or value in block or flow style: plain where every reader agrees.

    Otherwise in double quotes on one line, hidden characters as escapes. YAML cannot represent half of a
    surrogate pair: readers reject the result.
    """
    if (
        _PLAIN.fullmatch(text)
        and text.lower() not in _WORDS
        and not _NUMBER_LIKE.fullmatch(text)
        and isinstance(resolve(text), str)
    ):
        return text
    return f'"{"".join(map(_quoted, text))}"'


def flow_text(value: object) -> str:
    """Plain data (as in a Document) in flow style on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(flow_entry(str(key), inner) for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow_text, value)) + "]"
    if isinstance(value, str):
        return yaml_scalar(value)
    return "null" if value is None else str(value).lower()  # a boolean, or a number


def flow_entry(key: str, value: object) -> str:
    """An entry of a mapping, in flow style on one line."""
    return f"{yaml_scalar(key)}: {flow_text(value)}"


def _quoted(character: str) -> str:
    """A character of a double-quoted scalar."""
    if character in '"\\':
        return "\\" + character
    if escaped(character) == character:
        return character
    number = ord(character)
    if number <= _LARGEST_BYTE:
        return f"\\x{number:02X}"
    return f"\\u{number:04X}" if number <= _LARGEST_OF_TWO_BYTES else f"\\U{number:08X}"
