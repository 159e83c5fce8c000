"""BC702: a model that its host serves and fleet.yaml does not declare."""

import pytest

from booconf.diagnostics import Severity
from booconf.drift.result import Finding
from booconf.live.observation import NameRole, Observation, Outcome, SeenModel, Window
from tests.support.fleets import CLOUD, LOCAL, OTHER, fleet_text, load
from tests.support.observations import (
    UNKNOWN,
    ExpectedFinding,
    compare_with,
    expected_finding,
    host_result,
    one_provider,
    with_models,
    without_aliases,
)

TEXT = fleet_text()


def new(text: str, *models: SeenModel | str) -> tuple[Finding, ...]:
    """The result for a host that serves these models beside the declared ones."""
    return host_result(text, with_models(*models)).findings


def help_for(seen: SeenModel, text: str = TEXT) -> str:
    (finding,) = new(text, seen)
    return str(finding.diagnostic.help)


class TestUndeclared:
    def test_finding_is_at_models_key(self) -> None:
        (finding,) = new(TEXT, "new")
        line = TEXT.splitlines().index("    models:") + 1
        message = "`one` serves `new`, which is not declared"
        expected = ExpectedFinding(
            "BC702", Severity.WARNING, message, line, "models", model="new", seen="new"
        )
        assert expected_finding(TEXT, finding) == expected

    def test_finding_is_at_provider_without_models(self) -> None:
        text = fleet_text(LOCAL, "two:\n  kind: vllm\n  base_url: http://127.0.0.1:2\n")
        seen = Observation(Outcome.ANSWERED, models=(SeenModel("new", UNKNOWN),))
        (finding,) = compare_with(text, {"two": seen}).findings()
        assert expected_finding(text, finding).at == "two"

    def test_unlisted_model_is_not_reported(self) -> None:
        secret = SeenModel("secret", UNKNOWN, is_unlisted=True)
        host = host_result(TEXT, with_models(secret))
        assert host.findings == ()
        assert host.served == host_result(TEXT, with_models()).served

    @pytest.mark.parametrize("tokens", [4096, None])
    def test_window_is_reported(self, tokens: int | None) -> None:
        (finding,) = new(TEXT, SeenModel("new", Window(tokens)))
        assert finding.window == tokens

    def test_cloud_model_is_a_note(self) -> None:
        text = fleet_text(LOCAL, CLOUD)
        (finding,) = host_result(text, with_models("new"), provider="sky").findings
        assert (finding.code, finding.diagnostic.severity) == ("BC702", Severity.NOTE)
        assert not finding.is_drift
        assert "adopt" not in str(finding.diagnostic.help)

    def test_findings_are_sorted_by_id(self) -> None:
        assert [finding.model for finding in new(TEXT, "z", "x", "y")] == ["x", "y", "z"]

    @pytest.mark.parametrize("role", NameRole)
    def test_other_names_are_not_reported(self, role: NameRole) -> None:
        seen = Observation(Outcome.ANSWERED, models=(SeenModel("z", UNKNOWN),), other_names={"new": role})
        assert list(compare_with(one_provider("{z: {}}"), {"one": seen}).findings()) == []

    @pytest.mark.parametrize(
        "seen",
        [
            SeenModel("id", UNKNOWN),
            SeenModel("UPSTREAM", UNKNOWN),
            SeenModel("alias", UNKNOWN),
            SeenModel("new", UNKNOWN, aliases=("alias",)),
            SeenModel("new", UNKNOWN, aliases=("UPSTREAM",)),
            SeenModel("new", UNKNOWN, equivalents=("id",)),
        ],
    )
    def test_model_with_a_declared_name_is_not_reported(self, seen: SeenModel) -> None:
        text = one_provider("{z: {}, id: {upstream: UPSTREAM, aliases: [alias]}}")
        host = host_result(text, without_aliases, with_models(seen))
        assert "BC702" not in {finding.code for finding in host.findings}


class TestIgnored:
    @pytest.mark.parametrize("pattern", ["new-draft", "*-draft", "new*", "*"])
    def test_ignored_model_is_not_reported(self, pattern: str) -> None:
        assert new(one_provider("{z: {}}", rest=f'  ignore: ["{pattern}"]\n'), "new-draft") == ()

    @pytest.mark.parametrize("pattern", ["NEW-DRAFT", "draft", "one/new-draft", "new"])
    def test_ignore_pattern_matches_whole_name(self, pattern: str) -> None:
        text = one_provider("{z: {}}", rest=f'  ignore: ["{pattern}"]\n')
        assert [finding.code for finding in new(text, "new-draft")] == ["BC702"]


class TestHelp:
    @pytest.mark.parametrize(
        ("seen", "line"),
        [
            (SeenModel("new", Window(32768)), "new: {context: 32768}"),
            (SeenModel("new", Window(32768), type="chat"), "new: {context: 32768}"),
            (SeenModel("new", UNKNOWN), "new: {context: unknown}"),
            (SeenModel("new", Window(512), type="embedding"), "new: {type: embedding, context: 512}"),
            (SeenModel("new", UNKNOWN, type="rerank"), "new: {type: rerank}"),
            (SeenModel("qwen3:8b", Window(9000)), '"qwen3:8b": {context: 9000}'),
            (SeenModel("1_000", Window(9000)), '"1_000": {context: 9000}'),
            (SeenModel("null", Window(9000)), '"null": {context: 9000}'),
            (SeenModel("a/b@c", Window(9000)), None),
            (SeenModel("a*c", Window(9000)), None),
            (SeenModel("new", Window(1)), "new: {context: unknown}"),
            (SeenModel("new", Window(1), type="image"), "new: {type: image, context: 1}"),
        ],
    )
    def test_help_declares_the_model(self, seen: SeenModel, line: str | None) -> None:
        text, start = help_for(seen), "add `"
        assert text.startswith(start)
        written = text.removeprefix(start).partition("` to `models`")[0]
        assert line in (None, written)
        declaring = TEXT.replace("      a:", f"      {written}\n      a:", 1)
        assert load(declaring).context is not None, written
        assert [f.code for f in host_result(declaring).findings] == []

    def test_help_mentions_unknown_type(self) -> None:
        doubt = ", with `type: embedding` or another type if it is not a chat model, or leave it out"
        assert f"(`booconf adopt` does){doubt}" in help_for(SeenModel("nomic", Window(2048)))
        assert "if it is not a chat model" not in help_for(SeenModel("nomic", Window(2048), type="chat"))

    def test_help_mentions_ignore(self) -> None:
        assert help_for(SeenModel("new:1", UNKNOWN, type="chat")).endswith(
            '(`booconf adopt` does), or leave it out on purpose: `ignore: ["new:1"]`'
        )

    @pytest.mark.parametrize("name", ["*", "q*", "a * b"])
    def test_name_with_star_has_no_ignore_pattern(self, name: str) -> None:
        text = help_for(SeenModel(name, UNKNOWN))
        assert text.endswith("; no pattern of `ignore` leaves it out alone, as `*` there matches anything")

    def test_one_of_two_names_differing_by_case_can_be_declared(self) -> None:
        one, other = (str(finding.diagnostic.help) for finding in new(TEXT, "new", "New"))
        assert one.startswith("add `New: {context: unknown}` to `models`")
        assert other.startswith("this name differs from `New` by case only, so it can be no id: write `{")

    def test_help_keeps_ignored_patterns(self) -> None:
        some = one_provider("{z: {}}", rest="  ignore: [x, 'y*']\n")
        assert help_for(SeenModel("new", UNKNOWN), some).endswith(
            "leave it out on purpose: `ignore: [x, y*, new]`"
        )
        many = one_provider("{z: {}}", rest="  ignore: [q, r, s, t, u, v]\n")
        assert help_for(SeenModel("new:1", UNKNOWN), many).endswith(
            'leave it out on purpose: add `"new:1"` to `ignore`'
        )

    @pytest.mark.parametrize(
        ("name", "problem"),
        [
            ("a b", "contains the character U+0020"),
            ("a#b", "contains `#`"),
            ("a/../b", "contains a `.` or `..` segment"),
            ("constructor", "is a name that every JavaScript object has"),
            ("A", "differs from `a` by case only"),
            ("one/x", "reads as an id of the provider `one`"),
            ("former/x", "reads as an id of the provider `former`"),
            ("old", "is a legacy id, which means `one/a`"),
        ],
    )
    def test_invalid_id_is_written_as_upstream(self, name: str, problem: str) -> None:
        legacy = fleet_text(rest="legacy: {bare_ids: {old: one/a}, providers: {former: one}}\n")
        text = help_for(SeenModel(name, Window(9000)), legacy)
        start = f"this name {problem}, so it can be no id: write `"
        assert text.startswith(start)
        written = text.removeprefix(start).partition("` under an id of your own")[0]
        declaring = legacy.replace("      a:", f"      own: {written}\n      a:", 1)
        assert list(host_result(declaring).findings) == []
        observed = host_result(declaring, with_models(SeenModel(name, Window(9000))))
        assert list(observed.findings) == []

    def test_id_that_resolves_to_a_cloud_is_written_as_upstream(self) -> None:
        text = fleet_text(LOCAL, CLOUD, OTHER)
        (finding,) = host_result(text, with_models("sky/c", "c"), provider="two").findings
        assert str(finding.diagnostic.help).startswith(
            "this name resolves to the cloud provider `sky`, so it can be no id: write `{"
        )

    @pytest.mark.parametrize(
        ("name", "has_pattern"),
        [
            ("bad\x1b[31m", True),
            ("bad\N{REPLACEMENT CHARACTER}", True),
            ("x" * 513, True),
            ("", False),
            (" ", False),
            ("\N{REPLACEMENT CHARACTER}", False),
        ],
    )
    def test_unwritable_name_cannot_be_declared(self, name: str, *, has_pattern: bool) -> None:
        (finding,) = new(TEXT, name)
        help_text = str(finding.diagnostic.help)
        assert "cannot be declared: rename the model on the host" in help_text
        assert ("add a pattern to `ignore`" in help_text) == has_pattern
        assert "\x1b" not in finding.diagnostic.message
        assert (finding.model, finding.seen) == (name, name)


def test_names_are_escaped_and_truncated() -> None:
    (evil,) = new(TEXT, "a\x1b[2J\nb\u202e")
    assert evil.diagnostic.message == r"`one` serves `a\u{1b}[2J\nb\u{202e}`, which is not declared"
    (long,) = new(TEXT, "x" * 1000)
    assert long.diagnostic.message == f"`one` serves `{'x' * 80}…`, which is not declared"


def test_every_model_of_a_huge_listing_is_reported() -> None:
    names = [f"new-{number:05}" for number in range(10_000)]
    assert [finding.model for finding in new(TEXT, *names)] == names
