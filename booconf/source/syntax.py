"""What is wrong where the YAML cannot be parsed, in words that say what to write."""

import re
from dataclasses import dataclass

from booconf.diagnostics import Label, Span
from booconf.source.events import MarkedYAMLError, ReaderError, YAMLError
from booconf.source.text import SourceText

_NOT_PRINTABLE = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Explanation:
    """One thing that is wrong, where, and what to write."""

    code: str
    message: str
    span: Span
    help: str
    secondary: tuple[Label, ...] = ()


def explain(error: YAMLError, source: SourceText) -> Explanation:
    """The parser's error in our words."""
    if isinstance(error, MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        offset = mark.index if mark else 0
        return Explanation(
            "BC102",
            f"the YAML cannot be parsed: {error.problem}",
            source.span(offset, offset + 1),
            "correct the line",
        )
    match = _NOT_PRINTABLE.search(source.text)
    offset = match.start() if match else 0
    return Explanation("BC102", "a control character", source.span(offset, offset + 1), "remove it")
