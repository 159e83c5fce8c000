"""Rules about where requests and keys travel."""

import pytest

from tests.support.fleets import (
    LOCAL,
    ExpectedDiagnostic,
    diagnostics_of,
    diagnostics_with_code,
    fleet_text,
    load,
)


def provider(base_url: str, extra: str = "", name: str = "one") -> str:
    models = "{a: {context: 32768, capabilities: [tools]}}"
    return f"{name}:\n  kind: vllm\n  base_url: {base_url}\n  models: {models}\n{extra}"


def sidecar(base_url: str) -> str:
    return f"  sidecar: {{base_url: '{base_url}'}}\n"


@pytest.mark.parametrize(
    ("base_url", "other"),
    [
        ("http://127.0.0.1:8401", "http://127.0.0.1:8401"),
        ("http://127.0.0.1:8401", "http://127.0.0.1:8401/"),
        ("http://host", "http://HOST:80"),
        ("https://host:443/x", "https://host/x"),
    ],
)
def test_sidecar_at_the_address_of_its_provider(base_url: str, other: str) -> None:
    """`a sidecar equal to its provider's base URL`."""
    text = fleet_text(provider(base_url, sidecar(other)))
    assert diagnostics_of(text) == [ExpectedDiagnostic("BC312", f"'{other}'", (base_url,))]


@pytest.mark.parametrize(
    "other",
    [
        "http://127.0.0.1:8402",
        "https://127.0.0.1:8401",
        "http://127.0.0.1:8401/proxy",
        "http://localhost:8401",
    ],
)
def test_sidecar_with_other_port_scheme_path_or_host(other: str) -> None:
    assert diagnostics_of(fleet_text(provider("http://127.0.0.1:8401", sidecar(other)))) == []


@pytest.mark.parametrize(
    ("base_url", "api_path", "other", "other_path", "refused"),
    [
        ("http://proxy:1", "/v1", "http://proxy:1", "/v1", True),
        ("http://proxy:1", "/v1", "http://PROXY:1/", "/v1", True),
        ("http://proxy:1", "/v1", "http://proxy:1", "/api", True),
        ("http://proxy:1", "/", "http://proxy:1", "/v1", True),
        ("http://proxy:1/api", "/", "http://proxy:1", "/api", True),
        ("http://proxy:1", "/api", "http://proxy:1/api", "/", True),
        ("http://proxy:1", "/v1", "http://proxy:2", "/v1", False),
        ("http://proxy:1/one", "/v1", "http://proxy:1/two", "/v1", False),
    ],
)
def test_sidecar_at_the_address_of_another_provider(
    base_url: str, api_path: str, other: str, other_path: str, *, refused: bool
) -> None:
    """Otherwise requests to one would be sent to the other."""
    first = provider("http://one", f"  api_path: {api_path}\n{sidecar(base_url)}")
    for location in ("local", "cloud"):
        second = provider(other, f"  api_path: {other_path}\n  location: {location}\n", "two")
        for text in (fleet_text(first, second), fleet_text(second, first)):
            assert (
                diagnostics_with_code(text, "BC312")
                == [ExpectedDiagnostic("BC312", f"'{base_url}'", (other,))] * refused
            )


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ("http://proxy:1", [ExpectedDiagnostic("BC312", "'http://proxy:1'", ("'http://proxy:1'",))]),
        ("http://Proxy:1/", [ExpectedDiagnostic("BC312", "'http://Proxy:1/'", ("'http://proxy:1'",))]),
        ("http://proxy:2", []),
    ],
)
def test_sidecar_of_two_providers(other: str, expected: list[ExpectedDiagnostic]) -> None:
    first = provider("http://one", sidecar("http://proxy:1"))
    assert diagnostics_of(fleet_text(first, provider("http://two", sidecar(other), "two"))) == expected


def test_owner_of_the_address_of_a_sidecar() -> None:
    first = provider("http://one", sidecar("http://two"))
    second = provider("http://two", sidecar("http://three"), "two")
    third = provider("http://4", sidecar("http://three"), "three")
    found = load(fleet_text(first, second, third)).diagnostics
    assert [(one.message, one.secondary[0].text, one.help) for one in found] == [
        (
            "the sidecar of `one` has the address of the provider `two`",
            "the provider `two`",
            "write the address of a proxy for `one` alone, or remove `sidecar`",
        ),
        (
            "the sidecar of `three` has the address of the sidecar of `two`",
            "the sidecar of `two`",
            "write the address of a proxy for `three` alone, or remove `sidecar`",
        ),
    ]


@pytest.mark.parametrize(
    ("extra", "expected"),
    [
        ("  optional: true\n", [ExpectedDiagnostic("BC314", "optional")]),
        ("  optional: true\n  api_key_env: KEY\n", []),
        ("  optional: false\n", []),
        (
            "  optional: true\n  api_key_file: /k\n",
            [ExpectedDiagnostic("BC314", "optional", ("api_key_file",))],
        ),
        ("  api_key_file: /k\n", []),
        (
            "  optional: true\n  api_key_env: KEY\n  api_key_file: /k\n",
            [ExpectedDiagnostic("BC315", "api_key_file", ("api_key_env",))],
        ),
    ],
)
def test_optional_provider_needs_a_key(extra: str, expected: list[ExpectedDiagnostic]) -> None:
    """Without one, `absent key: the provider is hidden` would mean nothing."""
    assert diagnostics_of(fleet_text(LOCAL, provider("http://localhost", extra, "two"))) == expected


@pytest.mark.parametrize(
    ("base_url", "extra", "expected"),
    [
        ("http://box:1", "  api_key_env: KEY\n", [ExpectedDiagnostic("BC501", "http://box:1")]),
        ("http://192.168.1.2", "  api_key_env: KEY\n", [ExpectedDiagnostic("BC501", "http://192.168.1.2")]),
        ("http://box", "  headers: {X-Token: '${env:T}'}\n", [ExpectedDiagnostic("BC501", "http://box")]),
        (
            "http://localhost.example",
            "  api_key_env: KEY\n",
            [ExpectedDiagnostic("BC501", "http://localhost.example")],
        ),
        ("http://box", "  api_key_file: ~/key\n", [ExpectedDiagnostic("BC501", "http://box")]),
        ("http://127.0.0.1", "  api_key_file: ~/key\n", []),
        ("http://box", "  headers: {X-Team: boo}\n", []),
        ("http://box", "", []),
        ("https://box", "  api_key_env: KEY\n", []),
        ("http://localhost:1", "  api_key_env: KEY\n", []),
        ("http://localhost.:1", "  api_key_env: KEY\n", []),
        ("http://my.localhost", "  api_key_env: KEY\n", []),
        ("http://127.8.9.1", "  api_key_env: KEY\n", []),
        ("'http://[::1]:1'", "  api_key_env: KEY\n", []),
        (
            "https://box",
            "  api_key_env: KEY\n" + sidecar("http://proxy"),
            [ExpectedDiagnostic("BC501", "'http://proxy'")],
        ),
        ("https://box", "  api_key_env: KEY\n" + sidecar("http://127.0.0.1:1"), []),
    ],
)
def test_key_over_plain_http_is_reported(
    base_url: str, extra: str, expected: list[ExpectedDiagnostic]
) -> None:
    """`a key sent over plain http to a host that is not loopback`."""
    text = fleet_text(provider(base_url, extra))
    assert diagnostics_of(text) == expected
    assert load(text).fleet is not None


@pytest.mark.parametrize(
    ("base_url", "extra", "expected"),
    [
        ("http://a/v1", "", [ExpectedDiagnostic("BC503", "http://a/v1")]),
        ("http://a/v1/", "", [ExpectedDiagnostic("BC503", "http://a/v1/")]),
        ("http://a/api/v1", "", [ExpectedDiagnostic("BC503", "http://a/api/v1")]),
        ("http://a/v3", "  api_path: /v3\n", [ExpectedDiagnostic("BC503", "http://a/v3")]),
        ("http://a/v1", "  api_path: /\n", []),
        ("http://a/v1", "  api_path: /v3\n", []),
        ("http://a/av1", "", []),
        ("http://a", sidecar("http://b/v1"), [ExpectedDiagnostic("BC503", "'http://b/v1'")]),
    ],
)
def test_a_base_url_is_the_server_root(base_url: str, extra: str, expected: list[ExpectedDiagnostic]) -> None:
    """`a base URL that already ends in the API path`."""
    assert diagnostics_of(fleet_text(provider(base_url, extra))) == expected


@pytest.mark.parametrize(
    ("base_url", "expected"),
    [
        (
            "http://127.0.0.1:8001",
            [ExpectedDiagnostic("BC506", "http://127.0.0.1:8001", ("http://127.0.0.1:8001",))],
        ),
        (
            "http://127.0.0.1:8001/",
            [ExpectedDiagnostic("BC506", "http://127.0.0.1:8001/", ("http://127.0.0.1:8001",))],
        ),
        ("http://127.0.0.1:8002", []),
        ("http://127.0.0.1:8001/other", []),
    ],
)
def test_two_providers_with_one_base_url(base_url: str, expected: list[ExpectedDiagnostic]) -> None:
    assert diagnostics_of(fleet_text(LOCAL, provider(base_url, name="two"))) == expected
