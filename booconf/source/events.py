"""Parse YAML text to events, by libyaml, or by PyYAML's own parser where that is not compiled in.

The only module that imports yaml. Neither parser recurses, so the reader of the events bounds the depth.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import yaml
from yaml.error import MarkedYAMLError, YAMLError
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)
from yaml.parser import Parser
from yaml.reader import Reader, ReaderError
from yaml.scanner import Scanner, ScannerError

COMPILED = yaml.__with_libyaml__
"""True if libyaml parses the text."""


class PythonParser(Reader, Scanner, Parser):
    """PyYAML's own parser with a ValueError of its `chr` and `int` raised as a YAMLError."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)

    def next_event(self) -> Event | None:
        """The next event, None after the last; raises YAMLError."""
        try:
            event: Event | None = self.get_event()  # type: ignore[no-untyped-call]  # its stub has no types
        except ValueError as error:
            raise ScannerError(None, None, "found a number out of range", self.get_mark()) from error
        return event


def open_events(text: str) -> Callable[[], Event | None]:
    """A function that returns the next event of `text`, None after the last; both may raise YAMLError."""
    if COMPILED:
        from yaml._yaml import CParser  # noqa: PLC0415 - absent where libyaml is not compiled in

        return CParser(text).get_event
    return PythonParser(text).next_event


def extent(event: Event) -> tuple[int, int]:
    """The start and end of an event's text, in code points."""
    start, end = event.start_mark, event.end_mark
    if TYPE_CHECKING:
        assert start is not None
        assert end is not None
    return start.index, end.index


__all__ = [
    "AliasEvent",
    "DocumentEndEvent",
    "DocumentStartEvent",
    "Event",
    "MappingEndEvent",
    "MappingStartEvent",
    "MarkedYAMLError",
    "NodeEvent",
    "ReaderError",
    "ScalarEvent",
    "SequenceEndEvent",
    "SequenceStartEvent",
    "StreamEndEvent",
    "StreamStartEvent",
    "YAMLError",
    "extent",
    "open_events",
]
