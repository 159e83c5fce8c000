"""The positions of the nodes of a document, from a second walk on request."""

from array import array

from booconf.source.events import (
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    extent,
    open_events,
)

ROOT = 0
"""The number of the document's node."""

FLOW_SCALAR, BLOCK_SCALAR, FLOW_COLLECTION, BLOCK_COLLECTION = range(4)
"""Kinds of nodes; a plain or quoted scalar is a flow scalar."""

_BLOCK_STYLES: tuple[object, ...] = ("|", ">")


class Nodes:
    """The nodes of a document, including keys, numbered in the order of the text.

    For each: its `kind`, the offsets `start` and `end` (block kinds extend to the next token), and
    `after`, the first number that is not below it. The keys and values below a mapping, or the elements below
    a list, follow its own number.
    """

    __slots__ = ("_children", "after", "end", "kind", "start")

    def __init__(self, text: str) -> None:
        self.start, self.end, self.after, self.kind = array("I"), array("I"), array("I"), bytearray()
        self._children: dict[int, dict[str | int, tuple[int, int]]] = {}
        self._walk(text)

    def _walk(self, text: str) -> None:
        start, end, after, kind = self.start, self.end, self.after, self.kind
        open_nodes: list[int] = []
        next_event = open_events(text)
        while (event := next_event()) is not None:
            if isinstance(event, MappingEndEvent | SequenceEndEvent):
                node = open_nodes.pop()
                end[node] = extent(event)[1]
                after[node] = len(start)
            elif isinstance(event, ScalarEvent | MappingStartEvent | SequenceStartEvent):
                first, last = extent(event)
                if isinstance(event, ScalarEvent):
                    kind.append(BLOCK_SCALAR if event.style in _BLOCK_STYLES else FLOW_SCALAR)
                else:
                    open_nodes.append(len(start))
                    kind.append(FLOW_COLLECTION if event.flow_style else BLOCK_COLLECTION)
                start.append(first)
                end.append(last)
                after.append(len(start))

    def is_block(self, node: int) -> bool:
        """True if a node is a block collection or block scalar, whose end is the start of the next token."""
        return self.kind[node] in (BLOCK_SCALAR, BLOCK_COLLECTION)

    def children(
        self, node: int, value: dict[str, object] | list[object]
    ) -> dict[str | int, tuple[int, int]]:
        """For each key or index of `value`, which is node `node`: the numbers of its key and of its value.

        An element of a list is its own key.
        """
        children = self._children.get(node)
        if children is None:
            children = self._children[node] = {}
            is_mapping = isinstance(value, dict)
            number = node + 1
            for name in value if isinstance(value, dict) else range(len(value)):
                target = number + is_mapping
                children[name] = (number, target)
                number = self.after[target]
        return children

    def find(self, data: object, path: tuple[str | int, ...]) -> tuple[int, int, int]:
        """The numbers of the key and value at the end of `path`, and how many of its parts exist."""
        key = value = ROOT
        for depth, part in enumerate(path):
            if not isinstance(data, dict | list):
                return key, value, depth
            found = self.children(value, data).get(part)
            if found is None:
                return key, value, depth
            key, value = found
            data = data[part]  # type: ignore[index]  # `part` is a key of `children`, so it fits `data`
        return key, value, len(path)
