"""Which spellings are one address: as far as a URL's text tells, without asking anybody."""

import pytest

from booconf.fleet.place import place_of


@pytest.mark.parametrize(
    ("url", "other"),
    [
        ("http://host", "http://HOST"),
        ("http://host", "http://host:80"),
        ("https://host/v1", "https://host:443/v1"),
        ("http://host:8080", "http://host:08080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_two_spellings_of_one_place(url: str, other: str) -> None:
    assert place_of(url) == place_of(other)


@pytest.mark.parametrize(
    ("url", "other"),
    [
        ("http://host", "https://host"),
        ("http://host:8080", "http://host:8081"),
        ("http://host:443", "https://host:443"),
        ("http://host", "http://host.lan"),
        ("http://host/v1", "http://host"),
        ("http://host/v1", "http://host/V1"),
    ],
)
def test_two_places(url: str, other: str) -> None:
    assert place_of(url) != place_of(other)
