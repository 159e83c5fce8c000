"""Resolutions of absent and renamed models."""

import re
from dataclasses import replace

import pytest

from booconf.drift.adoption.resolutions import Unresolved
from booconf.drift.references import References
from booconf.live.observation import NameRole, SeenModel, Window
from tests.support.adoptions import adopt_with, changes, edits, fleet, unresolved
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


class TestAbsent:
    def test_model_without_references_is_removed(self) -> None:
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
    def test_referenced_model_stays_and_reference_is_reported(self, roles: str, rest: str, why: str) -> None:
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

    def test_model_whose_alias_moved_is_removed(self) -> None:
        text = fleet(
            "b: {context: 9000, aliases: [x]}\nc: {context: 16384}\nx2: {context: 9000, upstream: b}"
        )
        adoption = adopt_with(text, without_models("b"), with_aliases("c", "x", "x2"))
        assert edits(text, adoption) == (
            ["b: {context: 9000, aliases: [x]}", "x2: {context: 9000, upstream: b}"],
            [],
        )

    @pytest.mark.parametrize("role", NameRole)
    def test_own_id_listed_with_another_role_replaces_upstream(self, role: NameRole) -> None:
        text = fleet("b: {context: 9000, upstream: old-b}")
        adoption = adopt_with(
            text, without_models("old-b"), lambda seen: replace(seen, other_names={"b": role})
        )
        assert edits(text, adoption) == (["b: {context: 9000, upstream: old-b}"], ["b: {context: 9000}"])

    def test_model_of_several_peers_stays(self) -> None:
        peers = {"p/b": NameRole.PEER, "q/b": NameRole.PEER}
        adoption = adopt_with(FLEET, without_models("b"), lambda seen: replace(seen, other_names=peers))
        assert adoption.text == FLEET
        assert unresolved(adoption) == [
            (
                "`one/b` stays declared, though its host does not serve it by this name: peers of the host "
                "serve `b`: write `upstream: p/b` or `upstream: q/b`, whichever is meant"
            )
        ]

    def test_shared_override_blocks_no_removal(self) -> None:
        text = fleet_text(rest='context_overrides:\n  - {match: "one/*", context: 9000}\n')
        adoption = adopt_with(text, without_models("b"), with_window("a", 9000))
        assert edits(text, adoption) == (["b: {context: 16384}"], [])
        assert changes(adoption) == [
            (
                "`one/b` is removed: its host does not serve it; "
                "the context override `one/*` (fleet.yaml:14) still matches others"
            )
        ]

    def test_override_blocks_removal_of_all_its_models(self) -> None:
        text = fleet(
            "b1: {context: 9000}\nb2: {context: 9000}",
            rest='context_overrides: [{match: "one/b*", context: 9000}]\n',
        )
        adoption = adopt_with(text, without_models("b1", "b2"))
        assert adoption.text == text
        assert [one.model for one in adoption.unresolved] == ["b1", "b2"]

    def test_invalid_new_id_does_not_unblock_override(self) -> None:
        text = fleet("b1: {context: 9000}", rest='context_overrides: [{match: "one/b*", context: 9000}]\n')
        adoption = adopt_with(text, without_models("b1"), with_models("b two"))
        assert adoption.text == text
        assert "matches nothing else; remove it, then adopt again" in unresolved(adoption)[0]

    def test_new_model_unblocks_override(self) -> None:
        text = fleet("b1: {context: 9000}", rest='context_overrides: [{match: "one/b*", context: 9000}]\n')
        adoption = adopt_with(text, without_models("b1"), with_models(SeenModel("big-moe", Window(9000))))
        assert edits(text, adoption) == (["b1: {context: 9000}"], ["big-moe: {context: 9000}"])

    def test_served_own_id_replaces_upstream(self) -> None:
        text = fleet("b: {context: 9000, upstream: old-b}")
        adoption = adopt_with(text, without_models("old-b"), with_models(SeenModel("b", Window(9000))))
        assert edits(text, adoption) == (["b: {context: 9000, upstream: old-b}"], ["b: {context: 9000}"])
        assert changes(adoption) == [
            "requests for `one/b` name its own id, probably its name on the host now"
        ]

    def test_served_alias_becomes_upstream(self) -> None:
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

    def test_last_model_of_a_provider_is_removed(self) -> None:
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

    def test_rename_keeps_id_and_adopts_other_differences(self) -> None:
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

    def test_declared_upstream_is_replaced(self) -> None:
        text = fleet("b: {context: 9000, upstream: qwen3-8b} # b")
        adoption = adopt_with(text, without_models(self.OLD), with_models(replace(self.SEEN, window=UNKNOWN)))
        assert edits(text, adoption)[1] == ["b: {context: 9000, upstream: qwen3-8b-q4_k_m} # b"]

    def test_without_renames_one_is_removed_and_one_added(self) -> None:
        text = fleet("qwen3-8b: {context: 9000}")
        adoption = adopt_with(text, without_models(self.OLD), with_models(self.SEEN), renames=False)
        assert edits(text, adoption) == (["qwen3-8b: {context: 9000}"], ["qwen3-8b-q4_k_m: {context: 8000}"])

    def test_without_renames_a_role_keeps_the_old_model(self) -> None:
        adoption = adopt_with(self.TEXT, without_models(self.OLD), with_models(self.SEEN), renames=False)
        assert edits(self.TEXT, adoption) == ([], ["qwen3-8b-q4_k_m: {context: 8000}"])
        assert [(one.code, one.model) for one in adoption.unresolved] == [("BC701", self.OLD)]

    def test_two_models_with_one_upstream_are_both_renamed(self) -> None:
        text = fleet("b: {context: 8000, upstream: qwen3-8b}\nc: {context: 8000, upstream: qwen3-8b}")
        assert edits(text, adopt_with(text, without_models(self.OLD), with_models(self.SEEN)))[1] == [
            "b: {context: 8000, upstream: qwen3-8b-q4_k_m}",
            "c: {context: 8000, upstream: qwen3-8b-q4_k_m}",
        ]
        assert edits(text, adopt_with(text, without_models(self.OLD), with_models(self.SEEN), renames=False))[
            1
        ] == ["qwen3-8b-q4_k_m: {context: 8000}"]


class TestLines:
    """Messages refer to lines of the file, not of the edited text."""

    def test_line_of_override_is_that_before_edits(self) -> None:
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

    def test_override_added_by_an_edit_has_no_line(self) -> None:
        """The file does not contain it yet."""
        before, after = (
            check_context(fleet_text(rest=f"context_overrides: [{{match: one/a, context: 9000}}{more}]\n"))
            for more in ("", ", {match: one/b, context: 9000}")
        )
        references = References(after, before)
        assert references.overrides_of("one/a") == ["`one/a` (fleet.yaml:13)"]
        assert references.overrides_of("one/b") == ["`one/b`"]
