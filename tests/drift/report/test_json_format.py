"""The JSON of `booconf diff`, complete and valid against its schema."""

import json
from typing import Any, get_args

import pytest

from booconf.declaration.enums import Kind
from booconf.diagnostics import CODES, Severity
from booconf.drift.report.json_format import render
from booconf.drift.result import Category, DriftResult, Verdict
from booconf.live.observation import Outcome
from tests.support.drift_results import (
    BUSY,
    SAMPLE_RESULTS,
    SKIPPED_HOST,
    UNREACHABLE,
    gone,
    host,
    new,
    unknown,
)
from tests.support.schemas import mistakes, schema


def document(result: DriftResult, fail_on: Severity = Severity.WARNING) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(render(result, result.verdict(fail_on)))
    return parsed


def test_document() -> None:
    windows = unknown("why", "a")
    result = DriftResult(
        (host(new("phi-4", window=16384), unknown=windows, remarks=("r",)), UNREACHABLE, SKIPPED_HOST)
    )
    written = document(result)
    first, *others = written.pop("hosts")
    (found,) = first.pop("findings")
    assert written == {
        "version": 1,
        "verdict": "drift",
        "exit_code": 1,
        "summary": {
            "hosts": 3,
            "answered": 1,
            "skipped": 1,
            "models": 7,
            "unknown_windows": 1,
            "errors": 0,
            "warnings": 1,
            "notes": 1,
            "unasked": 1,
        },
    }
    assert first == {
        "provider": "sam-desktop",
        "label": "Sam's desktop",
        "kind": "llama-swap",
        "outcome": "answered",
        "declared": 7,
        "served": 7,
        "unknown": [{"model": "a", "reason": "why"}],
        "remarks": ["r"],
    }
    assert found == {
        "code": "BC702",
        "severity": "warning",
        "category": "drift",
        "title": CODES["BC702"].title,
        "message": "`sam-desktop` serves `phi-4`, which is not declared",
        "provider": "sam-desktop",
        "model": "phi-4",
        "declared": None,
        "seen": "phi-4",
        "renamed_to": None,
        "likeness": None,
        "window": 16384,
        "file": "fleet.yaml",
        "start": {"line": 37, "column": 5},
        "end": {"line": 37, "column": 9},
        "label": None,
        "secondary": [],
        "help": "declare it: `phi-4: {context: 16384}`",
        "notes": [],
        "docs": "docs/rules/BC702.md",
    }
    assert [(one["outcome"], one["served"], one["findings"][0]["category"]) for one in others] == [
        ("unreachable", None, "unasked"),
        ("skipped", None, "note"),
    ]


def test_windows_and_likeness_are_numbers() -> None:
    found = {one["code"]: one for one in document(DriftResult((BUSY,)))["hosts"][0]["findings"]}
    assert (found["BC706"]["declared"], found["BC706"]["seen"]) == (65536, 32768)
    assert (found["BC704"]["renamed_to"], found["BC704"]["likeness"]) == ("gemma-3-12b", 0.9396)


@pytest.mark.parametrize(
    ("hosts", "fail_on", "verdict", "code"),
    [
        ([host()], "warning", "same", 0),
        ([host(), SKIPPED_HOST], "warning", "same", 0),
        ([host(new("a"))], "warning", "drift", 1),
        ([host(new("a"))], "error", "same", 0),
        ([host(gone("a"))], "error", "drift", 1),
        ([host(new("a")), UNREACHABLE], "error", "unasked", 3),
        ([host(), UNREACHABLE], "warning", "unasked", 3),
        ([host(gone("a")), UNREACHABLE], "warning", "drift", 1),
    ],
)
def test_verdict_matches_exit_code(hosts: list[Any], fail_on: str, verdict: str, code: int) -> None:
    written = document(DriftResult(tuple(hosts)), Severity(fail_on))
    assert (written["verdict"], written["exit_code"]) == (verdict, code)


def test_nothing_is_truncated() -> None:
    name = "m" * 1024
    written = document(DriftResult((host(*(new(f"{name}{number}") for number in range(99))),)))
    models = [one["model"] for one in written["hosts"][0]["findings"]]
    assert models == [f"{name}{number}" for number in range(99)]


@pytest.mark.parametrize("name", SAMPLE_RESULTS)
def test_sample_results_match_the_schema(name: str) -> None:
    assert mistakes("diff", document(SAMPLE_RESULTS[name])) == []


class TestSchema:
    def test_schema_lists_every_enum_value(self) -> None:
        known = schema("diff")
        entry, found = known["$defs"]["host"]["properties"], known["$defs"]["finding"]["properties"]
        assert entry["kind"]["enum"] == list(get_args(Kind))
        assert entry["outcome"]["enum"] == list(Outcome)
        assert found["category"]["enum"] == list(Category)
        assert found["severity"]["enum"] == list(Severity)
        assert known["properties"]["verdict"]["enum"] == [verdict.value for verdict in Verdict]
        assert known["properties"]["exit_code"]["enum"] == [verdict.exit_code for verdict in Verdict]

    def test_findings_have_labels_of_diagnostics(self) -> None:
        shared = schema("diagnostics")["$defs"]
        own = schema("diff")["$defs"]
        assert own["position"] == shared["position"]
        assert set(shared["diagnostic"]["required"]) < set(own["finding"]["required"])

    def test_schema_rejects_unknown_keys(self) -> None:
        written = document(SAMPLE_RESULTS["busy"])
        places: list[dict[str, Any]] = [
            written,
            written["summary"],
            written["hosts"][0],
            written["hosts"][0]["unknown"][0],
            written["hosts"][0]["findings"][0],
            written["hosts"][0]["findings"][0]["start"],
        ]
        for place in places:
            place["more"] = 1
            assert mistakes("diff", written)
            del place["more"]
        assert mistakes("diff", written) == []
