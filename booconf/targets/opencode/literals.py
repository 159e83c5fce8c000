"""Strings of opencode's files, in which opencode replaces `{env:NAME}` and `{file:PATH}` before it parses.

Fleet text must come through as text, so every `{` of it is written as an escape that only the JSON parser
undoes (opencode 1.18.33, docs: config, variables). References are made here and nowhere else.
"""

import re

from booconf.json_text import Json, json_string, json_text

_FROM_ENVIRONMENT = re.compile(r"\$\\u007benv:([A-Za-z_][A-Za-z0-9_]*)\}")
"""A `${env:NAME}` of fleet text, as opencode_string writes it."""


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


def header_string(declared: str) -> WrittenJson:
    """The literal of a declared header text, in which each `${env:NAME}` is opencode's own reference."""
    return WrittenJson(_FROM_ENVIRONMENT.sub(r"{env:\1}", opencode_string(declared)))
