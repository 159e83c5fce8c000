"""The errors of reading, each as a diagnostic with its position and correction."""

import re
from dataclasses import replace
from typing import NamedTuple

from booconf.diagnostics import Diagnostic, Label, Span, diagnose
from booconf.escaping import quote, truncate
from booconf.source.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    YAMLError,
    extent,
    open_events,
)
from booconf.source.redaction.visible_keys import FORMAT_KEYS, Shape, has_ids, shape_below
from booconf.source.scalars import NumberError
from booconf.source.text import SourceText

TOO_DEEP_HELP = "remove levels: a fleet needs no more than 6"

MOST_ERRORS = 50
"""Diagnostics after which the rest of the file is not read."""

_PROPERTY = re.compile(r"([&!])[^\s,\[\]{}]*")
_BETWEEN_PROPERTIES = re.compile(r"(?:[ \t\r\n]|#[^\r\n]*)*")
_SURROGATE = re.compile("[\ud800-\udfff]")
_UNREADABLE_AFTER = {"BC104", "BC106"}
"""Codes after which the parser often reports an error, as in `match: *-instruct and more`."""


class StopReading(Exception):  # noqa: N818 - ends the walk, not an error of the program
    """The rest of the file is not read."""


class ErrorCollector:
    """The diagnostics of one walk over the parser text of `source`."""

    def __init__(self, source: SourceText) -> None:
        self.source = source
        self.found: list[Diagnostic] = []
        self.repeats: dict[int, int] = {}

    def __bool__(self) -> bool:
        return bool(self.found)

    def add(
        self, code: str, message: str, span: Span | None, help_text: str, secondary: tuple[Label, ...] = ()
    ) -> None:
        """Add one diagnostic; raises StopReading after MOST_ERRORS."""
        primary = Label(span) if span else None
        self.found.append(diagnose(code, message, primary, secondary, help_text))
        if len(self.found) >= MOST_ERRORS:
            notes = (f"nothing is read after the first {MOST_ERRORS} errors",)
            self.found[-1] = replace(self.found[-1], notes=notes)
            raise StopReading

    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """All diagnostics, in the order of the text."""
        self._name_repeats()
        return tuple(sorted(self.found, key=_start))

    def _name_repeats(self) -> None:
        if not self.repeats:
            return
        from booconf.source.redaction.secrets import quoted_key  # noqa: PLC0415 - as above

        for repeat in find_repeats(self.source.parser_text, set(self.repeats)):
            name = f"the key {quote(repeat.key)}" if repeat.is_id else quoted_key(repeat.key, "the key")
            index = self.repeats[repeat.offset]
            first = Label(self.source.span(*repeat.first), "first written here")
            self.found[index] = replace(
                self.found[index], message=f"{name} is repeated in this mapping", secondary=(first,)
            )

    def span(self, event: NodeEvent) -> Span:
        """The span of a node, of a block collection only the first line."""
        start, end = extent(event)
        if isinstance(event, MappingStartEvent | SequenceStartEvent):
            return self.source.span(start, end) if event.flow_style else self.source.line_span(start)
        return self.source.span(start, end)

    def properties(self, event: ScalarEvent | MappingStartEvent | SequenceStartEvent) -> None:
        """Add the errors of an anchor, a tag, or both."""
        text, offset = self.source.text, extent(event)[0]
        while (match := _PROPERTY.match(text, offset)) is not None:
            span = self.source.span(*match.span())
            if match[1] == "&":
                help_text = "remove the anchor, and write the value in each place that needs it"
                self.add("BC104", "an anchor precedes this value", span, help_text)
            else:
                help_text = "remove the tag; write a text in quotes, and anything else plain"
                self.add("BC106", "a tag precedes this value", span, help_text)
            between = _BETWEEN_PROPERTIES.match(text, match.end())
            offset = between.end() if between else match.end()

    def alias(self, event: AliasEvent) -> None:
        """Add the error of an alias."""
        self.add(
            "BC104",
            "an alias is used as a value",
            self.span(event),
            "write the value out; a text that starts with `*` needs quotes",
        )

    def merge(self, event: ScalarEvent) -> None:
        """Add the error of a key `<<`, which YAML 1.1 replaces by the keys of another mapping."""
        self.add("BC105", "a merge key is not read", self.span(event), "write the keys out in this mapping")

    def directives(self, event: DocumentStartEvent) -> None:
        """Add the error of a %YAML, %TAG or other directive before the document."""
        start = extent(event)[0]
        if self.source.text.startswith("%", start):
            span = self.source.line_span(start)
            help_text = "remove the line; every file is read as YAML 1.2"
            self.add("BC106", "a directive precedes the document", span, help_text)

    def second_document(self, event: DocumentStartEvent) -> None:
        """Add the error of another document; raises StopReading."""
        span = self.source.line_span(extent(event)[0])
        self.add(
            "BC107",
            "a second document starts here",
            span,
            "keep one document in the file, and remove this line and all lines below",
        )
        raise StopReading

    def too_many(self, most: int) -> None:
        """Add the error of more than `most` events."""
        self.add(
            "BC108",
            f"the file contains more than {most:,} values",
            None,
            "split the fleet, or remove unused entries",
        )

    def depth(self, event: NodeEvent, deepest: int) -> None:
        """Add the error of a collection inside too many others; raises StopReading."""
        span = self.source.span(extent(event)[0], extent(event)[0] + 1)
        self.add(
            "BC109",
            f"more than {deepest} mappings and lists are nested",
            span,
            TOO_DEEP_HELP,
        )
        raise StopReading

    def key(self, event: ScalarEvent) -> None:
        """Add the error of a plain key that YAML reads as a number, a boolean or null."""
        from booconf.source.redaction.secrets import looks_like_secret  # noqa: PLC0415 - as for repeats

        if event.value:
            text, is_secret = truncate(event.value), looks_like_secret(event.value)
            subject = "this key" if is_secret else f"the key `{text}`"
            self.add(
                "BC110",
                f"YAML does not read {subject} as text",
                self.span(event),
                "write it in quotes" if is_secret else f'write it in quotes: `"{text}"`',
            )
        else:
            self.add(
                "BC110",
                "a key is missing before the colon",
                self.span(event),
                "write the key before the colon",
            )

    def collection_as_key(self, event: NodeEvent) -> None:
        """Add the error of a mapping or list as a key."""
        kind = "mapping" if isinstance(event, MappingStartEvent) else "list"
        self.add(
            "BC110",
            f"a {kind} is used as a key",
            self.span(event),
            "write a text; one that starts with `{` or `[` needs quotes",
        )

    def repeated(self, event: ScalarEvent) -> None:
        """Add the error of a repeated key; `diagnostics` adds its name and the span of the first."""
        self.repeats[extent(event)[0]] = len(self.found)
        help_text = "remove one of the two, or write both values under one key"
        self.add("BC103", "a key is repeated in this mapping", self.span(event), help_text)

    def number(self, event: ScalarEvent, reason: NumberError) -> None:
        """Add the error of a number; its digits may be a secret and are not quoted."""
        if reason is NumberError.LEADING_ZERO:
            self.add(
                "BC111",
                "a number starts with a zero",
                self.span(event),
                'write it without the zero (`10`), or, as a text, in quotes (`"010"`)',
            )
        else:
            self.add(
                "BC205",
                "a number is too long to be read",
                self.span(event),
                "write a shorter number, or, as a text, put it in quotes",
            )

    def surrogates(self, event: ScalarEvent) -> None:
        """Add the error of half a surrogate pair, written as an escape."""
        if _SURROGATE.search(event.value):
            self.add(
                "BC102",
                "an escape encodes half a character",
                self.span(event),
                "write the character itself, or `\\U` and its eight digits",
            )

    def break_character(self, offset: int) -> None:
        """Add the error of a character that ends a line in YAML 1.1 only."""
        number = f"{ord(self.source.text[offset]):04X}"
        escape = f"\\u{number}"
        self.add(
            "BC112",
            f"the character U+{number} is a line break to some YAML readers only",
            self.source.span(offset, offset + 1),
            f"write the escape `{escape}` in double quotes",
        )

    def syntax(self, error: YAMLError) -> None:
        """Add the error of the parser, unless the last diagnostic on that line already explains it."""
        from booconf.source.syntax_errors import explain  # noqa: PLC0415 - only for YAML that cannot be parsed

        found = explain(error, self.source)
        if self._last_unreadable_line() == found.span.start.line:
            return
        self.add(found.code, found.message, found.span, found.help, found.secondary)

    def _last_unreadable_line(self) -> int | None:
        last = self.found[-1] if self.found else None
        return (
            last.primary.span.start.line if last and last.primary and last.code in _UNREADABLE_AFTER else None
        )


def _start(diagnostic: Diagnostic) -> tuple[int, int]:
    start = diagnostic.primary.span.start if diagnostic.primary else None
    return (start.line, start.column) if start else (0, 0)


class Repeat(NamedTuple):
    """A repeated key: its offset, the start and end of the first one, and if it is an id."""

    key: str
    offset: int
    first: tuple[int, int]
    is_id: bool


class _Collection:
    """An open mapping or list: its shape, the first offsets of each key, and the role of the next event."""

    __slots__ = ("below", "is_mapping", "keys", "shape", "wants_key")

    def __init__(self, shape: Shape | None, *, is_mapping: bool) -> None:
        self.shape = shape
        self.is_mapping = self.wants_key = is_mapping
        self.keys: dict[str, tuple[int, int]] = {}
        self.below = shape[0] if isinstance(shape, tuple) else None
        """The shape of the next value."""


def find_repeats(text: str, offsets: set[int]) -> list[Repeat]:
    """The Repeat of the key at each offset.

    The walk ends at the last of them, before any syntax error that the first walk found.
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
