"""URLs and API paths: the accepted forms, and the reason for refusing any other."""

import pytest

from booconf.declaration.urls import api_path_problem, url_problem


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost",
        "http://127.0.0.1:8402/",
        "https://api.deepseek.com",
        "https://example.com/v1/",
        "https://example.com/a%20b/c",
        "http://[::1]:8080",
        "http://host.:1",
        "http://a:65535",
    ],
)
def test_url_is_http_or_https_with_a_host(url: str) -> None:
    assert url_problem(url) is None


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("ftp://a", "does not start with `http://` or `https://`"),
        ("127.0.0.1:8080", "does not start with `http://` or `https://`"),
        ("HTTP://a", "does not start with `http://` or `https://`"),
        ("http://", "is not a URL with a host"),
        ("http://:80", "is not a URL with a host"),
        ("http://a b", "is not a URL with a host"),
        ("http://-", "is not a URL with a host"),
        ("http://a:port", "is not a URL with a host"),
        ("http://é.example", "is not a URL with a host"),
        ("http://a/%zz", "is not a URL with a host"),
        ("http://user:secret@a", "contains a user or password"),
        ("http://user@a/path", "contains a user or password"),
        ("http://a/?q=1", "has a query"),
        ("http://a/#top", "has a fragment"),
        ("http://a:0", "has the port 0"),
        ("http://a:65536", "has the port 65536"),
        ("http://[::1::]", "has an invalid IPv6 address"),
        ("http://a\n", "is not a URL with a host"),
        ("http://a/../b", "contains `.` or `..` as a segment"),
        ("http://a/b/.", "contains `.` or `..` as a segment"),
        ("http://a/%2E./b", "contains `.` or `..` as a segment"),
    ],
)
def test_url_has_no_userinfo_query_or_fragment(url: str, expected: str) -> None:
    """`A URL is http or https with a host, without userinfo, query or fragment`; userinfo is never quoted."""
    assert (url_problem(url) or ("",))[0] == expected


@pytest.mark.parametrize("path", ["/v1", "/", "", "/api/v3/"])
def test_api_path_starts_with_a_slash_or_is_empty(path: str) -> None:
    assert api_path_problem(path) is None


@pytest.mark.parametrize("path", ["v1", "//", "/a b", "/v1?x", "/v1#x", "http://a/v1", "/a\n"])
def test_other_text_is_not_an_api_path(path: str) -> None:
    assert (api_path_problem(path) or ("",))[0] == "is not a path"


@pytest.mark.parametrize("path", ["/..", "/v1/../v2", "/./v1", "/v1/%2e%2e"])
def test_api_path_has_no_dot_segments(path: str) -> None:
    assert (api_path_problem(path) or ("",))[0] == "contains `.` or `..` as a segment"


@pytest.mark.parametrize("path", ["/.well-known", "/v1...", "/a./b", "/.../b"])
def test_other_dots_are_allowed_in_a_path(path: str) -> None:
    assert api_path_problem(path) is None
    assert url_problem(f"http://a{path}") is None


@pytest.mark.parametrize(
    "text",
    [
        "${env:HOST}",
        "http://${env:HOST}:8080",
        "http://{env:HOST}",
        "{file:address.txt}",
        "http://$HOST:8080",
        "http://${HOST}/v1",
        "http://$(HOST)/v1",
        "http://{{ host }}:8080",
        "http://%HOST%",
        "/$API_PATH",
        "/${env:API_PATH}/v1",
    ],
)
def test_no_variable_stands_in_an_address(text: str) -> None:
    for problem in (url_problem(text), api_path_problem(text)):
        assert problem is not None
        assert problem[0].startswith("contains a variable")
        assert "/etc/hosts" in problem[1]
        assert "--connect" in problem[1]


@pytest.mark.parametrize("path", ["/$metadata", "/a%20b", "/%41B", "/%CE%B1", "/v1/$a"])
def test_other_signs_are_part_of_a_path(path: str) -> None:
    assert api_path_problem(path) is None
    assert url_problem(f"http://a{path}") is None
