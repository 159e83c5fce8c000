"""opencode's arithmetic of limits; tests/clients/test_opencode_budgets.py compares it with the program."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booconf.declaration.schema import FleetDeclaration
from booconf.fleet.assemble import assemble_fleet
from booconf.fleet.model import Model
from booconf.fleet.opencode_limits import (
    LARGEST_OUTPUT,
    PROMPT,
    SMALLEST_SESSION,
    compaction_size,
    input_limit,
    prompt_limit,
    requested_output,
)


def model_of(**declared: object) -> Model:
    """A chat model with this declaration, which may break a rule."""
    provider = {"kind": "vllm", "base_url": "http://a.lan", "models": {"a": declared}}
    fleet = {
        "version": 1,
        "default_provider": "one",
        "roles": {"default": "one/a"},
        "providers": {"one": provider},
    }
    return assemble_fleet(FleetDeclaration.model_validate(fleet)).model("one/a")


@pytest.mark.parametrize(
    ("declared", "numbers"),
    [
        ({"context": 16384}, (12288, 14336, 10240)),
        ({"context": 32768}, (24576, 24576, 16384)),
        ({"context": 65536}, (57344, 49152, 40960)),
        ({"context": 65536, "capabilities": ["reasoning"]}, (49152, 49152, 32768)),
        ({"context": 131072}, (122880, 114688, 106496)),
        ({"context": 131072, "output": 2048}, (129024, 114688, 112640)),
        ({"context": 131072, "output": 65536}, (99072, 99072, 79072)),
        ({"context": 1_000_000, "output": 384_000}, (968_000, 968_000, 948_000)),
        ({"context": 40960, "output": 32768}, (8960, 28576, 8576)),
        ({"context": 36864, "output": 32768}, (4864, 24864, 4864)),
        ({"context": 8192}, (6144, 8192, 6144)),
        ({"context": 2}, (1, 2, 1)),
        ({"context": 65536, "input": 65536}, (57344, 65536, 57344)),
        ({"context": 36864, "input": 36864, "output": 32768}, (4864, 36864, 16864)),
        ({"context": 131072, "input": 90000, "output": 40000}, (90000, 90000, 70000)),
        ({"context": 65536, "input": 5000}, (5000, 5000, 0)),
        ({"context": 65536, "extra_body": {"max_tokens": 16384}}, (49152, 40960, 32768)),
        ({"context": 65536, "extra_body": {"max_tokens": 70000}}, (0, 8192, 0)),
        ({"context": "unknown"}, (None, None, None)),
        ({"context": "unknown", "input": 5, "output": 5}, (None, None, None)),
    ],
)
def test_numbers_of_a_model(declared: dict[str, object], numbers: tuple[int | None, ...]) -> None:
    """The largest prompt, `limit.input`, and the size at which a session is compacted."""
    found = model_of(**declared)
    assert (prompt_limit(found), input_limit(found), compaction_size(found)) == numbers


@pytest.mark.parametrize(
    ("declared", "output"),
    [
        ({"context": 65536, "output": 5}, 5),
        ({"context": 131072, "output": 65536}, 32000),
        ({}, 32000),
        ({"context": 131072, "extra_body": {"max_tokens": 40000}}, 40000),
        ({"context": 131072, "extra_body": {"max_tokens": None}}, 8192),
        ({"context": 131072, "extra_body": {"max_tokens": -1}}, 8192),
    ],
)
def test_requested_output(declared: dict[str, object], output: int) -> None:
    """`max_tokens` of `extra_body`, else `min(limit.output, 32000)`, 32,000 without a limit."""
    assert requested_output(model_of(**declared)) == output


windows = st.integers(2, 2**53 - 1) | st.integers(2, 300_000)


@given(windows.flatmap(lambda window: st.tuples(st.just(window), st.integers(1, window - 1))))
def test_limits_leave_room_and_prevent_endless_compaction(pair: tuple[int, int]) -> None:
    """Laws of an undeclared input: it is a limit within the window, and leaves room for a step.

    A larger step is never paid for with the room that opencode's own prompt needs.
    """
    window, output = pair
    found = model_of(context=window, output=output)
    prompt, limit, size = prompt_limit(found), input_limit(found), compaction_size(found)
    assert prompt is not None
    assert limit is not None
    assert size is not None

    assert prompt == window - min(output, LARGEST_OUTPUT)
    assert 0 < limit <= window
    assert 0 < size <= prompt
    if prompt >= PROMPT:
        assert size - PROMPT >= prompt - size
    if prompt >= PROMPT + 2 * 20_000:
        assert prompt - size >= 16_384
    if prompt >= PROMPT + 1024:
        assert size >= SMALLEST_SESSION
