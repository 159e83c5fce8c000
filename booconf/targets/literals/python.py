"""Python literals, formatted as `ruff format` does (default options: 88 columns, four spaces)."""

from collections.abc import Mapping, Sequence

from booconf.targets.literals import Escapes, GeneratedCode, Record, Value, quoted, width

LINE_WIDTH = 88


def string(text: str) -> GeneratedCode:
    """A string literal."""
    return quoted(text, _ESCAPES)


def regular_expression(pattern: str) -> GeneratedCode:
    """A raw literal for `pattern`, which contains no double quote."""
    return GeneratedCode(f'r"{pattern}"')


def constant(head: str, value: Value) -> GeneratedCode:
    """The statement `head = value`, where `head` is source."""
    before = width(f"{head} = ")
    literal = _literal(value, "", before, "")
    scalar = value is None or isinstance(value, str | int | float)
    if scalar and before + width(literal) > LINE_WIDTH >= 4 + width(literal):
        return GeneratedCode(f"{head} = (\n    {literal}\n)")
    return GeneratedCode(f"{head} = {literal}")


def union(name: str, members: Sequence[str]) -> GeneratedCode:
    """The declaration of a type that is one of `members`, one per line if they exceed a line."""
    literals = [string(member) for member in members]
    line = f"{name} = Literal[{', '.join(literals)}]"
    if width(line) <= LINE_WIDTH:
        return GeneratedCode(line)
    if len(literals) == 1:
        return GeneratedCode(f"{name} = Literal[\n    {literals[0]}\n]")
    return GeneratedCode(f"{name} = Literal[\n" + "".join(f"    {literal},\n" for literal in literals) + "]")


def _literal(value: Value, indent: str, before: int, after: str) -> str:
    if isinstance(value, str):
        return string(value)
    if isinstance(value, int | float) or value is None:
        return repr(value).replace("e+", "e")
    if isinstance(value, Record):
        return _call(value, indent)
    if isinstance(value, Mapping):
        return _mapping(value, indent)
    return _tuple(value, indent, before, after)


def _call(record: Record, indent: str) -> str:
    """A call with keywords, one per line; `ruff format` never breaks between a keyword and its value."""
    inner = indent + "    "
    lines = [
        f"{inner}{name}={_literal(member, inner, len(inner) + len(name) + 1, ',')},\n"
        for name, member in record.fields.items()
    ]
    return f"{record.type}(\n{''.join(lines)}{indent})"


def _mapping(members: Mapping[str, Value], indent: str) -> str:
    """A read-only mapping of the class that routing.py declares, one member per line."""
    if not members:
        return "ReadOnlyDict()"
    outer, inner = indent + "    ", indent + "        "
    lines = []
    for key, member in members.items():
        head = f"{inner}{string(key)}: "
        lines.append(f"{head}{_literal(member, inner, width(head), ',')},\n")
    return f"ReadOnlyDict(\n{outer}{{\n{''.join(lines)}{outer}}}\n{indent})"


def _tuple(elements: Sequence[Value], indent: str, before: int, after: str) -> str:
    inner = indent + "    "
    literals = [_literal(element, inner, len(inner), ",") for element in elements]
    line = f"({literals[0]},)" if len(literals) == 1 else f"({', '.join(literals)})"
    if "\n" not in line and before + width(line) + len(after) <= LINE_WIDTH:
        return line
    return "(\n" + "".join(f"{inner}{literal},\n" for literal in literals) + indent + ")"


def _escape(code: int) -> str:
    digits = f"{code:02x}"
    if len(digits) == len("00"):
        return f"\\x{digits}"
    return f"\\u{code:04x}" if len(digits) <= len("0000") else f"\\U{code:08x}"


_ESCAPES = Escapes(_escape)
