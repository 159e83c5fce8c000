"""Adopting that a model is served otherwise than declared: its aliases and its window."""

from booconf.drift.adoption import Adoption
from booconf.live.observation import SeenModel, Window
from tests.support.adoptions import adopt_with, changes, edits, fleet, kept
from tests.support.fleets import fleet_text
from tests.support.observations import (
    with_aliases,
    with_models,
    with_window,
)

FLEET = fleet_text()


class TestAliases:
    def test_one_goes_and_the_others_stay(self) -> None:
        text = fleet("b:\n  context: 9000\n  aliases:\n  - x # of x\n  - z # of z")
        adoption = adopt_with(text, with_aliases("b", "z"))
        assert edits(text, adoption) == (["- x # of x"], ["# of x"])
        assert changes(adoption) == ["`one/b` loses the alias `x`, which its host does not report for it"]

    def test_with_the_last_one_their_key_goes(self) -> None:
        text = fleet("b: {context: 9000, aliases: [x, z]}")
        assert edits(text, adopt_with(text, with_aliases("b")))[1] == ["b: {context: 9000}"]

    def test_one_that_means_another_model_lets_that_be_declared(self) -> None:
        text = fleet("b: {context: 9000, aliases: [x]}")
        adoption = adopt_with(text, with_aliases("b"), with_models(SeenModel("x", Window(5), aliases=())))
        assert edits(text, adoption)[1] == ["b: {context: 9000}", "x: {context: 5}"]

    def test_one_that_only_the_host_knows_is_no_drift(self) -> None:
        assert adopt_with(FLEET, with_aliases("b", "x")) == Adoption(FLEET, (), ())


class TestWindows:
    def test_the_number_on_the_model_is_replaced(self) -> None:
        text = fleet("b: {context: 9000} # measured")
        for served in (8000, 10000):
            adoption = adopt_with(text, with_window("b", served))
            assert edits(text, adoption)[1] == [f"b: {{context: {served}}} # measured"]
            assert changes(adoption) == [f"`one/b` has a window of {served} tokens instead of 9000"]

    def test_a_default_of_the_provider_stays_for_the_others(self) -> None:
        text = fleet("b: # no window\nc: {label: C}\nd:\n  label: D", more="  defaults: {context: 9000}\n")
        adoption = adopt_with(text, *(with_window(name, 8000) for name in "bcd"))
        assert edits(text, adoption)[1] == [
            "b: {context: 8000} # no window",
            "c: {label: C, context: 8000}",
            "context: 8000",
        ]
        assert changes(adoption)[0] == (
            "`one/b` has a window of 8000 tokens instead of 9000, declared on the model, "
            "since others share the default of the provider"
        )

    def test_an_override_for_the_model_alone_is_corrected(self) -> None:
        text = fleet(
            "b: {context: 9000}", rest='context_overrides:\n- match: "one/b*" # b\n  context: 8000 # why\n'
        )
        adoption = adopt_with(text, with_window("b", 7000))
        assert edits(text, adoption) == (["context: 8000 # why"], ["context: 7000 # why"])
        assert changes(adoption) == [
            (
                "`one/b` has a window of 7000 tokens instead of 8000, "
                "in the context override `one/b*` (fleet.yaml:13)"
            )
        ]

    def test_an_override_for_others_too_gets_one_beside_it(self) -> None:
        text = fleet(
            "b1: {context: 9000}\nb2: {context: 9000}",
            rest='context_overrides:\n- {match: "one/b*", context: 8000}\n',
        )
        adoption = adopt_with(text, with_window("b1", 7000), with_window("b2", 8000))
        assert edits(text, adoption) == ([], ["- {match: one/b1, context: 7000}"])

    def test_an_override_cannot_name_a_model_alone_whose_id_is_a_pattern(self) -> None:
        text = fleet(
            '"b*": {context: 9000}\nb2: {context: 9000}',
            rest="context_overrides: [{match: one/b*, context: 8000}]\n",
        )
        adoption = adopt_with(text, with_window("b*", 7000))
        assert adoption.text == text
        assert kept(adoption) == [
            (
                "`one/b*` keeps its window of 8000 tokens: no override can be written for it alone, "
                "since `*` in its id would match others too"
            )
        ]

    def test_an_override_that_makes_a_window_smaller_is_no_drift(self) -> None:
        text = fleet("b: {context: 9000}", rest="context_overrides: [{match: one/b, context: 8000}]\n")
        assert adopt_with(text, with_window("b", 9000)) == Adoption(text, (), ())

    def test_limits_that_no_longer_fit_go_and_the_change_says_so(self) -> None:
        text = fleet("b: {context: 9000, input: 8500, output: 8000, label: B}")
        adoption = adopt_with(text, with_window("b", 8000))
        assert edits(text, adoption)[1] == ["b: {context: 8000, label: B}"]
        assert changes(adoption) == [
            (
                "`one/b` has a window of 8000 tokens instead of 9000; its `input` no longer fits and is "
                "removed; its `output` no longer fits and is removed"
            )
        ]

    def test_limits_that_fit_stay(self) -> None:
        text = fleet("b: {context: 9000, input: 8000, output: 7999}")
        assert edits(text, adopt_with(text, with_window("b", 8000)))[1] == [
            "b: {context: 8000, input: 8000, output: 7999}"
        ]
