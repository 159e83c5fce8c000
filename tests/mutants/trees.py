"""A fleet as a tree of YAML nodes that can be changed one by one; each is written on its own lines."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import yaml

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Scalar:
    """The source text of a scalar, including quotes."""

    text: str


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and values in order; a key may occur twice."""

    members: tuple[tuple[str, "Tree"], ...]


@dataclass(frozen=True, slots=True)
class Sequence:
    """The elements of a list."""

    elements: tuple["Tree", ...]


Tree = Scalar | Mapping | Sequence


def read(text: str) -> Tree:
    """The tree of a YAML text without anchors and tags."""
    root = yaml.compose(text, yaml.SafeLoader)
    assert root is not None
    return _tree(root, text)


def _tree(node: yaml.Node, text: str) -> Tree:
    if isinstance(node, yaml.MappingNode):
        return Mapping(tuple((_written(key, text), _tree(value, text)) for key, value in node.value))
    if isinstance(node, yaml.SequenceNode):
        return Sequence(tuple(_tree(element, text) for element in node.value))
    return Scalar(_written(node, text))


def _written(node: yaml.Node, text: str) -> str:
    return text[node.start_mark.index : node.end_mark.index]


@dataclass(slots=True)
class Written:
    """A tree as YAML, and the first and last line (from 1) of each node with its key."""

    lines: list[str]
    places: list[tuple[Path, int, int]]

    @property
    def text(self) -> str:
        """The whole file."""
        return "".join(f"{line}\n" for line in self.lines)

    def lines_of(self, path: Path) -> set[int]:
        """All lines of the nodes at `path`; a duplicate key has several nodes."""
        return {
            line for place, first, last in self.places if place == path for line in range(first, last + 1)
        }

    def first_line_of(self, path: Path) -> set[int]:
        """The line of a node's key; line 1 for the whole file."""
        return {first for place, first, _ in self.places if place == path} if path else {1}


def write(tree: Tree) -> Written:
    """A tree as block YAML; only empty collections are in flow style."""
    written = Written([], [])
    _write_members(written, tree, (), "")
    return written


def _write_members(written: Written, tree: Tree, path: Path, indent: str) -> None:
    for name, start, value in _members(tree):
        first = len(written.lines) + 1
        here = (*path, name)
        if isinstance(value, Scalar):
            written.lines.append(f"{indent}{start} {value.text}".rstrip())
        elif not list(_members(value)):
            written.lines.append(f"{indent}{start} {'{}' if isinstance(value, Mapping) else '[]'}")
        else:
            written.lines.append(f"{indent}{start}")
            _write_members(written, value, here, f"{indent}  ")
        written.places.append((here, first, len(written.lines)))


def _members(tree: Tree) -> Iterator[tuple[str | int, str, Tree]]:
    """Name, start of the line, and value of each member of a collection."""
    if isinstance(tree, Mapping):
        for key, value in tree.members:
            yield key.strip("'\""), f"{key}:", value
    elif isinstance(tree, Sequence):
        for index, value in enumerate(tree.elements):
            yield index, "-", value


def nodes(tree: Tree, path: Path = ()) -> Iterator[tuple[Path, Tree]]:
    """Every node below the root with its path."""
    for name, _, value in _members(tree):
        yield (*path, name), value
        yield from nodes(value, (*path, name))


def replaced(tree: Tree, path: Path, *new: tuple[str | None, Tree]) -> Tree:
    """The tree with `new` in place of the node at `path`: keys and nodes; None is the key of the old node."""
    first, *rest = path
    if isinstance(tree, Mapping):
        members: list[tuple[str, Tree]] = []
        for key, value in tree.members:
            if key.strip("'\"") != first:
                members.append((key, value))
            elif rest:
                members.append((key, replaced(value, tuple(rest), *new)))
            else:
                members += [(key if name is None else name, node) for name, node in new]
        return Mapping(tuple(members))
    assert isinstance(tree, Sequence)
    elements: list[Tree] = []
    for index, element in enumerate(tree.elements):
        if index != first:
            elements.append(element)
        elif rest:
            elements.append(replaced(element, tuple(rest), *new))
        else:
            elements += [node for _, node in new]
    return replace(tree, elements=tuple(elements))
