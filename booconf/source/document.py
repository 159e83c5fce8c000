"""Read the bytes of a YAML file: a Document, with its data and the span of any node, or diagnostics."""

from functools import cached_property
from typing import TYPE_CHECKING, Any

from booconf.diagnostics import Diagnostic, Label, Span, diagnose
from booconf.source.text import BREAKS_OF_YAML_1_1, SourceText

if TYPE_CHECKING:
    from booconf.source.spans import Nodes

LARGEST_FILE = 64 * 1024 * 1024
"""The largest file that is read, in bytes."""

Path = tuple[str | int, ...]
"""The path of a node: the keys and list indexes from the root to it."""

_BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")
_SAVE_AS_UTF_8 = "save the file as UTF-8 text"


class Document:
    """Plain data (dict with string keys, list, str, int, float, bool, None), and the span of each node."""

    def __init__(self, source: SourceText, data: object) -> None:
        self.source = source
        self.data = data

    @cached_property
    def nodes(self) -> "Nodes":
        """The positions of all nodes; costs a second walk over the text."""
        from booconf.source.spans import Nodes  # noqa: PLC0415 - a valid fleet rarely needs any span

        return Nodes(self.source.text)

    def value(self, path: Path) -> Any:
        """The data at `path`, which exists."""
        value: Any = self.data
        for part in path:
            value = value[part]
        return value

    def key_span(self, path: Path) -> Span:
        """The key at the end of `path`, or the element if that is an index.

        For a path that does not exist, the key of its nearest ancestor; for the root, the first line.
        """
        key, _, depth = self.nodes.find(self.data, path)
        return self._node_span(key) if depth else self.source.line_span(0)

    def value_span(self, path: Path) -> Span:
        """The value at the end of `path`; of a block collection or block scalar only the first line.

        An empty value has the span of its key; a path that does not exist has that of `key_span`.
        """
        _, value, depth = self.nodes.find(self.data, path)
        if depth < len(path) or not depth or self.nodes.start[value] == self.nodes.end[value]:
            return self.key_span(path)
        return self._node_span(value)

    def _node_span(self, node: int) -> Span:
        start, end = self.nodes.start[node], self.nodes.end[node]
        return self.source.line_span(start) if self.nodes.is_block(node) else self.source.span(start, end)


def read_document(raw: bytes, name: str) -> Document | tuple[Diagnostic, ...]:
    """The document in `raw`, or at least one error; `name` is the path as the user gave it."""
    if len(raw) > LARGEST_FILE:
        limit = f"the file is larger than {LARGEST_FILE // 2**20} MiB"
        return (diagnose("BC108", limit, help="split the fleet, or remove unused entries"),)
    if raw.startswith(_BYTE_ORDER_MARKS):
        return (diagnose("BC101", "the file is UTF-16 or UTF-32 text", help=_SAVE_AS_UTF_8),)
    if b"\0" in raw:
        return (_not_utf_8(raw, name, raw.index(b"\0"), "a NUL byte"),)
    try:
        source = SourceText.decode(raw, name, "strict")
    except UnicodeDecodeError as error:
        byte = f"the byte 0x{raw[error.start]:02X}, which is not UTF-8"
        return (_not_utf_8(raw, name, error.start, byte),)
    from booconf.source.errors import ErrorCollector, StopReading  # noqa: PLC0415 - as below
    from booconf.source.loader import Loader  # noqa: PLC0415 - imports yaml, which takes a while

    errors = ErrorCollector(source)
    has_breaks = not source.text.isascii() and BREAKS_OF_YAML_1_1.search(source.text)
    try:
        if has_breaks:
            for match in BREAKS_OF_YAML_1_1.finditer(source.text):
                errors.break_character(match.start())
        data = Loader(errors).read(source.parser_text if has_breaks else source.text)
    except StopReading:
        data = None
    return errors.diagnostics() if errors else Document(source, data)


def _not_utf_8(raw: bytes, name: str, offset: int, found: str) -> Diagnostic:
    """The error of the byte `found` at `offset`."""
    source = SourceText.decode(raw, name)
    place = len(SourceText.decode(raw[:offset], name).text)
    label = Label(source.span(place, place + 1))
    return diagnose("BC101", f"the file contains {found}", label, help=_SAVE_AS_UTF_8)
