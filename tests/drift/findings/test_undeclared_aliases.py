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
    def test_stands_at_the_alias(self) -> None:
        (finding,) = host_result(TEXT, with_aliases("a", "q")).findings
        message = "`one` does not serve `a` under its alias `r`"
        assert expected_finding(TEXT, finding) == ExpectedFinding(
            "BC705", Severity.WARNING, message, LINE, "r", model="a", declared="r"
        )
        assert finding.diagnostic.help == (
            "add the alias on the host, or remove it from `aliases` (`booconf adopt` does)"
        )

    def test_is_each_of_them(self) -> None:
        assert [f.declared for f in host_result(TEXT, with_aliases("a")).findings] == ["q", "r"]

    def test_is_none_that_is_listed_as_something_else(self) -> None:
        assert host_result(TEXT, with_aliases("a", "r"), selector).findings == ()

    @pytest.mark.parametrize(
        "seen",
        [
            SeenModel("a:latest", UNKNOWN, aliases=("a", "q", "r")),
            SeenModel("a:latest", UNKNOWN, aliases=("q",), equivalents=("a", "r")),
            SeenModel("q", UNKNOWN, aliases=("a", "r")),
        ],
    )
    def test_is_none_that_is_any_name_of_the_model(self, seen: SeenModel) -> None:
        host = host_result(TEXT, without_models("a"), with_models(seen))
        assert host.findings == ()


class TestOfAnotherModel:
    def test_says_which(self) -> None:
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

    def test_may_be_its_id(self) -> None:
        (finding,) = host_result(TEXT, with_aliases("a", "r"), with_models("q")).findings
        assert (finding.code, finding.declared, finding.seen) == ("BC705", "q", "q")


class TestOnlyServed:
    def test_is_a_note_at_the_model(self) -> None:
        (finding,) = host_result(TEXT, with_aliases("a", "q", "r", "s")).findings
        message = "`one` also serves `a` as `s`, which is not declared"
        assert expected_finding(TEXT, finding) == ExpectedFinding(
            "BC705", Severity.NOTE, message, LINE, "a", model="a", seen="s"
        )
        assert finding.diagnostic.help == (
            "write `aliases: [q, r, s]`, or leave it out on purpose: `ignore: [s]`"
        )
        assert not finding.is_drift

    def test_comes_sorted_and_once(self) -> None:
        host = host_result(TEXT, with_aliases("a", "t", "r", "q", "s", "t"))
        assert [finding.seen for finding in host.findings] == ["s", "t"]

    def test_is_said_once_for_models_of_one_name(self) -> None:
        text = one_provider("{z: {}, a: {upstream: A}, b: {upstream: A}}")
        assert [f.model for f in host_result(text, with_aliases("A", "s")).findings] == ["a"]

    def test_is_none_that_is_ignored(self) -> None:
        text = TEXT.replace("defaults", "ignore: ['s*']\n    defaults")
        assert host_result(text, with_aliases("a", "q", "r", "s", "s-2")).findings == ()

    def test_is_none_that_is_declared_as_another_name(self) -> None:
        """Two declarations may stand for one model of the host."""
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
    def test_may_be_one_that_cannot_be_declared(self, alias: str, ignoring: str) -> None:
        (finding,) = host_result(TEXT, with_aliases("a", "q", "r", alias)).findings
        assert str(finding.diagnostic.help).endswith(
            f"cannot be declared: give it another one on the host{ignoring}"
        )
        assert "\x1b" not in finding.diagnostic.message

    def test_is_nothing_of_a_model_that_is_not_declared_itself(self) -> None:
        host = host_result(TEXT, with_models(SeenModel("new", UNKNOWN, aliases=("s",))))
        assert [finding.code for finding in host.findings] == ["BC702"]


class TestUntold:
    def test_is_no_difference_but_a_remark(self) -> None:
        host = host_result(TEXT, without_aliases)
        assert host.findings == ()
        assert host.remarks == ("the host does not report aliases, so these were not compared: `q`, `r`",)

    def test_is_fine_where_the_alias_is_in_the_listing(self) -> None:
        """As in the listing of llama-swap before v241, and of vLLM."""
        host = host_result(TEXT, without_aliases, with_models("q", "r"))
        assert (host.findings, host.remarks) == ((), ())

    def test_includes_aliases_of_a_name_that_is_no_model(self) -> None:
        text = one_provider("{z: {}, q: {aliases: [s]}}")
        host = host_result(text, without_models("q"), selector)
        assert host.findings == ()
        assert host.remarks == ("the host does not report aliases, so these were not compared: `s`",)


def test_a_long_list_is_cut_in_a_remark() -> None:
    aliases = ", ".join(f"alias-{number}" for number in range(8))
    (remark,) = host_result(
        one_provider(f"{{z: {{}}, a: {{aliases: [{aliases}]}}}}"), without_aliases
    ).remarks
    assert remark.endswith("`alias-3`, `alias-4` and 3 more")


def test_an_absent_model_has_no_aliases_to_report() -> None:
    assert [finding.code for finding in host_result(TEXT, without_models("a")).findings] == ["BC701"]
