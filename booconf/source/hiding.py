"""Replacing parts of one line by asterisks, so that columns stay as they are."""

import re

from booconf.source.confidential import KNOWN_KEYS, is_secret_name

LONGEST_LINE = 2000
"""A longer comment, or line of a file that does not parse, is hidden whole."""

_BLANKS = " \t"
_PAIR = re.compile(r"""([\w.-]+)["']?[ \t]*([:=])""")
_SCHEME = re.compile(r"(?i)\b(?:bearer|basic)[ \t]+(?=\S)")


def hidden(text: str) -> str:
    """Asterisks for all of `text` but the blanks around it."""
    inner = text.strip(_BLANKS)
    start = text.find(inner)
    return text[:start] + "*" * len(inner) + text[start + len(inner) :]


def without_userinfo(text: str) -> str:
    """Hide what stands between the first `://` and the last `@` after it."""
    address, scheme, rest = text.partition("://")
    userinfo, at, host = rest.rpartition("@")
    return address + scheme + "*" * len(userinfo) + at + host


def without_credentials(text: str) -> str:
    """Hide userinfo, and all that follows `Bearer` or `Basic`."""
    text = without_userinfo(text)
    match = _SCHEME.search(text)
    return text[: match.end()] + hidden(text[match.end() :]) if match else text


def comment(text: str) -> str:
    """Hide what follows `key: ` or `key=` in a comment, unless it is a key whose value may be shown."""
    if len(text) > LONGEST_LINE:
        return hidden(text)
    for match in _PAIR.finditer(text):
        name, end = match[1], match.end()
        is_pair = match[2] == ":" and text[end : end + 1] in ("", " ", "\t")
        if is_secret_name(name) or (is_pair and name not in KNOWN_KEYS):
            return without_credentials(text[:end]) + hidden(text[end:])
    return without_credentials(text)


def url_parts(text: str) -> list[tuple[int, int]]:
    """Where, in the source text of a URL, userinfo stands, and query with fragment."""
    parts = []
    at = text.rfind("@")
    if at >= 0:
        scheme = re.match(r"""["']?(?:https?:/*)?""", text, re.IGNORECASE)
        parts.append((scheme.end() if scheme else 0, at))
    tail = re.search(r"[?#]", text[at + 1 :])
    if tail:
        parts.append((at + 1 + tail.end(), len(text)))
    return parts
