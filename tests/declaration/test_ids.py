"""Characters and words that no id may contain, from one list."""

import re
import unicodedata

import pytest

from booconf.declaration.ids import (
    JAVASCRIPT_OBJECT_NAMES,
    MODEL_ID_LENGTH,
    REFUSED_IN_MODEL_ID,
    WINDOWS_DEVICES,
    declared_model_id_problem,
    has_refused_character,
    model_id_problem,
    provider_id_problem,
)

EVERY_CHARACTER = [chr(number) for number in range(0x110000)]


def test_refused_are_characters_of_categories_cc_cs_zs_zl_zp_and_three_more() -> None:
    """`refused are characters of Unicode categories Cc, Cs, Zs, Zl, Zp, U+FEFF, #, ,`."""
    refused = re.compile(REFUSED_IN_MODEL_ID)
    by_category = {
        character
        for character in EVERY_CHARACTER
        if unicodedata.category(character) in {"Cc", "Cs", "Zs", "Zl", "Zp"}
    }
    assert {character for character in EVERY_CHARACTER if refused.fullmatch(character)} == (
        by_category | {"\ufeff", "#", ","}
    )


def test_rules_of_ids_are_ascii() -> None:
    assert REFUSED_IN_MODEL_ID.isascii()


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "a/b",
        "a:b",
        "a@b",
        "a.b",
        "...",
        "a/.../b",
        "/",
        "//",
        "é",
        "模型",
        "🤖",
        "A",
        "{env:X}",
        '"',
        "m" * MODEL_ID_LENGTH,
        "🤖" * MODEL_ID_LENGTH,
    ],
)
def test_model_ids_are_case_sensitive_text_in_which_slash_colon_at_and_dot_are_allowed(text: str) -> None:
    assert model_id_problem(text) is None
    assert not has_refused_character(text)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "is empty"),
        ("m" * (MODEL_ID_LENGTH + 1), "is longer than 256 characters"),
        ("a#b", "contains `#`"),
        ("a,b", "contains `,`"),
        ("a b", "contains the character U+0020"),
        ("a\u2028", "contains the character U+2028"),
        ("\ufeffa", "contains the character U+FEFF"),
        (".", "contains a `.` or `..` segment"),
        ("..", "contains a `.` or `..` segment"),
        ("a/./b", "contains a `.` or `..` segment"),
        ("../a", "contains a `.` or `..` segment"),
    ],
)
def test_invalid_model_id_has_a_reason(text: str, problem: str) -> None:
    assert model_id_problem(text) == problem
    assert declared_model_id_problem(text) == problem


@pytest.mark.parametrize("name", sorted(JAVASCRIPT_OBJECT_NAMES))
def test_declarations_refuse_names_every_javascript_object_has(name: str) -> None:
    """`Declarations refuse, beyond that, names every JavaScript object has`: input may hold them."""
    assert declared_model_id_problem(name) == "is a name that every JavaScript object has"
    assert model_id_problem(name) is None
    assert provider_id_problem(name) is not None


@pytest.mark.parametrize(
    "text", ["a", "0", "sam-desktop", "a.b_c-d", "a" * 64, "console", "com10", "com", "con-1"]
)
def test_provider_ids(text: str) -> None:
    assert provider_id_problem(text) is None


@pytest.mark.parametrize("text", ["", "A", "-a", ".a", "_a", "a/b", "a b", "é", "a" * 65, "a\n"])
def test_invalid_provider_id(text: str) -> None:
    assert provider_id_problem(text) == (
        "is not 1 to 64 of a-z, 0-9, `.`, `_` and `-`, starting with a letter or digit"
    )


def test_favorites_is_a_section_not_a_provider() -> None:
    assert provider_id_problem("favorites") == "is reserved for the Favorites section"


@pytest.mark.parametrize("device", sorted(WINDOWS_DEVICES))
@pytest.mark.parametrize("extension", ["", ".txt", ".tar.gz"])
def test_a_provider_id_is_a_file_name_on_windows_too(device: str, extension: str) -> None:
    """`not a Windows device name (con, nul, com1, ... with or without an extension)`."""
    assert provider_id_problem(device + extension) == "is a device name on Windows"
