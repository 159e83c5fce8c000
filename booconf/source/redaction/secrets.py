"""What tells of a secret: what it is called and what it looks like, and so which keys a message quotes."""

import re

SPACE_AFTER_COLON = "write a space after the colon"

LONGEST_QUOTE = 60
"""The most characters of a key that a message quotes."""

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SEPARATORS = re.compile(r"[-_. ]+")
_SECRET_NAME = re.compile(
    # in any part of a name; but authors, numbers of tokens and tokenizers are none
    r"auth(?!or(?!i[sz]))|cookie|credential|secret|bearer|pass-?(?:w(?:or)?d|phrase|code)"
    r"|token(?!s|i[sz])|^tokens|(?:api|access|refresh)-?tokens"
    # as words of it, the last one at the end
    r"|(?:(?<![a-z])|api|access|private)keys?(?![a-z])|(?<![a-z])(?:pass|pwd)[0-9]*$"
)
_SECRET_TEXT = re.compile(
    # what vendors start keys with
    r"\b(?:sk|pk|rk|hf|gsk|xai|nvapi|gh[pousr]|glpat|xox[abprs])[-_][A-Za-z0-9]|\bAKIA[0-9A-Z]|\beyJ[A-Za-z0-9]"
    # a word that announces one, a scheme of authentication (case does not count), the user part of a URL
    r"|\b(?:api|key)[-_](?=[A-Za-z_-]{0,15}[0-9])[A-Za-z0-9_-]{16}"
    r"|\b(?i:bearer)\s+\S|^(?i:basic|token|digest|negotiate)\s+\S|://[^\s/?#]*@"
    # long runs no word has: hexadecimal, a UUID, letters with digits, and both cases with digits
    r"|[0-9a-fA-F]{32}|\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b"
    r"|(?<![A-Za-z0-9])(?=[A-Za-z]*[0-9])(?=[0-9]*[A-Za-z])[A-Za-z0-9]{24}"
    r"|(?<![A-Za-z0-9+/_=-])(?=[A-Z0-9+/_=-]*[a-z])(?=[a-z0-9+/_=-]*[A-Z])(?=[A-Za-z+/_=-]*[0-9])"
    r"[A-Za-z0-9+/_=-]{20}"
)
_NAMED = re.compile(r"""(?<![\w.-])(?<!://)([\w.-]++)["']?\s*[=:]\s*\S""")
_NAME = re.compile(r"[\w.-]+")
_FIRST_WORD = re.compile(r"""((?:[^\W\d]|[.-])++)(?=[:=\s"'])""")
_NO_SPACE = re.compile(r"[\w.-]+:(?!//)\S")


def is_secret_name(name: str) -> bool:
    """Whether a key or header is named as secrets are; `api_key_env` names a variable and is not."""
    words = _SEPARATORS.sub("-", _HUMP.sub("-", name)).lower()
    return not words.endswith("env") and _SECRET_NAME.search(words) is not None


def looks_like_secret(text: str) -> bool:
    """Whether a text may hold a secret: how keys start, a scheme, `password=x`, a long meaningless run."""
    return _SECRET_TEXT.search(text) is not None or any(
        is_secret_name(match[1]) for match in _NAMED.finditer(text)
    )


def may_be_quoted(key: str) -> bool:
    """Whether a key is a name throughout, and so holds no value after a colon that lacks its space."""
    return _NAME.fullmatch(key) is not None and not looks_like_secret(key)


def quoted_key(key: str, noun: str = "") -> str:
    """How a message names a key that is no id: whole where that is safe, by its first word, or not at all."""
    if may_be_quoted(key):
        return f"{noun} `{cut(key)}`".lstrip()
    kind = noun.removeprefix("the ") or "key"
    word = _FIRST_WORD.match(key)  # without digits, and before no `+` or `/`: not the first part of a secret
    if word and may_be_quoted(word[1]):
        return f"a {kind} that starts with `{cut(word[1])}`"
    return f"this {kind}"


def cut(text: str) -> str:
    """A text that may be quoted, no longer than a message bears."""
    return text if len(text) <= LONGEST_QUOTE else text[:LONGEST_QUOTE] + "…"


def lacks_space(key: str) -> bool:
    """Whether a key is `name:value`, as in `{name:value}`, where YAML wants a space to tell the two apart."""
    return _NO_SPACE.match(key) is not None
