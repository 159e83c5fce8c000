"""JSON as every JSON artifact writes it: two spaces, a member a line, short lists of scalars on one line."""

import re
from collections.abc import Callable, Mapping, Sequence
from json.encoder import encode_basestring

from booconf.escaping import HIDDEN

Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]

LINE_WIDTH = 100
"""A list of scalars whose text is longer than this is written one element a line."""

_CONSTANTS = {None: "null", True: "true", False: "false"}


class WrittenJson(str):
    """JSON text that `json_text` inserts as it is."""

    __slots__ = ()


def json_string(text: str) -> str:
    """A string literal in readable Unicode, each hidden character as an escape."""
    literal = encode_basestring(text)
    return literal if literal.isascii() and "\x7f" not in literal else HIDDEN.sub(_escape, literal)


def json_text(value: Json, string: Callable[[str], str] = json_string) -> str:
    """A whole JSON file for `value`; every string, keys included, is written by `string`."""
    parts: list[str] = []
    _write(value, "\n", string, parts.append)
    parts.append("\n")
    return "".join(parts)


def _write(value: Json, newline: str, string: Callable[[str], str], write: Callable[[str], None]) -> None:
    if isinstance(value, str):
        write(value if isinstance(value, WrittenJson) else string(value))
    elif isinstance(value, bool) or value is None:
        write(_CONSTANTS[value])
    elif isinstance(value, int | float):
        write(repr(value))
    elif isinstance(value, Mapping):
        inner = newline + "  "
        separator = "{" + inner
        for key, member in value.items():
            write(f"{separator}{string(key)}: ")
            _write(member, inner, string, write)
            separator = "," + inner
        write(newline + "}" if value else "{}")
    else:
        _write_list(value, newline, string, write)


def _write_list(
    elements: Sequence[Json], newline: str, string: Callable[[str], str], write: Callable[[str], None]
) -> None:
    if not any(isinstance(element, Mapping | list | tuple) for element in elements):
        literals: list[str] = []
        for element in elements:
            _write(element, newline, string, literals.append)
        line = f"[{', '.join(literals)}]"
        if len(line) <= LINE_WIDTH:
            write(line)
            return
    inner = newline + "  "
    separator = "[" + inner
    for element in elements:
        write(separator)
        _write(element, inner, string, write)
        separator = "," + inner
    write(newline + "]")


def _escape(match: re.Match[str]) -> str:
    units = match.group().encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[index : index + 2].hex()}" for index in range(0, len(units), 2))
