"""The positions of dashes, colons, commas and comments, which are not nodes of a document."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from booconf.source.document import Document
from booconf.source.spans import BLOCK_COLLECTION, BLOCK_SCALAR, FLOW_COLLECTION, FLOW_SCALAR

_BETWEEN_NODES = re.compile(r"#[^\r\n]*|[^\s#]")
"""A comment, or a character that is neither blank nor a comment."""

_HEADER_COMMENT = re.compile(r"(?<=[ \t])#[^\r\n]*")
_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_INDICATORS = "-?"
"""Characters before an entry that belong to it: the dash of a list, the mark of an explicit key."""

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a mapping or list, from its key or dash to the end of its value, without comments.

    `comma` is the offset of the comma after it in a flow collection, or None.
    """

    name: str | int
    start: int
    end: int
    comma: int | None = None


class Layout:
    """Positions in the text of a document; offsets are in code points, lines count from 1."""

    def __init__(self, document: Document) -> None:
        self.source = document.source
        self.text = document.source.text
        self.nodes = document.nodes

    def is_flow(self, node: int) -> bool:
        """True if a node is a flow collection."""
        return self.nodes.kind[node] == FLOW_COLLECTION

    def line(self, offset: int) -> int:
        """The line of the character before `offset`."""
        return self.source.line_number(max(offset - 1, 0))

    def column(self, offset: int) -> int:
        """The number of characters before `offset` on its line."""
        return offset - self.source.line_starts[self.source.line_number(offset) - 1]

    def indent(self, offset: int) -> str | None:
        """The text before `offset` on its line if it is blank, else None."""
        before = self.text[offset - self.column(offset) : offset]
        return before if not before.strip(" \t") else None

    def line_break(self, line: int) -> str:
        """The line break of `line`; for a line without one, that of the file."""
        end = self.source.line_extent(line)[1]
        match = _LINE_BREAK.match(self.text, end) or _LINE_BREAK.search(self.text)
        return match.group() if match else "\n"

    def after_colon(self, key: int) -> int | None:
        """The offset after the colon of a key; None for a key of a flow collection without a colon."""
        for offset in self._marks(self.nodes.end[key], self.nodes.start[key + 1]):
            return offset + 1
        return None

    def entries(self, node: int, value: dict[str, object] | list[object]) -> list[Entry]:
        """The entries of `value`, which is node `node`."""
        nodes, flow = self.nodes, self.is_flow(node)
        position = nodes.start[node] + flow
        found: list[Entry] = []
        for name, (key, target) in nodes.children(node, value).items():
            start = nodes.start[key]
            for mark in self._marks(position, start):
                if self.text[mark] in _INDICATORS:
                    start = mark
            position = max(self.end(key), self.end(target))
            found.append(Entry(name, start, position))
        if not flow:
            return found
        starts = [*(entry.start for entry in found[1:]), nodes.end[node] - 1]
        return [
            Entry(entry.name, entry.start, entry.end, next(self._marks(entry.end, start), None))
            for entry, start in zip(found, starts, strict=False)
        ]

    def with_comments_below(self, end: int, column: int) -> int:
        """The end of a block entry including its comment lines; without them it ends at `end`.

        Its comment lines follow it and are indented more than its `column`.
        """
        line = self.line(end) + 1
        while line <= len(self.source.line_starts):
            text = self.source.line(line)
            stripped = text.lstrip(" \t")
            if stripped and not (stripped.startswith("#") and len(text) - len(stripped) > column):
                break
            if stripped:
                end = self.source.line_extent(line)[1]
            line += 1
        return end

    def comments(self, start: int, end: int) -> list[Range]:
        """The comments between two offsets, neither of which is within a scalar."""
        nodes = self.nodes
        found: list[Range] = []
        position = start
        for node in range(bisect_left(nodes.start, start), bisect_left(nodes.start, end)):
            kind, first, last = nodes.kind[node], nodes.start[node], nodes.end[node]
            if kind not in (FLOW_SCALAR, BLOCK_SCALAR):
                continue
            found += self._comments_between(position, first)
            position = max(position, last)
            if kind == BLOCK_SCALAR:
                found += _spans(_HEADER_COMMENT.finditer(self.text, first, self._line_end(first)))
        return found + self._comments_between(position, end)

    def end(self, node: int) -> int:
        """The end of a node, without the text after a block; 0 for an empty value."""
        return max(map(self._end_alone, range(node, self.nodes.after[node])))

    def _end_alone(self, node: int) -> int:
        """As `end`, without the nodes below it."""
        nodes = self.nodes
        kind, start, end = nodes.kind[node], nodes.start[node], nodes.end[node]
        if kind == BLOCK_COLLECTION:
            return 0
        if kind == BLOCK_SCALAR:
            keeps_breaks = "+" in self.text[start : self._line_end(start)].partition("#")[0]
            return end if keeps_breaks else start + len(self.text[start:end].rstrip())
        if start < end:
            return end
        before = nodes.end[node - 1] if nodes.kind[node - 1] == FLOW_SCALAR else nodes.start[node - 1]
        return max((mark + 1 for mark in self._marks(before, start)), default=0)

    def _line_end(self, offset: int) -> int:
        return self.source.line_extent(self.source.line_number(offset))[1]

    def _marks(self, start: int, end: int) -> Iterator[int]:
        """The offsets of all characters between two nodes, except blanks and comments."""
        for match in _BETWEEN_NODES.finditer(self.text, start, end):
            if not match.group().startswith("#"):
                yield match.start()

    def _comments_between(self, start: int, end: int) -> list[Range]:
        return [
            span
            for span in _spans(_BETWEEN_NODES.finditer(self.text, start, end))
            if self.text[span[0]] == "#"
        ]


def _spans(matches: Iterator[re.Match[str]]) -> list[Range]:
    return [match.span() for match in matches]
