"""Names and texts that may be secrets, and the keys that a message may quote."""

import pytest

from booconf.escaping import LONGEST_QUOTE
from booconf.source.redaction.secrets import (
    is_secret_name,
    lacks_space,
    looks_like_secret,
    may_be_quoted,
    quoted_key,
)

SECRET = "Zq9SECRETzz7"


@pytest.mark.parametrize(
    "key",
    [
        "api_key", "apikey", "API-Key", "APIKey", "x_api_key", "accesskey", "key", "X-Keys", "token",
        "access_token", "tokens", "api_tokens", "secret", "client-secret", "X-Secret-Sauce", "password",
        "passwd", "pass-word", "X-Passphrase", "X-Passcode", "X-Pwd", "X-Pass", "XPass", "pwd2",
        "Authorization", "authorization", "OAuth2", "bearer", "X-Bearer", "Cookie", "credentials",
        "private_key", "privateKey", "token_file", "X-Auth", "X-Authenticated-By",
    ],
)  # fmt: skip
def test_names_that_are_secrets(key: str) -> None:
    assert is_secret_name(key)


@pytest.mark.parametrize(
    "key",
    [
        "api_key_env", "label", "keyboard", "monkey", "context", "base_url", "header", "X-Author",
        "X-Authors", "authority", "X-Max-Tokens", "tokenizer", "X-Pass-Through", "compass", "X-Trace", "",
    ],
)  # fmt: skip
def test_names_that_are_not_secrets(key: str) -> None:
    assert not is_secret_name(key)


@pytest.mark.parametrize(
    "text",
    [
        "sk-proj-abc", "AKIAIOSFODNN7EXAMPLE", "d41d8cd98f00b204e9800998ecf8427e",
        # schemes of authentication, whatever their case
        "Bearer x", "bearer hunter2abc", "BEARER abc", "a bearer abc", "basic dXNlcjpwYXNz", "DIGEST a",
        "token x",
        # a name of a secret, and its value
        "password=hunter2", "token: x", "a=b; token = x", '{"password": "x"}', "https://a/?api_key=x",
        "pwd:x",
        # the user part of a URL
        "https://sam:hunter2@desk.lan", "see ftp://sam@desk.lan/x",
        "123e4567-e89b-12d3-a456-426614174000", "id 123E4567-E89B-12D3-A456-426614174000.",
    ],
)  # fmt: skip
def test_texts_that_look_like_secrets(text: str) -> None:
    assert looks_like_secret(text)


@pytest.mark.parametrize(
    "text",
    [
        "api-v2", "boo-production-01", "basic", "Basic", "token", "bearer", "password", "password=",
        "charset=utf-8", "author: sam", "max-tokens=5", "https://auth.desk.lan:8443/x", "https://desk.lan/@sam",
        "sam@desk.lan", "2026-11-23T12:00:00Z", "a-digest b", "123e4567-e89b-12d3", "",
    ],
)  # fmt: skip
def test_texts_that_do_not_look_like_secrets(text: str) -> None:
    assert not looks_like_secret(text)


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("X-Team", "`X-Team`"),
        ("größe.v_2", "`größe.v_2`"),
        ("k" * LONGEST_QUOTE, f"`{'k' * LONGEST_QUOTE}`"),
        ("k" * (LONGEST_QUOTE + 1), f"`{'k' * LONGEST_QUOTE}…`"),
        (f"Authorization:{SECRET}", "a key that starts with `Authorization`"),
        (f"Authorization:Bearer {SECRET}", "a key that starts with `Authorization`"),
        (f"password={SECRET}", "a key that starts with `password`"),
        (f"Authorization {SECRET}", "a key that starts with `Authorization`"),
        (f'password"{SECRET}', "a key that starts with `password`"),
        (f"{'k' * 81}:", f"a key that starts with `{'k' * LONGEST_QUOTE}…`"),
        ("sk-proj-abc", "this key"),
        ("sk-abc:x", "this key"),
        ("AKIAABC:x", "this key"),
        (f"{SECRET}:x", "this key"),
        ("correct/horse", "this key"),
        ("correct+horse", "this key"),
        (f":{SECRET}", "this key"),
        ("d41d8cd98f00b204e9800998ecf8427e", "this key"),
        ("", "this key"),
    ],
)
def test_message_quotes_a_key_if_it_is_a_name(key: str, expected: str) -> None:
    assert quoted_key(key) == expected
    assert may_be_quoted(key) == expected.startswith("`")
    whole = f"header {expected}" if may_be_quoted(key) else expected.replace("key", "header", 1)
    assert quoted_key(key, "header") == whole
    assert quoted_key(key, "the header") == (f"the {whole}" if may_be_quoted(key) else whole)


@pytest.mark.parametrize(
    "key", ["a:b", f"Authorization:Bearer {SECRET}", "base_url:http://a", "api_path:/v1"]
)
def test_key_lacks_space_after_colon(key: str) -> None:
    assert lacks_space(key)


@pytest.mark.parametrize("key", ["a", "a: b", "a:", ":a", "a b:c", "http://a"])
def test_key_with_space_after_colon_or_url(key: str) -> None:
    assert not lacks_space(key)


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "A",
        "1",
        "a-",
        "api-",
        "Aa",
        "a1 ",
        "://",
        "a://",
        "a:",
        "a =",
        "a  ",
        'a"',
        "=",
        "@",
        "0a-",
        "bearer ",
    ],
)
def test_long_texts_are_read_in_linear_time(piece: str) -> None:
    """A law by example: none of these would end within a test run if their length squared were the cost."""
    text = (piece * 500_000)[:500_000].strip()
    for function in (looks_like_secret, is_secret_name, quoted_key, lacks_space):
        function(text)
