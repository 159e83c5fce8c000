"""The schemas of JSON artifacts list the same words as the format."""

from collections.abc import Iterator
from typing import Any, get_args

import pytest

from booconf.declaration.enums import Capability, Kind, Location, ModelType
from tests.support.schemas import schema


def enumerations(node: Any) -> Iterator[list[str]]:
    """Every `enum` of a schema."""
    if isinstance(node, dict):
        if isinstance(node.get("enum"), list):
            yield node["enum"]
        for member in node.values():
            yield from enumerations(member)
    elif isinstance(node, list):
        for element in node:
            yield from enumerations(element)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("catalog", (Kind, Location, ModelType, Capability)),
        ("catalog-view", (Capability,)),
        ("vectors", (Kind, Location, ModelType, Capability)),
        ("diff", (Kind,)),
        ("observations", (Kind,)),
    ],
)
def test_schema_lists_all_words_of_a_set(name: str, words: tuple[Any, ...]) -> None:
    """When this fails: write the new word into schema/<name>.schema.json."""
    listed = list(enumerations(schema(name)))
    for each in map(get_args, words):
        meant = [enumeration for enumeration in listed if not set(each).isdisjoint(enumeration)]
        assert meant
        assert [enumeration for enumeration in meant if enumeration != list(each)] == []
