"""Resolutions of aliases and windows that differ."""

from booconf.drift.adoption import Adoption
from booconf.live.observation import SeenModel, Window
from tests.support.adoptions import adopt_with, changes, edits, fleet, unresolved
from tests.support.fleets import fleet_text
from tests.support.observations import (
    with_aliases,
    with_models,
    with_window,
)

FLEET = fleet_text()


class TestAliases:
    def test_removing_one_alias_keeps_the_others(self) -> None:
        text = fleet("b:\n  context: 9000\n  aliases:\n  - x # of x\n  - z # of z")
        adoption = adopt_with(text, with_aliases("b", "z"))
        assert edits(text, adoption) == (["- x # of x"], ["# of x"])
        assert changes(adoption) == ["`one/b` loses the alias `x`, which its host does not report for it"]

    def test_removing_all_aliases_removes_the_key(self) -> None:
        text = fleet("b: {context: 9000, aliases: [x, z]}")
        assert edits(text, adopt_with(text, with_aliases("b")))[1] == ["b: {context: 9000}"]

    def test_alias_of_another_model_lets_that_be_declared(self) -> None:
        text = fleet("b: {context: 9000, aliases: [x]}")
        adoption = adopt_with(text, with_aliases("b"), with_models(SeenModel("x", Window(5), aliases=())))
        assert edits(text, adoption)[1] == ["b: {context: 9000}", "x: {context: 5}"]

    def test_undeclared_alias_is_no_drift(self) -> None:
        assert adopt_with(FLEET, with_aliases("b", "x")) == Adoption(FLEET, (), ())


class TestWindows:
    def test_window_on_the_model_is_replaced(self) -> None:
        text = fleet("b: {context: 9000} # measured")
        for served in (8000, 10000):
            adoption = adopt_with(text, with_window("b", served))
            assert edits(text, adoption)[1] == [f"b: {{context: {served}}} # measured"]
            assert changes(adoption) == [f"`one/b` has a window of {served} tokens instead of 9000"]

    def test_provider_default_stays_for_other_models(self) -> None:
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

    def test_override_for_one_model_is_edited(self) -> None:
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

    def test_shared_override_gets_one_beside_it(self) -> None:
        text = fleet(
            "b1: {context: 9000}\nb2: {context: 9000}",
            rest='context_overrides:\n- {match: "one/b*", context: 8000}\n',
        )
        adoption = adopt_with(text, with_window("b1", 7000), with_window("b2", 8000))
        assert edits(text, adoption) == ([], ["- {match: one/b1, context: 7000}"])

    def test_id_that_is_a_pattern_gets_no_override(self) -> None:
        text = fleet(
            '"b*": {context: 9000}\nb2: {context: 9000}',
            rest="context_overrides: [{match: one/b*, context: 8000}]\n",
        )
        adoption = adopt_with(text, with_window("b*", 7000))
        assert adoption.text == text
        assert unresolved(adoption) == [
            (
                "`one/b*` keeps its window of 8000 tokens: no override can be written for it alone, "
                "since `*` in its id would match others too"
            )
        ]

    def test_override_below_served_window_is_no_drift(self) -> None:
        text = fleet("b: {context: 9000}", rest="context_overrides: [{match: one/b, context: 8000}]\n")
        assert adopt_with(text, with_window("b", 9000)) == Adoption(text, (), ())

    def test_limits_above_window_are_removed_and_reported(self) -> None:
        text = fleet("b: {context: 9000, input: 8500, output: 8000, label: B}")
        adoption = adopt_with(text, with_window("b", 8000))
        assert edits(text, adoption)[1] == ["b: {context: 8000, label: B}"]
        assert changes(adoption) == [
            (
                "`one/b` has a window of 8000 tokens instead of 9000; its `input` no longer fits and is "
                "removed; its `output` no longer fits and is removed"
            )
        ]

    def test_output_without_room_for_input_is_removed(self) -> None:
        text = fleet("b: {context: 65536, output: 32768}")
        adoption = adopt_with(text, with_window("b", 36864))
        assert edits(text, adoption)[1] == ["b: {context: 36864}"]
        assert edits(text, adopt_with(text, with_window("b", 49152)))[1] == [
            "b: {context: 49152, output: 32768}"
        ]

    def test_limits_within_window_stay(self) -> None:
        text = fleet("b: {context: 9000, input: 8000, output: 7999}")
        assert edits(text, adopt_with(text, with_window("b", 8000)))[1] == [
            "b: {context: 8000, input: 8000, output: 7999}"
        ]
