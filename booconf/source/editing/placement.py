"""Where in a text an edit of its data is written, and how: as what stands around it is."""

from collections.abc import Iterator

from booconf.source.document import Document, Path
from booconf.source.editing.flow_collection import Brackets, Entries
from booconf.source.editing.layout import Entry, Layout
from booconf.source.editing.patch import Patch
from booconf.source.emitter import flow_entry, flow_text, yaml_scalar

_INDENT = 2
"""Spaces by which a block is indented where nothing around it shows how far."""


class UneditableError(Exception):
    """The text is written in a way that does not allow for the edits."""


class Branch(dict[str, object]):
    """A new mapping on the way to a value, which is laid out as the text around it."""


class Placing:
    """The edits of one document, gathered first and carried out at once."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._data = document.data
        self._nodes = document.nodes
        self._layout = Layout(document)
        self._patch = Patch(self._layout)
        self._removed: dict[Path, set[str | int]] = {}
        self._added: dict[Path, Entries] = {}

    def remove(self, path: Path) -> None:
        """The entry that ends `path` goes."""
        self._removed.setdefault(path[:-1], set()).add(path[-1])

    def add(self, path: Path, name: str | None, value: object) -> None:
        """The collection at `path`, or what is null there, gets an entry; that of a list has no name."""
        added = self._added.setdefault(path, [])
        for known, branch in added:
            if known == name and isinstance(branch, Branch) and isinstance(value, Branch):
                _graft(branch, value)
                return
        added.append((name, value))

    def replace(self, path: Path, value: object) -> None:
        """The value at `path`, which exists, is written anew; raises UneditableError."""
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
        """The text with all of it carried out; raises UneditableError."""
        for path in {**self._removed, **self._added}:
            self._edit(path, self._removed.get(path, set()), self._added.get(path, []))
        return self._patch.apply()

    def _edit(self, path: Path, removed: set[str | int], added: Entries) -> None:
        _, node, depth = self._nodes.find(self._data, path)
        value = self._document.value(path)
        if not value and self._goes_on_lines(path, added):
            self._open(path, added)
        elif value is None:
            self.replace(path, dict(added))
        elif not isinstance(value, dict | list):
            raise UneditableError
        else:
            entries = self._layout.entries(node, value)
            if self._layout.is_flow(node):
                Brackets(self._layout, self._patch, node, entries, depth).edit(removed, added)
            else:
                self._edit_block(path, entries, removed, added, is_list=isinstance(value, list))

    def _edit_block(
        self, path: Path, entries: list[Entry], removed: set[str | int], added: Entries, *, is_list: bool
    ) -> None:
        """Take entries out of a block; put others below the last that stays, above what is left of those."""
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

    def _goes_on_lines(self, path: Path, added: Entries) -> bool:
        """Whether what comes into an empty place of a block gets lines of its own: mappings do."""
        if not path or not all(isinstance(value, dict) for _, value in added):
            return False
        key, node, _ = self._nodes.find(self._data, path)
        around = self._nodes.find(self._data, path[:-1])[1]
        start, end = self._nodes.start[node], self._nodes.end[node]
        fits = start == end or self._layout.line(end) == self._layout.line(self._nodes.end[key])
        return fits and isinstance(path[-1], str) and self._nodes.is_block(around)

    def _open(self, path: Path, added: Entries) -> None:
        """Write entries on lines of their own below a key that had none."""
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
        """Write entries below the line on which `end` stands.

        `columns` are where the entries start, and how much deeper what is below them.
        """
        indent, step = columns
        line = self._layout.line(end)
        for name, value in added:
            for text in _lines(name, value, step):
                self._patch.add_line(line, " " * indent + text, len(path))

    def _behind(self, path: Path, key: int) -> tuple[int, str]:
        """Where the value of a key may be written, and the colon, if that is still to be written."""
        if not path or isinstance(path[-1], int):
            raise UneditableError
        colon = self._layout.after_colon(key)
        return (self._nodes.end[key], ":") if colon is None else (colon, "")


def _lines(name: str | None, value: object, step: int) -> Iterator[str]:
    """The lines of an entry in a block; an element of a list has no name."""
    if name is None:
        yield f"- {flow_text(value)}"
    elif isinstance(value, Branch):
        yield f"{yaml_scalar(name)}:"
        for inner, below in value.items():
            for line in _lines(inner, below, step):
                yield " " * step + line
    else:
        yield flow_entry(name, value)


def _graft(branch: dict[str, object], other: dict[str, object]) -> None:
    """Bring what is in `other` into `branch`."""
    for name, value in other.items():
        known = branch.setdefault(name, value)
        if known is not value and isinstance(known, Branch) and isinstance(value, Branch):
            _graft(known, value)
