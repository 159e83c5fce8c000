"""What source/ refuses, each as a diagnostic: the code, the place, and what to write instead."""

import re
from dataclasses import replace

from booconf.diagnostics import Diagnostic, Label, Span, diagnose
from booconf.escaping import quote, truncate
from booconf.source.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceStartEvent,
    YAMLError,
    extent,
)
from booconf.source.scalars import Refused
from booconf.source.text import SourceText

MOST = 50
"""After so many diagnostics the rest of the file is not read."""

_PROPERTY = re.compile(r"([&!])[^\s,\[\]{}]*")
_BETWEEN_PROPERTIES = re.compile(r"(?:[ \t\r\n]|#[^\r\n]*)*")
_SURROGATE = re.compile("[\ud800-\udfff]")
_UNREADABLE_AFTER = {"BC104", "BC106"}
"""Codes of what the parser often cannot read past, as in `match: *-instruct and more`."""


class Stop(Exception):  # noqa: N818 - ends the walk, is no error of the program
    """Nothing after this place is read."""


class Refusals:
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
        """Keep one diagnostic; raises Stop when there are enough."""
        primary = Label(span) if span else None
        self.found.append(diagnose(code, message, primary, secondary, help_text))
        if len(self.found) >= MOST:
            self.found[-1] = replace(
                self.found[-1], notes=(f"nothing is read after the first {MOST} errors",)
            )
            raise Stop

    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """All that was found, in the order of the text."""
        self._tell_repeats()
        return tuple(sorted(self.found, key=_start))

    def _tell_repeats(self) -> None:
        if not self.repeats:
            return
        from booconf.source.redaction.secrets import quoted_key  # noqa: PLC0415 - as above
        from booconf.source.repeats import find_repeats  # noqa: PLC0415 - only repeated keys need it

        for repeat in find_repeats(self.source.parser_text, set(self.repeats)):
            name = f"the key {quote(repeat.key)}" if repeat.is_id else quoted_key(repeat.key, "the key")
            index = self.repeats[repeat.offset]
            first = Label(self.source.span(*repeat.first), "first written here")
            self.found[index] = replace(
                self.found[index], message=f"{name} stands twice in this mapping", secondary=(first,)
            )

    def span(self, event: NodeEvent) -> Span:
        """Where a node stands, of a block collection only the first line."""
        start, end = extent(event)
        if isinstance(event, MappingStartEvent | SequenceStartEvent):
            return self.source.span(start, end) if event.flow_style else self.source.line_span(start)
        return self.source.span(start, end)

    def properties(self, event: ScalarEvent | MappingStartEvent | SequenceStartEvent) -> None:
        """An anchor, a tag, or both."""
        text, offset = self.source.text, extent(event)[0]
        while (match := _PROPERTY.match(text, offset)) is not None:
            span = self.source.span(*match.span())
            if match[1] == "&":
                self.add(
                    "BC104",
                    "an anchor stands before this value",
                    span,
                    "remove the anchor, and write the value out wherever it is needed",
                )
            else:
                self.add(
                    "BC106",
                    "a tag stands before this value",
                    span,
                    "remove the tag; write a text in quotes, and anything else plain",
                )
            between = _BETWEEN_PROPERTIES.match(text, match.end())
            offset = between.end() if between else match.end()

    def alias(self, event: AliasEvent) -> None:
        """A value that is written elsewhere."""
        self.add(
            "BC104",
            "an alias stands where a value belongs",
            self.span(event),
            "write the value out; a text that starts with `*` needs quotes",
        )

    def merge(self, event: ScalarEvent) -> None:
        """A key `<<`, which YAML 1.1 replaces by the keys of another mapping."""
        self.add("BC105", "a merge key is not read", self.span(event), "write the keys out in this mapping")

    def directives(self, event: DocumentStartEvent) -> None:
        """Any %YAML, %TAG or other directive before the document."""
        start = extent(event)[0]
        if self.source.text.startswith("%", start):
            span = self.source.line_span(start)
            help_text = "remove the line; every file is read as YAML 1.2"
            self.add("BC106", "a directive stands before the document", span, help_text)

    def second_document(self, event: DocumentStartEvent) -> None:
        """Another document; nothing of it is read."""
        span = self.source.line_span(extent(event)[0])
        self.add(
            "BC107",
            "a second document starts here",
            span,
            "keep one document in the file, and remove this line and what follows",
        )
        raise Stop

    def too_many(self, most: int) -> None:
        """More nodes than are read."""
        self.add(
            "BC108",
            f"the file holds more than {most:,} values",
            None,
            "split the fleet, or remove what is not needed",
        )

    def depth(self, event: NodeEvent, deepest: int) -> None:
        """A collection inside too many others; nothing of it is read."""
        span = self.source.span(extent(event)[0], extent(event)[0] + 1)
        self.add(
            "BC109",
            f"more than {deepest} mappings and lists stand inside each other",
            span,
            "remove levels: a fleet needs no more than 6",
        )
        raise Stop

    def key(self, event: ScalarEvent) -> None:
        """A plain key that YAML reads as a number, a boolean or null."""
        from booconf.source.redaction.secrets import looks_like_secret  # noqa: PLC0415 - as for repeats

        if event.value:
            text, is_secret = truncate(event.value), looks_like_secret(event.value)
            self.add(
                "BC110",
                "this key is not read as text" if is_secret else f"the key `{text}` is not read as text",
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
        """A mapping or list where a key belongs."""
        kind = "mapping" if isinstance(event, MappingStartEvent) else "list"
        self.add(
            "BC110",
            f"a {kind} stands where a key belongs",
            self.span(event),
            "write a text; one that starts with `{` or `[` needs quotes",
        )

    def repeated(self, event: ScalarEvent) -> None:
        """A key that its mapping already has; which, and where that one stands, is told at the end."""
        self.repeats[extent(event)[0]] = len(self.found)
        help_text = "remove one of the two, or write both values under one key"
        self.add("BC103", "a key stands twice in this mapping", self.span(event), help_text)

    def number(self, event: ScalarEvent, reason: Refused) -> None:
        """A number that is not read; its digits may be a secret and are not quoted."""
        if reason is Refused.LEADING_ZERO:
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
        """Half of a character, written as an escape."""
        if _SURROGATE.search(event.value):
            self.add(
                "BC102",
                "an escape stands for half a character",
                self.span(event),
                "write the character itself, or `\\U` and its eight digits",
            )

    def break_character(self, offset: int) -> None:
        """A character that ends a line in YAML 1.1 only."""
        number = f"{ord(self.source.text[offset]):04X}"
        escape = f"\\u{number}"
        self.add(
            "BC112",
            f"the character U+{number} is a line break to some YAML readers only",
            self.source.span(offset, offset + 1),
            f"write the escape `{escape}` in double quotes",
        )

    def syntax(self, error: YAMLError) -> None:
        """What the parser could not read, unless the last refusal on that line already says why."""
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
