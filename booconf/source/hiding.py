"""Replacing parts of one line by asterisks, so that columns stay as they are."""

import re

from booconf.source.confidential import KNOWN_KEYS, is_secret_name

LONGEST_LINE = 2000
"""A longer comment, or line of a file that does not parse, is hidden whole."""

_BLANKS = " \t"
_WORD = re.compile(r"""([\w.-]+)(?:["']?[ \t]*(:)(?=[ \t]|$))?""")
_SCHEME = re.compile(r"(?i)\b(?:bearer|basic)[ \t]+(?=\S)")


def hidden(text: str) -> str:
    """Asterisks for all of `text` but the blanks around it."""
    inner = text.strip(_BLANKS)
    start = text.find(inner)
    return text[:start] + "*" * len(inner) + text[start + len(inner) :]


def without_url_secrets(text: str) -> str:
    """Hide what stands between the first `://` and the last `@` after it, and a query after that."""
    address, scheme, rest = text.partition("://")
    userinfo, at, host = rest.rpartition("@")
    server, mark, query = host.partition("?")
    return address + scheme + "*" * len(userinfo) + at + server + mark + hidden(query)


def without_credentials(text: str) -> str:
    """Hide userinfo, and all that follows `Bearer` or `Basic`."""
    text = without_url_secrets(text)
    match = _SCHEME.search(text)
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
    """Where, in the source text of a URL, userinfo stands, and query with fragment."""
    parts = []
    at = text.rfind("@")
    if at >= 0:
        scheme = re.match(r"""[ \t]*["']?(?:https?:/*)?""", text, re.IGNORECASE)
        parts.append((scheme.end() if scheme else 0, at))
    tail = re.search(r"[?#]", text[at + 1 :])
    if tail:
        parts.append((at + 1 + tail.end(), len(text)))
    return parts
