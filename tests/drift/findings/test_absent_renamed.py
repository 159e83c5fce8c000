"""BC704: an absent model and an undeclared one, so much alike that they are probably one."""

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


def test_stands_at_the_model_in_place_of_what_it_explains() -> None:
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


def test_help_is_what_repairs_it() -> None:
    (finding,) = host_result(TEXT, without_models("qwen3-8b"), with_models(RENAMED)).findings
    assert finding.diagnostic.help == (
        "write `upstream: qwen3-8b-q4_k_m` at the model, which keeps its id and all data "
        "stored under it (`booconf adopt` does)"
    )
    repaired = TEXT.replace("aliases: [q], context: 16384", "upstream: qwen3-8b-q4_k_m, context: 2")
    seen = SeenModel("qwen3-8b-q4_k_m", Window(2), aliases=())
    assert host_result(repaired, with_models(seen)).findings == ()


def test_says_when_only_the_case_differs() -> None:
    (finding,) = host_result(TEXT, without_models("qwen3-8b"), with_models("Qwen3-8B")).findings
    assert finding.diagnostic.message.endswith("the names are 100 % alike but for case")


def test_is_about_the_name_that_is_sent() -> None:
    text = one_provider("{z: {}, own: {upstream: Qwen3-8B}, other: {upstream: Qwen3-8B}}")
    own, other = host_result(text, without_models("Qwen3-8B"), with_models("Qwen3-8B-Q8_0")).findings
    assert (own.model, other.model) == ("own", "other")
    assert own.renamed_to == other.renamed_to == "Qwen3-8B-Q8_0"
    assert [underlined(text, label.span) for label in own.diagnostic.secondary] == ["Qwen3-8B"]


def test_never_takes_an_ignored_model() -> None:
    text = one_provider("{z: {}, qwen3-8b: {}}", rest="  ignore: [qwen3-8b-*]\n")
    host = host_result(text, without_models("qwen3-8b"), with_models("qwen3-8b-q4_k_m"))
    assert [finding.code for finding in host.findings] == ["BC701"]


def test_never_takes_a_name_that_cannot_be_written() -> None:
    host = host_result(TEXT, without_models("qwen3-8b"), with_models("qwen3-8b\x00"))
    assert [finding.code for finding in host.findings] == ["BC701", "BC702"]


def test_never_takes_a_model_that_is_declared() -> None:
    text = one_provider("{z: {}, qwen3-8b: {}, qwen3-8b-q4_k_m: {}}")
    assert [f.code for f in host_result(text, without_models("qwen3-8b")).findings] == ["BC701"]


def test_never_joins_a_chat_model_and_one_that_embeds() -> None:
    host = host_result(
        TEXT, without_models("qwen3-8b"), with_models(SeenModel("Qwen3-8B", UNKNOWN, type="embedding"))
    )
    assert [finding.code for finding in host.findings] == ["BC701", "BC702"]
