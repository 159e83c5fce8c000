"""Laws of editing: in every layout only the intended data changes, and all other text is kept."""

import json
import re
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booconf.source import Path, events
from booconf.source.editing import Appending, Edit, Removal, Setting, UneditableError, apply_edits
from tests.support.yaml_layouts import Layout
from tests.support.yaml_text import document

KEYS = ["a", "b", "c", "qwen3:8b", "é😀", "#x", "- y", "null", "8"]
SCALARS = [1, 32768, None, True, "unknown", "a b", "it's", "x #y", "é😀", "a: b", "{z}", "null"]

scalars = st.sampled_from(SCALARS)
values: st.SearchStrategy[Any] = st.recursive(
    scalars,
    lambda inner: st.dictionaries(st.sampled_from(KEYS), inner, max_size=4) | st.lists(inner, max_size=4),
    max_leaves=12,
)
mappings = st.dictionaries(st.sampled_from(KEYS), values, min_size=1, max_size=4)
new_values: st.SearchStrategy[Any] = scalars | st.just({"context": 5, "aliases": ["q:1"]}) | st.just({})


def places(value: Any, path: Path = ()) -> list[tuple[Path, Any]]:
    """Every node below `value`, its own included."""
    found = [(path, value)]
    if isinstance(value, dict):
        found += [place for key, inner in value.items() for place in places(inner, (*path, key))]
    elif isinstance(value, list):
        found += [place for index, inner in enumerate(value) for place in places(inner, (*path, index))]
    return found


def is_below(path: Path, other: Path) -> bool:
    return path[: len(other)] == other


@st.composite
def edits_of(draw: st.DrawFn, data: dict[str, Any]) -> list[Edit]:
    """Edits, none of which is below the path of another that removes or sets a value."""
    edits: list[Edit] = []
    gone: list[Path] = []
    used: list[Path] = []
    new: set[Path] = set()
    everything = places(data)
    for _ in range(draw(st.integers(1, 5))):
        path, value = draw(st.sampled_from(everything))
        kind = draw(st.sampled_from(["remove", "remove", "set", "add", "add below"]))
        if any(is_below(path, other) for other in gone):
            continue
        if kind in ("remove", "set"):
            if (
                not path
                or (kind == "set" and isinstance(path[-1], int))
                or any(is_below(other, path) for other in used)
            ):
                continue
            edits.append(Removal(path) if kind == "remove" else Setting(path, draw(new_values)))
            gone.append(path)
        elif isinstance(value, list):
            edits.append(Appending(path, draw(new_values)))
        elif isinstance(value, dict) or (value is None and path and isinstance(path[-1], str)):
            name = draw(st.sampled_from(["n", "m", "o:1"]))
            place = (*path, name, "k", draw(st.sampled_from("xyz"))) if kind == "add below" else (*path, name)
            if name in (value or ()) or any(
                is_below(place, other) or is_below(other, place) for other in new
            ):
                continue
            edits.append(Setting(place, draw(new_values)))
            new.add(place)
        else:
            continue
        used.append(path)
    return edits


def meant(data: Any, edits: list[Edit]) -> Any:
    """The data after the edits."""
    data = json.loads(json.dumps(data))  # a copy
    for edit in edits:
        match edit:
            case Appending(path, value):
                at(data, path).append(value)
            case Setting(path, value):
                target: Any = data
                for part in path[:-1]:
                    if isinstance(target, dict) and target.get(str(part)) is None:
                        target[part] = {}
                    target = target[part]
                target[path[-1]] = value
    for path in sorted((edit.path for edit in edits if isinstance(edit, Removal)), reverse=True):
        collection: Any = at(data, path[:-1])
        del collection[path[-1]]
    return data


class Reach:
    """The lines that edits may change: those with a node `below` a path, or of the path `itself`.

    `emptied` are collections that lose everything and have no key behind which `{}` or `[]` could be written.
    """

    def __init__(self, data: Any, edits: list[Edit]) -> None:
        self.below: list[Path] = []
        self.itself: set[Path] = set()
        self.emptied: list[Path] = []
        removed: dict[Path, set[str | int]] = {}
        grown: set[Path] = set()
        for edit in edits:
            depth = existing(data, edit.path)
            if isinstance(edit, Removal):
                removed.setdefault(edit.path[:-1], set()).add(edit.path[-1])
            if isinstance(edit, Appending) or depth < len(edit.path):
                grown.add(edit.path[:depth])
            else:
                self.below.append(edit.path)
        for path in grown.union(removed):
            kept = [name for name in names(at(data, path)) if name not in removed.get(path, ())]
            if not kept or path in grown:
                self.itself.add(path)
            if kept and path in grown:
                self.below.append((*path, kept[-1]))
            if not kept and path not in grown and not (path and isinstance(path[-1], str)):
                self.emptied.append(path)

    def touches(self, tags: set[Path]) -> bool:
        return any(tag in self.itself or any(is_below(tag, path) for path in self.below) for tag in tags)


def at(data: Any, path: Path) -> Any:
    for part in path:
        data = data[part]
    return data


def names(value: Any) -> list[Any]:
    return list(value if isinstance(value, dict) else range(len(value or ())))


def existing(data: Any, path: Path) -> int:
    """The number of parts of a path that exist."""
    for depth, part in enumerate(path):
        if not isinstance(data, dict | list) or part not in names(data):
            return depth
        data = at(data, (part,))
    return len(path)


@pytest.mark.usefixtures("parser")
@given(mappings.flatmap(lambda data: st.tuples(st.just(data), edits_of(data))), st.integers(0, 2**32))
def test_edits_change_only_the_intended_data(drawn: tuple[dict[str, Any], list[Edit]], seed: int) -> None:
    data, edits = drawn
    layout, reach = Layout(data, Random(seed), tabs=events.COMPILED), Reach(data, edits)
    before = document(layout.text)
    assert before.data == data
    try:
        text = apply_edits(before, edits)
    except UneditableError:
        assert reach.emptied
        return
    assert json.dumps(document(text).data) == json.dumps(meant(data, edits))
    places = [text.find(comment) for comment in layout.comments]
    assert -1 not in places
    assert places == sorted(places)
    assert [text.count(f"«{number}»") for number in range(len(places))] == [1] * len(places)
    lines = iter(re.split(r"(?<=\n)|(?<=\r)(?!\n)", text))
    whole = layout.lines if layout.ends_in_break else layout.lines[:-1]
    for line in whole:
        assert reach.touches(line.tags) or line.text + layout.line_break in lines
