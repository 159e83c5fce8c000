"""Random changes of observations, and their reversal from the finding they cause."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from booconf.drift.findings.host import NOT_COMPARED
from booconf.drift.result import NOT_CHECKED, SKIPPED, Finding
from booconf.fleet.model import Provider
from booconf.live.observation import NameRole, Observation, Outcome, SeenModel, Window
from tests.support.observations import matching_observation

Change = Callable[[Observation], Observation]

REASON = "as drawn"

windows = st.builds(
    Window, st.none() | st.integers(1, 2**53 - 1), st.just(REASON), st.none() | st.integers(1, 2**53 - 1)
)
new_models = st.builds(
    SeenModel,
    id=st.sampled_from(["unheard-of-one", "unheard-of-two", "unheard-of-three"]),
    window=windows,
    aliases=st.sampled_from([None, (), ("also-unheard-of",)]),
    type=st.sampled_from([None, "chat", "embedding"]),
)


_CHANGES_OF_A_MODEL: list[Callable[[SeenModel], SeenModel | None]] = [
    lambda _: None,
    lambda seen: replace(seen, id=f"{seen.id[:500]}-q8_0", aliases=()),
    lambda seen: replace(seen, id="unheard-of"),
    lambda seen: replace(seen, aliases=seen.aliases and seen.aliases[1:]),
    lambda seen: _named(seen, "also-called-so"),
]
"""Removed, renamed in two ways, with an alias less, with an alias more."""


def changed_observations(
    observations: Mapping[str, Observation],
) -> st.SearchStrategy[dict[str, Observation]]:
    """These observations after a few changes each."""
    return st.fixed_dictionaries({name: _changed(seen) for name, seen in observations.items()})


@st.composite
def _changed(draw: st.DrawFn, described: Observation) -> Observation:
    changes = draw(st.lists(_change_of_models(described), max_size=4))
    changes += draw(st.lists(_CHANGES_OF_A_HOST, max_size=1))
    observation = described
    for change in changes:
        observation = change(observation)
    return replace(observation, models=tuple(draw(st.permutations(observation.models))))


def _change_of_models(described: Observation) -> st.SearchStrategy[Change]:
    added = st.builds(_adding, new_models)
    if not described.models:
        return added
    ids = st.sampled_from([seen.id for seen in described.models])
    return st.one_of(
        added,
        st.builds(_in_model, ids, st.sampled_from(_CHANGES_OF_A_MODEL)),
        st.builds(_with_window, ids, windows),
        st.builds(_moving_aliases, ids, ids),
    )


def _with(**fields: Any) -> Change:
    return lambda observation: replace(observation, **fields)


def _not_compared(outcome: Outcome) -> Change:
    return lambda _: Observation(outcome, REASON)


def _adding(model: SeenModel) -> Change:
    return lambda observation: _putting(observation, model)


def _putting(observation: Observation, model: SeenModel) -> Observation:
    kept = (seen for seen in observation.models if seen.id != model.id)
    return replace(observation, models=(*kept, model))


def _without_aliases(observation: Observation) -> Observation:
    return replace(observation, models=tuple(replace(seen, aliases=None) for seen in observation.models))


_CHANGES_OF_A_HOST: st.SearchStrategy[Change] = st.one_of(
    st.builds(_with, repeated=st.just(("twice", "thrice"))),
    st.builds(_with, other_names=st.dictionaries(st.just("else"), st.sampled_from(NameRole))),
    st.builds(_with, sidecar=st.just(REASON)),
    st.just(_without_aliases),
    st.sampled_from(list(NOT_COMPARED)).map(_not_compared),
)


def _in_model(model_id: str, change: Callable[[SeenModel], SeenModel | None]) -> Change:
    def apply(observation: Observation) -> Observation:
        for seen in observation.models:
            if seen.id == model_id:
                changed = change(seen)
                rest = replace(
                    observation, models=tuple(row for row in observation.models if row is not seen)
                )
                return rest if changed is None else _putting(rest, changed)
        return observation

    return apply


def _with_window(model_id: str, window: Window) -> Change:
    return _in_model(model_id, lambda seen: replace(seen, window=window))


def _moving_aliases(giver: str, taker: str) -> Change:
    """All aliases of one model move to another one."""

    def apply(observation: Observation) -> Observation:
        moved = next((seen.aliases or () for seen in observation.models if seen.id == giver), ())
        given = _in_model(giver, lambda seen: replace(seen, aliases=()))(observation)
        return _in_model(taker, lambda seen: _named(seen, *moved))(given)

    return apply


def undo(finding: Finding, observed: Observation, provider: Provider) -> Observation:
    """The observation with the subject of `finding` changed back to the declaration of the provider."""
    as_declared = matching_observation(provider)
    model = provider.models.get(finding.model or "")
    if finding.code in OF_THE_HOST or model is None:
        return _undone_of_host(finding, observed, as_declared)
    (row,) = (seen for seen in as_declared.models if seen.id == model.upstream)
    if finding.code == "BC705":
        return _undone_alias(finding, observed, row)
    if finding.code == "BC708":
        stopped = lambda seen: replace(seen, window=replace(seen.window, running=None))  # noqa: E731 - short
        return _in_model(row.id, stopped)(observed)
    if finding.code in ("BC706", "BC707"):
        return _with_window(row.id, row.window)(observed)
    return _putting(_in_model(finding.renamed_to or "", lambda _: None)(observed), row)


OF_THE_HOST = {"BC702", "BC709", SKIPPED, *NOT_CHECKED}
"""Codes of findings that are not about a declared model."""


def _undone_of_host(finding: Finding, observed: Observation, as_declared: Observation) -> Observation:
    match finding.code:
        case "BC702":
            return _in_model(str(finding.model), lambda _: None)(observed)
        case "BC709":
            return replace(observed, repeated=())
        case "BC727":
            return replace(observed, sidecar=None)
    return replace(as_declared, sidecar=observed.sidecar)


def _undone_alias(finding: Finding, observed: Observation, row: SeenModel) -> Observation:
    if finding.declared is None:
        return _in_model(row.id, lambda seen: _named(seen, without=str(finding.seen)))(observed)
    alias = str(finding.declared)
    taken = _in_model(str(finding.seen), lambda seen: _named(seen, without=alias))(observed)
    return _in_model(row.id, lambda seen: _named(seen, alias))(taken)


def _named(seen: SeenModel, *names: str, without: str = "") -> SeenModel:
    return replace(seen, aliases=tuple(name for name in (*(seen.aliases or ()), *names) if name != without))
