"""Adopting: each difference becomes the edit that a careful person would make, or a reason why not."""

from booconf.drift.adoption import Adoption, adopt
from booconf.drift.adoption.validation import MOST_TRIALS
from booconf.drift.result import DriftResult, Verdict
from booconf.live.observation import Observation, Outcome, SeenModel, Window
from tests.support.adoptions import adopt_observed, adopt_with, edits, fleet, kept
from tests.support.drift_results import finding, host
from tests.support.fleets import COMMITTED, LOCAL, OTHER, fleet_text, load
from tests.support.observations import (
    check_context,
    matching_observations,
    with_models,
    with_window,
    without_models,
)

FLEET = fleet_text()


def test_a_fleet_that_is_as_declared_stays_as_it_is() -> None:
    text = COMMITTED.read_text("utf-8")
    assert adopt_observed(text, matching_observations(check_context(text).fleet)) == Adoption(text, (), ())


def test_the_bytes_outside_the_text_stay_too() -> None:
    text = "\ufeff" + FLEET.replace("\n", "\r\n")
    assert adopt_with(text, without_models("b")).text == text.replace("      b: {context: 16384}\r\n", "")


class TestAValidFleetOrNothing:
    def test_a_change_that_would_break_a_rule_is_left_out(self) -> None:
        adoption = adopt_with(FLEET, with_window("a", 8000), with_window("b", 1), with_models("u", "w"))
        assert edits(FLEET, adoption)[1] == [
            "a: {context: 8000}",
            "u: {context: unknown}",
            "w: {context: unknown}",
        ]
        assert kept(adoption) == [
            (
                "`one/b` keeps its window of 16384 tokens: the fleet would not be valid, as a window of 1 "
                "leaves no tokens for output of `one/b` (BC403)"
            )
        ]

    def test_a_name_that_would_mean_something_else_is_left_out(self) -> None:
        text = fleet_text(LOCAL, OTHER, rest="legacy: {bare_ids: {x: two/c}}\n")
        adoption = adopt_with(
            text, with_models(*(SeenModel(name, Window(5)) for name in ("u", "two/v", "w", "x")))
        )
        assert edits(text, adoption) == ([], ["u: {context: 5}", "w: {context: 5}"])
        assert kept(adoption) == [
            (
                "`two/v` of `one` stays undeclared: this name reads as an id of the provider `two`, so it "
                "can be no id: write `{context: 5, upstream: two/v}` under an id of your own, or leave "
                "it out on purpose: `ignore: [two/v]`"
            ),
            (
                "`x` of `one` stays undeclared: this name is a legacy id, which means `two/c`, so it can be "
                "no id: write `{context: 5, upstream: x}` under an id of your own, or leave it out on "
                "purpose: `ignore: [x]`"
            ),
        ]

    def test_what_is_valid_only_beside_a_later_change_is_tried_again(self) -> None:
        text = fleet("b1: {context: 9000}", rest='context_overrides: [{match: "one/b*", context: 9000}]\n')
        adoption = adopt_with(
            text, without_models("b1"), with_window("a", 1), with_models(SeenModel("big-moe", Window(9000)))
        )
        assert edits(text, adoption) == (["b1: {context: 9000}"], ["big-moe: {context: 9000}"])
        assert [one.model for one in adoption.unresolved] == ["a"]

    def test_a_layout_that_cannot_be_edited_is_left_alone(self) -> None:
        text = FLEET.replace("b: {context: 16384}", "? b")
        text = text.replace("models:", "defaults: {context: 16384}\n    models:")
        adoption = adopt_with(text, with_window("b", 8000), with_models(SeenModel("new", Window(5))))
        assert edits(text, adoption) == ([], ["new: {context: 5}"])
        assert kept(adoption) == [
            (
                "`one/b` keeps its window of 16384 tokens: it is written there in a way that adopt cannot "
                "edit; edit it by hand"
            )
        ]

    def test_valid_fleets_are_looked_for_a_limited_number_of_times(self) -> None:
        names = [f"m{number}" for number in range(MOST_TRIALS)]
        text = fleet("\n".join(f"{name}: {{context: 9000}}" for name in names))
        adoption = adopt_with(text, *(with_window(name, 1) for name in names))
        assert adoption.text == text
        assert [one.model for one in adoption.unresolved] == names

    def test_edit_without_effect_is_made_once(self) -> None:
        """Adoption ends even if the comparison reports a resolved finding again."""
        wrong = finding("BC706", "differs", None, provider="one", model="b", declared=16384, seen=9000)
        result = DriftResult((host(wrong, provider="one"),))
        observations = matching_observations(check_context(FLEET).fleet)
        adoption = adopt(load(FLEET), observations, compare=lambda _: result)
        assert edits(FLEET, adoption)[1] == ["b: {context: 9000}"]
        assert kept(adoption) == [
            "`one/b` keeps its window of 9000 tokens: the edit was made, and had no effect"
        ]


class TestVerdict:
    """What `booconf diff` would come to next."""

    def test_of_a_fleet_that_matches_now(self) -> None:
        assert adopt_with(FLEET, without_models("b")).verdict is Verdict.SAME

    def test_of_one_that_still_differs(self) -> None:
        assert adopt_with(FLEET, without_models("a")).verdict is Verdict.DRIFT

    def test_of_hosts_that_could_not_be_asked(self) -> None:
        assert adopt_observed(FLEET, {"one": Observation(Outcome.LOADING)}).verdict is Verdict.UNASKED
