"""Fleets with a secret in places where it may be left by mistake: no format of `booconf check` shows it."""

from pathlib import Path
from textwrap import indent

import pytest

from tests.cli.conftest import FLEET, Booconf

SECRET = "Zq9SECRETzz7"
KEY = "sk-proj-Zq9SECRETzz7"
"""A key in the format of a vendor, which no message shows in any context."""

BELOW_THE_PROVIDER = [
    # a forgotten space after a colon makes the value a part of the key
    f"headers: {{Authorization:{SECRET}}}",
    f"headers: {{Authorization:Bearer {SECRET}}}",
    f"headers: {{X-Team: boo, Authorization:{SECRET}, X-Note: x}}",
    f"headers: {{Authorization:{SECRET}: x}}",
    f"headers: {{Authorization={SECRET}}}",
    f"headers: {{Authorization {SECRET}}}",
    f"headers: {{'Authorization:{SECRET}': x}}",
    f"headers: {{Authorization:{SECRET}: x, authorization:{SECRET.lower()}: x}}",
    f"headers:\n  ? 'Authorization {SECRET}'\n  : x",
    f"headers:\n  Authorization:{SECRET}",
    f"headers:\n  Authorization:{SECRET}: x",
    f"headers:\n  Authorization {SECRET}: x",
    f"headers: {{{SECRET}:Authorization}}",
    f"headers: {{{SECRET}+/: x}}",
    f"timeouts: {{password:{SECRET}}}",
    f"timeouts: {{password={SECRET}}}",
    f"timeouts: {{'password {SECRET}': 1}}",
    f"timeouts: {{header:{SECRET}}}",
    f"password:{SECRET}: x",
    f"password: {SECRET}",
    f"opencode: {{id:{SECRET}: {{id: x}}}}",
    f"sidecar: {{base_url:http://u:{SECRET}@h}}",
    f"base_urls: http://u:{SECRET}@h",
    # the same, and the file cannot be read
    f"headers:\n  Authorization:{SECRET}: x\n  Authorization:{SECRET}: y",
    f"headers:\n  ? Authorization {SECRET}\n  ? Authorization {SECRET}",
    f"headers: {{Authorization:{SECRET}: x, Authorization:{SECRET}: y}}",
    f"timeouts: {{password:{SECRET}: x, password:{SECRET}: y}}",
    f"password:{SECRET}: x\npassword:{SECRET}: y",
    f"timeouts: {{password:{SECRET}",
    f"headers: {{Authorization:{SECRET}",
    f"headers:\n  Authorization:{SECRET}\n  X-Team: boo",
    f"headers:\n  Authorization {SECRET}\n  X-Team: boo",
    # a header that is a key
    f"headers: {{{KEY}: {KEY}}}",
    f"headers: {{{KEY}: x, {KEY.upper().replace('SK', 'sk')}: y}}",
    f"headers: {{{KEY}}}",
    f"headers:\n  {KEY}: x\n  {KEY}: y",
    f"headers:\n  {KEY}\n  {KEY}: y",
    f"timeouts: {{{KEY}: 1}}",
    f"timeouts: {{{KEY}: 1",
    f"timeouts:\n  {KEY}: 1\n  {KEY}: 2",
    # a value that looks like a secret, or whose name does
    f"headers: {{X-Team: bearer {SECRET}}}",
    f"headers: {{X-Team: password={SECRET}}}",
    f"headers: {{X-Team: 'https://u:{SECRET}@h'}}",
    f"headers: {{X-Pass: {SECRET}}}",
]
"""Additions to a provider, each of which is an error."""


@pytest.mark.parametrize("added", BELOW_THE_PROVIDER)
def test_no_format_shows_a_secret(booconf: Booconf, fleet_file: Path, added: str) -> None:
    fleet_file.write_text(FLEET + indent(added, "    ") + "\n", encoding="utf-8")
    for name in ("text", "json", "github", "sarif"):
        outcome = booconf("check", "--format", name)
        assert outcome.code == 1
        assert outcome.out
        assert SECRET.lower() not in (outcome.out + outcome.err).lower()


def test_no_warning_shows_a_secret(booconf: Booconf, fleet_file: Path) -> None:
    sky = {"kind": "vllm", "base_url": "https://a", "optional": "true", "headers": f"{{{KEY}: x}}"}
    sky |= {"api_key_env": "A_KEY", "models": "{big: {context: 100000}}"}
    written = "".join(f"    {key}: {value}\n" for key, value in sky.items())
    fleet_file.write_text(f"{FLEET}  sky:\n{written}", encoding="utf-8")
    outcome = booconf("check")
    assert "has no field for this header of the optional provider `sky`" in outcome.out
    assert SECRET not in outcome.out


@pytest.mark.parametrize(
    ("added", "message"),
    [
        (
            f"headers: {{Authorization:{SECRET}}}",
            "a header name that starts with `Authorization` is not a token",
        ),
        (
            f"headers: {{Authorization:{SECRET}}}",
            "a key that starts with `Authorization` has no value, not text",
        ),
        (f"timeouts: {{password:{SECRET}}}", "a key that starts with `password` is unknown in `timeouts`"),
        (f"headers: {{{KEY}: {KEY}}}", "this key may contain a secret"),
        ("headers:\n  a:b: x\n  a:b: y", "a key that starts with `a` is repeated in this mapping"),
        ("label: x\nlabel: y", "the key `label` is repeated in this mapping"),
    ],
)
def test_message_quotes_only_the_name_in_a_key(
    booconf: Booconf, fleet_file: Path, added: str, message: str
) -> None:
    fleet_file.write_text(FLEET + indent(added, "    ") + "\n", encoding="utf-8")
    outcome = booconf("check")
    assert message in outcome.out
    assert ("= help: write a space after the colon" in outcome.out) == (f":{SECRET}" in added)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("      qwen3:8b: {}\n      qwen3:8b: {}\n", "the key `qwen3:8b` is repeated in this mapping"),
        ("      a/b@c:d: 5\n", "`a/b@c:d` is a number, not a mapping"),
        ("      a:b: {labl: x}\n", "unknown key `labl` in `a:b`"),
    ],
)
def test_ids_are_quoted_whole(booconf: Booconf, fleet_file: Path, written: str, message: str) -> None:
    fleet_file.write_text(FLEET + written, encoding="utf-8")
    assert message in booconf("check").out
