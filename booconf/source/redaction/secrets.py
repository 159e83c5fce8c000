"""Recognize a possible secret by its name or form, and mask it: in messages, and in lines of a file."""

import re

from booconf.escaping import quote
from booconf.source.redaction.visible_keys import KNOWN_KEYS

LONGEST_COMMENT = 2000
"""Characters; a longer comment is masked whole."""

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SEPARATORS = re.compile(r"[-_. ]+")
_SECRET_NAME = re.compile(
    # in any part of a name, except authors, numbers of tokens and tokenizers
    r"auth(?!or(?!i[sz]))|cookie|credential|secret|bearer|pass-?(?:w(?:or)?d|phrase|code)"
    r"|token(?!s|i[sz])|^tokens|(?:api|access|refresh)-?tokens"
    # as whole words, the last one at the end of the name
    r"|(?:(?<![a-z])|api|access|private)keys?(?![a-z])|(?<![a-z])(?:pass|pwd)[0-9]*$"
)
_SECRET_TEXT = re.compile(
    # prefixes of vendors' keys
    r"\b(?:sk|pk|rk|hf|gsk|xai|nvapi|gh[pousr]|glpat|xox[abprs])[-_][A-Za-z0-9]|\bAKIA[0-9A-Z]|\beyJ[A-Za-z0-9]"
    # a word before a key, a scheme of authentication (in any case), the user part of a URL
    r"|\b(?:api|key)[-_](?=[A-Za-z_-]{0,15}[0-9])[A-Za-z0-9_-]{16}"
    r"|\b(?i:bearer)\s+\S|^(?i:basic|token|digest|negotiate)\s+\S|://[^\s/?#]*@"
    # long runs: hexadecimal, a UUID, letters with digits, and both cases with digits
    r"|[0-9a-fA-F]{32}|\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b"
    r"|(?<![A-Za-z0-9])(?=[A-Za-z]*[0-9])(?=[0-9]*[A-Za-z])[A-Za-z0-9]{24}"
    r"|(?<![A-Za-z0-9+/_=-])(?=[A-Z0-9+/_=-]*[a-z])(?=[a-z0-9+/_=-]*[A-Z])(?=[A-Za-z+/_=-]*[0-9])"
    r"[A-Za-z0-9+/_=-]{20}"
)
_NAMED = re.compile(r"""(?<![\w.-])(?<!://)([\w.-]++)["']?\s*[=:]\s*\S""")
_NAME = re.compile(r"[\w.-]+")
_FIRST_WORD = re.compile(r"""((?:[^\W\d]|[.-])++)(?=[:=\s"'])""")
_NO_SPACE = re.compile(r"[\w.-]+:(?!//)\S")
_FIRST_KEY = re.compile(r"""[ \t#{\["'-]*([\w.-]+)["']?[ \t]*(:?)""")
_COMMENT_KEY = re.compile(r"""([\w.-]+)(?:["']?[ \t]*(:)(?=[ \t]|$))?""")
_ASSIGNMENT = re.compile(r"(?<![\w.-])([\w.-]++)[ \t]*=")
_SCHEME_OF_URL = re.compile(r"""(?i)[ \t]*["']?(?:[a-z]+:/+|https?:)?""")
_ADDRESS = re.compile(
    r"""(?:(?P<host>\[[0-9A-Fa-f:.]+\]|[\w.-]+)(?P<port>:[0-9]{1,5})?)?(?:/[^\s@]*)?["']?[ \t]*"""
)
_QUERY = re.compile("[?#]")
_CREDENTIALS = re.compile(r"(?i)\b(?:bearer|basic)[ \t]+(?=\S)")
_BLANKS = " \t"


def is_secret_name(name: str) -> bool:
    """True if a key or header is named like a secret; `api_key_env` and `api_key_file` are not."""
    words = _SEPARATORS.sub("-", _HUMP.sub("-", name)).lower()
    return not words.endswith(("env", "api-key-file")) and _SECRET_NAME.search(words) is not None


def looks_like_secret(text: str) -> bool:
    """True if a text may contain a secret: a vendor's prefix, a scheme, `password=x`, a long random run."""
    return _SECRET_TEXT.search(text) is not None or any(
        is_secret_name(match[1]) for match in _NAMED.finditer(text)
    )


def may_be_quoted(key: str) -> bool:
    """True if all of a key is a name, with no value after a colon that lacks its space."""
    return _NAME.fullmatch(key) is not None and not looks_like_secret(key)


def quoted_key(key: str, noun: str = "") -> str:
    """A key, not an id, as a message names it: whole where that is safe, by its first word, or not at all."""
    if may_be_quoted(key):
        return f"{noun} {quote(key)}".lstrip()
    kind = noun.removeprefix("the ") or "key"
    word = _FIRST_WORD.match(key)  # without digits, and before no `+` or `/`: not the first part of a secret
    if word and may_be_quoted(word[1]):
        return f"a {kind} that starts with {quote(word[1])}"
    return f"this {kind}"


def lacks_space(key: str) -> bool:
    """True if a key is `name:value`, as in `{name:value}`, where YAML needs a space after the colon."""
    return _NO_SPACE.match(key) is not None


def masked(text: str) -> str:
    """Asterisks for all of `text` but the blanks around it, so that columns stay."""
    inner = text.strip(_BLANKS)
    start = text.find(inner)
    return text[:start] + "*" * len(inner) + text[start + len(inner) :]


def mask_unparsed(line: str) -> str:
    """A line of a text that is not a document, masked after its first key; whole where it has none."""
    if not line.strip(" \t-.,[]{}"):
        return line
    match = _FIRST_KEY.match(line)
    if match is None or not (match[1] in KNOWN_KEYS or (match[2] and may_be_quoted(match[1]))):
        return masked(line)
    return line[: match.end()] + masked(line[match.end() :])


def mask_assignments(text: str) -> str:
    """Mask the text after `token=` and the like, and userinfo and query from the first URL on."""
    for match in _ASSIGNMENT.finditer(text):
        if is_secret_name(match[1]):
            text = text[: match.end()] + masked(text[match.end() :])
            break
    scheme = text.find("://")
    start = scheme + len("://") if scheme >= 0 else len(text)
    for left, right in _user_and_query(text[start:]):
        text = text[: start + left] + masked(text[start + left : start + right]) + text[start + right :]
    return text


def mask_comment(text: str) -> str:
    """Mask the text after a name of secrets in a comment, or after any `key: ` whose value is not shown."""
    if len(text) > LONGEST_COMMENT:
        return masked(text)
    for match in _COMMENT_KEY.finditer(text):
        name, end = match[1], match.end()
        if is_secret_name(name) or (match[2] and name not in KNOWN_KEYS):
            return _mask_credentials(text[:end]) + masked(text[end:])
    return _mask_credentials(text)


def _mask_credentials(text: str) -> str:
    """Mask userinfo, and all that follows `Bearer` or `Basic`."""
    text = mask_assignments(text)
    match = _CREDENTIALS.search(text)
    return text[: match.end()] + masked(text[match.end() :]) if match else text


def url_secrets(text: str) -> list[tuple[int, int]]:
    """The offsets in a URL or path, as written in the source, of possible secrets: user, query and fragment.

    All after the scheme where the rest is no address or path, such as a word or a port with letters.
    """
    scheme, parts, query = _scheme_end(text), _user_and_query(text), _QUERY.search(text)
    start, end = max(scheme, text.rfind("@") + 1), query.start() if query else len(text)
    address = _ADDRESS.fullmatch(text, start, max(start, end))
    is_address = address is not None and (
        "://" in text[:scheme] or address["host"] is None or address["port"] or "." in address["host"]
    )
    return parts if is_address and not looks_like_secret(text[start:end]) else [(scheme, len(text))]


def _user_and_query(text: str) -> list[tuple[int, int]]:
    """The offsets of user, query and fragment in a text that starts with a URL; in doubt, all of it."""
    start, at = _scheme_end(text), text.rfind("@")
    if "\\" in text or _QUERY.search(text, 0, max(at, 0)):
        return [(start, len(text))]
    parts = [(start, at)] if at >= 0 else []
    query = _QUERY.search(text, at + 1)
    return [*parts, (query.end(), len(text))] if query else parts


def _scheme_end(text: str) -> int:
    """The offset after the scheme that starts a URL; 0 where escapes make that uncertain."""
    match = None if "\\" in text else _SCHEME_OF_URL.match(text)
    return match.end() if match else 0
