"""BC704: an absent model and an undeclared one with a similar name."""

import pytest

from booconf.diagnostics import Severity
from booconf.live.observation import SeenModel, Window
from tests.support.fleets import underlined
from tests.support.observations import (
    UNKNOWN,
    ExpectedFinding,
    expected_finding,
    host_result,
    one_provider,
    with_models,
    without_models,
)

TEXT = one_provider("{z: {}, qwen3-8b: {aliases: [q], context: 16384}}")
RENAMED = SeenModel("qwen3-8b-q4_k_m", Window(1), aliases=())


def test_rename_replaces_absent_and_undeclared() -> None:
    host = host_result(TEXT, without_models("qwen3-8b"), with_models(RENAMED))
    (finding,) = host.findings
    assert expected_finding(TEXT, finding) == ExpectedFinding(
        "BC704",
        Severity.ERROR,
        "`one/qwen3-8b` was probably renamed to `qwen3-8b-q4_k_m` on its host: the names are 69 % alike",
        len(TEXT.splitlines()),
        "qwen3-8b",
        model="qwen3-8b",
        declared="qwen3-8b",
        seen="qwen3-8b-q4_k_m",
    )
    assert finding.renamed_to == "qwen3-8b-q4_k_m"
    assert finding.likeness == pytest.approx(16 / 23)


def test_help_is_the_upstream_entry() -> None:
    (finding,) = host_result(TEXT, without_models("qwen3-8b"), with_models(RENAMED)).findings
    assert finding.diagnostic.help == (
        "write `upstream: qwen3-8b-q4_k_m` at the model, which keeps its id and all data "
        "stored under it (`booconf adopt` does)"
    )
    repaired = TEXT.replace("aliases: [q], context: 16384", "upstream: qwen3-8b-q4_k_m, context: 2")
    seen = SeenModel("qwen3-8b-q4_k_m", Window(2), aliases=())
    assert host_result(repaired, with_models(seen)).findings == ()


def test_difference_in_case_is_mentioned() -> None:
    (finding,) = host_result(TEXT, without_models("qwen3-8b"), with_models("Qwen3-8B")).findings
    assert finding.diagnostic.message.endswith("the names are 100 % alike but for case")


def test_rename_compares_upstream() -> None:
    text = one_provider("{z: {}, own: {upstream: Qwen3-8B}, other: {upstream: Qwen3-8B}}")
    own, other = host_result(text, without_models("Qwen3-8B"), with_models("Qwen3-8B-Q8_0")).findings
    assert (own.model, other.model) == ("own", "other")
    assert own.renamed_to == other.renamed_to == "Qwen3-8B-Q8_0"
    assert [underlined(text, label.span) for label in own.diagnostic.secondary] == ["Qwen3-8B"]


def test_ignored_model_is_no_rename() -> None:
    text = one_provider("{z: {}, qwen3-8b: {}}", rest="  ignore: [qwen3-8b-*]\n")
    host = host_result(text, without_models("qwen3-8b"), with_models("qwen3-8b-q4_k_m"))
    assert [finding.code for finding in host.findings] == ["BC701"]


def test_unwritable_name_is_no_rename() -> None:
    host = host_result(TEXT, without_models("qwen3-8b"), with_models("qwen3-8b\x00"))
    assert [finding.code for finding in host.findings] == ["BC701", "BC702"]


def test_declared_model_is_no_rename() -> None:
    text = one_provider("{z: {}, qwen3-8b: {}, qwen3-8b-q4_k_m: {}}")
    assert [f.code for f in host_result(text, without_models("qwen3-8b")).findings] == ["BC701"]


def test_model_of_another_type_is_no_rename() -> None:
    host = host_result(
        TEXT, without_models("qwen3-8b"), with_models(SeenModel("Qwen3-8B", UNKNOWN, type="embedding"))
    )
    assert [finding.code for finding in host.findings] == ["BC701", "BC702"]
