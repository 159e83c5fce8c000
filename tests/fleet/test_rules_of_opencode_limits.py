"""Rules about limits that leave opencode too little room: a pair that loops never compiles."""

import pytest

from booconf.fleet.rules.roles import ADVISED_CODING_WINDOW
from tests.support.fleets import ExpectedDiagnostic, diagnostics_of, fleet_text, load


def text_of(model: str, *, roles: str = "default: one/a", defaults: str = "{}", rest: str = "") -> str:
    """A fleet in which `m` is the model in question; both its models have tools."""
    if "capabilities" not in model:
        model = model.replace("{", "{capabilities: [tools], ", 1)
    provider = (
        "one:\n  kind: vllm\n  base_url: http://localhost\n"
        f"  defaults: {defaults}\n  models:\n"
        f"    a: {{context: 65536, capabilities: [tools]}}\n    m: {model}\n"
    )
    return fleet_text(provider, roles=roles, rest=rest)


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("{context: 36864, output: 32768}", [ExpectedDiagnostic("BC406", "32768", ("36864",))]),
        ("{context: 40960, output: 32768}", [ExpectedDiagnostic("BC406", "32768", ("40960",))]),
        ("{context: 16384, output: 8192}", [ExpectedDiagnostic("BC406", "8192", ("16384",))]),
        ("{context: 16384, output: 7170}", [ExpectedDiagnostic("BC406", "7170", ("16384",))]),
        ("{context: 16384, output: 7169}", []),
        ("{context: 16383, output: 16000}", []),
        ("{context: 41216, output: 41215}", [ExpectedDiagnostic("BC514", "41215", ())]),
        ("{context: 131072, input: 16895}", [ExpectedDiagnostic("BC406", "16895", ("131072",))]),
        ("{context: 131072, input: 16896}", []),
        ("{context: 40960, output: 20000, input: 40960}", []),
        (
            "{context: 36864, input: 36864, output: 32768}",
            [ExpectedDiagnostic("BC406", "32768", ("36864",))],
        ),
        ("{context: 20000, input: 20000, output: 11297}", [ExpectedDiagnostic("BC406", "11297", ("20000",))]),
        ("{context: 20000, input: 20000, output: 11296}", []),
        ("{context: unknown, output: 32768}", [ExpectedDiagnostic("BC405", "unknown", ())]),
        ("{type: embedding, context: 16384, input: 10}", []),
        ("{context: 16384}", []),
        ("{context: 16384, capabilities: [reasoning]}", []),
    ],
)
def test_window_leaves_room_for_the_prompt_of_opencode(
    model: str, expected: list[ExpectedDiagnostic]
) -> None:
    """Every chat model, whether a role names it or not; windows below 16k are facts of a host."""
    assert diagnostics_of(text_of(model)) == expected


@pytest.mark.parametrize("declared", ["", ", input: 36864"])
def test_pair_without_room_is_no_valid_fleet(declared: str) -> None:
    """A host of the kind vllm refuses each request, whatever the declared input."""
    loading = load(text_of(f"{{context: 36864, output: 32768{declared}}}"))
    (diagnostic,) = loading.diagnostics
    assert loading.fleet is None
    assert diagnostic.message == (
        "`one/m` has 4864 tokens for input beside an output of 32000, "
        "so opencode would compact every session without end"
    )
    assert diagnostic.help == "write `output: 8192` or less at the model"
    assert load(text_of("{context: 36864, output: 8192}")).diagnostics == ()


def test_max_tokens_of_the_body_are_the_output_of_requests() -> None:
    (diagnostic,) = load(text_of("{context: 65536, extra_body: {max_tokens: 60000}}")).diagnostics
    assert diagnostic.message == (
        "`one/m` has 5536 tokens for input beside an output of 60000, "
        "so opencode would compact every session without end"
    )
    assert diagnostic.help == "write `max_tokens: 8192` or less at the model"
    text = text_of("{context: 65536, extra_body: {max_tokens: 60000}}")
    assert diagnostics_of(text) == [ExpectedDiagnostic("BC406", "60000", ("65536",))]


def test_input_without_room_is_removed_or_raised() -> None:
    (diagnostic,) = load(text_of("{context: 131072, input: 16000}")).diagnostics
    assert diagnostic.message == (
        "`one/m` has an input limit of 16000 tokens and an output of 8192, "
        "so opencode would compact every session without end"
    )
    assert diagnostic.help == "remove `input`, or write a larger one"


def test_default_output_and_override_are_labeled() -> None:
    rest = "context_overrides: [{match: one/m, context: 20480}]\n"
    text = text_of("{context: 65536}", defaults="{output: 12000}", rest=rest)
    assert diagnostics_of(text) == [ExpectedDiagnostic("BC406", "12000", ("20480",))]


@pytest.mark.parametrize(
    ("model", "roles", "expected"),
    [
        ("{context: 16384}", "default: one/m", [ExpectedDiagnostic("BC513", "one/m", ("m",))]),
        ("{context: 16384}", "default: one/a\ntask: one/m", []),
        (
            "{context: 16384}",
            "default: one/a\narena: [one/m, one/a]",
            [ExpectedDiagnostic("BC513", "one/m", ("m",))],
        ),
        ("{context: 20480, output: 4096}", "default: one/m", []),
        ("{context: 20480, output: 4097}", "default: one/m", [ExpectedDiagnostic("BC513", "one/m", ("m",))]),
        ("{context: 48384, output: 32000}", "default: one/m", []),
        (
            "{context: 32768, input: 32768, output: 20000}",
            "default: one/m",
            [ExpectedDiagnostic("BC513", "one/m", ("m",))],
        ),
        ("{context: 16383}", "default: one/m", [ExpectedDiagnostic("BC504", "one/m", ("m",))]),
        (
            "{context: 16384, output: 8192}",
            "default: one/m",
            [ExpectedDiagnostic("BC406", "8192", ("16384",))],
        ),
        (
            "{context: 65536, input: 16900}",
            "default: one/m",
            [],
        ),
        (
            "{context: 65536, output: 100, input: 16000}",
            "default: one/m",
            [ExpectedDiagnostic("BC513", "one/m", ("m",))],
        ),
        ("{context: unknown}", "default: one/m", [ExpectedDiagnostic("BC405", "unknown", ())]),
    ],
)
def test_coding_role_has_16k_of_input_beside_output(
    model: str, roles: str, expected: list[ExpectedDiagnostic]
) -> None:
    """Each model once, and not beside BC406 or BC504; tasks are short."""
    assert diagnostics_of(text_of(model, roles=roles)) == expected


def test_missing_model_of_a_role_is_reported_by_another_rule() -> None:
    codes = [one.code for one in diagnostics_of(text_of("{context: 16384}", roles="default: one/none"))]
    assert codes == ["BC302"]


@pytest.mark.parametrize(
    ("model", "advice"),
    [
        ("{context: 32768, output: 20000}", "write `output: 16384` or less at the model"),
        ("{context: 32768, input: 32768, output: 20000}", "write `output: 16384` or less at the model"),
        (
            "{context: 32768, extra_body: {max_tokens: 20000}}",
            "write `max_tokens: 16384` or less at the model",
        ),
        ("{context: 16383}", "name a model with a window of at least 24576 tokens"),
        ("{context: 16384}", "let the host serve at least 24576 tokens, or name another model"),
        ("{context: 18000}", "let the host serve at least 24576 tokens, or name another model"),
        ("{context: 65536, output: 100, input: 16000}", "remove `input`, or name a model with more room"),
    ],
)
def test_advice_about_little_room(model: str, advice: str) -> None:
    (diagnostic,) = load(text_of(model, roles="default: one/m")).diagnostics
    assert diagnostic.help == advice


@pytest.mark.parametrize("capabilities", ["[tools]", "[tools, reasoning]"])
def test_advised_window_is_large_enough_for_each_rule(capabilities: str) -> None:
    model = f"{{context: {ADVISED_CODING_WINDOW}, capabilities: {capabilities}}}"
    assert diagnostics_of(text_of(model, roles="default: one/m")) == []


@pytest.mark.parametrize(
    ("model", "defaults", "expected"),
    [
        ("{context: 131072, output: 32000}", "{}", []),
        ("{context: 131072, output: 32001}", "{}", [ExpectedDiagnostic("BC514", "32001", ())]),
        ("{context: 131072}", "{output: 40000}", [ExpectedDiagnostic("BC514", "40000", ())]),
        (
            "{context: 131072, output: 50000}",
            "{output: 45000}",
            [ExpectedDiagnostic("BC514", "45000", ("50000",))],
        ),
        ("{context: 131072, output: 50000, extra_body: {max_tokens: 50000}}", "{}", []),
        ("{context: unknown, output: 50000}", "{}", [ExpectedDiagnostic("BC405", "unknown", ())]),
    ],
)
def test_output_above_the_cap_of_opencode(
    model: str, defaults: str, expected: list[ExpectedDiagnostic]
) -> None:
    """One warning for all declarations; an output that does not fit is not declared."""
    assert diagnostics_of(text_of(model, defaults=defaults)) == expected


def test_warning_names_the_cap_and_its_variable() -> None:
    models = "".join(f"      m{number}: {{context: 131072, output: 40000}}\n" for number in range(9))
    text = text_of("{context: 131072, output: 64000}") + models
    (diagnostic,) = load(text).diagnostics
    assert diagnostic.message == (
        "opencode asks for at most 32000 of the 64000 output tokens of `one/m`, and of 9 more declarations"
    )
    assert len(diagnostic.secondary) == 5
    assert diagnostic.help is not None
    assert "`output: 32000`" in diagnostic.help
    assert "OPENCODE_EXPERIMENTAL_OUTPUT_TOKEN_MAX" in diagnostic.help
