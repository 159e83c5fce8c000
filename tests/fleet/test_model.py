"""Queries of a fleet and its providers."""

import pytest

from tests.support.fleets import LOCAL, OTHER, fleet_of, fleet_text


def test_chat_models_in_display_order() -> None:
    fleet = fleet_of(fleet_text(OTHER, LOCAL))
    assert [model.composite_id for model in fleet.models()] == ["two/a", "two/c", "one/a", "one/b", "one/e"]
    assert [model.composite_id for model in fleet.chat_models()] == ["two/a", "two/c", "one/a", "one/b"]
    assert [model.id for model in fleet.providers["one"].chat_models()] == ["a", "b"]


def test_opencode_reference_of_a_model() -> None:
    one = fleet_of(fleet_text(f"{LOCAL}  opencode: {{id: theirs}}\n")).providers["one"]
    assert one.opencode_reference(one.models["a"]) == "theirs/a"


@pytest.mark.parametrize(
    ("extra", "names"),
    [
        ("", []),
        ("  api_key_env: KEY\n", ["KEY"]),
        (
            "  api_key_env: KEY\n  headers: {A: '${env:TWO}', B: 'Bearer ${env:KEY}', C: plain}\n",
            ["KEY", "TWO"],
        ),
        ("  headers: {A: 'Basic ${env:ONE}', B: '${env:ONE}'}\n", ["ONE"]),
    ],
)
def test_environment_names_of_a_provider(extra: str, names: list[str]) -> None:
    fleet = fleet_of(fleet_text(LOCAL + extra))
    assert fleet.providers["one"].environment_names() == names
