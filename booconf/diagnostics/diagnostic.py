"""The one type in which booconf says that something is wrong."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a diagnostic weighs; only an error makes a fleet invalid."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place between two characters: line and column count from 1, in code points."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Span:
    """The text of `file` (the path as the user gave it) from `start` up to, not including, `end`."""

    file: str
    start: Position
    end: Position


@dataclass(frozen=True, slots=True)
class Label:
    """A span and what is to be said about it; an empty text underlines without a word."""

    span: Span
    text: str = ""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding: a stable code, what is wrong, where, and what to write instead.

    `message` is one sentence without a final full stop. It and every other text may quote fleet text as it
    stands: the renderers escape control characters. No text may hold a secret: header values, userinfo and
    values of unknown keys are never quoted.
    """

    code: str
    severity: Severity
    message: str
    primary: Label | None = None
    secondary: tuple[Label, ...] = ()
    help: str | None = None
    notes: tuple[str, ...] = ()
