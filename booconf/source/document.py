"""A YAML file that was read: its data, and the span of any node of it when asked."""

from functools import cached_property
from typing import TYPE_CHECKING, Any

from booconf.source.text import SourceText

if TYPE_CHECKING:
    from booconf.diagnostics import Span
    from booconf.source.spans import Nodes

Path = tuple[str | int, ...]
"""Where a node stands: the keys and list indexes that lead to it."""


class Document:
    """Plain data (dict with string keys, list, str, int, float, bool, None), and where each node stands."""

    def __init__(self, source: SourceText, data: object) -> None:
        self.source = source
        self.data = data

    @cached_property
    def nodes(self) -> "Nodes":
        """Where all nodes stand; costs a second walk over the text."""
        from booconf.source.spans import Nodes  # noqa: PLC0415 - a valid fleet rarely needs any span

        return Nodes(self.source.text)

    def value(self, path: Path) -> Any:
        """The data at `path`, which exists."""
        value: Any = self.data
        for part in path:
            value = value[part]
        return value

    def key_span(self, path: Path) -> "Span":
        """The key that ends `path`, an index standing for the element itself.

        For a path that does not exist, the key of its nearest ancestor; for the root, the first line.
        """
        key, _, depth = self.nodes.find(self.data, path)
        return self._node_span(key) if depth else self.source.line_span(0)

    def value_span(self, path: Path) -> "Span":
        """The value at the end of `path`; of a block collection or block scalar only its first line.

        A value that is not written has its key's span; a path that does not exist has that of `key_span`.
        """
        _, value, depth = self.nodes.find(self.data, path)
        if depth < len(path) or not depth or self.nodes.start[value] == self.nodes.end[value]:
            return self.key_span(path)
        return self._node_span(value)

    def _node_span(self, node: int) -> "Span":
        start, end = self.nodes.start[node], self.nodes.end[node]
        return self.source.line_span(start) if self.nodes.is_block(node) else self.source.span(start, end)
