"""Strings of opencode's files: fleet text stays text, references are only those that are declared."""

import json
import re

import pytest

from booconf.json_text import WrittenJson, json_text
from booconf.targets.opencode.literals import (
    environment_string,
    header_string,
    opencode_string,
)

SUBSTITUTED = re.compile(r"\{(env|file):")
"""References that opencode replaces before it parses."""


@pytest.mark.parametrize(
    "text",
    [
        "",
        "plain",
        "{",
        "{env:HOME}",
        "${env:HOME}",
        "{file:/etc/hostname}",
        "\\{env:X}",
        '"{{',
        "é\u2028{",
        "\x7f",
    ],
)
def test_string_reads_back_without_references(text: str) -> None:
    literal = opencode_string(text)

    assert json.loads(literal) == text
    assert not SUBSTITUTED.search(literal)


def test_key_contains_no_reference() -> None:
    written = json_text({"{env:HOME}": {"{file:x}": ["{env:HOME}"]}}, opencode_string)

    assert not SUBSTITUTED.search(written)
    assert json.loads(written) == {"{env:HOME}": {"{file:x}": ["{env:HOME}"]}}


def test_an_environment_variable_is_a_reference() -> None:
    assert json_text({"apiKey": environment_string("DEEPSEEK_API_KEY")}, opencode_string) == (
        '{\n  "apiKey": "{env:DEEPSEEK_API_KEY}"\n}\n'
    )


@pytest.mark.parametrize(
    ("declared", "written"),
    [
        ("${env:TOKEN}", '"{env:TOKEN}"'),
        ("Bearer ${env:TOKEN}", '"Bearer {env:TOKEN}"'),
        ("Basic ${env:_T1}", '"Basic {env:_T1}"'),
        ("blue", '"blue"'),
        ("{env:TOKEN}", '"\\u007benv:TOKEN}"'),
        ("{file:/etc/hostname}", '"\\u007bfile:/etc/hostname}"'),
        ("${file:x}", '"$\\u007bfile:x}"'),
        ("$\\u007benv:TOKEN}", '"$\\\\u007benv:TOKEN}"'),
    ],
)
def test_header_contains_declared_references_only(declared: str, written: str) -> None:
    assert header_string(declared) == written
    assert isinstance(header_string(declared), WrittenJson)
