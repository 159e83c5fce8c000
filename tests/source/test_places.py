"""The table of what excerpts may show names exactly the keys of the declared format, place by place."""

from booconf.declaration.format import FleetDeclaration
from booconf.declaration.keys import keys_at
from booconf.declaration.texts import ENVIRONMENT_NAME
from booconf.source.confidential import (
    ANY,
    HEADERS,
    KNOWN_KEYS,
    PLACES,
    VARIABLE,
    Shape,
    Shown,
    is_secret_name,
)


def keys_of(shape: Shape, path: tuple[str | int, ...] = ()) -> dict[tuple[str | int, ...], set[str]]:
    """The fixed keys of every mapping of the table; a free key or list index stands in the path as it may."""
    if isinstance(shape, Shown):
        return {}
    if isinstance(shape, tuple):
        return keys_of(shape[0], (*path, 0))
    found = {} if ANY in shape else {path: set(shape)}
    for key, below in shape.items():
        found |= keys_of(below, (*path, "x" if key == ANY else key))
    return found


def test_the_table_has_the_keys_of_the_format() -> None:
    table = keys_of(PLACES)
    assert {path: set(keys_at(path)) for path in table} == table
    assert set(FleetDeclaration.model_fields) == table[()]


def test_every_mapping_of_the_format_is_in_the_table() -> None:
    table = keys_of(PLACES)
    for path, keys in table.items():
        for key in keys:
            below = (*path, key)
            assert bool(keys_at(below)) == (below in table), below


def test_header_values_are_never_shown() -> None:
    assert HEADERS == {ANY: Shown.NOTHING}
    assert "headers" not in KNOWN_KEYS


def test_no_key_of_the_format_is_named_as_a_secret() -> None:
    assert [key for key in KNOWN_KEYS if is_secret_name(key)] == []


def test_what_is_shown_as_a_variable_is_what_the_format_takes_for_one() -> None:
    assert VARIABLE.pattern == ENVIRONMENT_NAME
