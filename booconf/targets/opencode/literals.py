"""String literals of opencode's files, where opencode replaces `{env:NAME}` and `{file:PATH}` before parsing.

Every `{` of fleet text is written as an escape that only the JSON parser decodes, so fleet text stays text
(opencode 1.18.33, docs: config, variables). References are written here only.
"""

import re

from booconf.json_text import WrittenJson, json_string

_FROM_ENVIRONMENT = re.compile(r"\$\\u007benv:([A-Za-z_][A-Za-z0-9_]*)\}")
"""A `${env:NAME}` of fleet text, as opencode_string writes it."""


def opencode_string(text: str) -> str:
    """The literal that opencode reads as exactly `text`."""
    literal = json_string(text)
    return literal.replace("{", "\\u007b") if "{" in literal else literal


def environment_string(name: str) -> WrittenJson:
    """The literal that opencode replaces by the value of the environment variable `name`, or by nothing."""
    return WrittenJson(f'"{{env:{name}}}"')


def file_string(path: str) -> WrittenJson:
    """The literal that opencode replaces by the trimmed content of the file at `path`.

    opencode reads the path as it stands, without escapes; BC215 refuses those that would need one.
    """
    return WrittenJson(f'"{{file:{path}}}"')


def header_string(declared: str) -> WrittenJson:
    """The literal of a declared header, in which each `${env:NAME}` is a reference of opencode."""
    return WrittenJson(_FROM_ENVIRONMENT.sub(r"{env:\1}", opencode_string(declared)))
