"""vectors.json: `inputs and expected results of resolve, the bridge and the catalog view`."""

import json
from typing import Any

import pytest

from booconf.fleet.resolve import ResolutionError, Resolver
from booconf.fleet.serialize import route_json, view_json
from booconf.fleet.view import catalog_view
from booconf.targets.vectors import MALFORMED, UNUSUAL, emit
from tests.support.fleets import fleet_of, fleet_text, sample_fleets
from tests.support.schemas import mistakes, schema


def vectors(text: str) -> dict[str, Any]:
    (artifact,) = emit(fleet_of(text)).artifacts
    assert artifact.path == "vectors.json"
    found: dict[str, Any] = json.loads(artifact.text)
    return found


@pytest.mark.parametrize("name", sample_fleets())
def test_vectors_match_their_schema(name: str) -> None:
    assert mistakes("vectors", vectors(sample_fleets()[name])) == []


@pytest.mark.parametrize("name", sample_fleets())
def test_vectors_agree_with_the_resolver(name: str) -> None:
    text = sample_fleets()[name]
    resolver = Resolver(fleet_of(text))
    for vector in vectors(text)["resolve"]:
        try:
            answer: dict[str, Any] = {
                "route": json.loads(json.dumps(route_json(resolver.resolve(vector["input"]))))
            }
        except ResolutionError as error:
            answer = {"error": error.code}
        assert vector == {"input": vector["input"], **answer}


@pytest.mark.parametrize("name", sample_fleets())
def test_every_kind_of_answer_occurs(name: str) -> None:
    """Each question has an answer and an error, and every declared id and alias has a question."""
    text = sample_fleets()[name]
    found, fleet = vectors(text), fleet_of(text)
    for question in ("resolve", "context_window", "to_opencode", "from_opencode", "role"):
        assert {"error" in vector for vector in found[question]} == {True, False}, question
    asked = {vector["input"] for vector in found["resolve"]}
    assert {model.composite_id for model in fleet.models()} <= asked
    assert {f"{model.provider}/{alias}" for model in fleet.models() for alias in model.aliases} <= asked
    assert {*fleet.legacy.bare_ids, *MALFORMED, *UNUSUAL} <= asked
    assert all(any(text.startswith(f"{former}/") for text in asked) for former in fleet.legacy.providers)


def test_all_errors_occur_in_a_fleet_that_has_them_all() -> None:
    errors = {
        vector["error"]
        for question, answers in vectors(sample_fleets()["legacy"]).items()
        if question not in ("version", "catalog_view")
        for vector in answers
        if "error" in vector
    }
    assert errors == set(schema("vectors")["$defs"]["error"]["enum"])


def test_malformed_and_unusual_ids() -> None:
    answers = {vector["input"]: vector for vector in vectors(sample_fleets()["smallest"])["resolve"]}
    assert {answers[text].get("error") for text in MALFORMED} == {"invalid-id"}
    assert all("route" in answers[text] for text in UNUSUAL)


def test_views_grow_linearly() -> None:
    def size(count: int) -> int:
        models = ", ".join(f"m{number}: {{context: 9}}" for number in range(count))
        provider = f"one: {{kind: vllm, base_url: http://localhost, models: {{{models}}}}}\n"
        return len(json.dumps(vectors(fleet_text(provider, roles="default: one/m1"))["catalog_view"]))

    assert size(80) < 2.2 * size(40)


def test_vectors_contain_the_schema_of_the_view() -> None:
    """The schema of the vectors contains that of the view, so one file checks them."""
    assert schema("vectors")["$defs"]["catalog-view"] == schema("catalog-view")


@pytest.mark.parametrize("name", sample_fleets())
def test_view_matches_its_schema(name: str) -> None:
    fleet = fleet_of(sample_fleets()[name])
    resolver = Resolver(fleet)
    keys = {provider.api_key_env: "x" for provider in fleet.providers.values() if provider.api_key_env}
    for favorites in ([], [fleet.roles.default], [model.composite_id for model in fleet.models()]):
        view = catalog_view(fleet, resolver, favorites=favorites, env=keys)
        assert mistakes("catalog-view", json.loads(json.dumps(view_json(view)))) == []


def test_schema_of_the_view_requires_favorites_first() -> None:
    fleet = fleet_of(sample_fleets()["smallest"])
    view: Any = json.loads(json.dumps(view_json(catalog_view(fleet, Resolver(fleet)))))
    assert mistakes("catalog-view", {**view, "sections": view["sections"][::-1]})
    assert mistakes("catalog-view", {**view, "sections": []})
    assert mistakes("catalog-view", {**view, "favorites": []})
