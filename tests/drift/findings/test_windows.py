"""BC706 to BC708: windows that differ, and unknown windows."""

from dataclasses import replace

import pytest

from booconf.diagnostics import Severity
from booconf.drift.result import UnknownWindow
from booconf.live.observation import NameRole, SeenModel, Window
from tests.support.fleets import fleet_text, underlined
from tests.support.observations import (
    UNKNOWN,
    ExpectedFinding,
    expected_finding,
    host_result,
    one_provider,
    with_models,
    with_window,
    without_models,
)

OVERRIDE = 'context_overrides:\n  - {match: one/a, context: %d, reason: "half the card"}\n'
HOST = """\
one:
  kind: vllm
  base_url: http://127.0.0.1:1
  defaults: {context: 20000}
  models:
    z: {context: 16384}
    a: {context: 32768}
    b:
"""
PLAIN = fleet_text(HOST, roles="default: one/z")
OVERRIDDEN = fleet_text(HOST, roles="default: one/z", rest=OVERRIDE % 30000)


def line_of(text: str, part: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)


class TestDeclaredOnTheModel:
    def test_larger_than_served_is_an_error(self) -> None:
        (finding,) = host_result(PLAIN, with_window("a", 16384)).findings
        assert expected_finding(PLAIN, finding) == ExpectedFinding(
            "BC706",
            Severity.ERROR,
            "`one/a` is declared with a window of 32768 tokens, its host serves 16384",
            line_of(PLAIN, "a: {"),
            "32768",
            model="a",
            declared=32768,
            seen=16384,
        )
        assert finding.diagnostic.secondary == ()
        assert finding.diagnostic.help == ("write 16384 (`booconf adopt` does), or let the host serve 32768")

    def test_smaller_than_served_is_a_warning(self) -> None:
        (finding,) = host_result(PLAIN, with_window("a", 65536)).findings
        assert expected_finding(PLAIN, finding) == ExpectedFinding(
            "BC707",
            Severity.WARNING,
            "`one/a` is declared with a window of 32768 tokens, its host serves 65536",
            line_of(PLAIN, "a: {"),
            "32768",
            model="a",
            declared=32768,
            seen=65536,
        )

    @pytest.mark.parametrize(("served", "is_fine"), [(32768, True), (33024, False), (32769, False)])
    def test_window_rounded_up_to_block_is_equal(self, served: int, *, is_fine: bool) -> None:
        """llama.cpp serves a multiple of 256: with 32700 tokens configured, it serves 32768."""
        text = PLAIN.replace("a: {context: 32768}", "a: {context: 32700}")
        window = Window(served, block=256)
        assert (host_result(text, with_models(SeenModel("a", window))).findings == ()) is is_fine

    def test_host_without_blocks_rounds_nothing(self) -> None:
        text = PLAIN.replace("a: {context: 32768}", "a: {context: 32700}")
        (finding,) = host_result(text, with_window("a", 32768)).findings
        assert (finding.code, finding.declared, finding.seen) == ("BC707", 32700, 32768)

    def test_equal_window_is_no_finding(self) -> None:
        host = host_result(PLAIN, with_window("a", 32768))
        assert (host.findings, host.unknown) == ((), ())

    def test_window_of_upstream_is_compared(self) -> None:
        text = one_provider("{z: {}, a: {upstream: A}}")
        (finding,) = host_result(text, with_window("A", 1)).findings
        assert (finding.model, finding.declared, finding.seen) == ("a", 32768, 1)

    def test_each_model_of_one_upstream_is_reported(self) -> None:
        text = one_provider("{z: {}, a: {upstream: A, context: 10000}, b: {upstream: A, context: 30000}}")
        host = host_result(text, with_models(SeenModel("A", Window(20000))))
        assert [(f.code, f.model) for f in host.findings] == [("BC707", "a"), ("BC706", "b")]

    def test_window_of_embedding_model_is_compared(self) -> None:
        text = one_provider("{z: {}, e: {type: embedding, context: 512}}")
        (finding,) = host_result(text, with_window("e", 256)).findings
        assert (finding.code, finding.model) == ("BC706", "e")

    @pytest.mark.parametrize("from_command", [True, False])
    def test_help_mentions_window_from_command_line(self, *, from_command: bool) -> None:
        window = Window(16384, from_command=from_command)
        (finding,) = host_result(PLAIN, with_models(SeenModel("a", window))).findings
        doubt = "; that is from its command line, and a model gets no more than it was trained for"
        assert str(finding.diagnostic.help).endswith(doubt) is from_command


class TestDecidedElsewhere:
    def test_default_window_is_reported_at_defaults(self) -> None:
        (finding,) = host_result(PLAIN, with_window("b", 16384)).findings
        assert expected_finding(PLAIN, finding) == ExpectedFinding(
            "BC706",
            Severity.ERROR,
            "`one/b` is declared by the provider's defaults with a window of 20000 tokens, "
            "its host serves 16384",
            line_of(PLAIN, "defaults:"),
            "20000",
            model="b",
            declared=20000,
            seen=16384,
        )
        (label,) = finding.diagnostic.secondary
        assert (label.text, underlined(PLAIN, label.span)) == ("for this model", "b")
        assert finding.diagnostic.help == ("write `context: 16384` at the model, or let the host serve 20000")

    def test_override_above_served_window_is_an_error(self) -> None:
        (finding,) = host_result(OVERRIDDEN, with_window("a", 16384)).findings
        assert expected_finding(OVERRIDDEN, finding) == ExpectedFinding(
            "BC706",
            Severity.ERROR,
            "`one/a` is declared by a context override with a window of 30000 tokens, its host serves 16384",
            line_of(OVERRIDDEN, "match:"),
            "30000",
            model="a",
            declared=30000,
            seen=16384,
        )
        assert finding.diagnostic.help == "write 16384 in the override, or let the host serve 30000"

    def test_override_below_served_window_is_a_note(self) -> None:
        (finding,) = host_result(OVERRIDDEN, with_window("a", 32768)).findings
        assert (finding.code, finding.diagnostic.severity) == ("BC707", Severity.NOTE)
        assert expected_finding(OVERRIDDEN, finding).at == "30000"
        assert not finding.is_drift
        assert finding.diagnostic.help == (
            "keep it if the override makes it smaller on purpose; else write 32768 in the override"
        )

    def test_shared_override_gets_one_of_its_own(self) -> None:
        shared = OVERRIDDEN.replace("one/a", "'one/*'").replace("30000", "20000")
        write = (
            "add `{match: one/a, context: %d}` at the end of `context_overrides`, "
            "as this one matches other models too"
        )
        (error,) = (f for f in host_result(shared, with_window("a", 16384)).findings if f.model == "a")
        assert error.diagnostic.help == f"{write % 16384}, or let the host serve 20000"
        (note,) = (f for f in host_result(shared, with_window("a", 32768)).findings if f.model == "a")
        assert str(note.diagnostic.help).endswith(f"on purpose; else {write % 32768}")

    def test_override_for_id_with_star_is_edited(self) -> None:
        text = (
            one_provider('{z: {}, "a*": {}, ab: {}}', kind="vllm")
            + "context_overrides: [{match: 'one/a*', context: 9000}]\n"
        )
        findings = host_result(text, with_window("a*", 8000)).findings
        (finding,) = (finding for finding in findings if finding.model == "a*")
        assert finding.diagnostic.help == "write 8000 in the override, or let the host serve 9000"

    def test_last_matching_override_decides(self) -> None:
        text = OVERRIDDEN + "  - {match: 'one/*', context: 25000}\n"
        host = host_result(text, with_models(*(SeenModel(name, Window(25000)) for name in "zab")))
        assert host.findings == ()


class TestLimits:
    """Limits that do not fit into the served window."""

    @pytest.mark.parametrize(
        ("limits", "gone"),
        [
            ("input: 8000", ""),
            ("input: 8001", "`input`"),
            ("output: 7999", ""),
            ("output: 8000", "`output`"),
            ("input: 9000, output: 8000", "`input` and `output`"),
        ],
    )
    def test_limits_above_served_window_are_removed(self, limits: str, gone: str) -> None:
        text = one_provider(f"{{z: {{}}, a: {{context: 9000, {limits}}}}}", kind="vllm")
        (finding,) = host_result(text, with_window("a", 8000)).findings
        assert finding.diagnostic.help == "write 8000 (`booconf adopt` does), or let the host serve 9000" + (
            f"; remove {gone} from the model then, which no longer fits" if gone else ""
        )

    def test_window_too_small_for_chat_is_not_declared(self) -> None:
        text = one_provider("{z: {}, a: {context: 9000}, b: {context: unknown}}", kind="vllm")
        host = host_result(text, with_window("a", 1), with_window("b", 1))
        assert [finding.diagnostic.help for finding in host.findings] == [
            "let the host serve 9000: a window of 1 is too small for a chat model"
        ]
        assert host.unknown == (UnknownWindow("b", "it is declared so, while the host serves 1 token"),)

    def test_small_window_of_embedding_model_is_declared(self) -> None:
        text = one_provider("{z: {}, a: {type: embedding, context: 9000}}", kind="vllm")
        (finding,) = host_result(text, with_window("a", 1)).findings
        assert str(finding.diagnostic.help).startswith("write 1 (`booconf adopt` does)")


class TestUnknown:
    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            (with_window("a", None, "it is not running"), "it is not running"),
            (with_models(SeenModel("a", Window(None, "this kind does not tell"))), "this kind does not tell"),
        ],
    )
    def test_unknown_served_window_is_no_difference(self, change: object, reason: str) -> None:
        host = host_result(PLAIN, change)  # type: ignore[arg-type]  # a Callable; parametrize erases it
        assert host.findings == ()
        assert host.unknown == (UnknownWindow("a", reason),)

    @pytest.mark.parametrize("declared", ["{context: unknown}", "{context: 9000}"])
    def test_reason_of_undeclared_window_gives_served_one(self, declared: str) -> None:
        override = "context_overrides: [{match: one/a, context: unknown}]\n"
        text = one_provider(f"{{z: {{}}, a: {declared}}}") + override
        host = host_result(text, with_window("a", 65536))
        assert host.findings == ()
        assert host.unknown == (
            UnknownWindow("a", "it is declared so, while the host serves 65536 tokens: write that number"),
        )

    def test_reason_of_host_takes_precedence(self) -> None:
        text = one_provider("{z: {}, a: {context: unknown}}")
        assert host_result(text, with_window("a", None, "not running")).unknown == (
            UnknownWindow("a", "not running"),
        )

    @pytest.mark.parametrize(
        ("role", "what"),
        [
            (NameRole.ALIAS, "an alias"),
            (NameRole.PEER, "a model of its peer"),
            (NameRole.SELECTOR, "a selector"),
            (NameRole.PROFILE, "a profile"),
        ],
    )
    def test_window_of_other_name_is_unknown(self, role: NameRole, what: str) -> None:
        host = host_result(PLAIN, without_models("a"), lambda seen: replace(seen, other_names={"a": role}))
        assert host.findings == ()
        assert host.unknown == (UnknownWindow("a", f"`a` is no model of the host itself but {what}"),)

    def test_model_without_window_is_not_unknown(self) -> None:
        text = fleet_text()
        host = host_result(text, with_window("e", 512))
        assert (host.findings, host.unknown) == ((), ())

    def test_window_of_absent_model_is_not_unknown(self) -> None:
        assert host_result(PLAIN, without_models("a")).unknown == ()


class TestStale:
    def test_stale_window_is_reported_at_the_model(self) -> None:
        (finding,) = host_result(PLAIN, with_window("a", 32768, running=8192)).findings
        assert expected_finding(PLAIN, finding) == ExpectedFinding(
            "BC708",
            Severity.WARNING,
            "`one/a` runs with a window of 8192 tokens, but its host reports 32768",
            line_of(PLAIN, "a: {"),
            "a",
            model="a",
            declared=32768,
            seen=8192,
        )
        assert "the configuration of the host" in str(finding.diagnostic.help)

    def test_stale_window_and_difference_are_both_reported(self) -> None:
        """The configured window is compared with the declared one, not the running one."""
        host = host_result(PLAIN, with_window("a", 16384, running=32768))
        assert [(f.code, f.declared, f.seen) for f in host.findings] == [
            ("BC706", 32768, 16384),
            ("BC708", 16384, 32768),
        ]

    @pytest.mark.parametrize(("tokens", "running"), [(32768, 32768), (None, 8192), (32768, None)])
    def test_stale_window_needs_two_different_numbers(self, tokens: int | None, running: int | None) -> None:
        assert host_result(PLAIN, with_window("a", tokens, running=running)).findings == ()

    def test_stale_window_is_reported_once_per_upstream(self) -> None:
        text = one_provider("{z: {}, a: {upstream: A}, b: {upstream: A}}")
        host = host_result(text, with_window("A", 32768, running=8192))
        assert [finding.model for finding in host.findings] == ["a"]

    def test_stale_window_of_undeclared_model_is_not_reported(self) -> None:
        host = host_result(
            PLAIN, with_models(SeenModel("new", Window(10, running=20)), SeenModel("a", UNKNOWN))
        )
        assert [finding.code for finding in host.findings] == ["BC702"]
