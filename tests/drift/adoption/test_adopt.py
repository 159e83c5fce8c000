"""Adoption as a whole: valid edits, reasons for the rest, and the verdict."""

from booconf.drift.adoption import Adoption, adopt
from booconf.drift.adoption.validation import MOST_TRIALS
from booconf.drift.result import DriftResult, Verdict
from booconf.live.observation import Observation, Outcome, SeenModel, Window
from tests.support.adoptions import adopt_observed, adopt_with, edits, fleet, unresolved
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


def test_matching_fleet_is_not_changed() -> None:
    text = COMMITTED.read_text("utf-8")
    assert adopt_observed(text, matching_observations(check_context(text).fleet)) == Adoption(text, (), ())


def test_byte_order_mark_and_line_ends_stay() -> None:
    text = "\ufeff" + FLEET.replace("\n", "\r\n")
    assert adopt_with(text, without_models("b")).text == text.replace("      b: {context: 16384}\r\n", "")


class TestValidation:
    def test_change_that_breaks_a_rule_is_rejected(self) -> None:
        adoption = adopt_with(FLEET, with_window("a", 8000), with_window("b", 1), with_models("u", "w"))
        assert edits(FLEET, adoption)[1] == [
            "a: {context: 8000, capabilities: [tools]}",
            "u: {context: unknown}",
            "w: {context: unknown}",
        ]
        assert unresolved(adoption) == [
            (
                "`one/b` keeps its window of 16384 tokens: the fleet would not be valid, as a window of 1 "
                "leaves no tokens for output of `one/b` (BC403)"
            )
        ]

    def test_ambiguous_name_is_rejected(self) -> None:
        text = fleet_text(LOCAL, OTHER, rest="legacy: {bare_ids: {x: two/c}}\n")
        adoption = adopt_with(
            text, with_models(*(SeenModel(name, Window(5)) for name in ("u", "two/v", "w", "x")))
        )
        assert edits(text, adoption) == ([], ["u: {context: 5}", "w: {context: 5}"])
        assert unresolved(adoption) == [
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

    def test_change_valid_beside_a_later_one_is_retried(self) -> None:
        text = fleet("b1: {context: 9000}", rest='context_overrides: [{match: "one/b*", context: 9000}]\n')
        adoption = adopt_with(
            text, without_models("b1"), with_window("a", 1), with_models(SeenModel("big-moe", Window(9000)))
        )
        assert edits(text, adoption) == (["b1: {context: 9000}"], ["big-moe: {context: 9000}"])
        assert [one.model for one in adoption.unresolved] == ["a"]

    def test_uneditable_layout_is_not_changed(self) -> None:
        text = FLEET.replace("b: {context: 16384}", "? b")
        text = text.replace("models:", "defaults: {context: 16384}\n    models:")
        adoption = adopt_with(text, with_window("b", 8000), with_models(SeenModel("new", Window(5))))
        assert edits(text, adoption) == ([], ["new: {context: 5}"])
        assert unresolved(adoption) == [
            (
                "`one/b` keeps its window of 16384 tokens: it is written there in a way that adopt cannot "
                "edit; edit it by hand"
            )
        ]

    def test_trials_are_bounded(self) -> None:
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
        assert unresolved(adoption) == [
            "`one/b` keeps its window of 9000 tokens: the edit was made, and had no effect"
        ]


class TestVerdict:
    """The verdict of the next `booconf diff`."""

    def test_verdict_of_matching_fleet(self) -> None:
        assert adopt_with(FLEET, without_models("b")).verdict is Verdict.SAME

    def test_verdict_of_remaining_difference(self) -> None:
        assert adopt_with(FLEET, without_models("a")).verdict is Verdict.DRIFT

    def test_verdict_of_hosts_not_checked(self) -> None:
        assert adopt_observed(FLEET, {"one": Observation(Outcome.LOADING)}).verdict is Verdict.NOT_CHECKED
