"""The type of every error, warning and note of booconf."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """The severity of a diagnostic; only an error makes a fleet invalid."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A position between two characters: line and column from 1, in code points."""

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
    """A span and its explanation; an empty text only underlines."""

    span: Span
    text: str = ""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A stable code, a message with its position, and the correction.

    `message` is one sentence without a final period. It and every other text may quote fleet text up to the
    bound of `escaping.quote`; the renderers escape hidden characters. No text may contain a secret: header
    values, userinfo and values of unknown keys are never quoted.
    """

    code: str
    severity: Severity
    message: str
    primary: Label | None = None
    secondary: tuple[Label, ...] = ()
    help: str | None = None
    notes: tuple[str, ...] = ()
