"""Build plain data from the events of a text in one walk, without positions."""

from itertools import repeat
from typing import TYPE_CHECKING, Any

from booconf.source.errors import ErrorCollector
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
from booconf.source.scalars import MERGE_KEY, NumberError, PlainScalars

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_EVENTS = 4_000_000
"""The most events (scalars, and starts and ends of collections) a file may have; a model takes about 15."""

DEEPEST = 32
"""The most nested mappings and lists; fleet.yaml needs 6."""

INVALID_KEY = object()
"""In place of an invalid key: its value is read and then dropped with the data."""

MERGED_KEY = object()
"""As INVALID_KEY, for a merge key: the following alias is part of the same mistake."""


class Loader:
    """Builds data: the open collection, the key of the next value, and the enclosing collections."""

    __slots__ = ("around", "collection", "errors", "has_document", "key", "most_events", "plain", "root")

    def __init__(self, errors: ErrorCollector, most_events: int = MOST_EVENTS) -> None:
        self.errors = errors
        self.most_events = most_events
        self.plain = PlainScalars()
        self.root: list[object] = []
        self.collection: Any = self.root  # a dict or a list
        self.key: object = None
        self.around: list[tuple[Any, object]] = []
        self.has_document = False

    def read(self, text: str) -> object:
        """The data of `text`; meaningless if `errors` has any afterwards."""
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
            for _ in repeat(None, self.most_events):
                event = next_event()
                if event is None:
                    break
                act[event.__class__](event)
            else:
                self.errors.too_many(self.most_events)
        except YAMLError as error:
            self.errors.syntax(error)
        return self.root[0] if self.root else None

    def scalar(self, event: ScalarEvent) -> None:
        """Add a scalar as a key, a value or an element."""
        value = event.value if event.style else self.plain[event.value]
        if event.anchor is not None or event.tag is not None:
            self.errors.properties(event)
            value = event.value
        if event.style == '"' and not event.value.isascii():
            self.errors.surrogates(event)
        collection = self.collection
        if collection.__class__ is list:
            collection.append(value)
        elif self.key is None:
            self.key = self.checked_key(event, value)
            return
        else:
            collection[self.key] = value
            self.key = None
        if value.__class__ is NumberError:
            self.errors.number(event, value)

    def checked_key(self, event: ScalarEvent, value: object) -> object:
        """The key of a scalar, or the placeholder of an invalid one."""
        if value.__class__ is not str:
            self.errors.key(event)
            return INVALID_KEY
        if value in self.collection:
            self.errors.repeated(event)
            return INVALID_KEY
        if value == MERGE_KEY and not event.style:
            self.errors.merge(event)
            return MERGED_KEY
        return value

    def start_mapping(self, event: MappingStartEvent) -> None:
        """Open a mapping."""
        self.start(event, {})

    def start_list(self, event: SequenceStartEvent) -> None:
        """Open a list."""
        self.start(event, [])

    def start(self, event: MappingStartEvent | SequenceStartEvent, opened: object) -> None:
        """Add an empty collection and continue inside it."""
        if event.anchor is not None or event.tag is not None:
            self.errors.properties(event)
        if len(self.around) == DEEPEST:
            self.errors.depth(event, DEEPEST)
        collection, after = self.collection, None
        if collection.__class__ is list:
            collection.append(opened)
        elif self.key is None:
            self.errors.collection_as_key(event)
            after = INVALID_KEY
        else:
            collection[self.key] = opened
        self.around.append((collection, after))
        self.collection, self.key = opened, None

    def end(self, _event: MappingEndEvent | SequenceEndEvent) -> None:
        """Continue in the enclosing collection."""
        self.collection, self.key = self.around.pop()

    def alias(self, event: AliasEvent) -> None:
        """Report an alias, and leave a null in its place."""
        if self.key is not MERGED_KEY:
            self.errors.alias(event)
        if self.collection.__class__ is list:
            self.collection.append(None)
        else:
            self.key = INVALID_KEY if self.key is None else None

    def document(self, event: DocumentStartEvent) -> None:
        """Report directives, and every document but the first."""
        if self.has_document:
            self.errors.second_document(event)
        self.errors.directives(event)
        self.has_document = True


def _pass(_event: object) -> None:
    """Ignore the start and end of a stream and the end of a document."""
