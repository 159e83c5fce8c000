"""Lines of a fleet that could not be read, as they may be shown: what may be a secret becomes asterisks.

The lines are taken one by one, and indentation tells where a key stands. An error may spoil that view of what
follows it; so in doubt a value is hidden, and never shown.
"""

import re
from typing import NamedTuple

from booconf.source.confidential import HEADERS, KNOWN_KEYS, PLACES, Shape, Shown, is_secret_name, shape_below
from booconf.source.hiding import LONGEST_LINE, comment, hidden, url_parts, without_credentials
from booconf.source.text import SourceText

_COLON = re.compile(r":(?=[ \t]|$)")
_COLON_IN_FLOW = re.compile(r"""(?P<key>[^\s{}\[\],:"']+)["']?[ \t]*:(?=[\s"'{\[]|$)|(?<=["'])[ \t]*:""")
_DASHES = re.compile(r"[ \t]*((?:-[ \t]+)*)")
_FIRST_WORD = re.compile(r"""[ \t]*(?:-[ \t]+)*["'{\[]*(?P<word>[^\s"':,{}\[\]]*)[^\s]*""")
_OPENS_COLLECTION = re.compile(r"[{\[#]|[&!*][^\s]*$")


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
        is_out_of_place = not isinstance(shape, Shown) and value and not _OPENS_COLLECTION.match(value)
        if shape in (None, Shown.NOTHING, HEADERS) or is_out_of_place or _is_secret(entry.key, shape):
            self.hidden_below = min((entry.column, *entry.dashes))
            return line[: entry.value] + hidden(line[entry.value :])
        if shape is Shown.URL:
            for start, end in url_parts(line[entry.value :]):
                left, right = entry.value + start, entry.value + end
                line = line[:left] + hidden(line[left:right]) + line[right:]
        return self._flow(line, entry.value)

    def _flow(self, line: str, start: int) -> str:
        """Show a line from `start` on up to the first key whose value may not be shown."""
        for match in _COLON_IN_FLOW.finditer(line, start):
            if match["key"] not in KNOWN_KEYS:
                self.hidden_below = len(line) - len(line.lstrip(" \t"))
                return without_credentials(line[: match.end()]) + hidden(line[match.end() :])
        code, mark, rest = line.partition(" #")
        return without_credentials(code) + mark + comment(rest)

    def _loose(self, line: str) -> str:
        """Show the first word of a line without a key, and what follows a word that is a key of the format."""
        match = _FIRST_WORD.match(line)
        end = match.end() if match else 0
        if match and match["word"] not in KNOWN_KEYS:
            return without_credentials(line[:end]) + hidden(line[end:])
        return self._flow(line, end)

    def _shape(self, entry: _Entry) -> Shape | None:
        """What the place of an entry takes, by the indentation of the lines before."""
        for dash in entry.dashes:
            while self.open[-1].column > dash or (self.open[-1].column == dash and self.open[-1].is_item):
                self.open.pop()
            around = self.open[-1].shape
            self.open.append(_Open(dash, around[0] if isinstance(around, tuple) else None, is_item=True))
        while self.open[-1].column >= entry.column:
            self.open.pop()
        shape = shape_below(self.open[-1].shape, entry.key)
        self.open.append(_Open(entry.column, shape))
        return shape


def _entry(line: str) -> _Entry | None:
    colon = _COLON.search(line)
    start = _DASHES.match(line)
    if colon is None or start is None:
        return None
    column = start.end()
    key = line[column : colon.start()].strip(" \t")
    if key[:1] in ("{", "[", "#", "}", "]", ","):
        return None
    dashes = tuple(start.start(1) + match.start() for match in re.finditer("-", start[1]))
    return _Entry(dashes, column, key.strip("\"'"), colon.end())


def _is_secret(key: str, shape: Shape | None) -> bool:
    return isinstance(shape, Shown) and is_secret_name(key)
