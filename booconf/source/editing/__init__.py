"""Edit YAML text: from a document and edits of its data to the changed text.

Comments and the bytes of every untouched line are kept. An edit is written in the style of the text around
it: in a flow collection, or on lines of its own with the indentation of its neighbors.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from booconf.source.document import Document, Path, read_document
from booconf.source.editing.placement import DocumentEditor, NewMapping, UneditableError


@dataclass(frozen=True, slots=True)
class Removal:
    """Remove the key or element at the end of `path`, with its value."""

    path: Path


@dataclass(frozen=True, slots=True)
class Setting:
    """Set the value at `path`; missing keys of the path are added at the end of their mapping.

    A null inside the path counts as an empty mapping.
    """

    path: Path
    value: object


@dataclass(frozen=True, slots=True)
class Appending:
    """Append `value` to the list at `path`."""

    path: Path
    value: object


Edit = Removal | Setting | Appending


def apply_edits(document: Document, edits: Iterable[Edit]) -> str:
    """The text of `document` after `edits`, no path of which is below one that another removes or sets.

    Raises UneditableError if the form of the text does not allow them.
    """
    edits = tuple(edits)
    editor = DocumentEditor(document)
    for edit in edits:
        if isinstance(edit, Removal):
            editor.remove(edit.path)
        elif isinstance(edit, Appending):
            editor.add(edit.path, None, edit.value)
        else:
            _set(editor, document, edit.path, edit.value)
    text = editor.text()
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
    """The collection at `path`; missing mappings of the path are created."""
    for part in path:
        if isinstance(data, dict) and data.get(str(part)) is None:
            data[part] = {}
        data = data[part]
    return data


def _set(editor: DocumentEditor, document: Document, path: Path, value: object) -> None:
    depth = document.nodes.find(document.data, path)[2]
    if depth == len(path):
        editor.replace(path, value)
        return
    for name in reversed(path[depth + 1 :]):
        value = NewMapping({str(name): value})
    editor.add(path[:depth], str(path[depth]), value)


def _copy(data: object) -> object:
    if isinstance(data, dict):
        return {key: _copy(value) for key, value in data.items()}
    return [_copy(value) for value in data] if isinstance(data, list) else data


__all__ = ["Appending", "Edit", "Removal", "Setting", "UneditableError", "apply_edits"]
