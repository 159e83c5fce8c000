"""Checks of single values: texts, ids, environment names and headers."""

from contextlib import suppress

import pytest
from pydantic_core import PydanticCustomError

from booconf.declaration import validators


def refusal(check: str, *arguments: object) -> str:
    """The code and message with which a check refuses."""
    with pytest.raises(PydanticCustomError) as caught:
        getattr(validators, check)(*arguments)
    assert caught.value.context is not None
    assert caught.value.context["help"]
    return f"{caught.value.type}: {caught.value.message()}"


@pytest.mark.parametrize(
    "text", ["a", "Sam's desktop", " padded ", "é\u2028", "x" * 512, "{env:X}", "${x}", "</script>"]
)
def test_any_text_without_control_characters_is_kept_as_it_is(text: str) -> None:
    assert validators.check_text(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "BC212: is empty"),
        (" \t", "BC212: is empty"),
        ("x" * 513, "BC212: is longer than 512 characters"),
        ("a\nb", "BC212: contains the character U+000A"),
        ("a\x00", "BC212: contains the character U+0000"),
        ("a\x9f", "BC212: contains the character U+009F"),
        ("a\ud800", "BC212: contains the character U+D800"),
    ],
)
def test_a_text_is_refused(text: str, expected: str) -> None:
    assert refusal("check_text", text) == expected


def test_ids_are_refused_with_the_id() -> None:
    assert validators.check_provider_id("one") == "one"
    assert refusal("check_provider_id", "favorites").startswith("BC206: provider id `favorites` is reserved")
    assert validators.check_model_id("a/b") == "a/b"
    assert refusal("check_model_id", "a b").startswith("BC207: model id `a b` contains")
    assert len(refusal("check_model_id", "x" * 100_000)) < 200


@pytest.mark.parametrize("name", ["A", "_", "DEEPSEEK_API_KEY", "a1"])
def test_environment_names(name: str) -> None:
    """`Environment names match [A-Za-z_][A-Za-z0-9_]*`."""
    assert validators.check_environment_name(name) == name


@pytest.mark.parametrize("name", ["", "1A", "A-B", "A B", "É", "A\n", "sk-123"])
def test_invalid_environment_name_is_not_quoted(name: str) -> None:
    assert refusal("check_environment_name", name) == "BC209: is not the name of an environment variable"


def test_urls_and_paths_lose_their_last_slash() -> None:
    assert validators.check_url("http://127.0.0.1:8402/") == "http://127.0.0.1:8402"
    assert validators.check_api_path("/api/v3/") == "/api/v3"
    assert validators.check_api_path("/") == ""
    assert refusal("check_url", "http://user:secret@a") == "BC208: contains a user or password"
    assert refusal("check_api_path", "v1") == "BC208: is not a path"


@pytest.mark.parametrize("value", ["${env:TOKEN}", "Bearer ${env:TOKEN}", "Basic ${env:_T1}"])
def test_a_secret_is_named_by_its_variable(value: str) -> None:
    """`A header value is ${env:NAME}, optionally after Bearer or Basic`."""
    assert validators.check_headers({"Authorization": value}) == {"Authorization": value}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-Team", "boo"),
        ("X-Team", "boo-production-01"),
        ("X-Team", "BooCode Production 01"),
        ("X-Feature", "api-v2"),
        ("X-Mode", "key-value-store"),
        ("X-Region", "eu-central-1"),
        ("X-Version", "2026-11-23T12:00:00Z"),
        ("X-Author", "sam"),
        ("X-Authors", "sam"),
        ("X-Max-Tokens", "4096"),
        ("X-Keyboard", "us"),
        ("X-Trace", "off"),
        ("Accept", "application/json; charset=utf-8"),
        ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64)"),
        ("HTTP-Referer", "https://boo.example/some/quite/long/path"),
        ("X-Number", "12345678901234567890123456789"),
        ("X-Plan", "basic"),
        ("X-Issuer", "https://auth.desk.lan:8443"),
        ("X-Pass-Through", "yes"),
        ("X-Words", "internationalizationisalongword"),
        ("x", "!"),
    ],
)
def test_plain_text_is_not_refused_as_a_secret(name: str, value: str) -> None:
    assert validators.check_header_value(value) == value
    assert validators.check_headers({name: value}) == {name: value}


@pytest.mark.parametrize(
    "value",
    [
        "sk-proj-abc",
        "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
        "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
        "hf_abcdefgh",
        "xoxb-1-2-abc",
        "glpat-abc",
        "AKIAIOSFODNN7EXAMPLE",
        "eyJhbGciOiJIUzI1NiJ9.e30.x",
        "AIzaSyD-9tSrke72PouQMnMX-a7eZSW0jkFMBWY",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "d41d8cd98f00b204e9800998ecf8427e",
        "3kf9s0dk2l4m5n6b7v8c9x1z2a3s",
        "api-1234567890abcdef",
        "key_live_1234567890ab",
        "Bearer abc",
        "Basic dXNlcjpwYXNz",
        "bearer hunter2abc",
        "BEARER abc",
        "basic dXNlcjpwYXNz",
        "password=hunter2",
        "token: x",
        "https://sam:hunter2@desk.lan/",
        "123e4567-e89b-12d3-a456-426614174000",
    ],
)
def test_a_value_that_looks_like_a_secret_is_refused(value: str) -> None:
    """`or plain text without anything that looks like a secret`; no refusal quotes it."""
    assert refusal("check_header_value", value) == "BC211: may contain a secret"


@pytest.mark.parametrize(
    "name",
    [
        "Authorization",
        "X-Auth",
        "Cookie",
        "X-Api-Key",
        "X-ApiKey",
        "X-Token",
        "X-Secret-Sauce",
        "X-Password",
        "X-Credentials",
        "X-Passphrase",
        "X-Pwd",
        "X-Pass",
        "X-Bearer",
    ],
)
def test_header_named_like_a_secret_takes_a_variable_only(name: str) -> None:
    assert refusal("check_headers", {name: "plain"}) == "BC211: may contain a secret"
    assert validators.check_headers({name: "${env:TOKEN}"}) == {name: "${env:TOKEN}"}


@pytest.mark.parametrize(
    "value", ["a ${env:TOKEN}", "${env:TOKEN} ", "Token ${env:TOKEN}", "${env:1}", "${env:"]
)
def test_text_and_variable_do_not_mix(value: str) -> None:
    assert refusal("check_header_value", value) == "BC211: mixes text and an environment variable"


@pytest.mark.parametrize("value", ["", " a", "a ", "a\r\nX: b", "é", "\x00"])
def test_a_header_value_is_printable(value: str) -> None:
    assert refusal("check_header_value", value) == "BC211: is not printable ASCII text"


def test_a_long_header_value_is_read_in_linear_time() -> None:
    """A law by example: none of these would end within a test run if their length squared were the cost."""
    for piece in ("a", "A", "1", "a-", "api-", "Aa", "a1 ", "token", "token=", "a:", "://", "bearer  "):
        value = (piece * 500_000)[:500_000].strip()
        with suppress(PydanticCustomError):
            validators.check_header_value(value)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("é", "header name `é`"),
        ("X Team", "a header name that starts with `X`"),
        ("X:", "a header name that starts with `X`"),
        ("X\n", "a header name that starts with `X`"),
        ("a(b)", "this header name"),
        ("", "this header name"),
    ],
)
def test_header_names_are_tokens(name: str, expected: str) -> None:
    """`header names are RFC 9110 tokens`; text after the first word of an invalid name may be a secret."""
    assert refusal("check_header_name", name) == f"BC210: {expected} is not a token of RFC 9110"


@pytest.mark.parametrize("name", ["constructor", "__proto__"])
def test_header_name_is_not_a_javascript_object_name(name: str) -> None:
    assert "every JavaScript object" in refusal("check_header_name", name)


@pytest.mark.parametrize("name", ["Host", "host", "Connection", "CONTENT-LENGTH", "Transfer-Encoding"])
def test_headers_of_the_connection_are_refused(name: str) -> None:
    assert refusal("check_header_name", name) == f"BC210: header `{name}` belongs to the connection"


def test_header_names_differ_by_more_than_case() -> None:
    assert refusal("check_headers", {"X-A": "1", "x-a": "2"}) == "BC213: is the header `X-A` again"
    assert refusal("check_headers", {"sk-a": "1", "SK-A": "2"}) == "BC213: is a header again"
