"""Each provider is compared with its own host only."""

from dataclasses import replace

import pytest

from booconf.declaration.enums import Kind
from booconf.diagnostics import CODES, Severity
from booconf.drift.compare import compare
from booconf.drift.result import Verdict
from booconf.live.observation import Observation, Outcome, SeenModel, Window
from tests.support.fleets import CLOUD, COMMITTED, LOCAL, OTHER, fleet_text, sample_fleets
from tests.support.observations import (
    UNKNOWN,
    check_context,
    compare_with,
    host_result,
    matching_observations,
    with_models,
    with_window,
    without_aliases,
    without_models,
)

TWO = fleet_text(LOCAL, OTHER)
DUPLICATES = ("qwen3-4b-instruct", "qwen3-8b", "gemma-3-12b-it", "gpt-oss-20b", "nomic-embed-text-v1.5")


@pytest.mark.parametrize("text", sample_fleets().values(), ids=sample_fleets())
def test_matching_hosts_have_no_findings(text: str) -> None:
    result = compare_with(text, matching_observations(check_context(text).fleet))
    assert list(result.findings()) == []
    assert result.verdict(Severity.WARNING) is Verdict.SAME


class TestHosts:
    def test_hosts_are_in_the_order_of_the_fleet(self) -> None:
        observations = matching_observations(check_context(TWO).fleet)
        backwards = dict(reversed(observations.items()))
        assert [host.provider for host in compare_with(TWO, backwards).hosts] == ["one", "two"]

    def test_only_observed_hosts_are_compared(self) -> None:
        assert [host.provider for host in compare_with(TWO, {"two": Observation(Outcome.LOADING)}).hosts] == [
            "two"
        ]

    def test_host_result_describes_the_provider(self) -> None:
        text = fleet_text(LOCAL.replace("llama-swap\n", "llama-swap\n  label: The first\n"))
        host = host_result(text, with_models("d"))
        assert (host.provider, host.label, host.kind) == ("one", "The first", "llama-swap")
        assert (host.outcome, host.declared, host.served) == (Outcome.ANSWERED, 3, 4)

    def test_host_without_answer_has_no_models(self) -> None:
        (host,) = compare_with(
            fleet_text(), {"one": Observation(Outcome.UNREACHABLE, "connection refused")}
        ).hosts
        assert (host.outcome, host.declared, host.served) == (Outcome.UNREACHABLE, 3, None)
        assert (host.unknown, host.remarks) == ((), ())

    def test_remarks_are_kept(self) -> None:
        host = host_result(fleet_text(), lambda seen: replace(seen, remarks=("it did not say what runs",)))
        assert host.remarks == ("it did not say what runs",)
        assert host.findings == ()


class TestOneNameOnSeveralHosts:
    @pytest.mark.parametrize("model", DUPLICATES)
    @pytest.mark.parametrize("provider", ["sam-desktop", "embedding"])
    def test_model_is_absent_on_its_own_host_only(self, provider: str, model: str) -> None:
        text = COMMITTED.read_text("utf-8")
        observations = matching_observations(check_context(text).fleet)
        observations[provider] = without_models(model)(observations[provider])
        findings = [f for f in compare_with(text, observations).findings() if f.code == "BC701"]
        assert [(finding.provider, finding.model) for finding in findings] == [(provider, model)]

    @pytest.mark.parametrize("model", DUPLICATES)
    def test_window_of_own_host_is_compared(self, model: str) -> None:
        text = COMMITTED.read_text("utf-8")
        fleet = check_context(text).fleet
        observations = matching_observations(fleet)
        own = fleet.model(f"embedding/{model}").limits.context
        assert own is not None
        observations["embedding"] = with_window(model, own - 1)(observations["embedding"])
        (finding,) = compare_with(text, observations).findings()
        assert (finding.provider, finding.model) == ("embedding", model)
        assert (finding.declared, finding.seen) == (own, own - 1)

    def test_model_moved_between_hosts_is_no_rename(self) -> None:
        """A model that moves between hosts is gone on one and new on the other."""
        observations = matching_observations(check_context(TWO).fleet)
        observations["one"] = without_models("b")(observations["one"])
        observations["two"] = with_models("b")(observations["two"])
        assert [(f.provider, f.code, f.model) for f in compare_with(TWO, observations).findings()] == [
            ("one", "BC701", "b"),
            ("two", "BC702", "b"),
        ]


class TestNamesOfAHost:
    TEXT = fleet_text(
        "one:\n  kind: ollama\n  base_url: http://127.0.0.1:1\n  models: {a: {context: 9000}}\n"
    )

    @pytest.mark.parametrize(
        "seen",
        [
            SeenModel("a", Window(9000)),
            SeenModel("a:latest", Window(9000), equivalents=("a",)),
            SeenModel("b", Window(9000), aliases=("a",)),
        ],
        ids=["id", "equivalent", "alias"],
    )
    def test_names_resolve_to_one_model(self, seen: SeenModel) -> None:
        (host,) = compare_with(self.TEXT, {"one": Observation(Outcome.ANSWERED, models=(seen,))}).hosts
        assert (host.findings, host.unknown) == ((), ())

    @pytest.mark.parametrize("reverse", [False, True])
    def test_id_precedes_alias_and_alias_precedes_equivalent(self, reverse: bool) -> None:
        named = SeenModel("a", Window(9000)), SeenModel("b", Window(1), aliases=("a",))
        equal = SeenModel("b", Window(9000), aliases=("a",)), SeenModel("a:x", Window(1), equivalents=("a",))
        for models in (named, equal):
            rows = tuple(reversed(models)) if reverse else models
            text = self.TEXT.replace("base_url", "ignore: ['a:*', b]\n    base_url")
            (host,) = compare_with(text, {"one": Observation(Outcome.ANSWERED, models=rows)}).hosts
            assert host.findings == ()


@pytest.mark.parametrize("kind", ["llama-swap", "llama-server", "ollama", "lmstudio", "vllm"])
def test_every_kind_is_compared_the_same_way(kind: Kind) -> None:
    text = fleet_text(LOCAL.replace("llama-swap", kind))
    host = host_result(text, without_models("b"), with_models("zz-new"), with_window("a", 16384))
    assert host.kind == kind
    assert [finding.code for finding in host.findings] == ["BC701", "BC702", "BC706"]


def test_findings_are_in_the_order_of_finders() -> None:
    text = fleet_text(LOCAL.replace("a: {", "a: {aliases: [q], "), CLOUD)
    changes = [
        without_models("b"),
        with_models("zz", SeenModel("a", Window(1, running=2), aliases=())),
        lambda seen: replace(seen, repeated=("a",)),
    ]
    host = host_result(text, *changes)
    assert [f.code for f in host.findings] == ["BC701", "BC702", "BC705", "BC706", "BC708", "BC709"]
    assert {f.code for f in host.findings} <= set(CODES)


def test_aliases_not_compared_are_a_remark() -> None:
    text = fleet_text(LOCAL.replace("a: {", "a: {aliases: [q, r], "))
    host = host_result(text, without_aliases, with_models("r"))
    assert host.findings == ()
    assert host.remarks == ("the host does not report aliases, so these were not compared: `q`",)


def test_comparison_is_repeatable() -> None:
    context = check_context(fleet_text())
    observation = {"one": Observation(Outcome.ANSWERED, models=(SeenModel("aa", UNKNOWN),))}
    assert compare(context, observation) == compare(context, observation)
