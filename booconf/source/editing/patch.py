"""Remove and insert parts of a text, keeping all comments and all other lines."""

from collections import defaultdict
from collections.abc import Iterator

from booconf.source.editing.layout import Layout, Range

_BLANKS = " \t"


class Patch:
    """Collects removals and insertions and applies them together.

    Of two insertions at one offset, the one with the greater `depth` is first.
    """

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._source = layout.source
        self._removed: dict[int, list[Range]] = defaultdict(list)
        self._indents: dict[int, str] = {}
        self._inserted: dict[int, list[tuple[int, int, str]]] = defaultdict(list)
        self._added: dict[int, list[tuple[int, str]]] = defaultdict(list)

    def remove(self, start: int, end: int, indent: str | None = None) -> None:
        """Remove the text between two offsets, except comments.

        A comment that remains alone on its line is indented by `indent`, if given.
        """
        position = start
        for first, last in self._layout.comments(start, end):
            self._cut(position, first)
            position = last
        self._cut(position, end)
        if indent is not None:
            self._indents.update(dict.fromkeys(self._lines(start, end), indent))

    def insert(self, offset: int, text: str, depth: int) -> None:
        """Insert `text`, of one or several lines, after the character before `offset`."""
        self._inserted[self._layout.line(offset)].append((offset, -depth, text))

    def add_line(self, line: int, text: str, depth: int) -> None:
        """Insert a line of `text` after `line`."""
        self._added[line].append((-depth, text))

    def apply(self) -> str:
        """The changed text."""
        text, pieces, position = self._source.text, list[str](), 0
        for line in sorted({*self._removed, *self._indents, *self._inserted, *self._added}):
            start, end = self._source.line_extent(line)
            pieces.append(text[position:start])
            position = min(end + len(self._layout.line_break(line)), len(text))
            stays = self._rewritten(line)
            if stays is not None:
                pieces += (stays, text[end:position])
            pieces += self._lines_after(line, is_open=stays is not None and end == position)
        return "".join((*pieces, text[position:]))

    def _cut(self, start: int, end: int) -> None:
        """Remove everything between two offsets, line by line, except indentation."""
        for line in self._lines(start, end):
            first, last = self._source.line_extent(line)
            content = self._source.text[first:last]
            first = max(start, first + len(content) - len(content.lstrip(_BLANKS)))
            last = min(end, last)
            self._removed[line] += [(first, last)] if first < last else []

    def _lines(self, start: int, end: int) -> range:
        """The lines of the text between two offsets."""
        return range(self._source.line_number(start), self._layout.line(end) + 1) if start < end else range(0)

    def _lines_after(self, line: int, *, is_open: bool) -> Iterator[str]:
        """The new lines after `line`; `is_open` if that has no line break of its own."""
        line_break = self._layout.line_break(line)
        for _, text in sorted(self._added.get(line, ()), key=lambda added: added[0]):
            yield f"{line_break}{text}" if is_open else f"{text}{line_break}"

    def _rewritten(self, line: int) -> str | None:
        """The changed line without its line break; None for one that is removed."""
        text = self._source.text
        position, end = self._source.line_extent(line)
        inserted = iter(sorted(self._inserted.get(line, ()), key=lambda entry: entry[:2]))
        waiting = next(inserted, None)
        kept = ""
        for first, last in [*sorted(self._removed.get(line, ())), (end, end)]:
            while waiting and waiting[0] <= first:
                offset, _, new = waiting
                kept += text[position:offset] + new
                position, waiting = max(position, offset), next(inserted, None)
            kept += text[position:first]
            position = max(position, last)
            if first < last:
                kept, position = self._joined(kept, position, end)
        if line in self._removed and not kept.strip(_BLANKS):
            return None
        comment = kept.lstrip(_BLANKS)
        if line in self._removed and comment.startswith("#"):
            blanks = " " * (len(kept) - len(comment))  # a block cannot be indented by a tab
            return self._indents.get(line, blanks) + comment
        return kept

    def _joined(self, kept: str, position: int, end: int) -> tuple[str, int]:
        """The kept text before a gap and the offset after it, with the blanks around the gap reduced."""
        rest = self._source.text[position:end].lstrip(_BLANKS)
        next_position = end - len(rest)
        if not rest:
            return kept.rstrip(_BLANKS) if kept.strip(_BLANKS) else kept, end
        if not kept or kept[-1] in _BLANKS:
            before = kept.rstrip(_BLANKS)
            closes = rest[0] in "}]" and position == next_position and before
            is_key = before.endswith(":")  # some parsers cannot read `:}`
            return (before if closes and not is_key else kept), next_position
        if rest.startswith("#"):
            return (kept, position) if position < next_position else (f"{kept} ", position)
        return kept, next_position if kept[-1] in "{[" else position
