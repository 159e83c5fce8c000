"""Rules for ids and texts, used by the compiler and written into both generated modules."""

import re

PROVIDER_ID = r"[a-z0-9][a-z0-9._-]{0,63}"
"""A whole provider id or opencode provider id (a regular expression common to Python and JavaScript)."""

RESERVED_PROVIDER_IDS = frozenset({"favorites"})
WINDOWS_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{digit}" for port in ("com", "lpt") for digit in range(1, 10))}
)

MODEL_ID_LENGTH = 256
"""The longest model id or alias, in code points."""

REFUSED_IN_MODEL_ID = (
    r"[\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ud800-\udfff\ufeff#,]"
)
"""Characters that no model id contains: Unicode categories Cc, Zs, Zl, Zp and Cs, U+FEFF, `#` and `,`.

A regular expression common to Python and JavaScript (with its `u` flag). The categories are written out so
that no Unicode version decides; tests compare them with `unicodedata`.
"""

TEXT_LENGTH = 512
"""The longest label, reason, pattern or upstream name, in code points."""

JAVASCRIPT_OBJECT_NAMES = frozenset(
    {
        "__defineGetter__", "__defineSetter__", "__lookupGetter__", "__lookupSetter__", "__proto__",
        "constructor", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable", "toLocaleString",
        "toString", "valueOf",
    }
)  # fmt: skip
"""Names that every JavaScript object has; a model declared under one crashes opencode."""

ROLE_OF_AGENT = {"compaction": "compaction", "title": "task"}
"""Agents of opencode (1.18.33) that roles decide, each with its role."""

_PROVIDER_ID = re.compile(PROVIDER_ID)
_REFUSED = re.compile(REFUSED_IN_MODEL_ID)
_CONTROL = re.compile(r"[\u0000-\u001f\u007f-\u009f\ud800-\udfff]")


def has_refused_character(text: str) -> bool:
    """True if `text` contains a character that no id contains."""
    return _REFUSED.search(text) is not None


def model_id_problem(text: str) -> str | None:
    """The reason why `text` is not a model id or alias in any input, as a predicate, or None."""
    if not text:
        return "is empty"
    if len(text) > MODEL_ID_LENGTH:
        return f"is longer than {MODEL_ID_LENGTH} characters"
    refused = _REFUSED.search(text)
    if refused:
        return f"contains {describe(refused.group())}"
    if "." in text and not {".", ".."}.isdisjoint(text.split("/")):
        return "contains a `.` or `..` segment"
    return None


def declared_model_id_problem(text: str) -> str | None:
    """As `model_id_problem`; also refuses ids that stored data may contain but no declaration may."""
    if text in JAVASCRIPT_OBJECT_NAMES:
        return "is a name that every JavaScript object has"
    return model_id_problem(text)


def provider_id_problem(text: str) -> str | None:
    """The reason why `text` is not a provider id or opencode provider id, as a predicate, or None."""
    if text in JAVASCRIPT_OBJECT_NAMES:
        return "is a name that every JavaScript object has"
    if not _PROVIDER_ID.fullmatch(text):
        return "is not 1 to 64 of a-z, 0-9, `.`, `_` and `-`, starting with a letter or digit"
    if text in RESERVED_PROVIDER_IDS:
        return "is reserved for the Favorites section"
    if text.partition(".")[0] in WINDOWS_DEVICES:
        return "is a device name on Windows"
    return None


def text_problem(text: str) -> tuple[str, str] | None:
    """The reason why `text` is not a text for people or hosts, and the correction, or None."""
    if not text.strip():
        return "is empty", "write a text, or remove the key"
    if len(text) > TEXT_LENGTH:
        return f"is longer than {TEXT_LENGTH} characters", "write a shorter text"
    control = _CONTROL.search(text)
    return (f"contains {describe(control.group())}", "remove the control character") if control else None


def describe(character: str) -> str:
    """A visible character in backticks, any other by its number."""
    return f"`{character}`" if "!" <= character <= "~" else f"the character U+{ord(character):04X}"
