"""`catalogView`: Favorites first, then one section a provider that is there."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booconf.fleet.resolve import Resolver
from booconf.fleet.view import CatalogView, catalog_view
from tests.support.fleets import CLOUD, LOCAL, OTHER, fleet_of, fleet_text
from tests.support.strategies import any_text

SILENT = "silent: {kind: vllm, base_url: http://127.0.0.1:9, models: {e: {type: embedding}}}\n"
FLEET = fleet_of(
    fleet_text(
        LOCAL.replace("a: {", "a: {aliases: [ay], label: Model A, ", 1),
        SILENT,
        OTHER.replace("kind:", "label: The other\n  kind:"),
        CLOUD.replace("api_key_env", "optional: true\n  api_key_env"),
        rest="legacy: {bare_ids: {old: two/c}, providers: {former: two}}\n",
    )
)
RESOLVER = Resolver(FLEET)


def view(
    favorites: tuple[str, ...] = (), offline: tuple[str, ...] = (), env: dict[str, str] | None = None
) -> CatalogView:
    return catalog_view(FLEET, RESOLVER, favorites=favorites, offline=offline, env=env)


def ids(found: CatalogView) -> dict[str, list[str]]:
    return {section.id: [row.id for row in section.models] for section in found.sections}


def test_sections_are_favorites_then_providers() -> None:
    """A provider without chat models is left out, an optional one without its key too."""
    assert list(ids(view()).items()) == [
        ("favorites", []),
        ("one", ["one/a", "one/b"]),
        ("two", ["two/a", "two/c"]),
    ]
    assert [section.label for section in view().sections] == ["Favorites", "one", "The other"]
    assert view().default == "one/a"


@pytest.mark.parametrize(
    ("env", "shown"),
    [(None, False), ({}, False), ({"SKY_KEY": ""}, False), ({"SKY_KEY": "x"}, True), ({"": "x"}, False)],
)
def test_an_optional_provider_needs_its_key_set_and_not_empty(
    env: dict[str, str] | None, shown: bool
) -> None:
    assert ("sky" in ids(view(env=env))) == shown


def test_an_offline_provider_is_hidden() -> None:
    assert list(ids(view(offline=("two", "no-such")))) == ["favorites", "one"]
    assert list(ids(view(offline=("one", "two")))) == ["favorites"]


def test_favorites_keep_the_stored_order_and_stay_in_their_section() -> None:
    found = view(favorites=("two/c", "one/a"))
    assert ids(found)["favorites"] == ["two/c", "one/a"]
    assert ids(found)["one"] == ["one/a", "one/b"]
    assert [row.favorite for section in found.sections for row in section.models] == [
        True, True, True, False, False, True,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("favorites", "shown"),
    [
        (("a", "one/a", "ay", "one/ay"), ["one/a"]),
        (("former/a", "two/a"), ["two/a"]),
        (("old",), ["two/c"]),
        (("one/e",), []),
        (("one/new", "new"), []),
        (("", "a b", "..", "one/"), []),
        (("sky/big",), []),
    ],
)
def test_stored_favorite_may_be_bare_or_alias_without_repetition(
    favorites: tuple[str, ...], shown: list[str]
) -> None:
    """`one that does not resolve is hidden, never an exception`."""
    assert ids(view(favorites=favorites))["favorites"] == shown


def test_a_stored_favorite_that_is_no_text_is_hidden() -> None:
    """Favorites are stored as JSON, which may contain any value."""
    stored: tuple[object, ...] = (None, True, 5, 0.5, [], {}, ["one/a"], {"id": "one/a"}, "two/c")
    assert catalog_view(FLEET, RESOLVER, favorites=stored) == view(favorites=("two/c",))


def test_a_favorite_returns_with_its_provider() -> None:
    assert ids(view(("two/a",), ("two",)))["favorites"] == []
    assert ids(view(("two/a",)))["favorites"] == ["two/a"]


def test_fields_of_a_row() -> None:
    row = view().sections[1].models[0]
    assert (row.id, row.provider, row.provider_label, row.model, row.label) == (
        "one/a",
        "one",
        "one",
        "a",
        "Model A",
    )
    assert (row.context, row.input, row.output, row.capabilities) == (32768, 24576, 8192, ("tools",))


def test_all_arguments_default_to_empty() -> None:
    assert catalog_view(FLEET, RESOLVER) == view()


@settings(max_examples=100)
@given(
    st.lists(any_text | st.sampled_from(["one/a", "two/c", "a"])),
    st.lists(st.sampled_from(["one", "two", "x"])),
)
def test_no_favorite_raises_and_visible_ones_are_in_a_provider_section(
    favorites: list[str], offline: list[str]
) -> None:
    first, *others = catalog_view(FLEET, RESOLVER, favorites=favorites, offline=offline).sections
    below = {row for section in others for row in section.models}
    assert set(first.models) == {row for row in below if row.favorite}
    assert len(first.models) == len(set(first.models))
