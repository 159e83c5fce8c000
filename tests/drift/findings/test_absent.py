"""BC701 and BC703: a declared model that its host does not serve, and the roles that name it."""

from dataclasses import replace
from random import Random

import pytest

from booconf.declaration.enums import Kind
from booconf.diagnostics import Diagnostic, Severity
from booconf.drift.findings.absent import MOST_SUGGESTIONS
from booconf.drift.result import Finding, HostResult
from booconf.live.observation import NameRole, Observation, Outcome, SeenModel, Window
from tests.support.fleets import LOCAL, fleet_text, underlined
from tests.support.observations import (
    UNKNOWN,
    ExpectedFinding,
    compare_with,
    expected_finding,
    host_result,
    one_provider,
    with_aliases,
    with_models,
    without_aliases,
    without_models,
)

TEXT = fleet_text()


def only(host: HostResult, code: str = "BC701") -> Finding:
    (finding,) = (finding for finding in host.findings if finding.code == code)
    return finding


def diagnostic_of(host: HostResult, code: str = "BC701") -> Diagnostic:
    return only(host, code).diagnostic


class TestAbsent:
    def test_finding_is_at_model_key(self) -> None:
        line = TEXT.splitlines().index("      b: {context: 16384}") + 1
        assert [
            expected_finding(TEXT, finding) for finding in host_result(TEXT, without_models("b")).findings
        ] == [
            ExpectedFinding(
                "BC701", Severity.ERROR, "`one` does not serve `b`", line, "b", model="b", declared="b"
            )
        ]

    def test_no_second_label_without_upstream(self) -> None:
        assert diagnostic_of(host_result(TEXT, without_models("b"))).secondary == ()

    def test_upstream_is_named_and_labeled(self) -> None:
        text = one_provider("{z: {}, b: {upstream: B-Q4}}")
        finding = only(host_result(text, without_models("B-Q4")))
        assert finding.diagnostic.message == "`one` does not serve `b` as `B-Q4`"
        assert (finding.model, finding.declared, finding.seen) == ("b", "B-Q4", None)
        (label,) = finding.diagnostic.secondary
        assert underlined(text, label.span) == "B-Q4"

    def test_each_model_with_the_upstream_is_reported(self) -> None:
        text = one_provider("{z: {}, b: {upstream: B}, c: {upstream: B}}")
        assert [finding.model for finding in host_result(text, without_models("B")).findings] == ["b", "c"]

    def test_embedding_model_is_reported(self) -> None:
        assert only(host_result(TEXT, without_models("e"))).model == "e"

    def test_other_differences_of_absent_model_are_hidden(self) -> None:
        text = one_provider("{z: {}, b: {aliases: [q]}}")
        host = host_result(text, without_models("b"))
        assert [finding.code for finding in host.findings] == ["BC701"]
        assert host.unknown == ()

    @pytest.mark.parametrize("role", NameRole)
    def test_listed_name_of_another_role_is_not_absent(self, role: NameRole) -> None:
        observation = Observation(
            Outcome.ANSWERED, models=(SeenModel("a", UNKNOWN),), other_names={"z": role}
        )
        (host,) = compare_with(one_provider("{z: {}, a: {}}"), {"one": observation}).hosts
        assert host.findings == ()
        assert [unknown.model for unknown in host.unknown] == ["z", "a"]

    def test_model_served_by_its_id_only_is_absent(self) -> None:
        text = one_provider("{z: {}, b: {upstream: B-Q4}}")
        host = host_result(text, without_models("B-Q4"), with_models("b"))
        assert [finding.code for finding in host.findings] == ["BC701"]
        assert diagnostic_of(host).help == (
            "remove `upstream`, if `b`, which the host serves, is the model (`booconf adopt` does)"
        )

    def test_id_listed_as_peer_is_suggested(self) -> None:
        text = one_provider("{z: {}, b: {upstream: B-Q4}}")
        host = host_result(
            text, without_models("B-Q4"), lambda seen: replace(seen, other_names={"b": NameRole.PEER})
        )
        assert str(diagnostic_of(host).help).startswith("remove `upstream`, if `b`, which the host serves")

    def test_id_used_as_upstream_elsewhere_is_not_suggested(self) -> None:
        text = one_provider("{z: {}, b: {upstream: B-Q4}, c: {upstream: b}}")
        host = host_result(
            text, without_models("B-Q4", "b"), lambda seen: replace(seen, other_names={"b": NameRole.PEER})
        )
        assert str(diagnostic_of(host).help).startswith("serve it again, remove it")

    def test_model_with_its_alias_is_suggested(self) -> None:
        text = one_provider("{z: {}, b: {aliases: [q]}}")
        host = host_result(
            text, without_models("b"), with_models(SeenModel("b: new", UNKNOWN, aliases=("q",)))
        )
        assert [finding.code for finding in host.findings] == ["BC701"]
        assert diagnostic_of(host).help == (
            'write `upstream: "b: new"`, if that is the model (`booconf adopt` does): '
            "it has one of its aliases"
        )

    @pytest.mark.parametrize(
        ("gone", "name"), [("b: {aliases: [q]}", "q"), ("q: {upstream: b}", "q"), ("b: {}", "a")]
    )
    def test_model_reached_by_another_is_not_suggested(self, gone: str, name: str) -> None:
        """An alias that was given to another model, an id, or a similar name."""
        text = one_provider(f"{{z: {{}}, a: {{}}, {gone}}}")
        host = host_result(text, without_models("b"), with_aliases("a", "q"))
        diagnostic = diagnostic_of(host)
        assert diagnostic.help == TestHelp.WITHOUT_A_NAME
        told = f"`{name}` means `a` on its host, which is declared as another model"
        assert (told in diagnostic.notes) == (name == "q")

    def test_listed_alias_of_reached_model_is_not_suggested(self) -> None:
        """As llama-swap lists aliases if configured."""
        text = one_provider("{z: {}, a: {}, q: {upstream: b}}")
        listed = lambda seen: replace(seen, other_names={"q": NameRole.ALIAS})  # noqa: E731
        host = host_result(text, without_models("b"), with_aliases("a", "q"), listed)
        assert diagnostic_of(host).help == TestHelp.WITHOUT_A_NAME

    def test_model_with_aliases_of_two_absent_ones_is_not_suggested(self) -> None:
        text = one_provider("{z: {}, b: {aliases: [q]}, c: {aliases: [r]}}")
        host = host_result(
            text, without_models("b", "c"), with_models(SeenModel("new", UNKNOWN, aliases=("q", "r")))
        )
        assert {finding.diagnostic.help for finding in host.findings} == {TestHelp.WITHOUT_A_NAME}

    def test_model_is_suggested_for_both_declarations_of_one_upstream(self) -> None:
        text = one_provider("{z: {}, b: {upstream: B, aliases: [q]}, c: {upstream: B, aliases: [r]}}")
        host = host_result(
            text, without_models("B"), with_models(SeenModel("new", UNKNOWN, aliases=("q", "r")))
        )
        assert all("`upstream: new`" in str(finding.diagnostic.help) for finding in host.findings)

    @pytest.mark.parametrize("names", [("p/b", "q/b"), tuple(f"p{number}/b" for number in range(7))])
    def test_models_of_several_peers_are_listed(self, names: tuple[str, ...]) -> None:
        peers = lambda seen: replace(seen, other_names=dict.fromkeys(names, NameRole.PEER))  # noqa: E731
        choices = " or ".join(f"`upstream: {name}`" for name in names[:5])
        more = ", or one of 2 more" if len(names) > 5 else ""
        assert diagnostic_of(host_result(TEXT, without_models("b"), peers)).help == (
            f"peers of the host serve `b`: write {choices}{more}, whichever is meant"
        )


class TestHelp:
    WITHOUT_A_NAME = (
        "serve it again, remove it (`booconf adopt` does), or write its name on the host as `upstream`"
    )

    def test_default_advice(self) -> None:
        assert diagnostic_of(host_result(TEXT, without_models("b"))).help == self.WITHOUT_A_NAME

    @pytest.mark.parametrize(
        ("roles", "rest", "first"),
        [
            (
                "default: one/a\ntask: one/b",
                "",
                "the role `task` names it (fleet.yaml:5); name another model there",
            ),
            (
                "default: one/a",
                "legacy: {bare_ids: {old: one/b}}\n",
                "the legacy id `old` means it (fleet.yaml:13); name another model there",
            ),
            (
                "default: one/a",
                'context_overrides: [{match: "one/b*", context: 16384}]\n',
                "the context override `one/b*` (fleet.yaml:13) matches nothing else; remove it",
            ),
        ],
    )
    def test_blocker_is_named_with_its_line(self, roles: str, rest: str, first: str) -> None:
        text = fleet_text(roles=roles, rest=rest)
        assert diagnostic_of(host_result(text, without_models("b"))).help == (
            f"serve it again, or write its name on the host as `upstream`; it cannot be removed yet: {first}"
        )

    def test_new_model_resolves_blocker(self) -> None:
        text = fleet_text(rest='context_overrides: [{match: "one/b*", context: 16384}]\n')
        host = host_result(text, without_models("b"), with_models("big-moe"))
        assert diagnostic_of(host).help == self.WITHOUT_A_NAME

    def test_most_similar_id_is_suggested(self) -> None:
        text = one_provider("{z: {}, qwen3-8b: {}}")
        host = host_result(
            text,
            without_models("qwen3-8b"),
            with_models("qwen3-8b-q4", "qwen3-8b-q6", "qwen3-8b\N{REPLACEMENT CHARACTER}"),
        )
        assert str(diagnostic_of(host).help).endswith("; the most similar id there is `qwen3-8b-q4`")

    def test_id_of_another_variant_is_not_suggested(self) -> None:
        text = one_provider("{z: {}, qwen3-8b: {}}")
        host = host_result(text, without_models("qwen3-8b"), with_models("qwen3-4b"))
        assert "most similar" not in str(diagnostic_of(host).help)

    def test_alias_of_another_model_is_not_suggested(self) -> None:
        text = one_provider("{z: {aliases: [qwen3-8b-q4]}, qwen3-8b: {}}")
        host = host_result(text, without_models("qwen3-8b"), with_models("qwen3-8b-q4"))
        assert "most similar" not in str(diagnostic_of(host).help)

    @pytest.mark.parametrize("length", [60, 800])
    def test_thousands_of_names_take_bounded_time(self, length: int) -> None:
        """Compared by difflib, all of these together would take some ten seconds."""
        random = Random(0)
        own, *listed = (f"a{random.getrandbits(4 * length - 4):x}" for _ in range(10_001))
        text = one_provider(f"{{z: {{}}, b: {{upstream: {own}}}}}".replace(own, own[:500]))
        host = host_result(text, without_models(own[:500]), with_models(*listed))
        assert only(host).model == "b"

    def test_suggestions_are_bounded(self) -> None:
        names = [f"model{number}-old" for number in range(MOST_SUGGESTIONS + 2)]
        alike = [f"model{number}-q{bits}" for number in range(MOST_SUGGESTIONS + 2) for bits in (4, 6)]
        text = one_provider(f"{{z: {{}}, {', '.join(f'{name}: {{}}' for name in names)}}}")
        findings = host_result(text, without_models(*names), with_models(*alike)).findings
        helps = [str(finding.diagnostic.help) for finding in findings if finding.code == "BC701"]
        assert ["most similar" in text for text in helps] == [True] * MOST_SUGGESTIONS + [False] * 2


class TestUnlisted:
    SEEN = SeenModel("b", Window(16384), is_unlisted=True)

    def test_running_unlisted_model_is_served(self) -> None:
        assert host_result(TEXT, without_models("b"), with_models(self.SEEN)).findings == ()

    def test_unlisted_model_is_no_rename(self) -> None:
        renamed = SeenModel("a2", Window(32768), is_unlisted=True)
        finding, *_ = host_result(TEXT, without_models("a"), with_models(renamed)).findings
        assert (finding.code, finding.renamed_to) == ("BC701", None)

    def test_unlisted_model_without_aliases_is_a_remark(self) -> None:
        text = fleet_text(LOCAL.replace("b: {", "b: {aliases: [c], "))
        host = host_result(text, without_models("b"), with_models(self.SEEN))
        assert host.findings == ()
        assert host.remarks == ("the host does not report aliases, so these were not compared: `c`",)


class TestNotes:
    ALIASES = "this host does not report aliases: `b` may be one of them"
    UNLISTED = "llama-swap reports a model with `unlisted: true` only while it runs"

    def test_note_mentions_unlisted_models_of_llama_swap(self) -> None:
        assert diagnostic_of(host_result(TEXT, without_models("b"))).notes == (self.UNLISTED,)

    def test_note_mentions_unreported_aliases(self) -> None:
        host = host_result(TEXT, without_models("b"), without_aliases)
        assert diagnostic_of(host).notes == (self.UNLISTED, self.ALIASES)

    @pytest.mark.parametrize(
        ("kind", "mentions"), [("openai-compatible", True), ("llama-server", True), ("ollama", False)]
    )
    def test_note_depends_on_completeness_of_listing(self, kind: Kind, mentions: bool) -> None:
        text = fleet_text(LOCAL.replace("llama-swap", kind))
        notes = diagnostic_of(host_result(text, without_models("b"), without_aliases)).notes
        assert notes == ((self.ALIASES,) if mentions else ())


class TestRoles:
    TEXT = fleet_text(roles="default: one/a\ntask: one/b\narena: [one/a, one/b]")

    def test_role_is_reported_at_its_line(self) -> None:
        host = host_result(self.TEXT, without_models("b"))
        message = "which its host does not serve"
        lines = self.TEXT.splitlines()
        assert [
            expected_finding(self.TEXT, finding) for finding in host.findings if finding.code == "BC703"
        ] == [
            ExpectedFinding(
                "BC703",
                Severity.ERROR,
                f"role `{role}` names `one/b`, {message}",
                lines.index(line) + 1,
                "one/b",
                model="b",
                declared="one/b",
            )
            for role, line in (("task", "  task: one/b"), ("arena", "  arena: [one/a, one/b]"))
        ]

    def test_role_finding_labels_the_model(self) -> None:
        diagnostic = next(
            f.diagnostic for f in host_result(self.TEXT, without_models("b")).findings if f.code == "BC703"
        )
        assert [(label.text, underlined(self.TEXT, label.span)) for label in diagnostic.secondary] == [
            ("declared here", "b")
        ]
        assert diagnostic.help == "serve the model again, or give the role to another one"

    def test_role_of_renamed_model_is_reported(self) -> None:
        text = one_provider("{z: {}, qwen: {}}", roles="default: one/qwen")
        host = host_result(text, without_models("qwen"), with_models("Qwen"))
        assert [finding.code for finding in host.findings] == ["BC704", "BC703"]
        assert diagnostic_of(host, "BC703").help == (
            "declare the new name of the model, or give the role to another one"
        )

    def test_fallback_roles_are_not_reported(self) -> None:
        host = host_result(TEXT, without_models("a"))
        assert [f.diagnostic.message for f in host.findings if f.code == "BC703"] == [
            "role `default` names `one/a`, which its host does not serve"
        ]

    def test_role_is_reported_for_the_host_of_its_model(self) -> None:
        text = fleet_text(LOCAL, LOCAL.replace("one", "two").replace("8001", "8002"), roles="default: one/a")
        observation = Observation(Outcome.ANSWERED)
        one, two = compare_with(text, {"one": observation, "two": observation}).hosts
        assert [f.code for f in one.findings] == ["BC701"] * 3 + ["BC703"]
        assert [f.code for f in two.findings] == ["BC701"] * 3


def test_empty_listing_makes_all_models_absent() -> None:
    (host,) = compare_with(TEXT, {"one": Observation(Outcome.ANSWERED)}).hosts
    assert [finding.model for finding in host.findings if finding.code == "BC701"] == ["a", "b", "e"]
    assert host.served == 0


def test_names_are_case_sensitive() -> None:
    host = host_result(TEXT, without_models("a"), with_models(SeenModel("A", Window(32768))))
    assert "BC704" in [finding.code for finding in host.findings]
