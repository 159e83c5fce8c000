"""Plain scalars are read as YAML 1.2 core; every other text is a string."""

import math

import pytest

from booconf.source.scalars import LONGEST_NUMBER, NumberError, resolve


@pytest.mark.parametrize("text", ["", "~", "null", "Null", "NULL"])
def test_null(text: str) -> None:
    assert resolve(text) is None


@pytest.mark.parametrize("text", ["true", "True", "TRUE", "false", "False", "FALSE"])
def test_booleans(text: str) -> None:
    assert resolve(text) is (text.lower() == "true")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("-0", 0),
        ("+12", 12),
        ("-7", -7),
        ("9007199254740991", 2**53 - 1),
        ("0o17", 15),
        ("0x1F", 31),
    ],
)
def test_integers(text: str, value: int) -> None:
    assert resolve(text) == value
    assert type(resolve(text)) is int


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.5", 1.5), ("0.", 0.0), (".5", 0.5), ("-0.5e-3", -0.0005), ("1e3", 1000.0), ("0e0", 0.0)],
)
def test_floats(text: str, value: float) -> None:
    assert resolve(text) == value
    assert type(resolve(text)) is float


@pytest.mark.parametrize("text", [".inf", "+.Inf", "-.INF", "1e999"])
def test_infinity(text: str) -> None:
    assert resolve(text) == (-math.inf if text.startswith("-") else math.inf)


@pytest.mark.parametrize("text", [".nan", ".NaN", ".NAN"])
def test_not_a_number(text: str) -> None:
    value = resolve(text)
    assert isinstance(value, float)
    assert math.isnan(value)


@pytest.mark.parametrize(
    "text",
    [
        "on", "off", "yes", "no", "y", "n", "nULL", "tRUE", "22:22", "1_000", "1__0", "2024-01-31", "=", "<<",
        "0b11", "0o8", "0xG", "+0x1", "1e", "e3", ".", "-", "+", "+.nan", "-.nan", "1.2.3", "1 2", "inf",
        "0x", "0o", "\N{ARABIC-INDIC DIGIT ONE}",
    ],
)  # fmt: skip
def test_other_scalars_are_strings(text: str) -> None:
    assert resolve(text) == text


@pytest.mark.parametrize("text", ["010", "-007", "+00", "00.5", "01e3", "08"])
def test_a_number_with_a_leading_zero_is_refused(text: str) -> None:
    assert resolve(text) is NumberError.LEADING_ZERO


@pytest.mark.parametrize("text", ["1" * 5000, "-" + "9" * 40, "0x" + "f" * 5000, "1." + "0" * 5000])
def test_long_number_is_refused(text: str) -> None:
    assert resolve(text) is NumberError.TOO_LONG


def test_the_longest_number_is_read() -> None:
    assert resolve("9" * LONGEST_NUMBER) == 10**LONGEST_NUMBER - 1
