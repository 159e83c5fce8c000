"""Laws of the report of any comparison, in all formats; each drawn result is used for all laws."""

import json
import re
from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from booconf.diagnostics import Severity
from booconf.drift.report import render
from booconf.drift.result import DriftResult
from tests.support.drift_results import results
from tests.support.schemas import mistakes

HIDDEN = "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"


@settings(max_examples=100)
@given(results, st.booleans())
def test_any_report(result: DriftResult, verbose: bool) -> None:
    for law in LAWS:
        law(result, verbose)


def rendered(result: DriftResult, name: str, *, verbose: bool = False) -> str:
    return render(result, name, result.verdict(Severity.WARNING), verbose=verbose)


def formats_for_programs_hold_every_finding(result: DriftResult, _: bool) -> None:
    expected = sorted((one.diagnostic.severity, one.code) for one in result.findings())
    hosts = json.loads(rendered(result, "json"))["hosts"]
    github = re.findall(r"^::(\w+) .*title=(BC\d+) ", rendered(result, "github"), re.MULTILINE)
    (run,) = json.loads(rendered(result, "sarif"))["runs"]
    found = [(one["severity"], one["code"]) for host in hosts for one in host["findings"]]
    assert sorted(found) == expected
    assert sorted((level.replace("notice", "note"), code) for level, code in github) == expected
    assert sorted((one["level"], one["ruleId"]) for one in run["results"]) == expected


def the_json_has_the_shape_of_its_schema(result: DriftResult, _: bool) -> None:
    text = rendered(result, "json")
    written = json.loads(text)
    assert mistakes("diff", written) == []
    assert text == json.dumps(written, indent=2) + "\n"
    assert text.isascii()
    texts = json.dumps(written, ensure_ascii=False).replace("\\n", "")  # line breaks of help and notes
    assert re.search("[\x00-\x1f\x7f-\x9f\u202e\u2028\ud800-\udfff]", texts) is None


def the_summary_of_the_json_agrees_with_the_findings(result: DriftResult, _: bool) -> None:
    written = json.loads(rendered(result, "json"))
    found = [one for entry in written["hosts"] for one in entry["findings"]]
    summary = written["summary"]
    in_category = [one["category"] for one in found]
    drift = [one["severity"] for one in found if one["category"] == "drift"]
    assert summary["errors"] == drift.count("error")
    assert summary["warnings"] == drift.count("warning")
    assert summary["notes"] == in_category.count("note")
    assert summary["unasked"] == in_category.count("unasked")
    assert len(found) == sum(summary[key] for key in ("errors", "warnings", "notes", "unasked"))
    assert (written["verdict"] == "drift") == bool(drift)


def no_control_character_gets_into_the_text(result: DriftResult, verbose: bool) -> None:
    shown_text = rendered(result, "text", verbose=verbose)
    assert re.search(HIDDEN, shown_text) is None
    assert shown_text.endswith("\n")


def every_finding_is_in_the_text(result: DriftResult, verbose: bool) -> None:
    tags = [f"{one.diagnostic.severity}[{one.code}]" for one in result.findings()]
    shown_text = rendered(result, "text", verbose=verbose)
    if verbose or any(one.code != "BC728" for one in result.findings()):
        for tag in set(tags):
            assert shown_text.count(tag) >= tags.count(tag)


def the_counts_of_the_text_agree_with_the_findings(result: DriftResult, _: bool) -> None:
    summary = rendered(result, "text", verbose=True).split("\n\n")[-1].lstrip("\n").split("\n")[0]

    def counted(noun: str) -> int:
        match = re.search(rf"(\d+) {noun}s?\b", summary)
        return int(match[1]) if match else 0

    findings = list(result.findings())
    drift = [one.diagnostic.severity for one in findings if one.is_drift]
    assert counted("error") == drift.count(Severity.ERROR)
    assert counted("warning") == drift.count(Severity.WARNING)
    assert counted("note") + counted("optional provider") == sum(one.category == "note" for one in findings)
    unchecked = summary.partition(" not checked")[0].rpartition("; ")[2] if "not checked" in summary else ""
    assert sum(map(int, re.findall(r"\d+", unchecked))) == sum(one.category == "unasked" for one in findings)


LAWS: tuple[Callable[[DriftResult, bool], None], ...] = (
    formats_for_programs_hold_every_finding,
    the_json_has_the_shape_of_its_schema,
    the_summary_of_the_json_agrees_with_the_findings,
    no_control_character_gets_into_the_text,
    every_finding_is_in_the_text,
    the_counts_of_the_text_agree_with_the_findings,
)
