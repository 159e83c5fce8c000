"""Where a key that stands twice was written first, found by a walk that only a repeated key causes."""

from typing import NamedTuple

from booconf.source.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    extent,
    open_events,
)
from booconf.source.redaction.visible_keys import FORMAT_KEYS, Shape, has_ids, shape_below


class Repeat(NamedTuple):
    """A key that its mapping already has: its offset, those of the first, and whether it is an id."""

    key: str
    offset: int
    first: tuple[int, int]
    is_id: bool


class _Collection:
    """An open mapping or list: its shape, where each key stands first, and whether a key comes next."""

    __slots__ = ("below", "is_mapping", "keys", "shape", "wants_key")

    def __init__(self, shape: Shape | None, *, is_mapping: bool) -> None:
        self.shape = shape
        self.is_mapping = self.wants_key = is_mapping
        self.keys: dict[str, tuple[int, int]] = {}
        self.below = shape[0] if isinstance(shape, tuple) else None
        """The shape of the value that comes next."""


def find_repeats(text: str, offsets: set[int]) -> list[Repeat]:
    """For the offset of each repeated key: what is known about it.

    The walk ends at the last of them, so it meets no error that the walk before it did not meet later.
    """
    found: list[Repeat] = []
    around = [_Collection((FORMAT_KEYS,), is_mapping=False)]
    next_event = open_events(text)
    while len(found) < len(offsets):
        event = next_event()
        if isinstance(event, MappingEndEvent | SequenceEndEvent):
            around.pop()
            continue
        if not isinstance(event, ScalarEvent | AliasEvent | MappingStartEvent | SequenceStartEvent):
            continue
        collection = around[-1]
        below = None if collection.wants_key else collection.below
        if collection.wants_key and isinstance(event, ScalarEvent):
            start, end = extent(event)
            first = collection.keys.setdefault(event.value, (start, end))
            if start in offsets:
                found.append(Repeat(event.value, start, first, has_ids(collection.shape)))
            collection.below = shape_below(collection.shape, event.value)
        if collection.is_mapping:
            collection.wants_key = not collection.wants_key
        if isinstance(event, MappingStartEvent | SequenceStartEvent):
            around.append(_Collection(below, is_mapping=isinstance(event, MappingStartEvent)))
    return found
