"""TypeScript literals, formatted as prettier does (3.x, default options: 80 columns, two spaces)."""

import re
from collections.abc import Iterator, Mapping, Sequence

from booconf.targets.literals import Escapes, GeneratedCode, Record, Value, quoted, width

LINE_WIDTH = 80
_SHORT_KEY = 5
"""Columns; prettier keeps a string on the line of a narrower key, even if the line is too long."""

_IDENTIFIER = re.compile(r"(?!__proto__$)[A-Za-z_$][A-Za-z0-9_$]*")
_CONSTANTS = {None: "null", True: "true", False: "false"}


def string(text: str) -> GeneratedCode:
    """A string literal; `<` is escaped, so that an HTML page may include the module."""
    return quoted(text, _ESCAPES)


def regular_expression(pattern: str) -> GeneratedCode:
    """A literal for `pattern`, a regular expression common to Python and JavaScript, with the `u` flag."""
    return GeneratedCode("/" + re.sub(r"(\\.)|/", lambda match: match[1] or r"\/", pattern) + "/u")


def constant(head: str, value: Value, tail: str = "") -> GeneratedCode:
    """The statement `head = value tail;`, where `head` and `tail` are source."""
    return GeneratedCode(f"{head} ={_after_operator(value, '', width(head) + 2, tail + ';')}{tail};")


def union(name: str, members: Sequence[str]) -> GeneratedCode:
    """The declaration of an exported type that is one of `members`, on one, two or more lines."""
    literals = [string(member) for member in members]
    head, line = f"export type {name} =", f" {' | '.join(literals)};"
    if width(head + line) <= LINE_WIDTH:
        return GeneratedCode(head + line)
    if width(line) < LINE_WIDTH:
        return GeneratedCode(f"{head}\n {line}")
    return GeneratedCode(f"{head}\n  | " + "\n  | ".join(literals) + ";")


def _after_operator(value: Value, indent: str, before: int, after: str, *, short_key: bool = False) -> str:
    """`value` after an operator ending at column `before`; a scalar too long for its line starts the next."""
    if value is None or isinstance(value, str | int | float):
        literal = _scalar(value)
        if short_key or before + 1 + width(literal) + len(after) <= LINE_WIDTH:
            return f" {literal}"
        return f"\n{indent}  {literal}"
    return " " + _literal(value, indent, before + 1, after)


def _literal(value: Value, indent: str, before: int, after: str) -> str:
    if value is None or isinstance(value, str | int | float):
        return _scalar(value)
    if isinstance(value, Record):
        return _object(value.fields, indent)
    if isinstance(value, Mapping):
        return _object({_key(key): member for key, member in value.items()}, indent)
    return _array(value, indent, before, after)


def _scalar(value: float | str | None) -> str:
    if isinstance(value, str):
        return string(value)
    if value is None or isinstance(value, bool):
        return _CONSTANTS[value]
    digits, _, exponent = repr(value).partition("e")
    return f"{digits}e{int(exponent)}" if exponent else digits.removesuffix(".0")


def _object(members: Mapping[str, Value], indent: str) -> str:
    """An object, one member per line; the keys are source."""
    if not members:
        return "{}"
    inner = indent + "  "
    lines = []
    for key, member in members.items():
        columns = len(inner) + width(key) + 1
        short_key = width(key) < _SHORT_KEY
        lines.append(f"{inner}{key}:{_after_operator(member, inner, columns, ',', short_key=short_key)},\n")
    return "{\n" + "".join(lines) + indent + "}"


def _key(text: str) -> str:
    """Fleet text as a key, quoted only if needed, and computed if `__proto__:` would set a prototype."""
    if _IDENTIFIER.fullmatch(text):
        return text
    return f"[{string(text)}]" if text == "__proto__" or not text.isascii() else string(text)


def _array(elements: Sequence[Value], indent: str, before: int, after: str) -> str:
    inner = indent + "  "
    literals = [_literal(element, inner, len(inner), ",") for element in elements]
    line = f"[{', '.join(literals)}]"
    if "\n" not in line and before + width(line) + len(after) <= LINE_WIDTH:
        return line
    lines = _filled(literals, inner) if _are_numbers(elements) else (inner + literal for literal in literals)
    return "[\n" + "".join(f"{line},\n" for line in lines) + indent + "]"


def _are_numbers(elements: Sequence[Value]) -> bool:
    """True for elements of which prettier writes as many on a line as fit."""
    return len(elements) > 1 and all(type(element) in (int, float) for element in elements)


def _filled(literals: Sequence[str], indent: str) -> Iterator[str]:
    """Lines of as many `literals` as fit, without the last comma of each."""
    line = indent + literals[0]
    for literal in literals[1:]:
        if len(line) + len(f", {literal},") > LINE_WIDTH:
            yield line
            line = indent + literal
        else:
            line += f", {literal}"
    yield line


def _escape(code: int) -> str:
    digits = f"{code:04x}"
    return f"\\u{digits}" if len(digits) == len("0000") else f"\\u{{{digits}}}"


_ESCAPES = Escapes(_escape, always="<")
