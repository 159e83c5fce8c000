"""Resolutions of undeclared models."""

import pytest

from booconf.drift.adoption import Adoption
from booconf.live.observation import SeenModel, Window
from booconf.source.emitter import flow_entry, flow_text
from tests.support.adoptions import adopt_with, changes, edits, unresolved
from tests.support.fleets import CLOUD, LOCAL, fleet_text
from tests.support.observations import (
    UNKNOWN,
    with_models,
    without_models,
)

FLEET = fleet_text()


class TestUndeclared:
    @pytest.mark.parametrize(
        ("seen", "line", "with_"),
        [
            (
                SeenModel("new", Window(4096), type="chat"),
                "new: {context: 4096}",
                "with the window of 4096 tokens that its host serves",
            ),
            (
                SeenModel("new:8b", UNKNOWN),
                '"new:8b": {context: unknown}',
                (
                    "as a chat model with an unknown window; "
                    "if it is not a chat model, write its type, such as `type: embedding`"
                ),
            ),
            (
                SeenModel("new", Window(512), type="embedding"),
                "new: {type: embedding, context: 512}",
                "with the window of 512 tokens that its host serves",
            ),
            (SeenModel("new", UNKNOWN, type="rerank"), "new: {type: rerank}", "with an unknown window"),
            (SeenModel("new", Window(1), type="chat"), "new: {context: unknown}", "with an unknown window"),
        ],
    )
    def test_model_is_added_with_reported_type_and_window(
        self, seen: SeenModel, line: str, with_: str
    ) -> None:
        adoption = adopt_with(FLEET, with_models(seen))
        assert edits(FLEET, adoption) == ([], [line])
        assert adoption.text.endswith(f"e: {{type: embedding}}\n      {line}\n")
        assert changes(adoption) == [f"`one/{seen.id}` is added {with_}"]
        assert adoption.unresolved == ()

    def test_first_row_of_a_duplicate_id_is_added(self) -> None:
        twice = with_models(SeenModel("new", Window(4096)), SeenModel("new", Window(8192)))
        assert edits(FLEET, adopt_with(FLEET, twice)) == ([], ["new: {context: 4096}"])

    def test_new_warning_is_reported(self) -> None:
        adoption = adopt_with(FLEET, with_models("new"))
        assert [(warning.code, warning.message) for warning in adoption.warnings] == [
            ("BC405", "the window of `one/new` is unknown, so opencode never compacts")
        ]

    @pytest.mark.parametrize(
        ("name", "problem"),
        [
            ("two words", "contains the character U+0020"),
            ("A", "differs from `a` by case only"),
            ("__proto__", "is a name that every JavaScript object has"),
        ],
    )
    def test_name_that_is_no_id_stays_undeclared(self, name: str, problem: str) -> None:
        adoption = adopt_with(FLEET, with_models(name))
        assert adoption.text == FLEET
        assert unresolved(adoption) == [
            (
                f"`{name}` of `one` stays undeclared: this name {problem}, so it can be no id: write "
                f"`{flow_text({'context': 'unknown', 'upstream': name})}` under an id of your own, "
                f"or leave it out on purpose: `{flow_entry('ignore', [name])}`"
            )
        ]

    def test_one_of_two_names_differing_by_case_is_added(self) -> None:
        adoption = adopt_with(FLEET, with_models("New", "new"))
        assert edits(FLEET, adoption) == ([], ["New: {context: unknown}"])
        assert [one.model for one in adoption.unresolved] == ["new"]

    def test_name_of_removed_model_is_free(self) -> None:
        adoption = adopt_with(FLEET, without_models("b"), with_models("B"), renames=False)
        assert edits(FLEET, adoption) == (["b: {context: 16384}"], ["B: {context: unknown}"])

    def test_undeclared_cloud_models_are_not_adopted(self) -> None:
        text = fleet_text(LOCAL, CLOUD)
        assert adopt_with(text, with_models("new"), provider="sky") == Adoption(text, (), ())

    def test_provider_without_models_gets_block_style(self) -> None:
        text = fleet_text(LOCAL, "two:\n  kind: vllm\n  base_url: http://127.0.0.1:8002\n")
        adoption = adopt_with(
            text, with_models(SeenModel("x", Window(5)), SeenModel("y", Window(6))), provider="two"
        )
        assert edits(text, adoption) == ([], ["x: {context: 5}", '"y": {context: 6}'])
        assert "models:\n      x: {context: 5}\n" in adoption.text

    def test_added_model_gets_override_of_its_own(self) -> None:
        text = fleet_text(rest='context_overrides:\n  - {match: "one/*", context: 9000}\n')
        adoption = adopt_with(text, with_models(SeenModel("new", Window(5000))))
        assert edits(text, adoption) == ([], ["new: {context: 5000}", "- {match: one/new, context: 5000}"])
        assert changes(adoption)[1] == (
            "`one/new` has a window of 5000 tokens instead of 9000, in a context override of its own, "
            "since `one/*` (fleet.yaml:14) matches others too"
        )
