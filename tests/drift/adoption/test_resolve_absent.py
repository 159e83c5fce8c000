"""Adopting that a model went: it is removed, or asked for by the name that it has now."""

import re
from dataclasses import replace

import pytest

from booconf.drift.adoption.resolutions import Unresolved
from booconf.drift.references import References
from booconf.live.observation import NameRole, SeenModel, Window
from tests.support.adoptions import adopt_with, changes, edits, fleet, kept
from tests.support.fleets import LOCAL, fleet_text
from tests.support.observations import (
    UNKNOWN,
    check_context,
    with_aliases,
    with_models,
    with_window,
    without_models,
)

FLEET = fleet_text()


class TestModelsThatWent:
    def test_one_that_nothing_names_is_removed(self) -> None:
        adoption = adopt_with(FLEET, without_models("b"))
        assert edits(FLEET, adoption) == (["b: {context: 16384}"], [])
        assert changes(adoption) == ["`one/b` is removed: its host does not serve it"]
        assert adoption.unresolved == ()

    @pytest.mark.parametrize(
        ("roles", "rest", "why"),
        [
            (
                "default: one/a\ntask: one/b\ncompaction: one/b",
                "",
                (
                    "the role `task` names it (fleet.yaml:5), the role `compaction` names it (fleet.yaml:6); "
                    "name another model there"
                ),
            ),
            (
                "default: one/a\narena: [one/a, one/b]",
                "",
                "the role `arena` names it (fleet.yaml:5); name another model there",
            ),
            (
                "default: one/a",
                "legacy:\n  bare_ids:\n    old-b: one/b\n",
                "the legacy id `old-b` means it (fleet.yaml:15); name another model there",
            ),
            (
                "default: one/a",
                'context_overrides:\n  - {match: "one/b*", context: 9000}\n',
                "the context override `one/b*` (fleet.yaml:14) matches nothing else; remove it",
            ),
        ],
    )
    def test_one_that_a_line_names_stays_and_the_line_is_told(self, roles: str, rest: str, why: str) -> None:
        text = fleet_text(roles=roles, rest=rest)
        adoption = adopt_with(text, without_models("b"))
        assert adoption.text == text
        assert adoption.unresolved == (
            Unresolved(
                f"`one/b` stays declared, though its host does not serve it: {why}, then adopt again",
                "BC701",
                "one",
                "b",
            ),
        )

    def test_one_whose_alias_now_means_another_declared_model_is_removed(self) -> None:
        text = fleet(
            "b: {context: 9000, aliases: [x]}\nc: {context: 16384}\nx2: {context: 9000, upstream: b}"
        )
        adoption = adopt_with(text, without_models("b"), with_aliases("c", "x", "x2"))
        assert edits(text, adoption) == (
            ["b: {context: 9000, aliases: [x]}", "x2: {context: 9000, upstream: b}"],
            [],
        )

    @pytest.mark.parametrize("role", NameRole)
    def test_one_whose_own_id_is_something_else_there_is_asked_for_by_that(self, role: NameRole) -> None:
        text = fleet("b: {context: 9000, upstream: old-b}")
        adoption = adopt_with(
            text, without_models("old-b"), lambda seen: replace(seen, other_names={"b": role})
        )
        assert edits(text, adoption) == (["b: {context: 9000, upstream: old-b}"], ["b: {context: 9000}"])

    def test_one_that_several_peers_have_stays(self) -> None:
        peers = {"p/b": NameRole.PEER, "q/b": NameRole.PEER}
        adoption = adopt_with(FLEET, without_models("b"), lambda seen: replace(seen, other_names=peers))
        assert adoption.text == FLEET
        assert kept(adoption) == [
            (
                "`one/b` stays declared, though its host does not serve it by this name: peers of the host "
                "serve `b`: write `upstream: p/b` or `upstream: q/b`, whichever is meant"
            )
        ]

    def test_an_override_that_matches_others_too_holds_nobody(self) -> None:
        text = fleet_text(rest='context_overrides:\n  - {match: "one/*", context: 9000}\n')
        adoption = adopt_with(text, without_models("b"), with_window("a", 9000))
        assert edits(text, adoption) == (["b: {context: 16384}"], [])
        assert changes(adoption) == [
            (
                "`one/b` is removed: its host does not serve it; "
                "the context override `one/*` (fleet.yaml:14) still matches others"
            )
        ]

    def test_an_override_holds_all_that_it_matches_when_all_of_these_went(self) -> None:
        text = fleet(
            "b1: {context: 9000}\nb2: {context: 9000}",
            rest='context_overrides: [{match: "one/b*", context: 9000}]\n',
        )
        adoption = adopt_with(text, without_models("b1", "b2"))
        assert adoption.text == text
        assert [one.model for one in adoption.unresolved] == ["b1", "b2"]

    def test_one_that_came_and_cannot_be_declared_is_nothing_that_an_override_matches(self) -> None:
        text = fleet("b1: {context: 9000}", rest='context_overrides: [{match: "one/b*", context: 9000}]\n')
        adoption = adopt_with(text, without_models("b1"), with_models("b two"))
        assert adoption.text == text
        assert "matches nothing else; remove it, then adopt again" in kept(adoption)[0]

    def test_a_model_that_came_may_be_what_an_override_matches(self) -> None:
        text = fleet("b1: {context: 9000}", rest='context_overrides: [{match: "one/b*", context: 9000}]\n')
        adoption = adopt_with(text, without_models("b1"), with_models(SeenModel("big-moe", Window(9000))))
        assert edits(text, adoption) == (["b1: {context: 9000}"], ["big-moe: {context: 9000}"])

    def test_one_whose_own_id_the_host_serves_is_asked_for_by_that(self) -> None:
        text = fleet("b: {context: 9000, upstream: old-b}")
        adoption = adopt_with(text, without_models("old-b"), with_models(SeenModel("b", Window(9000))))
        assert edits(text, adoption) == (["b: {context: 9000, upstream: old-b}"], ["b: {context: 9000}"])
        assert changes(adoption) == [
            "requests for `one/b` name its own id, probably its name on the host now"
        ]

    def test_one_that_is_served_as_its_alias_is_asked_for_by_that(self) -> None:
        text = fleet("b: {context: 9000, aliases: [x]}")
        adoption = adopt_with(
            text, without_models("b"), with_models(SeenModel("x", Window(9000), aliases=()))
        )
        assert edits(text, adoption)[1] == ["b: {context: 9000, aliases: [x], upstream: x}"]
        assert changes(adoption) == [
            (
                "requests for `one/b` name `x`, probably its name on the host now; "
                "its id and all references to it stay"
            )
        ]

    def test_the_last_model_of_a_provider_may_go(self) -> None:
        text = fleet_text(
            LOCAL,
            "two:\n  kind: vllm\n  base_url: http://127.0.0.1:8002\n  models:\n    b: {context: 1000}\n",
        )
        adoption = adopt_with(text, without_models("b"), provider="two")
        assert edits(text, adoption) == (["b: {context: 1000}"], ["models: {}"])


class TestRenames:
    OLD, NEW = "qwen3-8b", "qwen3-8b-q4_k_m"
    TEXT = fleet("qwen3-8b: {context: 9000, aliases: [q, r]}", roles="default: one/qwen3-8b")
    SEEN = SeenModel(NEW, Window(8000), aliases=())

    def test_the_id_stays_and_what_is_sent_changes_with_all_that_differs(self) -> None:
        adoption = adopt_with(self.TEXT, without_models(self.OLD), with_models(self.SEEN))
        assert edits(self.TEXT, adoption)[1] == ["qwen3-8b: {context: 8000, upstream: qwen3-8b-q4_k_m}"]
        assert changes(adoption) == [
            (
                "requests for `one/qwen3-8b` name `qwen3-8b-q4_k_m`, probably its name on the host now; "
                "its id and all references to it stay"
            ),
            "`one/qwen3-8b` loses the alias `q`, which its host does not report for it",
            "`one/qwen3-8b` loses the alias `r`, which its host does not report for it",
            "`one/qwen3-8b` has a window of 8000 tokens instead of 9000",
        ]
        assert adoption.unresolved == ()

    def test_a_name_that_is_sent_already_is_replaced(self) -> None:
        text = fleet("b: {context: 9000, upstream: qwen3-8b} # b")
        adoption = adopt_with(text, without_models(self.OLD), with_models(replace(self.SEEN, window=UNKNOWN)))
        assert edits(text, adoption)[1] == ["b: {context: 9000, upstream: qwen3-8b-q4_k_m} # b"]

    def test_without_renames_one_went_and_another_came(self) -> None:
        text = fleet("qwen3-8b: {context: 9000}")
        adoption = adopt_with(text, without_models(self.OLD), with_models(self.SEEN), renames=False)
        assert edits(text, adoption) == (["qwen3-8b: {context: 9000}"], ["qwen3-8b-q4_k_m: {context: 8000}"])

    def test_without_renames_a_role_holds_the_old_one_beside_the_new_one(self) -> None:
        adoption = adopt_with(self.TEXT, without_models(self.OLD), with_models(self.SEEN), renames=False)
        assert edits(self.TEXT, adoption) == ([], ["qwen3-8b-q4_k_m: {context: 8000}"])
        assert [(one.code, one.model) for one in adoption.unresolved] == [("BC701", self.OLD)]

    def test_two_models_under_one_old_name_are_one_under_the_new_one(self) -> None:
        text = fleet("b: {context: 8000, upstream: qwen3-8b}\nc: {context: 8000, upstream: qwen3-8b}")
        assert edits(text, adopt_with(text, without_models(self.OLD), with_models(self.SEEN)))[1] == [
            "b: {context: 8000, upstream: qwen3-8b-q4_k_m}",
            "c: {context: 8000, upstream: qwen3-8b-q4_k_m}",
        ]
        assert edits(text, adopt_with(text, without_models(self.OLD), with_models(self.SEEN), renames=False))[
            1
        ] == ["qwen3-8b-q4_k_m: {context: 8000}"]


class TestPlaces:
    """What is said of a line names it as the file has it, not as edits have left it so far."""

    def test_of_an_override_below_what_was_removed(self) -> None:
        text = fleet(
            "b: {context: 9000}\nc: {context: 9000}",
            rest='context_overrides:\n  - {match: "one/*", context: 9000}\n',
        )
        adoption = adopt_with(
            text, without_models("b", "c"), with_models(SeenModel("new", Window(5000), type="chat"))
        )
        line = text.splitlines().index('  - {match: "one/*", context: 9000}') + 1
        assert [re.findall(r"fleet\.yaml:(\d+)", what) for what in changes(adoption)] == [
            [str(line)],
            [str(line)],
            [],
            [str(line)],
        ]

    def test_of_an_override_that_came_with_an_edit(self) -> None:
        """Whatever is to be said of it later, it is written nowhere yet."""
        before, after = (
            check_context(fleet_text(rest=f"context_overrides: [{{match: one/a, context: 9000}}{more}]\n"))
            for more in ("", ", {match: one/b, context: 9000}")
        )
        references = References(after, before)
        assert references.overrides_of("one/a") == ["`one/a` (fleet.yaml:13)"]
        assert references.overrides_of("one/b") == ["`one/b`"]
