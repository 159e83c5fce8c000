"""Laws of adoption, for any fleet, layout and hosts."""

from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from booconf.declaration.enums import ModelType
from booconf.drift.adoption import adopt
from booconf.drift.compare import compare
from booconf.fleet.context import CheckContext
from booconf.live.observation import NameRole, Observation, Outcome, SeenModel, Window
from booconf.source import events
from tests.support.fleets import load
from tests.support.observations import matching_observations
from tests.support.strategies import declarations, model_ids
from tests.support.yaml_layouts import Layout

windows = st.builds(Window, st.none() | st.integers(1, 3000), st.just("unknown to the test"))
types: st.SearchStrategy[ModelType | None] = st.sampled_from([None, None, "chat", "embedding"])
rarely = st.sampled_from([False, False, False, False, True])
new_names = model_ids | st.sampled_from(["two words", "", "first", "First", "new", "x" * 300])


@st.composite
def hosts_of(draw: st.DrawFn, context: CheckContext) -> dict[str, Observation]:
    """Hosts that differ from what a fleet declares in every way."""
    observations = {}
    for provider, described in matching_observations(context.fleet).items():
        if draw(rarely):
            observations[provider] = Observation(Outcome.UNREACHABLE, "connection refused")
            continue
        seen = {model.id: model for model in described.models if not draw(rarely)}
        for name in [*seen, *draw(st.lists(new_names, max_size=3))]:
            if draw(st.booleans()):
                aliases = draw(st.none() | st.lists(new_names, max_size=2).map(tuple))
                seen[name] = SeenModel(name, draw(windows), aliases, type=draw(types))
        renamed = draw(st.sampled_from([*seen, ""]))
        if renamed:
            seen[f"{renamed}-q4"] = SeenModel(f"{renamed}-q4", draw(windows))
            del seen[renamed]
        observations[provider] = Observation(
            Outcome.ANSWERED,
            models=tuple(seen.values()),
            other_names={"a peer": NameRole.PEER},
            repeated=tuple(seen)[: draw(st.integers(0, 1))],
        )
    return observations


def named(data: dict[str, Any]) -> set[str]:
    """The composite ids that roles and legacy ids of a fleet name."""
    roles, legacy = data["roles"], data.get("legacy", {})
    values = [*roles.values(), *legacy.get("bare_ids", {}).values()]
    return {name for value in values for name in (value if isinstance(value, list) else [value])}


@settings(suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow], deadline=None)
@given(declarations(), st.integers(0, 2**32), st.booleans(), st.data())
def test_adoption_is_valid_complete_and_idempotent(
    declared: dict[str, Any], seed: int, renames: bool, data: st.DataObject
) -> None:
    some = [
        f"{provider}/{model}" for provider, one in declared["providers"].items() for model in one["models"]
    ]
    matches = data.draw(st.lists(st.sampled_from([*some, *(f"{name[:-1]}*" for name in some)]), max_size=2))
    declared["context_overrides"] = [
        {"match": match, "context": 1500 + index} for index, match in enumerate(matches)
    ]
    layout = Layout(declared, Random(seed), tabs=events.COMPILED)
    loading = load(layout.text)
    if loading.context is None:
        return
    observations = data.draw(hosts_of(loading.context))

    adoption = adopt(loading, observations, renames=renames)
    after = load(adoption.text)
    assert after.context is not None
    unresolved = {(one.provider, one.model) for one in adoption.unresolved}
    left = [one for one in compare(after.context, observations).findings() if one.is_drift]
    assert [one for one in left if (one.provider, one.model) not in unresolved] == []
    assert bool(adoption.changes) == (adoption.text != layout.text)

    places = [adoption.text.find(comment) for comment in layout.comments]
    assert -1 not in places
    assert places == sorted(places)
    assert named(declared) <= {model.composite_id for model in after.context.fleet.models()}

    again = adopt(after, observations, renames=renames)
    assert (again.text, again.changes) == (adoption.text, ())
