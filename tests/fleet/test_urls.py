"""Spellings of one address, and unsafe paths, by the text of a URL alone."""

import pytest

from booconf.declaration.enums import Kind
from booconf.declaration.urls import DEFAULT_API_PATH
from booconf.fleet.urls import address_of, unsafe_path
from booconf.live import adapter_of


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
def test_spellings_of_one_address(url: str, other: str) -> None:
    assert address_of(url) == address_of(other)


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
def test_different_addresses(url: str, other: str) -> None:
    assert address_of(url) != address_of(other)


@pytest.mark.parametrize(
    "path",
    [
        "/upstream",
        "/upstream/main/v1",
        "//upstream//main",
        "/swap/upstream/main",
        "/a/../upstream/x",
        "/%75pstream/main",
        "/%2575pstream/main",
        "/a%2fupstream%2fmain",
        "/a%5Cupstream/main",
        "/upstream;v=1/main",
        "/Upstream/main",
    ],
)
def test_path_below_upstream_is_unsafe(path: str) -> None:
    assert unsafe_path(f"http://host:8401{path}", adapter_of) == "llama-swap's `/upstream`"


@pytest.mark.parametrize("path", ["", "/v1", "/upstreams/main", "/my-upstream/v1", "/v1;upstream"])
def test_other_path_is_safe(path: str) -> None:
    assert unsafe_path(f"http://upstream:8401{path}", adapter_of) is None


class Facts:
    """Facts about a kind, as an adapter declares them."""

    def __init__(self, unsafe_segment: str | None) -> None:
        self.UNSAFE_SEGMENT = unsafe_segment
        self.SWAPS_MODELS = False


def test_unsafe_paths_are_those_of_the_given_facts() -> None:
    def facts_of(kind: Kind) -> Facts:
        return Facts("load" if kind == "vllm" else None)

    assert unsafe_path("http://host/load/a", facts_of) == "vllm's `/load`"
    assert unsafe_path("http://host/upstream/a", facts_of) is None


@pytest.mark.parametrize("path", ["", DEFAULT_API_PATH])
def test_usual_path_needs_no_facts(path: str) -> None:
    """The start-up of `check` depends on it: no adapter is imported."""
    asked: list[Kind] = []

    def facts_of(kind: Kind) -> Facts:
        asked.append(kind)
        return Facts(None)

    assert unsafe_path(f"http://host{path}", facts_of) is None
    assert asked == []
