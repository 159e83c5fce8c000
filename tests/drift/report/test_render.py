"""Each format renders the same result."""

import json
from typing import Any

import pytest

from booconf.diagnostics import Severity
from booconf.diagnostics.report import FORMATS
from booconf.drift.report import render
from booconf.drift.result import DriftResult
from tests.support.drift_results import SAMPLE_RESULTS, UNREACHABLE


def rendered(result: DriftResult, name: str, **options: Any) -> str:
    return render(result, name, result.verdict(Severity.WARNING), **options)


def test_github_annotation() -> None:
    assert rendered(DriftResult((UNREACHABLE,)), "github") == (
        "::warning file=fleet.yaml,line=50,endLine=50,col=3,endColumn=7,title=BC721 Unreachable host"
        "::`embedding` cannot be reached: connection refused%0Ahelp: start the host, or correct `base_url`\n"
    )


@pytest.mark.parametrize("name", FORMATS)
def test_color_and_verbose_apply_to_text_only(name: str) -> None:
    result = SAMPLE_RESULTS["long"]
    changed = [
        rendered(result, name, **{option: True}) != rendered(result, name) for option in ("color", "verbose")
    ]
    assert changed == [name == "text"] * 2


def test_result_without_findings() -> None:
    clean = SAMPLE_RESULTS["clean"]
    assert rendered(DriftResult(clean.hosts[:1]), "text").count("\n") == 1
    assert rendered(DriftResult(clean.hosts[:1]), "github") == ""
    assert json.loads(rendered(clean, "json"))["verdict"] == "same"
    assert json.loads(rendered(DriftResult(()), "sarif"))["runs"][0]["results"] == []
