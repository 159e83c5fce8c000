"""BC705: an alias that only one side knows, or that means two models."""

from dataclasses import replace

import pytest

from booconf.diagnostics import Severity
from booconf.live.observation import NameRole, Observation, SeenModel
from tests.support.observations import (
    UNKNOWN,
    ExpectedFinding,
    expected_finding,
    host_result,
    one_provider,
    with_aliases,
    with_models,
    without_aliases,
    without_models,
)

TEXT = one_provider("{z: {}, a: {aliases: [q, r]}}")
LINE = len(TEXT.splitlines())


def selector(observation: Observation) -> Observation:
    """The host calls a selector `q`."""
    return replace(observation, other_names={"q": NameRole.SELECTOR})


class TestOnlyDeclared:
    def test_finding_is_at_alias(self) -> None:
        (finding,) = host_result(TEXT, with_aliases("a", "q")).findings
        message = "`one` does not serve `a` under its alias `r`"
        assert expected_finding(TEXT, finding) == ExpectedFinding(
            "BC705", Severity.WARNING, message, LINE, "r", model="a", declared="r"
        )
        assert finding.diagnostic.help == (
            "add the alias on the host, or remove it from `aliases` (`booconf adopt` does)"
        )

    def test_each_alias_is_reported(self) -> None:
        assert [f.declared for f in host_result(TEXT, with_aliases("a")).findings] == ["q", "r"]

    def test_alias_listed_as_selector_is_not_reported(self) -> None:
        assert host_result(TEXT, with_aliases("a", "r"), selector).findings == ()

    @pytest.mark.parametrize(
        "seen",
        [
            SeenModel("a:latest", UNKNOWN, aliases=("a", "q", "r")),
            SeenModel("a:latest", UNKNOWN, aliases=("q",), equivalents=("a", "r")),
            SeenModel("q", UNKNOWN, aliases=("a", "r")),
        ],
    )
    def test_any_name_of_the_model_counts(self, seen: SeenModel) -> None:
        host = host_result(TEXT, without_models("a"), with_models(seen))
        assert host.findings == ()


class TestOfAnotherModel:
    def test_other_model_is_named(self) -> None:
        text = one_provider("{z: {}, a: {aliases: [q]}, b: {}}")
        (finding,) = host_result(text, with_aliases("a"), with_aliases("b", "q")).findings
        assert expected_finding(text, finding) == ExpectedFinding(
            "BC705",
            Severity.WARNING,
            "the alias `q` of `one/a` means `b` on its host",
            LINE,
            "q",
            model="a",
            declared="q",
            seen="b",
        )
        assert str(finding.diagnostic.help).startswith("remove it from `aliases`, or on the host from `b`: ")

    def test_alias_may_be_id_of_another_model(self) -> None:
        (finding,) = host_result(TEXT, with_aliases("a", "r"), with_models("q")).findings
        assert (finding.code, finding.declared, finding.seen) == ("BC705", "q", "q")


class TestOnlyServed:
    def test_undeclared_alias_is_a_note_at_the_model(self) -> None:
        (finding,) = host_result(TEXT, with_aliases("a", "q", "r", "s")).findings
        message = "`one` also serves `a` as `s`, which is not declared"
        assert expected_finding(TEXT, finding) == ExpectedFinding(
            "BC705", Severity.NOTE, message, LINE, "a", model="a", seen="s"
        )
        assert finding.diagnostic.help == (
            "write `aliases: [q, r, s]`, or leave it out on purpose: `ignore: [s]`"
        )
        assert not finding.is_drift

    def test_undeclared_aliases_are_sorted_and_unique(self) -> None:
        host = host_result(TEXT, with_aliases("a", "t", "r", "q", "s", "t"))
        assert [finding.seen for finding in host.findings] == ["s", "t"]

    def test_undeclared_alias_is_reported_once_per_upstream(self) -> None:
        text = one_provider("{z: {}, a: {upstream: A}, b: {upstream: A}}")
        assert [f.model for f in host_result(text, with_aliases("A", "s")).findings] == ["a"]

    def test_ignored_alias_is_not_reported(self) -> None:
        text = TEXT.replace("defaults", "ignore: ['s*']\n    defaults")
        assert host_result(text, with_aliases("a", "q", "r", "s", "s-2")).findings == ()

    def test_alias_declared_as_model_is_not_reported(self) -> None:
        """Two declarations may name one model of the host."""
        text = one_provider("{z: {}, a: {}, b: {}}")
        host = host_result(text, without_models("b"), with_aliases("a", "b"))
        assert host.findings == ()

    @pytest.mark.parametrize(
        ("alias", "ignoring"),
        [
            ("a b", ", or leave it out on purpose: `ignore: [a b]`"),
            ("Q", ", or leave it out on purpose: `ignore: [Q]`"),
            ("a *", "; no pattern of `ignore` leaves it out alone, as `*` there matches anything"),
            ("s\x1b", ""),
            ("s\N{REPLACEMENT CHARACTER}", ""),
        ],
    )
    def test_alias_that_cannot_be_declared(self, alias: str, ignoring: str) -> None:
        (finding,) = host_result(TEXT, with_aliases("a", "q", "r", alias)).findings
        assert str(finding.diagnostic.help).endswith(
            f"cannot be declared: give it another one on the host{ignoring}"
        )
        assert "\x1b" not in finding.diagnostic.message

    def test_aliases_of_undeclared_model_are_not_reported(self) -> None:
        host = host_result(TEXT, with_models(SeenModel("new", UNKNOWN, aliases=("s",))))
        assert [finding.code for finding in host.findings] == ["BC702"]


class TestUnreported:
    def test_unreported_aliases_are_a_remark(self) -> None:
        host = host_result(TEXT, without_aliases)
        assert host.findings == ()
        assert host.remarks == ("the host does not report aliases, so these were not compared: `q`, `r`",)

    def test_listed_alias_counts_as_reported(self) -> None:
        """As in the listing of llama-swap before v241, and of vLLM."""
        host = host_result(TEXT, without_aliases, with_models("q", "r"))
        assert (host.findings, host.remarks) == ((), ())

    def test_aliases_of_a_selector_are_a_remark(self) -> None:
        text = one_provider("{z: {}, q: {aliases: [s]}}")
        host = host_result(text, without_models("q"), selector)
        assert host.findings == ()
        assert host.remarks == ("the host does not report aliases, so these were not compared: `s`",)


def test_long_list_in_remark_is_truncated() -> None:
    aliases = ", ".join(f"alias-{number}" for number in range(8))
    (remark,) = host_result(
        one_provider(f"{{z: {{}}, a: {{aliases: [{aliases}]}}}}"), without_aliases
    ).remarks
    assert remark.endswith("`alias-3`, `alias-4` and 3 more")


def test_aliases_of_absent_model_are_not_reported() -> None:
    assert [finding.code for finding in host_result(TEXT, without_models("a")).findings] == ["BC701"]
