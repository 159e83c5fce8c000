"""Edits of a YAML text that keep its comments, and the bytes of every line that they do not touch.

An edit says what the data is to become. Where and how that is written follows from how the text is written
now: between brackets, or on lines of their own, indented as what stands around them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from booconf.source.document import Document, Path
from booconf.source.editing.placement import Branch, Placing, UneditableError
from booconf.source.reading import read_document


@dataclass(frozen=True, slots=True)
class Removal:
    """The key or element that ends `path` goes, with its value."""

    path: Path


@dataclass(frozen=True, slots=True)
class Setting:
    """The value at `path` becomes `value`; what does not exist of the path goes to the end of its mapping.

    A value that is null counts as an empty mapping where the path goes on below it.
    """

    path: Path
    value: object


@dataclass(frozen=True, slots=True)
class Appending:
    """The list at `path` gets `value` as its last element."""

    path: Path
    value: object


Edit = Removal | Setting | Appending


def apply_edits(document: Document, edits: Iterable[Edit]) -> str:
    """The text of `document` after `edits`, none of which goes below what another one removes or sets.

    Raises UneditableError where the text is written in a way that does not allow for them.
    """
    edits = tuple(edits)
    placing = Placing(document)
    for edit in edits:
        if isinstance(edit, Removal):
            placing.remove(edit.path)
        elif isinstance(edit, Appending):
            placing.add(edit.path, None, edit.value)
        else:
            _set(placing, document, edit.path, edit.value)
    text = placing.text()
    changed = read_document(text.encode(errors="replace"), document.source.name)
    if not isinstance(changed, Document) or changed.data != _intended(document.data, edits):
        raise UneditableError
    return text


def _intended(data: object, edits: Iterable[Edit]) -> object:
    """A copy of plain data after `edits`."""
    data = _copy(data)
    removals: list[Path] = []
    for edit in edits:
        if isinstance(edit, Removal):
            removals.append(edit.path)
        elif isinstance(edit, Appending):
            _at(data, edit.path).append(edit.value)
        else:
            _at(data, edit.path[:-1])[edit.path[-1]] = edit.value
    for path in sorted(removals, reverse=True):  # the last element of a list first
        del _at(data, path[:-1])[path[-1]]
    return data


def _at(data: Any, path: Path) -> Any:
    """The collection at `path`; mappings on the way to it are made where there is nothing."""
    for part in path:
        if isinstance(data, dict) and data.get(str(part)) is None:
            data[part] = {}
        data = data[part]
    return data


def _set(placing: Placing, document: Document, path: Path, value: object) -> None:
    depth = document.nodes.find(document.data, path)[2]
    if depth == len(path):
        placing.replace(path, value)
        return
    for name in reversed(path[depth + 1 :]):
        value = Branch({str(name): value})
    placing.add(path[:depth], str(path[depth]), value)


def _copy(data: object) -> object:
    if isinstance(data, dict):
        return {key: _copy(value) for key, value in data.items()}
    return [_copy(value) for value in data] if isinstance(data, list) else data


__all__ = ["Appending", "Edit", "Removal", "Setting", "UneditableError", "apply_edits"]
