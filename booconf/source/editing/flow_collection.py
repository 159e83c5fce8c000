"""Edit a mapping or list in flow style."""

from booconf.source.editing.layout import Entry, Layout
from booconf.source.editing.patch import Patch
from booconf.source.emitter import flow_entry, flow_text

Entries = list[tuple[str | None, object]]
"""New entries as (name, value); an element of a list has no name."""


class FlowCollection:
    """The flow collection of `node`, `depth` levels deep, with its entries."""

    def __init__(self, layout: Layout, patch: Patch, node: int, entries: list[Entry], depth: int) -> None:
        self._layout = layout
        self._patch = patch
        self._start = layout.nodes.start[node]
        self._end = layout.nodes.end[node]
        self._entries = entries
        self._depth = depth

    def edit(self, removed: set[str | int], added: Entries) -> None:
        """Remove entries, and add others at the end."""
        kept = [index for index, entry in enumerate(self._entries) if entry.name not in removed]
        commas = self._surplus_commas(kept)
        for index, entry in enumerate(self._entries):
            if entry.name in removed:
                self._patch.remove(entry.start, entry.end)
            if index in commas and entry.comma is not None:
                self._patch.remove(entry.comma, self._end_of_comma(index, entry.comma, removed))
        texts = [flow_text(value) if name is None else flow_entry(name, value) for name, value in added]
        if texts and kept:
            self._append(kept[-1], commas, texts)
        elif texts:
            blank = " " if self._layout.text[self._start + 1] == "#" else ""
            self._patch.insert(self._start + 1, ", ".join(texts) + blank, self._depth)

    def _surplus_commas(self, kept: list[int]) -> set[int]:
        """Indexes of the entries whose commas are removed: one per removed entry, on its line if possible.

        The comma before a removed last entry is kept if it is on another line.
        """
        entries = self._entries
        if not kept:
            return set(range(len(entries)))
        surplus: set[int] = set()
        for index in sorted(set(range(len(entries))) - set(kept)):
            entry = entries[index]
            is_at_end = index > kept[-1] and entries[-1].comma is None
            if (
                index
                and index - 1 not in surplus
                and self._line(entries[index - 1].comma) == self._line(entry.start)
                and (is_at_end or self._line(entry.comma) != self._layout.line(entry.end))
            ):
                surplus.add(index - 1)
            elif entry.comma is not None:
                surplus.add(index)
        return surplus

    def _end_of_comma(self, index: int, comma: int, removed: set[str | int]) -> int:
        """The end of the text to remove with a comma: the next entry, if also removed, on the same line."""
        following = self._entries[index + 1 : index + 2]
        if following and following[0].name in removed and self._line(following[0].start) == self._line(comma):
            return following[0].start
        return comma + 1

    def _append(self, last: int, surplus: set[int], texts: list[str]) -> None:
        """Add texts after the entry `last`: on their own lines if it starts a line, else on its line."""
        entry = self._entries[last]
        line, indent = self._layout.line(entry.end), self._layout.indent(entry.start)
        commas = {
            self._line(other.comma)
            for index, other in enumerate(self._entries)
            if index >= last and index not in surplus and other.comma is not None
        }
        comma = " ," if self._layout.text[entry.end - 1] == ":" else ","  # some parsers cannot read `:,`
        is_closed_here = line == self._line(self._end - 1)
        if indent is None or commas - {line} or (commas and is_closed_here):
            self._patch.insert(entry.end, "".join(f"{comma} {text}" for text in texts), self._depth)
        elif is_closed_here:
            start = f"{comma}{self._layout.line_break(line)}{indent}"
            self._patch.insert(entry.end, "".join(f"{start}{text}" for text in texts), self._depth)
        else:
            if not commas:
                self._patch.insert(entry.end, comma, self._depth)
            comma_at_end = "," if self._entries[-1].comma is not None else ""
            for text in texts[:-1]:
                self._patch.add_line(line, f"{indent}{text},", self._depth)
            self._patch.add_line(line, f"{indent}{texts[-1]}{comma_at_end}", self._depth)

    def _line(self, offset: int | None) -> int:
        """The line of the character at `offset`; 0 for None."""
        return 0 if offset is None else self._layout.source.line_number(offset)
