"""Where a key that stands twice was written first, found by a walk that only a repeated key causes."""

from collections.abc import Mapping

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


class _Mapping:
    """An open mapping: where each key stands first, and whether a key comes next."""

    __slots__ = ("keys", "wants_key")

    def __init__(self) -> None:
        self.keys: dict[str, tuple[int, int]] = {}
        self.wants_key = True


def first_places(text: str, repeated: set[int]) -> Mapping[int, tuple[int, int]]:
    """For the offset of each repeated key: the offsets of the first equal key of the same mapping.

    The walk ends at the last of them, so it meets no error that the walk before it did not meet later.
    """
    places: dict[int, tuple[int, int]] = {}
    open_collections: list[_Mapping | None] = []
    next_event = open_events(text)
    while len(places) < len(repeated):
        event = next_event()
        if isinstance(event, MappingEndEvent | SequenceEndEvent):
            open_collections.pop()
            continue
        mapping = open_collections[-1] if open_collections else None
        if mapping is not None and isinstance(
            event, ScalarEvent | AliasEvent | MappingStartEvent | SequenceStartEvent
        ):
            if mapping.wants_key and isinstance(event, ScalarEvent):
                start, end = extent(event)
                first = mapping.keys.setdefault(event.value, (start, end))
                if start in repeated:
                    places[start] = first
            mapping.wants_key = not mapping.wants_key
        if isinstance(event, MappingStartEvent):
            open_collections.append(_Mapping())
        elif isinstance(event, SequenceStartEvent):
            open_collections.append(None)
    return places
