"""FORMAT_KEYS has exactly the keys of the declared format, mapping by mapping."""

import pytest

from booconf.declaration.schema import FleetDeclaration
from booconf.declaration.validate import keys_at
from booconf.declaration.validators import ENVIRONMENT_NAME
from booconf.source.redaction.secrets import is_secret_name
from booconf.source.redaction.visible_keys import (
    ANY,
    FORMAT_KEYS,
    HEADERS,
    KNOWN_KEYS,
    VARIABLE,
    Shape,
    Visibility,
    has_ids,
    is_id,
)


def keys_of(shape: Shape, path: tuple[str | int, ...] = ()) -> dict[tuple[str | int, ...], set[str]]:
    """The fixed keys of every mapping of the table by path; `x` is a free key, 0 an index."""
    if isinstance(shape, Visibility):
        return {}
    if isinstance(shape, tuple):
        return keys_of(shape[0], (*path, 0))
    found = {} if ANY in shape else {path: set(shape)}
    for key, below in shape.items():
        found |= keys_of(below, (*path, "x" if key == ANY else key))
    return found


def test_the_table_has_the_keys_of_the_format() -> None:
    table = keys_of(FORMAT_KEYS)
    assert {path: set(keys_at(path)) for path in table} == table
    assert set(FleetDeclaration.model_fields) == table[()]


def test_every_mapping_of_the_format_is_in_the_table() -> None:
    table = keys_of(FORMAT_KEYS)
    for path, keys in table.items():
        for key in keys:
            below = (*path, key)
            assert bool(keys_at(below)) == (below in table), below


def test_header_values_are_never_shown() -> None:
    assert HEADERS == {ANY: Visibility.NONE}
    assert "headers" not in KNOWN_KEYS


def test_no_key_of_the_format_is_named_as_a_secret() -> None:
    assert [key for key in KNOWN_KEYS if is_secret_name(key)] == []


def test_visible_variable_is_a_variable_of_the_format() -> None:
    assert VARIABLE.pattern == ENVIRONMENT_NAME


def test_ids_are_the_keys_of_mappings_whose_keys_are_free_but_for_headers() -> None:
    paths = {
        ("providers", "x:y"),
        ("providers", "one", "models", "x:y"),
        ("legacy", "bare_ids", "x:y"),
        ("legacy", "providers", "x:y"),
    }
    free = {
        (*path, "x:y")
        for path in [
            *keys_of(FORMAT_KEYS),
            *(path[:-1] for path in keys_of(FORMAT_KEYS)),
            *(path[:-1] for path in paths),
        ]
        if is_id((*path, "x:y"))
    }
    assert {tuple("one" if part == "x" else part for part in path) for path in free} == paths


@pytest.mark.parametrize(
    "path",
    [
        (),
        ("x:y",),
        ("roles", "x:y"),
        ("unknown", "x:y"),
        ("providers", "one", "headers", "x:y"),
        ("providers", "one", "models", "a", "x:y"),
        ("context_overrides", 0, "x:y"),
        ("context_overrides", 0, "match", "x:y"),
    ],
)
def test_keys_of_other_mappings_are_no_ids(path: tuple[str | int, ...]) -> None:
    assert not is_id(path)
    assert not has_ids(HEADERS)
