"""Strings of opencode's files, in which opencode replaces `{env:NAME}` and `{file:PATH}` before it parses.

Fleet text must come through as text, so every `{` of it is written as an escape that only the JSON parser
undoes (opencode 1.18.33, docs: config, variables). References are made here and nowhere else.
"""

import re

from booconf.targets.json_text import Json, json_string, json_text

_FROM_ENVIRONMENT = re.compile(r"\$\{env:([A-Za-z_][A-Za-z0-9_]*)\}")


class WrittenJson(str):
    """JSON that is already written, as it is to stand in the file."""

    __slots__ = ()


def opencode_text(value: Json) -> str:
    """A whole file of opencode for `value`, in which a string is text and a WrittenJson stands as it is."""
    return json_text(value, opencode_string)


def opencode_string(text: str) -> str:
    """The literal of `text` that opencode reads back as exactly this text."""
    if isinstance(text, WrittenJson):
        return text
    literal = json_string(text)
    return literal.replace("{", "\\u007b") if "{" in literal else literal


def environment_string(name: str) -> WrittenJson:
    """The literal that opencode replaces by the value of the environment variable `name`, or by nothing."""
    return WrittenJson(f'"{{env:{name}}}"')


def header_string(declared: str) -> str:
    """A declared header text, its `${env:NAME}` as opencode's own reference."""
    if not _FROM_ENVIRONMENT.search(declared):
        return declared
    pieces = _FROM_ENVIRONMENT.split(declared)
    texts = [opencode_string(text)[1:-1] for text in pieces[::2]]
    references = [f"{{env:{name}}}" for name in pieces[1::2]]
    return WrittenJson(f'"{texts[0]}{"".join(map(str.__add__, references, texts[1:]))}"')
