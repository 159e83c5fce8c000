"""The text report of `booconf diff`."""

import re
from dataclasses import replace
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from booconf.diagnostics import Severity
from booconf.drift.report.text import MOST_CLEAN, MOST_FINDINGS, SCREEN, render
from booconf.drift.result import DriftResult, Finding, HostResult
from booconf.escaping import cell_width
from booconf.live.observation import Outcome
from tests.support.drift_results import (
    BUSY,
    EXTRA,
    HOSTILE,
    OTHER_SKIPPED_HOST,
    SAME,
    SAMPLE_RESULTS,
    SKIPPED_HOST,
    UNREACHABLE,
    WITHOUT_SIDECAR,
    finding,
    gone,
    host,
    label,
    new,
    unknown,
)
from tests.support.snapshots import MessageFile


def text(*hosts: HostResult, fail_on: Severity = Severity.WARNING, **options: Any) -> str:
    result = DriftResult(hosts)
    return render(result, result.verdict(fail_on), **options)


def closing(*hosts: HostResult, fail_on: Severity = Severity.WARNING) -> str:
    """The line with the counts."""
    return text(*hosts, fail_on=fail_on).split("\n\n")[-1].split("\n")[0]


@pytest.mark.parametrize("name", SAMPLE_RESULTS)
def test_sample_reports(name: str, snapshot: SnapshotAssertion) -> None:
    """After an intended change: `pytest tests/drift --snapshot-update`."""
    assert text(*SAMPLE_RESULTS[name].hosts) == snapshot(extension_class=MessageFile, name=f"{name}.txt")


@pytest.mark.parametrize("name", ["clean", "long"])
def test_verbose_sample_reports(name: str, snapshot: SnapshotAssertion) -> None:
    shown_text = text(*SAMPLE_RESULTS[name].hosts, verbose=True)
    assert shown_text == snapshot(extension_class=MessageFile, name=f"{name}_verbose.txt")
    assert " more" not in shown_text


def test_every_message_file_has_a_sample() -> None:
    kept = {path.name for path in (Path(__file__).parent / MessageFile.folder).iterdir()}
    assert kept == {f"{name}.txt" for name in (*SAMPLE_RESULTS, "clean_verbose", "long_verbose", "colors")}


class TestCleanFleet:
    def test_clean_hosts(self) -> None:
        assert text(SAME) == "1 host as declared: 7 models\n"
        assert text(SAME, SAME) == "2 hosts as declared: 14 models\n"

    def test_clean_with_a_skipped_provider(self) -> None:
        assert text(SAME, SKIPPED_HOST) == (
            "1 host as declared: 7 models; `deepseek` was skipped: `DEEPSEEK_API_KEY` is not set\n"
        )

    def test_clean_with_several_skipped_providers(self) -> None:
        assert text(SAME, SKIPPED_HOST, OTHER_SKIPPED_HOST) == (
            "1 host as declared: 7 models; 2 optional providers skipped: deepseek, cloud\n"
        )

    def test_clean_with_unknown_windows_and_remarks(self) -> None:
        learned_less = replace(EXTRA, remarks=("`/running` did not answer",))
        assert text(learned_less) == (
            "1 host as declared: 3 models, 1 unknown window, 1 remark (details with -v)\n"
        )

    def test_only_skipped_providers(self) -> None:
        assert text(SKIPPED_HOST) == (
            "nothing compared; `deepseek` was skipped: `DEEPSEEK_API_KEY` is not set\n"
        )

    @given(st.lists(st.sampled_from([SAME, EXTRA, SKIPPED_HOST, OTHER_SKIPPED_HOST]), max_size=9))
    def test_any_clean_result_is_one_line(self, hosts: list[HostResult]) -> None:
        assert text(*hosts).count("\n") == 1


class TestFindingLines:
    def lines(self, *findings: Finding) -> list[str]:
        """The lines of the findings, without help."""
        lines = text(host(*findings)).split("\n\n")[0].split("\n")[1:]
        return [line for line in lines if not line.startswith(" " * 11)]

    def test_findings_are_sorted_by_code_with_notes_last(self) -> None:
        words = [line.split()[0] for line in text(BUSY).split("\n\n")[0].split("\n")[1:]]
        assert [word for word in words if not word.endswith(":")] == (
            ["gone", "gone", "renamed", "new", "differs", "differs", "unknown", "unknown", "unknown"]
        )
        codes = re.findall(r"\w+\[(BC\d+)\]", text(BUSY))
        assert codes == ["BC701", "BC703", "BC704", "BC702", "BC706", "BC705"]

    def test_location_has_line_and_column(self) -> None:
        assert self.lines(gone("qwen3-8b")) == ["  gone     qwen3-8b  fleet.yaml:41:7  error[BC701]"]

    def test_finding_without_location(self) -> None:
        assert self.lines(finding("BC701", "m", None, model="a", declared="a")) == [
            "  gone     a  error[BC701]"
        ]

    def test_locations_and_codes_are_aligned(self) -> None:
        long = finding("BC705", "m" * 150, label(1, 1), model="a")
        first, second, third = self.lines(gone("a" * 30), gone("日本", 9), long)
        assert first.index("fleet.yaml") == second.index("fleet.yaml") + 2
        assert first.index("error[") == second.index("error[") + 2
        assert third.index("fleet.yaml") > first.index("fleet.yaml")

    @pytest.mark.parametrize(
        ("code", "data", "said"),
        [
            ("BC701", {"model": "a", "declared": "a"}, "gone     a"),
            ("BC701", {"model": "a", "declared": "b"}, "gone     a (upstream b)"),
            ("BC702", {"model": "a", "seen": "a"}, "new      a"),
            ("BC702", {"model": "a", "seen": "a", "window": 4096}, "new      a (window 4096)"),
            ("BC704", {"model": "a", "seen": "b", "likeness": 0.999}, "renamed  a -> b (99 % alike)"),
            (
                "BC706",
                {"model": "a:8b", "declared": 9, "seen": 8},
                "differs  window of a:8b: declared 9, served 8",
            ),
            (
                "BC707",
                {"model": "a", "declared": 8, "seen": 9},
                "differs  window of a: declared 8, served 9",
            ),
            ("BC708", {"model": "a"}, "differs  the message"),
            ("BC727", {}, "unchecked  the message"),
        ],
    )
    def test_phrase_of_each_code(self, code: str, data: dict[str, Any], said: str) -> None:
        (line,) = self.lines(finding(code, "the message", None, **data))
        assert line.startswith(f"  {said}  ")

    def test_host_id_is_omitted(self) -> None:
        (line,) = self.lines(finding("BC709", "`sam-desktop` lists `a` twice", None, model="a"))
        assert line == "  differs  lists `a` twice  warning[BC709]"


class TestHelp:
    def test_help_is_below_each_finding_but_notes(self) -> None:
        several = finding(
            "BC701", "m", None, "write:\n\n  a: {}", notes=("one\ntwo",), model="a", declared="a"
        )
        note = finding("BC705", "n", None, "add it", severity=Severity.NOTE, model="b")
        assert text(host(several, note)) == dedent("""\
            sam-desktop  Sam's desktop, llama-swap: 7 models declared, 7 listed
              gone     a  error[BC701]
                       help: write:

                               a: {}
                       note: one
                             two
              differs  n  note[BC705]

            1 error, 1 note
            `booconf adopt` shows edits that make the file match its hosts; \
`booconf rule BC701` explains a code
            """)

    def test_long_help_is_wrapped(self) -> None:
        advice = " ".join(["word"] * 30) + "\n" + "日" * 60 + " end"
        lines = text(host(finding("BC701", "m", None, advice, model="a"))).split("\n")[2:6]
        assert lines == [
            " " * 11 + "help: " + " ".join(["word"] * 18),
            " " * 17 + " ".join(["word"] * 12),
            " " * 17 + "日" * 60,
            " " * 17 + "end",
        ]

    @pytest.mark.parametrize(
        ("end", "lines"),
        [
            ("`a: {b: c}`, or", [" ".join(["word"] * 17), "`a: {b: c}`, or"]),
            (
                f"`{' '.join(['a'] * 50)}`",
                [f"{' '.join(['word'] * 17)} `a a", " ".join(["a"] * 45), "a a a`"],
            ),
            ("` a b c", [f"{' '.join(['word'] * 17)} ` a b", "c"]),
        ],
    )
    def test_text_in_backticks_is_not_broken_if_it_fits(self, end: str, lines: list[str]) -> None:
        advice = f"{' '.join(['word'] * 17)} {end}"
        shown = text(host(finding("BC701", "m", None, advice, model="a"))).split("\n")[2:-4]
        assert [line[17:] for line in shown] == lines

    def test_truncated_list_mentions_verbose(self) -> None:
        cut = text(host(*(new(f"n{number}", severity=Severity.NOTE) for number in range(11))))
        assert "help:" not in cut
        assert cut.endswith("; -v shows everything\n")

    def test_help_is_omitted_in_a_report_above_one_screen(self) -> None:
        def hosts(count: int) -> list[HostResult]:
            few = 9
            every = [gone(f"m{number}") for number in range(count)]
            return [host(*every[start : start + few]) for start in range(0, count, few)]

        fitting, longer = text(*hosts(18)), text(*hosts(19))
        assert fitting.count("help:") == 18
        assert len(fitting.splitlines()) <= SCREEN + 3
        assert "help:" not in longer
        assert longer.endswith("; -v shows everything\n")
        assert text(*hosts(19), verbose=True).count("help:") == 19

    def test_many_findings_fit_on_a_screen(self) -> None:
        hosts = [replace(BUSY, provider=f"host-{number}", findings=BUSY.findings[:4]) for number in range(5)]
        bare = [replace(one, unknown=(), remarks=()) for one in hosts]
        assert len(text(*bare).splitlines()) <= SCREEN


class TestLongLists:
    def test_findings_of_one_code_are_truncated_with_a_count(self) -> None:
        shown_text = text(host(*(gone(f"m{number}") for number in range(47)), new("phi-4")))
        assert shown_text.count("gone") == MOST_FINDINGS + 1
        assert re.search(r"^  gone     and 37 more +error\[BC701\]$", shown_text, re.MULTILINE)
        assert "phi-4" in shown_text

    def test_notes_do_not_hide_warnings(self) -> None:
        notes = [new(f"n{number}", severity=Severity.NOTE) for number in range(40)]
        assert "phi-4" in text(host(*notes, new("phi-4")))

    def test_list_at_the_limit_is_complete(self) -> None:
        assert " more" not in text(host(*(gone(f"m{number}") for number in range(MOST_FINDINGS))))

    def test_names_with_one_reason_are_truncated(self) -> None:
        shown_text = text(host(gone("x"), unknown=unknown("why", *"abcdefg")))
        assert "\n  unknown  window of a, b, c, d, e and 2 more: why\n" in shown_text

    def test_reasons_are_truncated(self) -> None:
        reasons = [one for number in range(6) for one in unknown(f"why {number}", "a")]
        shown_text = text(host(gone("x"), unknown=tuple(reasons), remarks=("one", "two")))
        assert shown_text.count("unknown  ") == 6
        assert "\n  unknown  and 3 more\n" in shown_text

    def test_hosts_without_findings_are_truncated(self) -> None:
        same = [replace(SAME, provider=f"host-{number}") for number in range(MOST_CLEAN + 3)]
        shown_text = text(*same, UNREACHABLE)
        assert "host-9 " in shown_text
        assert "host-10" not in shown_text
        assert "and 3 hosts more without a finding\n" in shown_text
        assert "and 1 host more without a finding\n" in text(*same[2:], UNREACHABLE)

    def test_long_reason_is_wrapped(self) -> None:
        reason = " ".join(["word"] * 20)
        lines = text(host(unknown=unknown(reason, "a")), verbose=True).split("\n")[1:3]
        assert lines == [
            "  unknown  window of a: " + " ".join(["word"] * 15),
            " " * 11 + " ".join(["word"] * 5),
        ]

    def test_hosts_not_checked_are_never_truncated(self) -> None:
        assert text(*[UNREACHABLE] * 50).count("connection refused") == 50


class TestHosts:
    @pytest.mark.parametrize(
        ("one", "line"),
        [
            (EXTRA, "closet  Closet, ollama: as declared, 3 models, 5 listed"),
            (
                host(gone("a"), declared=1),
                "sam-desktop  Sam's desktop, llama-swap: 1 model declared, 7 listed",
            ),
            (
                host(outcome=Outcome.LOADING, served=None),
                "sam-desktop  Sam's desktop, llama-swap: loading",
            ),
            (WITHOUT_SIDECAR, "laptop  ollama: as declared, 7 models"),
        ],
    )
    def test_first_line_of_a_host(self, one: HostResult, line: str) -> None:
        assert text(one, verbose=True).split("\n")[0] == line

    def test_ids_are_aligned(self) -> None:
        first, _, second, *_ = text(SAME, WITHOUT_SIDECAR).split("\n")
        assert first.index("Sam's desktop, ") == second.index("ollama: ") == len("sam-desktop") + 2

    def test_only_blocks_of_several_lines_are_separated(self) -> None:
        lines = text(SAME, EXTRA, SAME, SAME, UNREACHABLE, SAME).split("\n")
        starts = [line.partition(" ")[0] for line in lines if not line.startswith(" ")]
        assert starts[:8] == ["sam-desktop", "", "closet", "", "sam-desktop", "sam-desktop", "", "embedding"]

    def test_unknown_windows_are_grouped_by_reason(self) -> None:
        windows = (*unknown("why", "a"), *unknown("how", "b"), *unknown("why", "c d"))
        assert text(host(unknown=windows), verbose=True).split("\n")[1:3] == [
            "  unknown  window of a, `c d`: why",
            "  unknown  window of b: how",
        ]


class TestClosingLine:
    @pytest.mark.parametrize(
        ("hosts", "line"),
        [
            ([host(gone("a"))], "1 error"),
            ([host(gone("a"), gone("b"), new("c"))], "2 errors, 1 warning"),
            ([BUSY, UNREACHABLE], "4 errors, 1 warning, 1 note; 1 host not checked"),
            ([SAME, UNREACHABLE], "1 host as declared; 1 host not checked"),
            ([UNREACHABLE, UNREACHABLE], "nothing compared; 2 hosts not checked"),
            ([WITHOUT_SIDECAR], "1 host as declared; 1 sidecar not checked"),
            (
                [UNREACHABLE, WITHOUT_SIDECAR, WITHOUT_SIDECAR, SKIPPED_HOST],
                "2 hosts as declared; 1 host and 2 sidecars not checked; 1 optional provider skipped",
            ),
            ([host(new("a", severity=Severity.NOTE)), SKIPPED_HOST, OTHER_SKIPPED_HOST],
             "1 host as declared, 1 note; 2 optional providers skipped"),
        ],
    )  # fmt: skip
    def test_counts(self, hosts: list[HostResult], line: str) -> None:
        assert closing(*hosts) == line

    def test_warnings_ignored_by_fail_on(self) -> None:
        only_warnings = host(new("a"), new("b"))
        assert closing(only_warnings) == "2 warnings"
        assert closing(only_warnings, fail_on=Severity.ERROR) == "2 warnings ignored"
        assert closing(host(gone("a"), new("b")), fail_on=Severity.ERROR) == "1 error, 1 warning"
        assert closing(only_warnings, UNREACHABLE, fail_on=Severity.ERROR) == (
            "2 warnings ignored; 1 host not checked"
        )

    def test_next_commands(self) -> None:
        assert text(UNREACHABLE, host(*BUSY.findings)).endswith(
            "hosts; `booconf rule BC701` explains a code\n"
        )
        assert text(UNREACHABLE).endswith("checked\n`booconf rule BC721` explains a code\n")
        assert text(SAME, verbose=True).endswith("\n\n1 host as declared\n")


class TestHostileText:
    def test_hostile_text_keeps_lines_short(self) -> None:
        assert max(cell_width(line) for line in text(HOSTILE).splitlines()) < 320

    def test_hostile_text_cannot_forge_a_line(self) -> None:
        shown_text = text(HOSTILE)
        assert not re.search("^(error|warning|note)", shown_text, re.MULTILINE)
        assert "new      `phi-4 (window 5)  fleet.yaml:1:1  error[BC701]`  " in shown_text
        assert "new      ``  " in shown_text
        assert "new      `two words`  " in shown_text


@pytest.mark.parametrize("name", SAMPLE_RESULTS)
def test_color_adds_escapes_only(name: str) -> None:
    colored = text(*SAMPLE_RESULTS[name].hosts, color=True)
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == text(*SAMPLE_RESULTS[name].hosts)


def test_colored_report(snapshot: SnapshotAssertion) -> None:
    colored = text(*SAMPLE_RESULTS["busy"].hosts, color=True)
    assert colored.replace("\x1b", "ESC") == snapshot(extension_class=MessageFile, name="colors.txt")
