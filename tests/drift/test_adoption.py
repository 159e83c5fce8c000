"""Adopting: each difference becomes the edit that a careful person would make, or a reason why not."""

import re
from dataclasses import replace

import pytest

from booconf.diagnostics import CODES
from booconf.drift.adoption.adopt import Adoption
from booconf.drift.adoption.answers import ANSWERS
from booconf.drift.adoption.proposal import Kept
from booconf.drift.adoption.trial import MOST_TRIALS
from booconf.drift.outcomes import COULD_NOT_ASK, SKIPPED
from booconf.drift.references import References
from booconf.drift.result import DriftResult
from booconf.live.observation import NameRole, Observation, Outcome, SeenModel, Window
from booconf.source.writing import flow_entry, flow_text
from tests.support.adopting import adopted, adopted_from, difference
from tests.support.fleets import CLOUD, COMMITTED, LOCAL, OTHER, fleet_text
from tests.support.observed import (
    UNKNOWN,
    described,
    examined,
    observation_of,
    serving,
    with_aliases,
    with_window,
    without,
)
from tests.support.results import finding, host

FLEET = fleet_text()


def fleet(models: str, *, roles: str = "default: one/a", rest: str = "", more: str = "") -> str:
    """A fleet of one provider with these lines as its models."""
    return fleet_text(
        f"one:\n  kind: llama-swap\n  base_url: http://127.0.0.1:8001\n{more}"
        "  models:\n    a: {context: 32768}\n" + "".join(f"    {line}\n" for line in models.splitlines()),
        roles=roles,
        rest=rest,
    )


def edits(before: str, adoption: Adoption) -> tuple[list[str], list[str]]:
    return difference(before, adoption.text)


def changes(adoption: Adoption) -> list[str]:
    return [change.what for change in adoption.changes]


def kept(adoption: Adoption) -> list[str]:
    return [one.what for one in adoption.kept]


def test_a_fleet_that_is_as_declared_stays_as_it_is() -> None:
    text = COMMITTED.read_text("utf-8")
    assert adopted_from(text, observation_of(examined(text).fleet)) == Adoption(text, (), ())


def test_the_bytes_outside_the_text_stay_too() -> None:
    text = "\ufeff" + FLEET.replace("\n", "\r\n")
    assert adopted(text, without("b")).text == text.replace("      b: {context: 16384}\r\n", "")


class TestModelsThatWent:
    def test_one_that_nothing_names_is_removed(self) -> None:
        adoption = adopted(FLEET, without("b"))
        assert edits(FLEET, adoption) == (["b: {context: 16384}"], [])
        assert changes(adoption) == ["`one/b` is removed: its host does not serve it"]
        assert adoption.kept == ()

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
        adoption = adopted(text, without("b"))
        assert adoption.text == text
        assert adoption.kept == (
            Kept(
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
        adoption = adopted(text, without("b"), with_aliases("c", "x", "x2"))
        assert edits(text, adoption) == (
            ["b: {context: 9000, aliases: [x]}", "x2: {context: 9000, upstream: b}"],
            [],
        )

    @pytest.mark.parametrize("role", NameRole)
    def test_one_whose_own_id_is_something_else_there_is_asked_for_by_that(self, role: NameRole) -> None:
        text = fleet("b: {context: 9000, upstream: old-b}")
        adoption = adopted(text, without("old-b"), lambda seen: replace(seen, other_names={"b": role}))
        assert edits(text, adoption) == (["b: {context: 9000, upstream: old-b}"], ["b: {context: 9000}"])

    def test_one_that_several_peers_have_stays(self) -> None:
        peers = {"p/b": NameRole.PEER, "q/b": NameRole.PEER}
        adoption = adopted(FLEET, without("b"), lambda seen: replace(seen, other_names=peers))
        assert adoption.text == FLEET
        assert kept(adoption) == [
            (
                "`one/b` stays declared, though its host does not serve it by this name: peers of the host "
                "have a `b` each: write `upstream: p/b` or `upstream: q/b`, whichever is meant"
            )
        ]

    def test_an_override_that_matches_others_too_holds_nobody(self) -> None:
        text = fleet_text(rest='context_overrides:\n  - {match: "one/*", context: 9000}\n')
        adoption = adopted(text, without("b"), with_window("a", 9000))
        assert edits(text, adoption) == (["b: {context: 16384}"], [])
        assert changes(adoption) == [
            (
                "`one/b` is removed: its host does not serve it; "
                "the context override `one/*` (fleet.yaml:14) goes on matching others"
            )
        ]

    def test_an_override_holds_all_that_it_matches_when_all_of_these_went(self) -> None:
        text = fleet(
            "b1: {context: 9000}\nb2: {context: 9000}",
            rest='context_overrides: [{match: "one/b*", context: 9000}]\n',
        )
        adoption = adopted(text, without("b1", "b2"))
        assert adoption.text == text
        assert [one.model for one in adoption.kept] == ["b1", "b2"]

    def test_a_model_that_came_may_be_what_an_override_matches(self) -> None:
        text = fleet("b1: {context: 9000}", rest='context_overrides: [{match: "one/b*", context: 9000}]\n')
        adoption = adopted(text, without("b1"), serving(SeenModel("big-moe", Window(9000))))
        assert edits(text, adoption) == (["b1: {context: 9000}"], ["big-moe: {context: 9000}"])

    def test_one_whose_own_id_the_host_serves_is_asked_for_by_that(self) -> None:
        text = fleet("b: {context: 9000, upstream: old-b}")
        adoption = adopted(text, without("old-b"), serving(SeenModel("b", Window(9000))))
        assert edits(text, adoption) == (["b: {context: 9000, upstream: old-b}"], ["b: {context: 9000}"])
        assert changes(adoption) == [
            "`one/b` is sent to its host under its own id, which it probably has there now"
        ]

    def test_one_that_is_served_as_its_alias_is_asked_for_by_that(self) -> None:
        text = fleet("b: {context: 9000, aliases: [x]}")
        adoption = adopted(text, without("b"), serving(SeenModel("x", Window(9000), aliases=())))
        assert edits(text, adoption)[1] == ["b: {context: 9000, aliases: [x], upstream: x}"]
        assert changes(adoption) == [
            (
                "`one/b` is sent to its host as `x`, as it is probably called there now; "
                "its id stays, and all that names it"
            )
        ]

    def test_the_last_model_of_a_provider_may_go(self) -> None:
        text = fleet_text(
            LOCAL,
            "two:\n  kind: vllm\n  base_url: http://127.0.0.1:8002\n  models:\n    b: {context: 1000}\n",
        )
        adoption = adopted(text, without("b"), provider="two")
        assert edits(text, adoption) == (["b: {context: 1000}"], ["models: {}"])


class TestModelsThatCame:
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
                    "if it is none, write its type, such as `type: embedding`"
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
    def test_one_is_added_with_what_is_known(self, seen: SeenModel, line: str, with_: str) -> None:
        adoption = adopted(FLEET, serving(seen))
        assert edits(FLEET, adoption) == ([], [line])
        assert adoption.text.endswith(f"e: {{type: embedding}}\n      {line}\n")
        assert changes(adoption) == [f"`one/{seen.id}` is added {with_}"]
        assert adoption.kept == ()

    def test_one_that_is_observed_twice_is_added_as_it_was_first(self) -> None:
        twice = serving(SeenModel("new", Window(4096)), SeenModel("new", Window(8192)))
        assert edits(FLEET, adopted(FLEET, twice)) == ([], ["new: {context: 4096}"])

    def test_a_warning_that_comes_with_it_is_told(self) -> None:
        adoption = adopted(FLEET, serving("new"))
        assert [(warning.code, warning.message) for warning in adoption.warnings] == [
            ("BC405", "the window of `one/new` is unknown, so opencode never compacts")
        ]

    @pytest.mark.parametrize(
        ("name", "problem"),
        [
            ("two words", "holds the character U+0020"),
            ("A", "differs from `a` by case only"),
            ("__proto__", "is a name that every JavaScript object has"),
        ],
    )
    def test_one_whose_name_cannot_be_an_id_stays_undeclared(self, name: str, problem: str) -> None:
        adoption = adopted(FLEET, serving(name))
        assert adoption.text == FLEET
        assert kept(adoption) == [
            (
                f"`{name}` of `one` stays undeclared: this name {problem}, so it can be no id: write "
                f"`{flow_text({'context': 'unknown', 'upstream': name})}` under an id of your own, "
                f"or leave it out on purpose: `{flow_entry('ignore', [name])}`"
            )
        ]

    def test_of_two_that_differ_by_case_one_is_added(self) -> None:
        adoption = adopted(FLEET, serving("New", "new"))
        assert edits(FLEET, adoption) == ([], ["New: {context: unknown}"])
        assert [one.model for one in adoption.kept] == ["new"]

    def test_a_name_that_a_model_leaves_free_may_be_taken(self) -> None:
        adoption = adopted(FLEET, without("b"), serving("B"), renames=False)
        assert edits(FLEET, adoption) == (["b: {context: 16384}"], ["B: {context: unknown}"])

    def test_what_a_cloud_serves_besides_is_not_adopted(self) -> None:
        text = fleet_text(LOCAL, CLOUD)
        assert adopted(text, serving("new"), provider="sky") == Adoption(text, (), ())

    def test_a_provider_without_models_gets_them_on_lines_of_their_own(self) -> None:
        text = fleet_text(LOCAL, "two:\n  kind: vllm\n  base_url: http://127.0.0.1:8002\n")
        adoption = adopted(
            text, serving(SeenModel("x", Window(5)), SeenModel("y", Window(6))), provider="two"
        )
        assert edits(text, adoption) == ([], ["x: {context: 5}", '"y": {context: 6}'])
        assert "models:\n      x: {context: 5}\n" in adoption.text

    def test_its_window_is_the_served_one_though_an_override_matches(self) -> None:
        text = fleet_text(rest='context_overrides:\n  - {match: "one/*", context: 9000}\n')
        adoption = adopted(text, serving(SeenModel("new", Window(5000))))
        assert edits(text, adoption) == ([], ["new: {context: 5000}", "- {match: one/new, context: 5000}"])
        assert changes(adoption)[1] == (
            "`one/new` has a window of 5000 tokens instead of 9000, in a context override of its own, "
            "since `one/*` (fleet.yaml:14) is for others too"
        )


class TestPlaces:
    """What is said of a line names it as the file has it, not as edits have left it so far."""

    def test_of_an_override_below_what_was_removed(self) -> None:
        text = fleet(
            "b: {context: 9000}\nc: {context: 9000}",
            rest='context_overrides:\n  - {match: "one/*", context: 9000}\n',
        )
        adoption = adopted(text, without("b", "c"), serving(SeenModel("new", Window(5000), type="chat")))
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
            examined(fleet_text(rest=f"context_overrides: [{{match: one/a, context: 9000}}{more}]\n"))
            for more in ("", ", {match: one/b, context: 9000}")
        )
        references = References(after, before)
        assert references.overrides_of("one/a") == ["`one/a` (fleet.yaml:13)"]
        assert references.overrides_of("one/b") == ["`one/b`"]


class TestRenames:
    OLD, NEW = "qwen3-8b", "qwen3-8b-q4_k_m"
    TEXT = fleet("qwen3-8b: {context: 9000, aliases: [q, r]}", roles="default: one/qwen3-8b")
    SEEN = SeenModel(NEW, Window(8000), aliases=())

    def test_the_id_stays_and_what_is_sent_changes_with_all_that_differs(self) -> None:
        adoption = adopted(self.TEXT, without(self.OLD), serving(self.SEEN))
        assert edits(self.TEXT, adoption)[1] == ["qwen3-8b: {context: 8000, upstream: qwen3-8b-q4_k_m}"]
        assert changes(adoption) == [
            (
                "`one/qwen3-8b` is sent to its host as `qwen3-8b-q4_k_m`, as it is probably called there "
                "now; its id stays, and all that names it"
            ),
            "`one/qwen3-8b` loses the alias `q`, which its host does not know for it",
            "`one/qwen3-8b` loses the alias `r`, which its host does not know for it",
            "`one/qwen3-8b` has a window of 8000 tokens instead of 9000",
        ]
        assert adoption.kept == ()

    def test_a_name_that_is_sent_already_is_replaced(self) -> None:
        text = fleet("b: {context: 9000, upstream: qwen3-8b} # b")
        adoption = adopted(text, without(self.OLD), serving(replace(self.SEEN, window=UNKNOWN)))
        assert edits(text, adoption)[1] == ["b: {context: 9000, upstream: qwen3-8b-q4_k_m} # b"]

    def test_without_renames_one_went_and_another_came(self) -> None:
        text = fleet("qwen3-8b: {context: 9000}")
        adoption = adopted(text, without(self.OLD), serving(self.SEEN), renames=False)
        assert edits(text, adoption) == (["qwen3-8b: {context: 9000}"], ["qwen3-8b-q4_k_m: {context: 8000}"])

    def test_without_renames_a_role_holds_the_old_one_beside_the_new_one(self) -> None:
        adoption = adopted(self.TEXT, without(self.OLD), serving(self.SEEN), renames=False)
        assert edits(self.TEXT, adoption) == ([], ["qwen3-8b-q4_k_m: {context: 8000}"])
        assert [(one.code, one.model) for one in adoption.kept] == [("BC701", self.OLD)]

    def test_two_models_under_one_old_name_are_one_under_the_new_one(self) -> None:
        text = fleet("b: {context: 8000, upstream: qwen3-8b}\nc: {context: 8000, upstream: qwen3-8b}")
        assert edits(text, adopted(text, without(self.OLD), serving(self.SEEN)))[1] == [
            "b: {context: 8000, upstream: qwen3-8b-q4_k_m}",
            "c: {context: 8000, upstream: qwen3-8b-q4_k_m}",
        ]
        assert edits(text, adopted(text, without(self.OLD), serving(self.SEEN), renames=False))[1] == [
            "qwen3-8b-q4_k_m: {context: 8000}"
        ]


class TestAliases:
    def test_one_goes_and_the_others_stay(self) -> None:
        text = fleet("b:\n  context: 9000\n  aliases:\n  - x # of x\n  - z # of z")
        adoption = adopted(text, with_aliases("b", "z"))
        assert edits(text, adoption) == (["- x # of x"], ["# of x"])
        assert changes(adoption) == ["`one/b` loses the alias `x`, which its host does not know for it"]

    def test_with_the_last_one_their_key_goes(self) -> None:
        text = fleet("b: {context: 9000, aliases: [x, z]}")
        assert edits(text, adopted(text, with_aliases("b")))[1] == ["b: {context: 9000}"]

    def test_one_that_means_another_model_lets_that_be_declared(self) -> None:
        text = fleet("b: {context: 9000, aliases: [x]}")
        adoption = adopted(text, with_aliases("b"), serving(SeenModel("x", Window(5), aliases=())))
        assert edits(text, adoption)[1] == ["b: {context: 9000}", "x: {context: 5}"]

    def test_one_that_only_the_host_knows_is_no_drift(self) -> None:
        assert adopted(FLEET, with_aliases("b", "x")) == Adoption(FLEET, (), ())


class TestWindows:
    def test_the_number_on_the_model_is_replaced(self) -> None:
        text = fleet("b: {context: 9000} # measured")
        for served in (8000, 10000):
            adoption = adopted(text, with_window("b", served))
            assert edits(text, adoption)[1] == [f"b: {{context: {served}}} # measured"]
            assert changes(adoption) == [f"`one/b` has a window of {served} tokens instead of 9000"]

    def test_a_default_of_the_provider_stays_for_the_others(self) -> None:
        text = fleet("b: # no window\nc: {label: C}\nd:\n  label: D", more="  defaults: {context: 9000}\n")
        adoption = adopted(text, *(with_window(name, 8000) for name in "bcd"))
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
        adoption = adopted(text, with_window("b", 7000))
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
        adoption = adopted(text, with_window("b1", 7000), with_window("b2", 8000))
        assert edits(text, adoption) == ([], ["- {match: one/b1, context: 7000}"])

    def test_an_override_cannot_name_a_model_alone_whose_id_is_a_pattern(self) -> None:
        text = fleet(
            '"b*": {context: 9000}\nb2: {context: 9000}',
            rest="context_overrides: [{match: one/b*, context: 8000}]\n",
        )
        adoption = adopted(text, with_window("b*", 7000))
        assert adoption.text == text
        assert kept(adoption) == [
            (
                "`one/b*` keeps its window of 8000 tokens: no override can be written for it alone, "
                "since `*` in its id would match others too"
            )
        ]

    def test_an_override_that_makes_a_window_smaller_is_no_drift(self) -> None:
        text = fleet("b: {context: 9000}", rest="context_overrides: [{match: one/b, context: 8000}]\n")
        assert adopted(text, with_window("b", 9000)) == Adoption(text, (), ())

    def test_limits_that_no_longer_fit_go_and_the_change_says_so(self) -> None:
        text = fleet("b: {context: 9000, input: 8500, output: 8000, label: B}")
        adoption = adopted(text, with_window("b", 8000))
        assert edits(text, adoption)[1] == ["b: {context: 8000, label: B}"]
        assert changes(adoption) == [
            (
                "`one/b` has a window of 8000 tokens instead of 9000; its `input` no longer fits and is "
                "removed; its `output` no longer fits and is removed"
            )
        ]

    def test_limits_that_fit_stay(self) -> None:
        text = fleet("b: {context: 9000, input: 8000, output: 7999}")
        assert edits(text, adopted(text, with_window("b", 8000)))[1] == [
            "b: {context: 8000, input: 8000, output: 7999}"
        ]


class TestWhatIsNotAdopted:
    def test_what_is_to_be_mended_on_the_host(self) -> None:
        twice = lambda observation: replace(observation, repeated=("a",))  # noqa: E731
        adoption = adopted(FLEET, with_window("a", 32768, running=9000), twice)
        assert adoption.text == FLEET
        assert kept(adoption) == [
            (
                "`one/a` runs with a window of 9000 tokens, but its host says 32768: "
                "that is to be mended on the host"
            ),
            "`one` lists `a` more than once: that is to be mended on the host",
        ]

    def test_hosts_that_did_not_answer(self) -> None:
        text = fleet_text(LOCAL, OTHER)
        examination = examined(text)
        observed = {
            "one": replace(described(examination.fleet.providers["one"]), sidecar="connection refused"),
            "two": Observation(Outcome.UNREACHABLE, "connection refused"),
        }
        assert adopted_from(text, observed) == Adoption(
            text,
            (),
            (
                Kept("the sidecar of `one` cannot be reached: connection refused", "BC727", "one"),
                Kept("`two` cannot be reached: connection refused", "BC721", "two"),
            ),
        )

    def test_names_that_are_no_models_of_the_host(self) -> None:
        peers = lambda observation: replace(observation, other_names={"p": NameRole.PEER})  # noqa: E731
        assert adopted(FLEET, peers) == Adoption(FLEET, (), ())

    def test_providers_that_were_not_compared(self) -> None:
        text = fleet_text(LOCAL, OTHER)
        adoption = adopted_from(text, {"two": Observation(Outcome.ANSWERED)})
        assert edits(text, adoption) == (["c: {context: 32768}"], ["models: {}"])


class TestAValidFleetOrNothing:
    def test_a_change_that_would_break_a_rule_is_left_out(self) -> None:
        adoption = adopted(FLEET, with_window("a", 8000), with_window("b", 1), serving("u", "w"))
        assert edits(FLEET, adoption)[1] == [
            "a: {context: 8000}",
            "u: {context: unknown}",
            "w: {context: unknown}",
        ]
        assert kept(adoption) == [
            (
                "`one/b` keeps its window of 16384 tokens: the fleet would not be valid, as a window of 1 "
                "leaves no room for output of `one/b` (BC403)"
            )
        ]

    def test_a_name_that_would_mean_something_else_is_left_out(self) -> None:
        text = fleet_text(LOCAL, OTHER, rest="legacy: {bare_ids: {x: two/c}}\n")
        adoption = adopted(text, serving(*(SeenModel(name, Window(5)) for name in ("u", "two/v", "w", "x"))))
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
        adoption = adopted(
            text, without("b1"), with_window("a", 1), serving(SeenModel("big-moe", Window(9000)))
        )
        assert edits(text, adoption) == (["b1: {context: 9000}"], ["big-moe: {context: 9000}"])
        assert [one.model for one in adoption.kept] == ["a"]

    def test_a_layout_that_cannot_be_edited_is_left_alone(self) -> None:
        text = FLEET.replace("b: {context: 16384}", "? b")
        text = text.replace("models:", "defaults: {context: 16384}\n    models:")
        adoption = adopted(text, with_window("b", 8000), serving(SeenModel("new", Window(5))))
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
        adoption = adopted(text, *(with_window(name, 1) for name in names))
        assert adoption.text == text
        assert [one.model for one in adoption.kept] == names

    def test_an_edit_that_does_not_help_is_made_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A comparison that goes on finding what was adopted, which this one does not, ends all the same."""
        wrong = finding("BC706", "differs", None, provider="one", model="b", declared=16384, seen=9000)
        result = DriftResult((host(wrong, provider="one"),))
        monkeypatch.setattr("booconf.drift.adoption.adopt.result_of", lambda _: result)
        adoption = adopted(FLEET, with_window("b", 8000))
        assert edits(FLEET, adoption)[1] == ["b: {context: 9000}"]
        assert kept(adoption) == [
            "`one/b` keeps its window of 9000 tokens: the edit was made, and did not help"
        ]


def test_drift_of_every_code_is_answered() -> None:
    """Those of hosts that could not be asked are no drift."""
    assert ANSWERS.keys() == {code for code in CODES if code.startswith("BC7")} - COULD_NOT_ASK - {SKIPPED}
