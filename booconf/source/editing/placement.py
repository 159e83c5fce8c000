"""Choose the position and form of an edit in the text, in the style of the text around it."""

from collections.abc import Iterator

from booconf.source.document import Document, Path
from booconf.source.editing.flow_collection import Entries, FlowCollection
from booconf.source.editing.layout import Entry, Layout
from booconf.source.editing.patch import Patch
from booconf.source.emitter import flow_entry, flow_text, yaml_scalar

_INDENT = 2
"""Spaces by which a block is indented, where the text around it does not determine that."""


class UneditableError(Exception):
    """The form of the text does not allow the edits."""


class NewMapping(dict[str, object]):
    """A new mapping inside the path of a value, written in the style of the text around it."""


class DocumentEditor:
    """Collects the edits of one document and applies them together."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._data = document.data
        self._nodes = document.nodes
        self._layout = Layout(document)
        self._patch = Patch(self._layout)
        self._removed: dict[Path, set[str | int]] = {}
        self._added: dict[Path, Entries] = {}

    def remove(self, path: Path) -> None:
        """Remove the entry at the end of `path`."""
        self._removed.setdefault(path[:-1], set()).add(path[-1])

    def add(self, path: Path, name: str | None, value: object) -> None:
        """Add an entry to the collection or null at `path`; an element of a list has no name."""
        added = self._added.setdefault(path, [])
        for known, branch in added:
            if known == name and isinstance(branch, NewMapping) and isinstance(value, NewMapping):
                _merge(branch, value)
                return
        added.append((name, value))

    def replace(self, path: Path, value: object) -> None:
        """Replace the existing value at `path`; raises UneditableError."""
        key, node, depth = self._nodes.find(self._data, path)
        start, end, text = self._nodes.start[node], self._nodes.end[node], flow_text(value)
        if start < end and not self._nodes.is_block(node):
            self._patch.remove(start, end)
            self._patch.insert(start, text, depth)
            return
        place, mark = self._behind(path, key)
        self._patch.remove(place, max(place, self._layout.end(node)))
        self._patch.insert(place, f"{mark} {text}", depth)

    def text(self) -> str:
        """The text after all edits; raises UneditableError."""
        for path in {**self._removed, **self._added}:
            self._edit(path, self._removed.get(path, set()), self._added.get(path, []))
        return self._patch.apply()

    def _edit(self, path: Path, removed: set[str | int], added: Entries) -> None:
        _, node, depth = self._nodes.find(self._data, path)
        value = self._document.value(path)
        if not value and self._needs_lines(path, added):
            self._open(path, added)
        elif value is None:
            self.replace(path, dict(added))
        elif not isinstance(value, dict | list):
            raise UneditableError
        else:
            entries = self._layout.entries(node, value)
            if self._layout.is_flow(node):
                FlowCollection(self._layout, self._patch, node, entries, depth).edit(removed, added)
            else:
                self._edit_block(path, entries, removed, added, is_list=isinstance(value, list))

    def _edit_block(
        self, path: Path, entries: list[Entry], removed: set[str | int], added: Entries, *, is_list: bool
    ) -> None:
        """Remove entries of a block, and add others below the last one that is kept."""
        key, _, depth = self._nodes.find(self._data, path)
        column = self._layout.column(entries[0].start)
        for entry in entries:
            if entry.name in removed:
                end = self._layout.with_comments_below(entry.end, column)
                self._patch.remove(entry.start, end, " " * column)
        if len(removed) == len(entries) and not added:
            place, mark = self._behind(path, key)
            self._patch.insert(place, f"{mark} []" if is_list else f"{mark} {{}}", depth)
        step = column - self._layout.column(self._nodes.start[key]) if path else 0
        kept = [entry for entry in entries if entry.name not in removed]
        if not kept and path and isinstance(path[-1], str):
            end = self._behind(path, key)[0]
        else:
            end = self._layout.with_comments_below((kept or entries)[-1].end, column)
        self._add_lines(path, end, (column, max(step, 0) or _INDENT), added)

    def _needs_lines(self, path: Path, added: Entries) -> bool:
        """True if entries added to an empty value of a block get their own lines, as mappings do."""
        if not path or not all(isinstance(value, dict) for _, value in added):
            return False
        key, node, _ = self._nodes.find(self._data, path)
        around = self._nodes.find(self._data, path[:-1])[1]
        start, end = self._nodes.start[node], self._nodes.end[node]
        fits = start == end or self._layout.line(end) == self._layout.line(self._nodes.end[key])
        return fits and isinstance(path[-1], str) and self._nodes.is_block(around)

    def _open(self, path: Path, added: Entries) -> None:
        """Write entries on their own lines below a key without a value."""
        key, node, _ = self._nodes.find(self._data, path)
        end = self._behind(path, key)[0]
        if self._nodes.start[node] < self._nodes.end[node]:
            end = self._nodes.end[node]
            self._patch.remove(self._nodes.start[node], end)
        column = self._layout.column(self._nodes.start[key])
        around = self._layout.column(self._nodes.start[self._nodes.find(self._data, path[:-1])[0]])
        step = max(column - around, 0) or _INDENT
        end = self._layout.with_comments_below(end, column)
        self._add_lines(path, end, (column + step, step), added)

    def _add_lines(self, path: Path, end: int, columns: tuple[int, int], added: Entries) -> None:
        """Write entries below the line of `end`.

        `columns` are the column of the entries, and the further indentation of their values.
        """
        indent, step = columns
        line = self._layout.line(end)
        for name, value in added:
            for text in _lines(name, value, step):
                self._patch.add_line(line, " " * indent + text, len(path))

    def _behind(self, path: Path, key: int) -> tuple[int, str]:
        """The offset for the value of a key, and a colon if the text has none there."""
        if not path or isinstance(path[-1], int):
            raise UneditableError
        colon = self._layout.after_colon(key)
        return (self._nodes.end[key], ":") if colon is None else (colon, "")


def _lines(name: str | None, value: object, step: int) -> Iterator[str]:
    """The lines of an entry in a block; an element of a list has no name."""
    if name is None:
        yield f"- {flow_text(value)}"
    elif isinstance(value, NewMapping):
        yield f"{yaml_scalar(name)}:"
        for inner, below in value.items():
            for line in _lines(inner, below, step):
                yield " " * step + line
    else:
        yield flow_entry(name, value)


def _merge(mapping: dict[str, object], other: dict[str, object]) -> None:
    """Merge `other` into `mapping`."""
    for name, value in other.items():
        known = mapping.setdefault(name, value)
        if known is not value and isinstance(known, NewMapping) and isinstance(value, NewMapping):
            _merge(known, value)
