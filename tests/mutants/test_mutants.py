"""Mutants of valid fleets: each node deleted, duplicated or given another type, each key misspelled.

Each causes a diagnostic near the change, or is accepted for a reason in ACCEPTED; none causes a traceback.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from pydantic import BaseModel

from booconf.declaration import schema as declared
from booconf.diagnostics import Diagnostic
from booconf.fleet.load import LoadResult, load_fleet
from booconf.live import adapter_of
from tests.mutants.trees import Mapping, Path, Scalar, Sequence, Tree, Written, nodes, read, replaced, write
from tests.support.fleets import sample_fleets

FLEETS = ("committed", "every_key", "legacy")

TYPES: dict[str, Tree] = {
    "text": Scalar("text"),
    "number": Scalar("7"),
    "boolean": Scalar("true"),
    "null": Scalar("null"),
    "list": Sequence((Scalar("text"),)),
    "mapping": Mapping((("text", Scalar("text")),)),
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A changed tree: the kind of change, the path of the changed node, and its path after the change."""

    kind: str
    path: Path
    tree: Tree
    place: Path

    @property
    def name(self) -> str:
        """`delete roles.default`."""
        return f"{self.kind} {'.'.join(map(str, self.path))}"


def delete(tree: Tree) -> Iterator[Mutant]:
    for path, _ in nodes(tree):
        yield Mutant("delete", path, replaced(tree, path), path)


def duplicate(tree: Tree) -> Iterator[Mutant]:
    for path, node in nodes(tree):
        yield Mutant("duplicate", path, replaced(tree, path, (None, node), (None, node)), path)


def misspell(tree: Tree) -> Iterator[Mutant]:
    for path, node in nodes(tree):
        key = path[-1]
        if isinstance(key, str):
            changed = replaced(tree, path, (f'"{key}x"', node))
            yield Mutant("misspell", path, changed, (*path[:-1], f"{key}x"))


def retype(tree: Tree) -> Iterator[Mutant]:
    for path, node in nodes(tree):
        for name, other in TYPES.items():
            if name != type_of(node):
                yield Mutant(f"retype to {name}", path, replaced(tree, path, (None, other)), path)


def type_of(node: Tree) -> str:
    """The type of a node: a name in TYPES."""
    if isinstance(node, Mapping):
        return "mapping"
    if isinstance(node, Sequence):
        return "list"
    for name, expression in (
        ("number", r"-?[0-9.]+(?:e\+[0-9]+)?"),
        ("boolean", "true|false"),
        ("null", "null|"),
    ):
        if re.fullmatch(expression, node.text):
            return name
    return "text"


ANY = r"[^.]+"
PROVIDER = rf"providers\.{ANY}"
MODEL = rf"{PROVIDER}\.models\.(?:.+)"
ACCEPTED = {
    "a key with a default may be absent": (
        r"delete (?:legacy|context_overrides|opencode|opencode\.agents|roles\.(?:task|compaction|arena)"
        rf"|legacy\.(?:bare_ids|providers)|{PROVIDER}\.(?:label|api_path|location|api_key_env|api_key_file|apis"
        r"|optional|headers|sidecar|opencode|defaults|timeouts|undeclared|ignore|sidecar\.traffic"
        r"|opencode\.(?:id|legacy_ids|extends_builtin)|defaults\.(?:context|output)"
        rf"|timeouts\.(?:header|chunk|total))|{MODEL}\.(?:label|type|context|input|output|capabilities|aliases"
        r"|upstream|reasoning_field|extra_body|efforts|cost|cost\.cache_(?:read|write))"
        r"|context_overrides\.\d+\.reason)"
    ),
    "null leaves an optional value out": (
        r"retype to null (?:roles\.(?:task|compaction|arena)"
        rf"|{PROVIDER}\.(?:label|api_key_env|api_key_file|sidecar|opencode\.id|defaults\.(?:context|output)"
        rf"|timeouts\.(?:header|chunk|total))"
        rf"|{MODEL}\.(?:label|context|input|output|upstream|reasoning_field|cost|cost\.cache_(?:read|write))"
        r"|context_overrides\.\d+\.reason)"
    ),
    "null retires a provider": rf"retype to null legacy\.providers\.{ANY}",
    "a model without a value has its provider's defaults": rf"retype to null {MODEL}",
    "a list may have one element less": (
        rf"delete (?:roles\.arena\.\d+|{PROVIDER}\.(?:apis|ignore|sidecar\.traffic|opencode\.legacy_ids)\.\d+"
        rf"|{MODEL}\.(?:capabilities|aliases|efforts)\.\d+|context_overrides\.\d+)"
    ),
    "a name without references may be removed": (
        rf"delete (?:{PROVIDER}|{MODEL}|{PROVIDER}\.models|legacy\.(?:bare_ids|providers)\.{ANY}"
        rf"|{PROVIDER}\.headers\.{ANY}|opencode\.agents\.{ANY})"
    ),
    "a name without references may change": (
        rf"misspell (?:{PROVIDER}|{MODEL}|legacy\.(?:bare_ids|providers)\.{ANY}|{PROVIDER}\.headers\.{ANY}"
        rf"|opencode\.agents\.{ANY})"
    ),
    "a request body may have any members": rf"(?:duplicate|retype to \w+) {MODEL}\.extra_body\..+",
    "an override may be repeated": r"duplicate context_overrides\.\d+",
}
"""Reasons to accept a mutant: reason -> pattern of the names of its mutants."""


@pytest.mark.parametrize("mutate", [delete, duplicate, misspell, retype])
@pytest.mark.parametrize("name", FLEETS)
def test_mutant_is_rejected_near_the_change_or_accepted_for_a_reason(
    name: str, mutate: Callable[[Tree], Iterator[Mutant]]
) -> None:
    tree = read(sample_fleets()[name])
    known = _known(tree)
    wrong = [problem for mutant in mutate(tree) if (problem := _problem(mutant, known))]
    assert wrong == []


def _problem(mutant: Mutant, known: set[str]) -> str | None:
    """The error in the result for a mutant, or None."""
    answer = _answer(mutant, known)
    if answer.near or (answer.accepted and _reasons(mutant)):
        return None
    report = (
        f"diagnostic elsewhere: {answer.new[0].code} {answer.new[0].message}"
        if answer.new
        else "no diagnostic, and no reason to accept it"
    )
    return f"{mutant.name}: {report}"


@dataclass(frozen=True, slots=True)
class Answer:
    """Acceptance of a mutant, its additional diagnostics, and True if one of them is near the change."""

    accepted: bool
    new: list[Diagnostic]
    near: bool


def _answer(mutant: Mutant, known: set[str]) -> Answer:
    """The result for a mutant of a fleet that has the `known` diagnostics itself."""
    written = write(mutant.tree)
    loading = _load(written)
    new = [diagnostic for diagnostic in loading.diagnostics if _words(diagnostic) not in known]
    near = _near(mutant, written) if new else set()
    return Answer(loading.fleet is not None, new, any(_lines(diagnostic) & near for diagnostic in new))


def _reasons(mutant: Mutant) -> list[str]:
    """The reasons to accept a mutant."""
    return [reason for reason, pattern in ACCEPTED.items() if re.fullmatch(pattern, mutant.name)]


def _near(mutant: Mutant, written: Written) -> set[int]:
    """Lines of the node, its parent, its one-line siblings, and lines that refer to it by name."""
    parent = mutant.path[:-1]
    near = written.lines_of(mutant.place) | written.first_line_of(parent)
    if len(parent) > 1:
        near |= {first for path, first, last in written.places if path[:-1] == parent and first == last}
    names = {str(part) for part in mutant.path[1:] if isinstance(part, str) and len(mutant.path) > 1}
    referring = re.compile(
        "|".join(rf"(?<![\w.-]){re.escape(name)}(?![\w.-])" for name in names - PARTS) or "$^"
    )
    return near | {number for number, line in enumerate(written.lines, 1) if referring.search(line)}


PARTS = {
    key
    for mapping in vars(declared).values()
    if isinstance(mapping, type) and issubclass(mapping, BaseModel)
    for key in mapping.model_fields
}
"""Keys of the format; nothing refers to them by name."""


def _load(written: Written) -> LoadResult:
    return load_fleet(written.text.encode("utf-8"), "fleet.yaml", adapter_of)


def _trees() -> Iterator[Tree]:
    return (read(sample_fleets()[name]) for name in FLEETS)


def _known(tree: Tree) -> set[str]:
    """The diagnostics of a fleet before the change."""
    return {_words(diagnostic) for diagnostic in _load(write(tree)).diagnostics}


def _words(diagnostic: Diagnostic) -> str:
    return f"{diagnostic.code} {diagnostic.message}"


def _lines(diagnostic: Diagnostic) -> set[int]:
    labels = [diagnostic.primary, *diagnostic.secondary]
    return {label.span.start.line for label in labels if label is not None}


@pytest.mark.parametrize("name", FLEETS)
def test_unchanged_fleet_is_valid_in_the_form_of_mutants(name: str) -> None:
    text = sample_fleets()[name]
    loading = _load(write(read(text)))
    assert loading.fleet == load_fleet(text.encode("utf-8"), "fleet.yaml", adapter_of).fleet
    assert loading.fleet is not None


def test_every_key_of_the_format_is_mutated() -> None:
    keys = {
        part
        for path, _ in nodes(read(sample_fleets()["every_key"]))
        for part in path
        if isinstance(part, str)
    }
    assert keys >= PARTS


@pytest.mark.parametrize("reason", ACCEPTED)
def test_every_reason_is_needed(reason: str) -> None:
    """Without it, an accepted mutant without a diagnostic near the change would have no reason."""
    assert any(
        _reasons(mutant) == [reason] and (answer := _answer(mutant, known)).accepted and not answer.near
        for tree, known in ((tree, _known(tree)) for tree in _trees())
        for mutate in (delete, duplicate, misspell, retype)
        for mutant in mutate(tree)
    )
