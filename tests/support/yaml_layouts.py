"""YAML in random layouts, with the nodes on each line."""

import json
from dataclasses import dataclass, field
from random import Random
from typing import Any

from booconf.source import Path
from booconf.source.emitter import flow_text, yaml_scalar

BREAK, FOLD = "\n", "\f"
"""The end of a line in flow style, and the end of a line that means a space in a quoted scalar."""

INSIDE = "<inside>"
"""Ends the tag of a comment or blank line between the entries of a block."""

MISLEADING = ("", " {a: 1, b]", " - x: 'y", ' "', " ,}", " | ?", " 😀 é")

Tag = Path


@dataclass
class Line:
    text: str = ""
    tags: set[Tag] = field(default_factory=set)


class Layout:
    """One text for `data`: its lines with the paths of the nodes on each, and its comments."""

    def __init__(self, data: dict[str, Any], random: Random, *, tabs: bool) -> None:
        self._random = random
        self._tabs = tabs
        self.lines = [Line()]
        self.comments: list[str] = []
        self._scalar_is_open = False
        self._last: list[tuple[int, Path]] = []
        self._outer_lines((), 0)
        self._block_mapping(data, (), 0)
        self._outer_lines((), 0)
        if not self.lines[-1].text:
            self.lines.pop()
        self.line_break = random.choice(["\n", "\n", "\r\n", "\r"])
        self.ends_in_break = self._scalar_is_open or self._chance(0.8)

    @property
    def text(self) -> str:
        whole = self.line_break.join(line.text for line in self.lines)
        return whole + self.line_break if self.ends_in_break else whole

    def _chance(self, share: float) -> bool:
        return self._random.random() < share

    def _put(self, text: str, tag: Tag) -> None:
        self.lines[-1].text += text
        self.lines[-1].tags.add(tag)

    def _comment(self) -> str:
        self.comments.append(
            f"#{self._random.choice(['', ' '])}«{len(self.comments)}»" + self._random.choice(MISLEADING)
        )
        return self.comments[-1]

    def _end_line(self, share: float = 0.3) -> None:
        if self._chance(share):
            blanks = (
                self._random.choice([" ", "  ", "\t "])
                if self._tabs and self.lines[-1].text.strip("- ")
                else " "
            )
            self.lines[-1].text += blanks + self._comment()
        elif self._chance(0.1):
            self.lines[-1].text += "  "
        self.lines.append(Line())

    def _outer_lines(self, tag: Tag, indent: int) -> None:
        """Comment lines and blank lines, no deeper than `indent`."""
        while self._chance(0.2):
            if self._chance(0.7):
                self._put(" " * self._random.choice([indent, indent, 0]) + self._comment(), tag)
                self._scalar_is_open = False
            else:
                self._put("" if self._scalar_is_open else self._random.choice(["", " "]), tag)
            self.lines.append(Line())

    def _own_lines(self, tag: Tag, indent: int) -> None:
        """Comment lines deeper than `indent`; each belongs to the last entry that it is deeper than."""
        while not self._scalar_is_open and self._chance(0.1):
            column = indent + self._random.randint(1, 5)
            owner = next((path for start, path in reversed(self._last) if start < column), tag)
            self._put(" " * column + self._comment(), owner)
            self.lines.append(Line())

    def _begin(self, path: Path, column: int) -> None:
        """Note that an entry of a block starts at a column."""
        while self._last and self._last[-1][0] > column:
            self._last.pop()
        self._last.append((column, path))

    # blocks

    def _block_mapping(
        self, value: dict[str, Any], path: Path, indent: int, *, starts_here: bool = False
    ) -> None:
        for number, (key, inner) in enumerate(value.items()):
            if number or not starts_here:
                self._outer_lines((*path, INSIDE), indent)
                self._put(" " * indent, (*path, key))
            self._begin((*path, key), indent)
            self._put(self._key(key) + self._random.choice([":", ":", ":", " :"]), (*path, key))
            self._block_value(inner, (*path, key), indent, is_in_list=False)

    def _block_list(self, value: list[Any], path: Path, indent: int, *, starts_here: bool = False) -> None:
        for number, inner in enumerate(value):
            if number or not starts_here:
                self._outer_lines((*path, INSIDE), indent)
                self._put(" " * indent, (*path, number))
            self._begin((*path, number), indent)
            self._put("-", (*path, number))
            self._block_value(inner, (*path, number), indent, is_in_list=True)

    def _block_value(self, value: Any, path: Path, indent: int, *, is_in_list: bool) -> None:
        """Write the value after a colon or dash, up to the end of its last line."""
        deeper = indent + self._random.choice([1, 2, 2, 2, 3, 4])
        if value and isinstance(value, dict | list) and self._chance(0.6):
            starts_here = is_in_list and self._chance(0.7)
            if starts_here:
                deeper = max(deeper, indent + 2)
                self._put(" " * (deeper - indent - 1), path)
            else:
                self._scalar_is_open = False
                self._end_line()
                self._own_lines(path, indent)
            if isinstance(value, dict):
                self._block_mapping(value, path, deeper, starts_here=starts_here)
            else:
                flat = not is_in_list and self._chance(0.4)
                self._block_list(value, path, indent if flat else deeper, starts_here=starts_here)
            self._own_lines(path, indent)
            return
        self._scalar_is_open = False
        if (
            isinstance(value, str)
            and value.strip()
            and value.isprintable()
            and value[0] != " "
            and self._chance(0.2)
        ):
            self._block_scalar(value, path, deeper)
            return
        written = self._value(value, path, indent)
        if written:
            self._put(self._random.choice([" ", " ", "   "]), path)
            for token in written:
                self._token(token, path, deeper)
        self._end_line()
        self._own_lines(path, indent)

    def _block_scalar(self, value: str, path: Path, indent: int) -> None:
        self._put(f" {self._random.choice(['|-', '>-'])}", path)
        self._end_line()
        self._put(" " * indent + value, path)
        self.lines.append(Line())
        self._scalar_is_open = True

    # one line, or brackets

    def _token(self, token: "str | tuple[str, Tag]", path: Path, indent: int) -> None:
        text, tag = token if isinstance(token, tuple) else (token, path)
        if text == FOLD:
            self.lines.append(Line())
            self._put(" " * indent, tag)
        elif text == BREAK:
            self._end_line()
            self.lines[-1].text = " " * indent + self._random.choice(["", "  "])
            if self._chance(0.1):
                self._put(self._comment(), tag)
                self.lines.append(Line(" " * indent))
        else:
            self._put(text, tag)

    def _value(self, value: Any, path: Path, indent: int) -> list[Any]:
        """The tokens of a value on one line or in brackets."""
        if isinstance(value, dict | list):
            return self._flow(value, path)
        if value is None and self._chance(0.7) and not isinstance(path[-1], int):
            return []
        return self._scalar(value, path)

    def _flow(self, value: Any, path: Path) -> list[Any]:
        opened, closed = "{}" if isinstance(value, dict) else "[]"
        pad = self._random.choice(["", "", " "])
        newline = self._random.choice([0, 0, 0, 0.5, 1])
        commas_first = self._chance(0.15)
        tokens: list[Any] = [(opened, path)]
        entries = list(value.items()) if isinstance(value, dict) else list(enumerate(value))
        for number, (name, inner) in enumerate(entries):
            tag = (*path, name)
            breaks = self._chance(newline)
            if number and commas_first:
                tokens += [(BREAK, (*path, INSIDE)), (", ", (*path, entries[number - 1][0]))]
            elif breaks:
                tokens.append((BREAK, (*path, INSIDE)))
            else:
                tokens.append((" " if number else pad, path if not number else tag))
            tokens += self._flow_entry(name, inner, tag, is_mapping=isinstance(value, dict))
            is_last = number == len(entries) - 1
            if (not is_last and not commas_first) or (is_last and self._chance(0.2)):
                tokens.append((self._random.choice([",", ",", " ,"]), tag))
        if entries and self._chance(newline):
            tokens.append((BREAK, (*path, INSIDE)))
        else:
            tokens.append((pad, path))
        return [*tokens, (closed, path)]

    def _flow_entry(self, name: Any, value: Any, tag: Tag, *, is_mapping: bool) -> list[Any]:
        written = self._value(value, tag, 0) if is_mapping or value is not None else [("null", tag)]
        if not is_mapping:
            return written
        if not written:
            return [(self._key(name) + self._random.choice(["", ": "]), tag)]
        return [(f"{self._key(name)}: ", tag), *written]

    def _key(self, name: str) -> str:
        return self._random.choice(
            [yaml_scalar(name), yaml_scalar(name), json.dumps(name, ensure_ascii=False)]
        )

    def _scalar(self, value: Any, tag: Tag) -> list[Any]:
        if not isinstance(value, str):
            return [(flow_text(value), tag)]
        single = "'" + value.replace("'", "''") + "'"
        double = json.dumps(value, ensure_ascii=False)
        if " " in value.strip() and self._chance(0.2):
            first, _, second = double.partition(" ")
            return [(first, tag), (FOLD, tag), (second, tag)]
        return [(self._random.choice([yaml_scalar(value), single, double]), tag)]
