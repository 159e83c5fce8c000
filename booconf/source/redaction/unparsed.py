"""Lines of a fleet that could not be read, as they may be shown: what may be a secret becomes asterisks.

The lines are taken one by one, and indentation tells where a key stands. An error may spoil that view of what
follows it; so in doubt a value is hidden, and never shown.
"""

import re
from typing import NamedTuple

from booconf.source.redaction.line import LONGEST_LINE, comment, hidden, hidden_parts, without_credentials
from booconf.source.redaction.secrets import is_secret_name, looks_like_secret, may_be_quoted
from booconf.source.redaction.visible_keys import (
    HEADERS,
    KNOWN_KEYS,
    PLACES,
    VARIABLE,
    Shape,
    Shown,
    holds_ids,
    shape_below,
)
from booconf.source.scalars import MERGE_KEY
from booconf.source.text import SourceText

_COLON = re.compile(r":(?=[ \t]|$)")
_COLON_IN_FLOW = re.compile(
    r"""(?P<key>[^\s{}\[\],:"']+)["']?[ \t]*:(?=[\s"'{\[]|$)|(?<=["'{}\[\],])[ \t]*:"""
)
_NO_COLON_IN_FLOW = re.compile(r"""[,{][ \t]*["']?(?P<key>[\w.-]+)(?=[:=][^\s,}\]]|[ \t]+[^\s:,}\]])""")
_FIRST_WORD = re.compile(r"""["'{\[]*(?P<word>[\w.-]*)""")
_NO_VALUE = re.compile(r"(?:[&!*]\S*[ \t]*)?(?:#|$)")


class _Entry(NamedTuple):
    """A line that looks like `key: value`: the columns of its dashes and key, and where its value starts."""

    dashes: tuple[int, ...]
    column: int
    key: str
    value: int


class _Open(NamedTuple):
    """What the lines indented further than `column` belong to."""

    column: int
    shape: Shape | None
    is_item: bool = False


class MaskedLines:
    """The lines of a text without a document, masked in the order in which they stand."""

    def __init__(self, source: SourceText) -> None:
        self.source = source
        self.masked: list[str] = []
        self.open = [_Open(-1, PLACES)]
        self.hidden_below: int | None = None

    def line(self, number: int) -> str:
        """Line `number`, counted from 1, masked; empty outside the file."""
        while len(self.masked) < min(number, len(self.source.line_starts)):
            self.masked.append(self._next(self.source.line(len(self.masked) + 1)))
        return self.masked[number - 1] if 1 <= number <= len(self.masked) else ""

    def _next(self, line: str) -> str:
        if not line.strip(" \t") or len(line) > LONGEST_LINE:
            return hidden(line)
        entry = _entry(line)
        if self.hidden_below is not None:
            if entry is None or entry.column > self.hidden_below:
                return hidden(line)
            self.hidden_below = None
        if line.lstrip(" \t").startswith("#"):
            return comment(line)
        if entry is None:
            return self._loose(line)
        return self._value(line, entry, self._shape(entry))

    def _value(self, line: str, entry: _Entry, shape: Shape | None) -> str:
        """Show of a `key: value` what may be shown, and remember whether more of its value may follow."""
        value = line[entry.value :].strip(" \t")
        if shape in (None, Shown.NOTHING, HEADERS) or not _fits(value, shape) or _is_secret(entry.key, shape):
            self.hidden_below = min((entry.column, *entry.dashes))
            is_name = shape not in (None, Shown.NOTHING) or entry.key == MERGE_KEY or may_be_quoted(entry.key)
            end = entry.value if is_name else entry.column
            return line[:end] + hidden(line[end:])
        if shape is Shown.URL:
            line = hidden_parts(line, entry.value)
        return self._flow(line, entry.value)

    def _flow(self, line: str, start: int) -> str:
        """Show a line from `start` on up to the first key whose value may not be shown."""
        code, mark, rest = line.partition(" #")
        pairs = (*_COLON_IN_FLOW.finditer(code, start), *_NO_COLON_IN_FLOW.finditer(code, start))
        for match in sorted(pairs, key=lambda match: match.end()):
            if match["key"] not in KNOWN_KEYS:
                self.hidden_below = len(line) - len(line.lstrip(" \t"))
                is_hidden = match["key"] and not may_be_quoted(match["key"])
                end = match.start("key") if is_hidden else match.end()
                return without_credentials(line[:end]) + hidden(line[end:])
        return without_credentials(code) + mark + comment(rest)

    def _loose(self, line: str) -> str:
        """Show of a line without a key the first word, and the rest where that is a key of the format."""
        dashes, column = _indentation(line)
        around = self._around(dashes, column)
        self.open.append(_Open(column, None, is_item=bool(dashes)))
        match = _FIRST_WORD.match(line, column)
        end = match.end() if match else column
        if match and match["word"] in KNOWN_KEYS:
            return self._flow(line, end)
        is_place = around is Shown.TEXT or (isinstance(around, dict) and not dashes)
        is_shown = is_place and (holds_ids(around) or not looks_like_secret(line[column:end]))
        return line[:end] + hidden(line[end:]) if is_shown else hidden(line)

    def _shape(self, entry: _Entry) -> Shape | None:
        """What the place of an entry takes, by the indentation of the lines before."""
        for index, dash in enumerate(entry.dashes):
            around = self._around(entry.dashes[: index + 1], dash)
            self.open.append(_Open(dash, around[0] if isinstance(around, tuple) else None, is_item=True))
        shape = shape_below(self._around((), entry.column), entry.key)
        self.open.append(_Open(entry.column, shape))
        return shape

    def _around(self, dashes: tuple[int, ...], column: int) -> Shape | None:
        """What a line at `column` belongs to; one with dashes may stand as far left as its key."""
        column = dashes[-1] if dashes else column
        while self.open[-1].column > column or (
            self.open[-1].column == column and (self.open[-1].is_item or not dashes)
        ):
            self.open.pop()
        return self.open[-1].shape


def _indentation(line: str) -> tuple[tuple[int, ...], int]:
    """The columns of the dashes that start a line, and of what follows them."""
    text = line.lstrip(" \t-")
    column = len(line) - len(text)
    while column and line[column - 1] == "-":
        column -= 1
    return tuple(index for index in range(column) if line[index] == "-"), column


def _entry(line: str) -> _Entry | None:
    colon = _COLON.search(line)
    if colon is None:
        return None
    dashes, column = _indentation(line)
    key = line[column : colon.start()].strip(" \t")
    if key[:1] in ("{", "[", "#", "}", "]", ","):
        return None
    return _Entry(dashes, column, key.strip("\"'"), colon.end())


def _fits(value: str, shape: Shape | None) -> bool:
    """Whether a value may be what its place takes, as far as this line tells."""
    if shape is Shown.VARIABLE:
        return VARIABLE.fullmatch(value.partition(" #")[0].strip(" \t\"'")) is not None
    if isinstance(shape, Shown):
        return not value.startswith("{")
    return value.startswith("{" if isinstance(shape, dict) else "[") or bool(_NO_VALUE.match(value))


def _is_secret(key: str, shape: Shape | None) -> bool:
    return isinstance(shape, Shown) and is_secret_name(key)
