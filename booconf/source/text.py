"""The text of a file with its lines, columns and spans."""

import re
from array import array
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

from booconf.diagnostics import Position, Span

_LINE_BREAK = re.compile("\r\n|\r|\n")
_BYTE_ORDER_MARK = "\ufeff"

BREAKS_OF_YAML_1_1 = re.compile("[\x85\u2028\u2029]")
"""Line breaks of YAML 1.1, which YAML 1.2 reads as other characters."""


@dataclass(frozen=True)
class SourceText:
    """A file: its `name` as the user gave it, its decoded `text`, and its byte order mark, if any.

    Lines end at LF, CRLF or a lone CR, as YAML 1.2 has it; offsets and columns count code points.
    """

    name: str
    text: str
    byte_order_mark: str = ""

    @classmethod
    def decode(cls, raw: bytes, name: str, errors: str = "replace") -> "SourceText":
        """The text of `raw`; `errors` is the handler of bytes that are not UTF-8, by default for excerpts."""
        text = raw.decode("utf-8", errors)
        mark = _BYTE_ORDER_MARK if text.startswith(_BYTE_ORDER_MARK) else ""
        return cls(name, text.removeprefix(mark), mark)

    @property
    def whole(self) -> str:
        """The content of the file, including its byte order mark."""
        return self.byte_order_mark + self.text

    @property
    def parser_text(self) -> str:
        """The text with breaks of YAML 1.1 replaced, which the parser would take for line breaks."""
        return BREAKS_OF_YAML_1_1.sub("\N{REPLACEMENT CHARACTER}", self.text)

    @cached_property
    def line_starts(self) -> "array[int]":
        """The offset at which each line starts."""
        starts = array("I", (0,))
        starts.extend(match.end() for match in _LINE_BREAK.finditer(self.text))
        return starts

    def line(self, number: int) -> str:
        """Line `number`, counted from 1, without its line break; empty outside the file."""
        start, end = self.line_extent(number)
        return self.text[start:end]

    def line_extent(self, number: int) -> tuple[int, int]:
        """The start and end of line `number` without its line break; (0, 0) outside the file."""
        starts = self.line_starts
        if not 1 <= number <= len(starts):
            return (0, 0)
        start = starts[number - 1]
        end = starts[number] if number < len(starts) else len(self.text)
        if self.text.endswith("\r\n", start, end):
            return (start, end - 2)
        return (start, end - 1 if number < len(starts) else end)

    def line_number(self, offset: int) -> int:
        """The line of `offset`, counted from 1."""
        return bisect_right(self.line_starts, offset)

    def position(self, offset: int) -> Position:
        """The position before the character at `offset`."""
        line = self.line_number(offset)
        return Position(line, offset - self.line_starts[line - 1] + 1)

    def span(self, start: int, end: int) -> Span:
        """The span between two offsets."""
        return Span(self.name, self.position(start), self.position(end))

    def line_span(self, offset: int) -> Span:
        """From `offset` to the end of its line, without blanks before the line break."""
        end = self.line_extent(self.line_number(offset))[1]
        while end > offset and self.text[end - 1] in " \t":
            end -= 1
        return self.span(offset, max(offset, end))
