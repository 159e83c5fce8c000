"""Rules about token limits: `a window is declared or admitted unknown, never invented`."""

import pytest

from tests.support.fleets import ExpectedDiagnostic, diagnostics_of, fleet_text, load


def text_of(model: str, *, defaults: str = "{}", rest: str = "") -> str:
    """A fleet in which `a` is the default model and `m` is the one in question."""
    provider = (
        "one:\n  kind: vllm\n  base_url: http://localhost\n"
        f"  defaults: {defaults}\n  models:\n"
        f"    a: {{context: 32768, capabilities: [tools]}}\n    m: {model}\n"
    )
    return fleet_text(provider, rest=rest)


@pytest.mark.parametrize(
    ("model", "defaults", "expected"),
    [
        ("", "{}", [ExpectedDiagnostic("BC401", "m")]),
        ("{label: M}", "{output: 5}", [ExpectedDiagnostic("BC401", "m")]),
        ("", "{context: 9}", []),
        ("{type: embedding}", "{}", []),
        ("{type: embedding, context: unknown}", "{}", []),
        ("{context: unknown}", "{}", [ExpectedDiagnostic("BC405", "unknown")]),
        ("{context: unknown, input: 99, output: 99}", "{}", [ExpectedDiagnostic("BC405", "unknown")]),
        ("", "{context: unknown}", [ExpectedDiagnostic("BC405", "unknown")]),
    ],
)
def test_chat_model_without_window_is_an_error(
    model: str, defaults: str, expected: list[ExpectedDiagnostic]
) -> None:
    """An unknown window is a warning where it is admitted."""
    assert diagnostics_of(text_of(model, defaults=defaults)) == expected


def test_override_may_declare_an_unknown_window() -> None:
    text = text_of("{context: 9}", rest="context_overrides: [{match: one/m, context: unknown}]\n")
    assert diagnostics_of(text) == [ExpectedDiagnostic("BC405", "unknown")]


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("{context: 100, input: 100}", []),
        ("{context: 100, input: 101}", [ExpectedDiagnostic("BC402", "101", ("100",))]),
        ("{type: embedding, context: 100, input: 101}", [ExpectedDiagnostic("BC402", "101", ("100",))]),
        ("{type: embedding, input: 101}", []),
        ("{context: 100, output: 99}", []),
        ("{context: 100, output: 100}", [ExpectedDiagnostic("BC403", "100", ("100",))]),
        ("{context: 100, output: 101}", [ExpectedDiagnostic("BC403", "101", ("100",))]),
        ("{context: 2, output: 1}", []),
        ("{context: 2, output: 2}", [ExpectedDiagnostic("BC403", "2", ("2",))]),
        ("{context: 2}", []),
        (
            "{context: 9, input: 10, output: 11}",
            [ExpectedDiagnostic("BC402", "10", ("9",)), ExpectedDiagnostic("BC403", "11", ("9",))],
        ),
    ],
)
def test_limits_fit_into_the_window(model: str, expected: list[ExpectedDiagnostic]) -> None:
    """`input > context is an error`; `a declared output >= context is an error`."""
    assert diagnostics_of(text_of(model)) == expected


@pytest.mark.parametrize(
    ("model", "defaults", "rest"),
    [
        ("{context: 1}", "{}", ""),
        ("{context: 1, output: 1}", "{}", ""),
        ("{context: 1}", "{output: 8192}", ""),
        ("", "{context: 1}", ""),
        ("{context: 100}", "{}", "context_overrides: [{match: one/m, context: 1}]\n"),
    ],
)
def test_no_output_fits_below_a_window_of_1(model: str, defaults: str, rest: str) -> None:
    """The window is the mistake, for every source of it, and for declared and derived outputs."""
    text = text_of(model, defaults=defaults, rest=rest)
    (diagnostic,) = load(text).diagnostics
    assert diagnostic.code == "BC403"
    assert diagnostic.message == "a window of 1 leaves no tokens for output of `one/m`"
    assert diagnostic.help == "write the tokens the host serves a request, at least 2, or `context: unknown`"
    assert diagnostic.primary is not None
    start = diagnostic.primary.span.start
    assert text.splitlines()[start.line - 1][: start.column].endswith("context: 1")


def test_other_model_types_need_no_output_tokens() -> None:
    assert diagnostics_of(text_of("{type: embedding, context: 1}")) == []


def test_too_small_window_is_labeled_at_its_source() -> None:
    rest = "context_overrides: [{match: one/m, context: 50}]\n"
    assert diagnostics_of(text_of("{context: 100, output: 99}", rest=rest)) == [
        ExpectedDiagnostic("BC403", "99", ("50",))
    ]
    assert diagnostics_of(text_of("{output: 99}", defaults="{context: 60}")) == [
        ExpectedDiagnostic("BC403", "99", ("60",))
    ]


def test_default_output_above_a_small_window_is_ignored() -> None:
    """`defaults.output where that is below the window`."""
    assert diagnostics_of(text_of("{context: 100}", defaults="{output: 8192}")) == []


@pytest.mark.parametrize("kind", ["embedding", "rerank", "image", "audio"])
def test_output_is_for_chat_models_only(kind: str) -> None:
    assert diagnostics_of(text_of(f"{{type: {kind}, output: 5}}")) == [ExpectedDiagnostic("BC404", "output")]
    assert diagnostics_of(text_of(f"{{type: {kind}, context: 9}}", defaults="{output: 5}")) == []


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("{context: 100, capabilities: [reasoning], efforts: [low]}", []),
        ("{context: 100, capabilities: [reasoning], efforts: []}", []),
        ("{context: 100, efforts: []}", []),
        ("{context: 100, efforts: [low]}", [ExpectedDiagnostic("BC407", "efforts", ("m",))]),
        (
            "{context: 100, capabilities: [tools], efforts: [low]}",
            [ExpectedDiagnostic("BC407", "efforts", ("capabilities",))],
        ),
        (
            "{type: rerank, capabilities: [reasoning], efforts: [low]}",
            [ExpectedDiagnostic("BC407", "efforts", ("type",))],
        ),
    ],
)
def test_efforts_are_those_of_chat_models_that_reason(model: str, expected: list[ExpectedDiagnostic]) -> None:
    assert diagnostics_of(text_of(model)) == expected


@pytest.mark.parametrize(
    ("model", "context", "expected"),
    [
        ("{context: 100}", "200", [ExpectedDiagnostic("BC505", "200", ("100",))]),
        ("{context: 100}", "100", []),
        ("{context: 100}", "50", []),
        ("{context: unknown}", "200", []),
        ("", "200", []),
        ("{type: embedding, context: 100}", "200", [ExpectedDiagnostic("BC505", "200", ("100",))]),
    ],
)
def test_an_override_that_raises_a_declared_window(
    model: str, context: str, expected: list[ExpectedDiagnostic]
) -> None:
    """`an override that raises a window its model declares` is a warning."""
    text = text_of(model, rest=f"context_overrides: [{{match: one/m, context: {context}}}]\n")
    assert diagnostics_of(text) == expected
    assert load(text).fleet is not None


def test_only_the_deciding_override_is_reported() -> None:
    rest = "context_overrides: [{match: one/m, context: 200}, {match: '*/m', context: 50}]\n"
    assert diagnostics_of(text_of("{context: 100}", rest=rest)) == []
