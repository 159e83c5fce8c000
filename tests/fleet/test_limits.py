"""Context windows: the first source wins, `unknown` counts as one, and no number is invented."""

from textwrap import indent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booconf.declaration.model_schema import ModelDeclaration
from booconf.declaration.schema import DefaultsDeclaration, OverrideDeclaration
from booconf.fleet.limits import (
    DeclaredWindow,
    LimitName,
    Overrides,
    Pattern,
    context_chain,
    decide_limits,
    input_chain,
    limit_of,
    origin_of,
    output_chain,
    written_at,
)
from booconf.fleet.model import LimitRule, Limits, Model
from tests.support.fleets import fleet_of, fleet_text

LARGEST = 2**53 - 1


def limits(
    model: dict[str, object] | None = None,
    defaults: dict[str, object] | None = None,
    overrides: list[dict[str, object]] | None = None,
    composite_id: str = "one/a",
) -> Limits:
    """The limits that one model gets."""
    return decide_limits(
        composite_id,
        ModelDeclaration.model_validate(model or {}),
        DefaultsDeclaration.model_validate(defaults or {}),
        Overrides([OverrideDeclaration.model_validate(override) for override in overrides or []]),
    )


def window(*arguments: object) -> tuple[int | None, LimitRule, int | None]:
    found = limits(*arguments)  # type: ignore[arg-type]  # passed through as they are
    return found.context, found.context_origin.rule, found.context_origin.override


@pytest.mark.parametrize(
    ("model", "defaults", "overrides", "expected"),
    [
        ({"context": 10}, {"context": 20}, [{"match": "*", "context": 30}], (30, LimitRule.OVERRIDE, 0)),
        ({"context": 10}, {"context": 20}, [], (10, LimitRule.MODEL, None)),
        ({"context": 10}, {"context": 20}, [{"match": "two/*", "context": 30}], (10, LimitRule.MODEL, None)),
        ({}, {"context": 20}, [], (20, LimitRule.DEFAULTS, None)),
        ({}, {}, [], (None, LimitRule.NONE, None)),
        ({"context": "unknown"}, {"context": 20}, [], (None, LimitRule.MODEL, None)),
        ({}, {"context": "unknown"}, [], (None, LimitRule.DEFAULTS, None)),
        ({"context": 10}, {}, [{"match": "*", "context": "unknown"}], (None, LimitRule.OVERRIDE, 0)),
        ({"context": "unknown"}, {}, [{"match": "*", "context": 30}], (30, LimitRule.OVERRIDE, 0)),
        ({"context": LARGEST}, {}, [], (LARGEST, LimitRule.MODEL, None)),
    ],
)
def test_precedence_of_windows(
    model: dict[str, object],
    defaults: dict[str, object],
    overrides: list[dict[str, object]],
    expected: tuple[int | None, LimitRule, int | None],
) -> None:
    """`the last matching context_overrides entry, the model, the provider's defaults`."""
    assert window(model, defaults, overrides) == expected


@pytest.mark.parametrize(
    ("matches", "last"),
    [
        (["*", "one/a"], 1),
        (["one/a", "*"], 1),
        (["one/a", "two/*"], 0),
        (["*", "one/a", "two/*", "two/a"], 1),
        (["one/*", "*/a", "*"], 2),
        (["one/a", "one/a"], 1),
        (["one/a", "*", "one/b"], 1),
        (["two/a"], None),
        (["one/A"], None),
        ([], None),
    ],
)
def test_the_last_matching_override_wins(matches: list[str], last: int | None) -> None:
    overrides = [{"match": match, "context": 100 + index} for index, match in enumerate(matches)]
    found = limits({"context": 5}, None, overrides)
    assert found.context_origin.override == last
    assert found.context == (5 if last is None else 100 + last)


@given(st.lists(st.sampled_from(["*", "one/*", "one/a", "one/b", "*a", "two/*", "o*/a"]), max_size=6))
def test_indexed_overrides_equal_linear_search(matches: list[str]) -> None:
    """A law: the quick answer of Overrides is the slow one."""
    overrides = Overrides([OverrideDeclaration(match=match, context=1) for match in matches])
    for composite_id in ("one/a", "one/b", "two/a"):
        slow = [index for index, match in enumerate(matches) if Pattern.of(match).matches(composite_id)]
        quick = [origin.override for _, origin in overrides.windows(composite_id)]
        assert quick == slow[::-1]


@pytest.mark.parametrize(
    ("model", "defaults", "output", "rule"),
    [
        ({"context": 32768, "output": 100}, {"output": 200}, 100, LimitRule.MODEL),
        ({"context": 32768}, {"output": 200}, 200, LimitRule.DEFAULTS),
        ({"context": 201}, {"output": 200}, 200, LimitRule.DEFAULTS),
        ({"context": 200}, {"output": 200}, 50, LimitRule.QUARTER),
        ({"context": 100}, {"output": 200}, 25, LimitRule.QUARTER),
        ({"context": 32768}, {}, 8192, LimitRule.QUARTER),
        ({"context": 32767}, {}, 8191, LimitRule.QUARTER),
        ({"context": 32772}, {}, 8192, LimitRule.QUARTER),
        ({"context": LARGEST}, {}, 8192, LimitRule.QUARTER),
        ({"context": 4}, {}, 1, LimitRule.QUARTER),
        ({"context": 3}, {}, 1, LimitRule.QUARTER),
        ({"context": 2}, {}, 1, LimitRule.QUARTER),
        ({"context": 1}, {}, 1, LimitRule.QUARTER),
        ({"context": 65536, "capabilities": ["reasoning"]}, {}, 16384, LimitRule.REASONING_QUARTER),
        ({"context": 65532, "capabilities": ["reasoning"]}, {}, 16383, LimitRule.REASONING_QUARTER),
        ({"context": 32768, "capabilities": ["tools", "reasoning"]}, {}, 8192, LimitRule.REASONING_QUARTER),
        ({"context": LARGEST, "capabilities": ["reasoning"]}, {}, 16384, LimitRule.REASONING_QUARTER),
        ({"context": 65536, "capabilities": ["reasoning"]}, {"output": 200}, 200, LimitRule.DEFAULTS),
        ({"context": 65536, "capabilities": ["tools", "vision"]}, {}, 8192, LimitRule.QUARTER),
        ({"context": LARGEST, "output": LARGEST - 1}, {}, LARGEST - 1, LimitRule.MODEL),
        ({"context": 9, "type": "embedding"}, {"output": 2}, None, LimitRule.NONE),
        ({"context": "unknown", "type": "embedding"}, {"output": 2}, None, LimitRule.NONE),
        ({"type": "chat"}, {}, None, LimitRule.NONE),
        ({"type": "chat"}, {"output": 2}, None, LimitRule.UNKNOWN),
    ],
)
def test_output(
    model: dict[str, object], defaults: dict[str, object], output: int | None, rule: LimitRule
) -> None:
    """`declared, else defaults.output where that is below the window, else min(8192, context // 4)`.

    With `reasoning`, which counts as output, at most 16384.
    """
    found = limits(model, defaults)
    assert (found.output, found.output_origin.rule) == (output, rule)


@pytest.mark.parametrize(
    ("model", "input_limit", "rule"),
    [
        ({"context": 10}, 8, LimitRule.BESIDE_OUTPUT),
        ({"context": 32768, "output": 20000}, 12768, LimitRule.BESIDE_OUTPUT),
        ({"context": 10, "input": 7}, 7, LimitRule.MODEL),
        ({"context": 10, "input": 10}, 10, LimitRule.MODEL),
        ({"context": 10, "type": "rerank"}, 10, LimitRule.WINDOW),
        ({"type": "embedding"}, None, LimitRule.NONE),
        ({"type": "embedding", "input": 7}, None, LimitRule.UNKNOWN),
        ({"type": "embedding", "context": "unknown"}, None, LimitRule.UNKNOWN),
        ({"type": "embedding", "context": "unknown", "input": 7}, None, LimitRule.UNKNOWN),
    ],
)
def test_default_input_limit_is_the_window_without_the_output(
    model: dict[str, object], input_limit: int | None, rule: LimitRule
) -> None:
    """Input and output share the window, and only chat models have output.

    A window without a declaration is as unknown as a declared `unknown`: there is no input limit.
    """
    found = limits(model)
    assert (found.input, found.input_origin.rule) == (input_limit, rule)


def test_unknown_window_makes_all_limits_null() -> None:
    """`With context unknown, all three compile to null`, with any other declaration."""
    found = limits({"context": "unknown", "input": 5, "output": 5}, {"output": 5})
    assert (found.context, found.input, found.output) == (None, None, None)
    assert found.input_origin.rule is found.output_origin.rule is LimitRule.UNKNOWN


def test_context_chain_lists_sources_by_precedence() -> None:
    chain = context_chain(
        "one/a",
        ModelDeclaration(context="unknown"),
        DefaultsDeclaration(context=20),
        Overrides(
            [
                OverrideDeclaration(match="*", context=1),
                OverrideDeclaration(match="one/a", context=3),
                OverrideDeclaration(match="two/*", context=4),
                OverrideDeclaration(match="one/*", context=2),
            ]
        ),
    )
    assert [(value, origin.rule, origin.override) for value, origin in chain] == [
        (2, LimitRule.OVERRIDE, 3),
        (3, LimitRule.OVERRIDE, 1),
        (1, LimitRule.OVERRIDE, 0),
        ("unknown", LimitRule.MODEL, None),
        (20, LimitRule.DEFAULTS, None),
    ]


@pytest.mark.parametrize(
    ("model", "window", "output", "expected"),
    [
        ({}, 9, None, [(9, LimitRule.WINDOW)]),
        ({}, 9, 2, [(7, LimitRule.BESIDE_OUTPUT)]),
        ({"input": 5}, 9, 2, [(5, LimitRule.MODEL)]),
        ({"input": 5}, "unknown", None, [(None, LimitRule.UNKNOWN), (5, LimitRule.MODEL)]),
        ({"input": 5}, None, None, [(None, LimitRule.UNKNOWN), (5, LimitRule.MODEL)]),
        ({}, "unknown", None, [(None, LimitRule.UNKNOWN)]),
        ({}, None, None, [(None, LimitRule.NONE)]),
    ],
)
def test_input_chain(
    model: dict[str, object],
    window: DeclaredWindow | None,
    output: int | None,
    expected: list[tuple[int | None, LimitRule]],
) -> None:
    chain = input_chain(ModelDeclaration.model_validate(model), window, output)
    assert [(value, origin.rule) for value, origin in chain] == expected


@pytest.mark.parametrize(
    ("output", "default", "window", "expected"),
    [
        (5, 6, 9, ["5 declared on the model", "6 default of the provider"]),
        (5, 9, 9, ["5 declared on the model", "9 default of the provider does not fit"]),
        (5, None, 9, ["5 declared on the model"]),
        (None, 6, 9, ["6 default of the provider"]),
        (None, 9, 9, ["2 a quarter of the window, at most 8192", "9 default of the provider does not fit"]),
        (None, None, 9, ["2 a quarter of the window, at most 8192"]),
        (
            5,
            6,
            "unknown",
            [
                "None unknown, because the window is unknown",
                "5 declared on the model",
                "6 default of the provider",
            ],
        ),
        (None, None, "unknown", ["None unknown, because the window is unknown"]),
    ],
)
def test_output_chain(
    output: int | None, default: int | None, window: DeclaredWindow, expected: list[str]
) -> None:
    chain = output_chain(ModelDeclaration(output=output), DefaultsDeclaration(output=default), window)
    assert [
        f"{value} {origin.rule}{'' if origin.fits else ' does not fit'}" for value, origin in chain
    ] == expected


def _model_of(models: str, rest: str = "", defaults: str = "{}") -> Model:
    provider = f"one:\n  kind: vllm\n  base_url: http://localhost\n  defaults: {defaults}\n  models:\n"
    return fleet_of(fleet_text(provider + indent(models, "    "), rest=rest)).model("one/a")


@pytest.mark.parametrize(
    ("model", "limit", "place"),
    [
        (_model_of("a: {context: 9}\n"), "context", ("providers", "one", "models", "a", "context")),
        (_model_of("a: {context: 9, output: 2}\n"), "output", ("providers", "one", "models", "a", "output")),
        (_model_of("a:\n", defaults="{context: 9}"), "context", ("providers", "one", "defaults", "context")),
        (_model_of("a: {context: 9}\n"), "output", None),
        (_model_of("a: {context: 9}\n"), "input", None),
        (
            _model_of("a:\n", "context_overrides: [{match: one/a, context: 9}]\n"),
            "context",
            ("context_overrides", 0, "context"),
        ),
    ],
)
def test_path_of_each_limit(model: Model, limit: LimitName, place: tuple[str | int, ...] | None) -> None:
    """`Every number keeps its origin (file, line, rule)`; a rule of booconf has no path."""
    assert written_at(model, limit, origin_of(model, limit)) == place


def test_limits_by_name() -> None:
    model = _model_of("a: {context: 9, input: 5, output: 2}\n")
    assert [limit_of(model, limit) for limit in ("context", "input", "output")] == [9, 5, 2]
