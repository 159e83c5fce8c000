"""Which keys stand where: the words of did-you-mean come from the format itself."""

import pytest

from booconf.declaration.keys import keys_at, places_of


def test_the_top_level() -> None:
    assert keys_at(()) == (
        "version", "default_provider", "roles", "legacy", "providers", "context_overrides",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("path", "some"),
    [
        (("roles",), "arena"),
        (("legacy",), "bare_ids"),
        (("providers", "one"), "base_url"),
        (("providers", "one", "sidecar"), "traffic"),
        (("providers", "one", "opencode"), "extends_builtin"),
        (("providers", "one", "models", "a"), "capabilities"),
        (("context_overrides", 3), "match"),
    ],
)
def test_a_mapping_of_the_format_has_its_keys(path: tuple[str | int, ...], some: str) -> None:
    assert some in keys_at(path)


@pytest.mark.parametrize(
    "path",
    [
        ("providers",),
        ("legacy", "bare_ids"),
        ("legacy", "providers"),
        ("providers", "one", "models"),
        ("providers", "one", "headers"),
    ],
)
def test_a_mapping_of_names_has_no_keys_of_the_format(path: tuple[str | int, ...]) -> None:
    assert keys_at(path) == ()


@pytest.mark.parametrize(
    ("key", "places"),
    [
        ("context", ("a model", "`defaults`", "an entry of `context_overrides`")),
        ("base_url", ("a provider", "`sidecar`")),
        ("providers", ("the top level", "`legacy`")),
        ("no-such-key", ()),
    ],
)
def test_a_key_of_another_place_is_known(key: str, places: tuple[str, ...]) -> None:
    assert sorted(places_of(key)) == sorted(places)
