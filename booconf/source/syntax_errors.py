"""Explain a syntax error of YAML, with its position and correction.

The messages of the parsers (libyaml 0.2.5, PyYAML 6) only select the explanation; the text at the position
determines the rest. Only single characters of the file are quoted, since any text may be a secret.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from booconf.diagnostics import Label, Span
from booconf.source.errors import TOO_DEEP_HELP
from booconf.source.events import MarkedYAMLError, YAMLError
from booconf.source.text import SourceText

_NOT_PRINTABLE = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DIRECTIVE = re.compile(r"(?:[ \t]*(?:#[^\r\n]*)?[\r\n])*%")
_KEY = re.compile(r":(?=\s|$)")
_INDENT = "indent with spaces, as far as the other lines of this mapping"
_QUOTE = "put the whole text in quotes"
_CLOSING = {"{": "}", "[": "]"}


@dataclass(frozen=True, slots=True)
class Explanation:
    """A syntax error: message, span, correction, and the label of a second span."""

    message: str
    span: Span
    help: str
    code: str = "BC102"
    secondary: tuple[Label, ...] = ()


@dataclass(frozen=True, slots=True)
class _Position:
    """The offset at which a parser stopped, and the offset `context` at which the current node starts."""

    source: SourceText
    offset: int
    context: int
    problem: str

    @property
    def character(self) -> str:
        """The character at the offset; empty at the end of the file."""
        return self.source.text[self.offset : self.offset + 1]

    @property
    def before(self) -> str:
        """The text before the offset on its line."""
        return self.source.text[self.source.line_starts[self.line - 1] : self.offset]

    @property
    def line(self) -> int:
        """The line of the offset, counted from 1."""
        return self.source.line_number(self.offset)

    @property
    def line_above(self) -> int:
        """The nearest line above that is not blank, or 0."""
        number = self.line - 1
        while number and not self.source.line(number).strip():
            number -= 1
        return number

    def indent_of(self, line: int) -> int:
        """The number of blanks at the start of a line."""
        text = self.source.line(line)
        return len(text) - len(text.lstrip())

    def here(self, message: str, help_text: str, *, code: str = "BC102") -> Explanation:
        """An explanation of the character at the offset."""
        return self.at(self.offset, message, help_text, code=code)

    def at(self, offset: int, message: str, help_text: str, *, code: str = "BC102") -> Explanation:
        """An explanation of the character at `offset`."""
        end = min(offset + 1, self.source.line_extent(self.source.line_number(offset))[1])
        return Explanation(message, self.source.span(offset, max(offset, end)), help_text, code)


def explain(error: YAMLError, source: SourceText) -> Explanation:
    """The explanation of a parser's error."""
    if not isinstance(error, MarkedYAMLError) or error.problem_mark is None:
        return _explain_character(source)  # a ReaderError
    offset = min(error.problem_mark.index, len(source.text))
    context = error.context_mark.index if error.context_mark else offset
    place = _Position(source, offset, context, str(error.problem))
    reported = f"{error.context}: {error.problem}"
    for pattern, explanation in _EXPLANATIONS:
        if pattern.search(reported):
            return explanation(place)
    return place.here(f"the YAML cannot be read here: {place.problem}", "correct the line, or the one above")


def _explain_character(source: SourceText) -> Explanation:
    match = _NOT_PRINTABLE.search(source.text)
    if match is None:
        return Explanation(
            "the YAML cannot be read", source.line_span(0), "save the file as plain UTF-8 text"
        )
    number, offset = ord(match.group()), match.start()
    escape = f"\\u{number:04X}"
    message = f"the character U+{number:04X} cannot be written in YAML"
    help_text = f"remove it, or write the escape `{escape}` in double quotes"
    return Explanation(message, source.span(offset, offset + 1), help_text)


def _start(place: _Position) -> Explanation:
    if place.character == "\t":
        return _tab(place)
    shown = "a backtick" if place.character == "`" else f"`{place.character}`"
    return place.here(f"a text cannot start with {shown}", _QUOTE)


def _tab(place: _Position) -> Explanation:
    return place.here("a tab is used for indentation", _INDENT)


def _colon(place: _Position) -> Explanation:
    if _KEY.search(place.before):
        return place.here(
            "this line has a second colon",
            "put a value that contains `: ` in quotes, or write the colon that its key lacks",
        )
    above = place.source.line(place.line_above)
    if above and not _KEY.search(above) and not above.lstrip().startswith("#"):
        return _no_colon(_Position(place.source, place.offset, _first(place, place.line_above), ""))
    if above:
        return place.here(
            "a key is indented below a line that already has a value",
            "indent the key as the line above, or remove the value there",
        )
    return place.here("a colon has no key before it", "write a key of at most 1024 characters before it")


def _first(place: _Position, line: int) -> int:
    return place.source.line_starts[line - 1] + place.indent_of(line)


def _no_colon(place: _Position) -> Explanation:
    span = place.source.line_span(place.context)
    return Explanation(
        "a key has no colon after it", span, "write `key: value`, with a space after the colon"
    )


def _open_quote(place: _Position) -> Explanation:
    return place.at(place.context, "the closing quote is missing", "close the text with the same quote")


def _escape(place: _Position) -> Explanation:
    backslash = place.source.text.rfind("\\", 0, place.offset + 1)
    if "unknown" in place.problem:
        return place.at(
            backslash, "this escape is unknown", "write `\\\\` for a backslash, or use single quotes"
        )
    return place.at(
        backslash,
        "this escape encodes no character",
        "write the character itself, or `\\U` and its eight hexadecimal digits",
    )


def _block_scalar(place: _Position) -> Explanation:
    if place.character == "\t":
        return _tab(place)
    mark = place.source.text[place.context]
    return place.here(
        f"`{mark}` starts a text of several lines, and this cannot follow it",
        f"start the text on the next line; a text that starts with `{mark}` needs quotes",
    )


def _after_value(place: _Position) -> Explanation:
    before = place.before.rstrip()
    if not before:
        return _indentation(place)
    if before[-1] in "'\"":
        return place.here(
            "unexpected text after the closing quote",
            "put the whole value in one pair of quotes; a quote inside is written `''` or `\\\"`",
        )
    return place.here("unexpected text after the end of a value", _QUOTE)


def _indentation(place: _Position) -> Explanation:
    if place.character == "-":
        return place.here("a list item is used as a key", "indent it below the key of the list")
    if place.character == ":":
        return _no_key(place)
    return place.here("the indentation of this line fits no line above", _INDENT)


def _no_key(place: _Position) -> Explanation:
    return place.here("a key is missing before this colon", "write the key before the colon")


def _list_item(place: _Position) -> Explanation:
    if place.before.strip():
        return _after_value(place)
    return place.here(
        "a list item is missing its `-`", "start it with `- `, or indent as the lines it belongs to"
    )


def _open_bracket(place: _Position) -> Explanation:
    opening = place.source.text[place.context]
    closing = _CLOSING[opening]
    context_line = place.source.line_number(place.context)
    outside = place.line > context_line and place.indent_of(place.line) <= place.indent_of(context_line)
    if place.character in ("]", "}"):
        message, help_text = f"`{place.character}` cannot close `{opening}`", f"write `{closing}`"
    elif not place.source.text[place.offset :].strip() or outside:
        return place.at(
            place.context, f"this `{opening}` is never closed", f"write `{closing}` after its last value"
        )
    else:
        message = f"a comma or `{closing}` is missing before this"
        help_text = f"write `,` between values and `{closing}` after the last; quote a text with `: `"
    opened = Label(place.source.span(place.context, place.context + 1), "opened here")
    found = place.here(message, help_text)
    return Explanation(found.message, found.span, found.help, secondary=(opened,))


def _no_value(place: _Position) -> Explanation:
    if place.character in ("]", "}", ","):
        help_text = "write a value before it; a text that starts with it needs quotes"
        return place.here(f"`{place.character}` is used as a value", help_text)
    if place.character == ":":
        return _no_key(place)
    return place.here("a value is missing here", "write the value")


def _outside(place: _Position) -> Explanation:
    if _DIRECTIVE.match(place.source.text):
        return _directive(place)
    if place.character in ("]", "}"):
        return place.here(f"`{place.character}` closes nothing", "remove it, or open the bracket before")
    return place.here("this line is outside the document", "indent it as the first key of the file")


def _list_on_line(place: _Position) -> Explanation:
    return place.here(
        "a list item is on the line of its key",
        "start the list on the next line, or write `[first, second]`; quote a text that starts with `- `",
    )


def _question(place: _Position) -> Explanation:
    return place.here("a text cannot start with `? `", _QUOTE)


def _directive(place: _Position) -> Explanation:
    match = _DIRECTIVE.match(place.source.text)
    span = place.source.line_span(match.end() - 1 if match else place.context)
    help_text = "remove the line; every file is read as YAML 1.2"
    return Explanation("a directive precedes the document", span, help_text, "BC106")


def _reference(place: _Position) -> Explanation:
    mark = place.source.text[place.context]
    what = "an alias" if mark == "*" else "an anchor"
    return place.at(
        place.context, f"`{mark}` starts {what}", f"quote a text that starts with `{mark}`", code="BC104"
    )


def _tag(place: _Position) -> Explanation:
    return place.at(
        place.context, "`!` starts a tag", "remove the tag; quote a text that starts with `!`", code="BC106"
    )


_EXPLANATIONS: tuple[tuple[re.Pattern[str], Callable[[_Position], Explanation]], ...] = tuple(
    (re.compile(pattern), explanation)
    for pattern, explanation in (
        ("scanning a directive|duplicate %?YAML|incompatible YAML", _directive),
        ("scanning an (anchor|alias)", _reference),
        ("(scanning|parsing) a tag|undefined tag", _tag),
        # the limit of libyaml in PyYAML 6.0.4 and later, which reads ahead of the loader's own
        ("maximum nesting depth", lambda at: at.here("the nesting is too deep", TOO_DEEP_HELP, code="BC109")),
        ("cannot start any token", _start),
        ("scanning a block scalar", _block_scalar),
        ("tab character", _tab),
        ("mapping values are not allowed", _colon),
        ("could not find expected ':'", _no_colon),
        ("unexpected (end of stream|document)", _open_quote),
        ("quoted scalar|number out of range", _escape),
        ("parsing a flow (mapping|sequence)", _open_bracket),
        ("parsing a block mapping", _after_value),
        ("parsing a block collection", _list_item),
        ("node content", _no_value),
        ("<document start>", _outside),
        ("sequence entries are not allowed", _list_on_line),
        ("mapping keys are not allowed", _question),
    )
)
