"""Comparisons of the names of providers and models with literals, read in the program of opencode.

The program is one file that contains the bundled modules as text, each between zero bytes behind its path.
Local names are minified, so a name is followed through assignments, lists and calls: after `Z=$.api.id`, `Z`
holds the upstream name until its block ends; `f(Z)` makes it a parameter of the module's function `f`.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

FIELDS = {
    "api.id": "upstream",
    "modelId": "upstream",
    "modelID": "model",
    "providerID": "provider",
    "provider.id": "provider",
    "family": "family",
}
"""The last members of an expression -> the name that it holds; `modelId` in client libraries only."""

PACKAGES = ("@ai-sdk/openai-compatible", "@ai-sdk/openai", "@ai-sdk/anthropic")
"""The client libraries that booconf's files choose; others see no model of a fleet."""

_MODULE = re.compile(rb"\x00(/\$bunfs/root/[\w.-]+\.js)\x00(// @bun[^\x00]*)")
_NAME = r"[A-Za-z_$][\w$]*"
_START = r"(?<![\w$.])"
_TEXT = r'"[^"\\]*"'
_LIST = rf"\[(?:{_TEXT},?)+\]"
_REGEX = r"/(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/"
_NESTED = r"\[[^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*\]"
_NEAR, _FAR = 300, 20_000

_FUNCTION = re.compile(rf"function\*? ?({_NAME})\(([^()]*)\)\{{")
_TOKENS = re.compile(r'"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`|[()\[\]{}]')

_AFTER = {
    "contains": re.compile(rf"\??\.includes\(({_TEXT})\)"),
    "starts with": re.compile(rf"\??\.startsWith\(({_TEXT})\)"),
    "ends with": re.compile(rf"\??\.endsWith\(({_TEXT})\)"),
    "equals": re.compile(rf"[!=]==?(?:(?:{_NAME}\.ID\.make\()?({_TEXT})|{_NAME}\.ID\.(?!make\b)({_NAME}))"),
    "matches": re.compile(rf"\??\.match\(({_REGEX})"),
}
"""Operator -> a comparison, from the end of the expression that holds the name."""

_BEFORE = {
    "equals": re.compile(rf"({_TEXT})[!=]==?\Z|({_LIST})\.includes\(\Z|{_START}({_NAME})\.has\(\Z"),
    "matches": re.compile(
        rf"({_REGEX})[a-z]*\.(?:test|exec)\(\Z|{_START}({_NAME})\.(?:test|exec)\(\Z"
        rf"|{_START}({_NAME})\.some\(\(({_NAME})\)=>\4\.test\(\Z"
    ),
}
"""Operator -> a comparison, up to the start of that expression."""

_ANY_OF = re.compile(rf"({_LIST}|{_START}{_NAME})\.some\(\(({_NAME})\)=>[^{{}};]{{0,60}}\Z")
_ASSIGNED = re.compile(rf"({_NAME})=\Z")
_LISTED = re.compile(r"\[(?:[^\[\]]*,)?\Z")
_OF_LIST = re.compile(rf"(?:,[^\[\]]*)?\]\.(?:some|every|find)\(\(({_NAME})\)=>")
_PASSED = re.compile(rf"{_START}({_NAME})\(((?:[^()]*,)?)\Z")


@dataclass(frozen=True, slots=True, order=True)
class Comparison:
    """One comparison: the name (`provider`, `model`, `upstream`, `family`), the operator and the literal."""

    field: str
    operator: str
    literal: str


@dataclass(frozen=True, slots=True)
class _Holder:
    """An expression that holds a name between two positions of a module."""

    expression: str
    field: str
    start: int
    end: int


def comparisons(program: bytes) -> Counter[Comparison]:
    """Every comparison in opencode's own modules and in those of PACKAGES, with the number of places."""
    modules = {match[1].decode(): match[2].decode("utf-8", "replace") for match in _MODULE.finditer(program)}
    libraries = set(_libraries(modules))
    found: Counter[Comparison] = Counter()
    for path, text in modules.items():
        if path in libraries or "providerID" in text or "api.id" in text:
            found.update(comparison for _, comparison in _Module(text, library=path in libraries).find())
    return found


def _libraries(modules: Mapping[str, str]) -> Iterator[str]:
    """The paths of the modules of PACKAGES, and of the modules that these import."""
    for package in PACKAGES:
        imported = re.compile(rf'"{re.escape(package)}":\(\)=>import\("([^"]+)"\)')
        entries = {match[1] for text in modules.values() for match in imported.finditer(text)}
        if not entries:
            message = f"the program does not import {package} in the known way"
            raise ValueError(message)
        for entry in entries:
            yield entry
            yield from re.findall(r'from"([^"]+)"', modules[entry])


class _Module:
    """One bundled module, and the expressions in it that hold a name."""

    def __init__(self, text: str, *, library: bool) -> None:
        self._text = text
        self._fields = {last: name for last, name in FIELDS.items() if (last == "modelId") is library}
        defined = Counter(match[1] for match in _FUNCTION.finditer(text))
        self._functions = {
            match[1]: (match[2].split(","), match.end())
            for match in _FUNCTION.finditer(text)
            if defined[match[1]] == 1  # else the call may mean another function of that name
        }
        self._holders: set[_Holder] = set()
        self._found: set[tuple[int, Comparison]] = set()

    def find(self) -> set[tuple[int, Comparison]]:
        """Every comparison with its position."""
        members = "|".join(map(re.escape, self._fields))
        for match in re.finditer(rf"{_START}(?:{_NAME}\??\.)*({members})(?![\w$])", self._text):
            end = match.end() + len(".toLowerCase()")
            self._hold(_Holder(match[0], self._fields[match[1]], match.start(), end))
        for match in re.finditer(rf"{_START}((?:{_NAME}\.)*{_NAME})\.api\.(?:id|npm)", self._text):
            start, end = self._function_around(match.start())
            self._hold(_Holder(f"{match[1]}.id", "model", start, end))
        for match in re.finditer(rf"\bapi:\{{id:({_NAME}),", self._text):
            outer = self._block_end(self._block_end(match.end()) + 1)
            self._hold(_Holder(match[1], "upstream", match.end(), outer))
        return self._found

    def _hold(self, holder: _Holder) -> None:
        """Read the uses of a holder: comparisons, and other expressions that it makes holders."""
        if holder in self._holders:
            return
        self._holders.add(holder)
        held = re.compile(rf"{_START}{re.escape(holder.expression)}(?![\w$])(?:\.toLowerCase\(\))?")
        for match in held.finditer(self._text, max(0, holder.start), holder.end):
            for operator, literal in self._compared(match.start(), match.end()):
                self._found.add((match.start(), Comparison(holder.field, operator, literal)))
            for name, start in self._passed_on(match.start(), match.end()):
                if re.fullmatch(_NAME, name):
                    self._hold(_Holder(name, holder.field, start, self._block_end(start)))

    def _compared(self, start: int, end: int) -> Iterator[tuple[str, str]]:
        """The operators and literals with which the expression from `start` to `end` is compared."""
        near = max(0, start - _NEAR)
        if self._text.endswith("typeof ", near, start):
            return
        for operator, pattern in _AFTER.items():
            if match := pattern.match(self._text, end):
                yield operator, match[match.lastindex or 0].strip('"/')
        for operator, pattern in _BEFORE.items():
            if match := pattern.search(self._text, near, start):
                source = next(filter(None, match.groups()))
                quote = "/" if operator == "matches" else '"'
                yield from ((operator, literal) for literal in self._literals(source, quote))
        if match := _ANY_OF.search(self._text, near, start):
            for operator, method in (("contains", "includes"), ("starts with", "startsWith")):
                if self._text.startswith(f".{method}({match[2]})", end):
                    yield from ((operator, literal) for literal in self._literals(match[1], '"'))

    def _passed_on(self, start: int, end: int) -> Iterator[tuple[str, int]]:
        """The names to which the expression is assigned or passed, each with the start of its block."""
        near = max(0, start - _NEAR)
        if self._text[end] in ",;)}" and (match := _ASSIGNED.search(self._text, near, start)):
            yield match[1], end
        if _LISTED.search(self._text, near, start) and (match := _OF_LIST.match(self._text, end)):
            yield match[1], match.end()
        if self._text[end] in ",)" and (match := _PASSED.search(self._text, near, start)):
            parameters, body = self._functions.get(match[1], ((), 0))
            index = match[2].count(",")
            if index < len(parameters):
                yield parameters[index].partition("=")[0], body

    def _block_end(self, start: int) -> int:
        """The end of the block, or of the list of arguments, that contains `start`."""
        depth = 0
        for match in _TOKENS.finditer(self._text, start):
            if match[0] in "([{":
                depth += 1
            elif match[0] in ")]}":
                depth -= 1
                if depth < 0:
                    return match.start()
        return len(self._text)

    def _function_around(self, position: int) -> tuple[int, int]:
        """The body of the named function around `position`, or its neighborhood if there is none."""
        for match in reversed([*_FUNCTION.finditer(self._text, max(0, position - _FAR), position)]):
            end = self._block_end(match.end())
            if position < end:
                return match.end(), end
        return position - _NEAR, position + _NEAR

    def _literals(self, source: str, quote: str) -> Iterator[str]:
        """The literals with this quote, `"` or `/`, in a list, in a variable, or `source` itself."""
        if source[0] in '"/[':
            yield from (part.strip(quote) for part in re.findall(_TEXT if quote == '"' else _REGEX, source))
            return
        for value in self._values(source):
            for part in re.findall(rf"{_TEXT}|{_REGEX}|{_START}{_NAME}", value):
                values = [part] if part[0] in '"/' else self._values(part)
                yield from (inner.strip(quote) for inner in values if inner[0] == quote)

    def _values(self, variable: str) -> Iterator[str]:
        """The sets, lists and regular expressions that the module assigns to a variable."""
        assigned = (
            rf"[ ,;]{re.escape(variable)}=(?:new Set\()?({_REGEX}|\[[^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*\])"
        )
        yield from re.findall(assigned, self._text)
