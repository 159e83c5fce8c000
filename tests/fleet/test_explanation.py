"""Explanations agree with `resolve` about ids, and with the compiled fleet about limits."""

import json

import pytest

from booconf.fleet.explanation import Explainer
from booconf.fleet.limits import limit_of
from booconf.fleet.resolve import ResolutionError, Resolver
from booconf.targets import emit
from tests.support.fleets import fleet_of, load, sample_fleets
from tests.targets.routing_fleets import FLEETS as ROUTING_FLEETS

READS_TWO_WAYS = """\
version: 1
default_provider: sam
roles: {default: sam/oc/z}
legacy:
  bare_ids: {oc/old: sam/oc/z}
  providers: {retired: null, former: strict}
providers:
  sam:
    kind: vllm
    base_url: http://127.0.0.1:8001
    models:
      oc/z: {context: 32768, aliases: [oc/alias]}
  strict:
    kind: vllm
    base_url: http://127.0.0.1:8002
    undeclared: reject
    opencode: {id: "123"}
    models:
      m: {context: 32768}
  cl:
    kind: openai-compatible
    location: cloud
    base_url: https://cloud.example
    opencode: {id: oc}
    models:
      z: {context: 32768}
      old: {context: 32768}
      alias: {context: 32768}
"""
"""Bare ids of the default provider that are opencode references to other models too."""

STRICT = READS_TWO_WAYS.replace("http://127.0.0.1:8001", "http://127.0.0.1:8001\n    undeclared: reject")
"""The same, and the default provider takes declared models only."""

FLEETS = {**sample_fleets(), **ROUTING_FLEETS, "reads_two_ways": READS_TWO_WAYS, "strict": STRICT}


def explainer_of(text: str) -> Explainer:
    """The explainer of a fleet."""
    loading = load(text)
    assert loading.context is not None, loading.diagnostics
    return Explainer(loading.context)


@pytest.mark.parametrize("name", FLEETS)
def test_explanation_agrees_with_resolution(name: str) -> None:
    """A law over the vectors: `explain` shows the model that an id resolves to."""
    fleet = fleet_of(FLEETS[name])
    resolver, explainer = Resolver(fleet), explainer_of(FLEETS[name])
    vectors = json.loads(emit(fleet, ["vectors"]).artifacts[0].text)
    inputs = [vector["input"] for vector in vectors["resolve"] + vectors["from_opencode"]]
    declared = 0
    for text in inputs:
        try:
            route = resolver.resolve(text)
        except ResolutionError:
            continue
        explained = explainer.explain(text)
        if route.declared:
            declared += 1
            assert explained.route == route
            assert not explained.is_opencode_reference
    assert declared


@pytest.mark.parametrize("name", FLEETS)
def test_first_reason_gives_the_compiled_limit(name: str) -> None:
    """A law: the value of a limit is that of its first reason, and no overridden source occurs twice."""
    explainer = explainer_of(FLEETS[name])
    for model in fleet_of(FLEETS[name]).models():
        limits = explainer.explain(model.composite_id).limits
        assert [limit.name for limit in limits] == ["context", "input", "output"]
        for limit in limits:
            reasons = [limit.decided_by, *limit.overruled]
            assert limit.value == limit.decided_by.value == limit_of(model, limit.name)
            places = [reason.place for reason in reasons if reason.place is not None]
            assert len(places) == len(set(places)) >= len(reasons) - 1


@pytest.mark.parametrize(
    ("text", "leads_to", "is_opencode_reference"),
    [
        ("oc/z", "sam/oc/z", False),
        ("oc/alias", "sam/oc/z", False),
        ("oc/old", "sam/oc/z", False),
        ("oc/new", "cl/new", True),
        ("123/m", "strict/m", True),
        ("123/nope", "sam/123/nope", False),
        ("former/m", "strict/m", False),
        ("cl/new", "cl/new", False),
        ("new", "sam/new", False),
    ],
)
def test_undeclared_bare_id_may_be_opencode_reference(
    text: str, leads_to: str, is_opencode_reference: bool
) -> None:
    explanation = explainer_of(READS_TWO_WAYS).explain(text)
    assert (explanation.route.id, explanation.is_opencode_reference) == (leads_to, is_opencode_reference)


@pytest.mark.parametrize(("text", "leads_to"), [("oc/new", "cl/new"), ("123/m", "strict/m")])
def test_rejected_id_may_be_opencode_reference(text: str, leads_to: str) -> None:
    explanation = explainer_of(STRICT).explain(text)
    assert (explanation.route.id, explanation.is_opencode_reference) == (leads_to, True)


@pytest.mark.parametrize(
    "text", ["123/nope", "strict/nope", "former/nope", "retired/m", "nope", "123/", "oc/a b", ""]
)
def test_error_contains_the_requested_id(text: str) -> None:
    """Also if the text is an opencode reference of an id that its provider rejects."""
    with pytest.raises(ResolutionError) as caught:
        explainer_of(STRICT).explain(text)
    assert caught.value.id == text
    assert f"`{text}`" in str(caught.value)
