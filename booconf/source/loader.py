"""One walk over the events of a text that builds plain data and keeps no positions."""

from itertools import repeat
from typing import TYPE_CHECKING, Any

from booconf.source.errors import Refusals
from booconf.source.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
    YAMLError,
    open_events,
)
from booconf.source.scalars import MERGE_KEY, PlainScalars, Refused

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_EVENTS = 4_000_000
"""The most events (scalars, and starts and ends of collections) a file may have; a model takes about 15."""

DEEPEST = 32
"""The most mappings and lists that may stand inside each other; fleet.yaml needs 6."""

REFUSED_KEY = object()
"""Stands for a key that was refused, so that its value is read and then found nowhere."""

MERGED_KEY = object()
"""As REFUSED_KEY, for a merge key: the alias that follows is part of the same mistake."""


class Building:
    """The data so far: an open collection, the key whose value comes next, and the collections around it."""

    __slots__ = ("around", "collection", "has_document", "key", "plain", "refusals", "root")

    def __init__(self, refusals: Refusals) -> None:
        self.refusals = refusals
        self.plain = PlainScalars()
        self.root: list[object] = []
        self.collection: Any = self.root  # a dict or a list
        self.key: object = None
        self.around: list[tuple[Any, object]] = []
        self.has_document = False

    def read(self, text: str) -> object:
        """The data of `text`; what is refused goes to the refusals, and then the data means nothing."""
        act: dict[type, Callable[[Any], object]] = {
            ScalarEvent: self.scalar,
            MappingStartEvent: self.start_mapping,
            SequenceStartEvent: self.start_list,
            MappingEndEvent: self.end,
            SequenceEndEvent: self.end,
            AliasEvent: self.alias,
            DocumentStartEvent: self.document,
            **dict.fromkeys((DocumentEndEvent, StreamStartEvent, StreamEndEvent), _pass),
        }
        try:
            next_event = open_events(text)
            for _ in repeat(None, MOST_EVENTS):
                event = next_event()
                if event is None:
                    break
                act[event.__class__](event)
            else:
                self.refusals.too_many(MOST_EVENTS)
        except YAMLError as error:
            self.refusals.syntax(error)
        return self.root[0] if self.root else None

    def scalar(self, event: ScalarEvent) -> None:
        """Put a scalar where it belongs: a key, a value or an element."""
        value = event.value if event.style else self.plain[event.value]
        if event.anchor is not None or event.tag is not None:
            self.refusals.properties(event)
            value = event.value
        if event.style == '"' and not event.value.isascii():
            self.refusals.surrogates(event)
        collection = self.collection
        if collection.__class__ is list:
            collection.append(value)
        elif self.key is None:
            self.key = self.checked_key(event, value)
            return
        else:
            collection[self.key] = value
            self.key = None
        if value.__class__ is Refused:
            self.refusals.number(event, value)

    def checked_key(self, event: ScalarEvent, value: object) -> object:
        """The key that a scalar is, or what stands for one that is refused."""
        if value.__class__ is not str:
            self.refusals.key(event)
            return REFUSED_KEY
        if value in self.collection:
            self.refusals.repeated(event)
            return REFUSED_KEY
        if value == MERGE_KEY and not event.style:
            self.refusals.merge(event)
            return MERGED_KEY
        return value

    def start_mapping(self, event: MappingStartEvent) -> None:
        """Open a mapping."""
        self.start(event, {})

    def start_list(self, event: SequenceStartEvent) -> None:
        """Open a list."""
        self.start(event, [])

    def start(self, event: MappingStartEvent | SequenceStartEvent, opened: object) -> None:
        """Put an empty collection where it belongs and go on inside it."""
        if event.anchor is not None or event.tag is not None:
            self.refusals.properties(event)
        if len(self.around) == DEEPEST:
            self.refusals.depth(event, DEEPEST)
        collection, after = self.collection, None
        if collection.__class__ is list:
            collection.append(opened)
        elif self.key is None:
            self.refusals.collection_as_key(event)
            after = REFUSED_KEY
        else:
            collection[self.key] = opened
        self.around.append((collection, after))
        self.collection, self.key = opened, None

    def end(self, _event: MappingEndEvent | SequenceEndEvent) -> None:
        """Go on in the collection around the one that ends."""
        self.collection, self.key = self.around.pop()

    def alias(self, event: AliasEvent) -> None:
        """Refuse an alias, and leave a null where it stands."""
        if self.key is not MERGED_KEY:
            self.refusals.alias(event)
        if self.collection.__class__ is list:
            self.collection.append(None)
        else:
            self.key = REFUSED_KEY if self.key is None else None

    def document(self, event: DocumentStartEvent) -> None:
        """Refuse directives, and every document but the first."""
        if self.has_document:
            self.refusals.second_document(event)
        self.refusals.directives(event)
        self.has_document = True


def _pass(_event: object) -> None:
    """Nothing to do at the start and end of a stream, nor at the end of a document."""
