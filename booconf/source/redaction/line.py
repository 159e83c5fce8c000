"""Replacing parts of one line by asterisks, so that columns stay as they are."""

import re

from booconf.source.redaction.secrets import is_secret_name
from booconf.source.redaction.visible_keys import KNOWN_KEYS

LONGEST_LINE = 2000
"""A longer comment, or line of a file that does not parse, is hidden whole."""

_BLANKS = " \t"
_WORD = re.compile(r"""([\w.-]+)(?:["']?[ \t]*(:)(?=[ \t]|$))?""")
_ASSIGNMENT = re.compile(r"(?<![\w.-])([\w.-]++)[ \t]*=")
_SCHEME_OF_URL = re.compile(r"""(?i)[ \t]*["']?(?:https?:/*)?""")
_QUERY = re.compile("[?#]")
_CREDENTIALS = re.compile(r"(?i)\b(?:bearer|basic)[ \t]+(?=\S)")


def hidden(text: str) -> str:
    """Asterisks for all of `text` but the blanks around it."""
    inner = text.strip(_BLANKS)
    start = text.find(inner)
    return text[:start] + "*" * len(inner) + text[start + len(inner) :]


def without_secrets(text: str) -> str:
    """Hide what `url_parts` names from the first URL of a line on, and what follows `token=` and the like."""
    for match in _ASSIGNMENT.finditer(text):
        if is_secret_name(match[1]):
            text = text[: match.end()] + hidden(text[match.end() :])
            break
    scheme = text.find("://")
    return hidden_parts(text, scheme + len("://")) if scheme >= 0 else text


def hidden_parts(text: str, start: int) -> str:
    """Hide what `url_parts` names in the text from `start` on."""
    for left, right in url_parts(text[start:]):
        text = text[: start + left] + hidden(text[start + left : start + right]) + text[start + right :]
    return text


def without_credentials(text: str) -> str:
    """Hide userinfo, and all that follows `Bearer` or `Basic`."""
    text = without_secrets(text)
    match = _CREDENTIALS.search(text)
    return text[: match.end()] + hidden(text[match.end() :]) if match else text


def comment(text: str) -> str:
    """Hide what follows a name of secrets in a comment, or any `key: ` whose value may not be shown."""
    if len(text) > LONGEST_LINE:
        return hidden(text)
    for match in _WORD.finditer(text):
        name, end = match[1], match.end()
        if is_secret_name(name) or (match[2] and name not in KNOWN_KEYS):
            return without_credentials(text[:end]) + hidden(text[end:])
    return without_credentials(text)


def url_parts(text: str) -> list[tuple[int, int]]:
    """Where, in the source text of a URL, userinfo stands, and query with fragment; in doubt, all of it."""
    if "\\" in text:
        return [(0, len(text))]
    scheme = _SCHEME_OF_URL.match(text)
    start, at = scheme.end() if scheme else 0, text.rfind("@")
    if _QUERY.search(text, 0, max(at, 0)):
        return [(start, len(text))]
    parts = [(start, at)] if at >= 0 else []
    query = _QUERY.search(text, at + 1)
    return [*parts, (query.end(), len(text))] if query else parts
