"""BC709, BC721 to BC731: repeated ids, hosts that were not compared, and unreachable sidecars."""

from dataclasses import replace

import pytest

from booconf.diagnostics import Severity
from booconf.drift.findings.host import NOT_COMPARED
from booconf.drift.result import HOST_NOT_COMPARED, Verdict
from booconf.live.observation import Observation, Outcome
from tests.support.fleets import LOCAL, fleet_text
from tests.support.observations import (
    ExpectedFinding,
    compare_with,
    expected_finding,
    host_result,
    without_models,
)

KEYED = LOCAL.replace("  models:", "  api_key_env: ONE_KEY\n  headers: {X-Proxy: '${env:PROXY}'}\n  models:")
TEXT = fleet_text(KEYED)
LINE = TEXT.splitlines().index("  one:") + 1

OUTCOMES = [
    (
        Outcome.UNREACHABLE,
        "BC721",
        "connection refused",
        "`one` cannot be reached: connection refused",
        "start the host, correct `base_url`, or use a tunnel with `--connect one=URL`",
    ),
    (
        Outcome.KEY_REFUSED,
        "BC722",
        "it answers `GET /v1/models` with HTTP 401",
        "`one` refuses the key: it answers `GET /v1/models` with HTTP 401",
        "set `ONE_KEY` and `PROXY` to a key that the host accepts",
    ),
    (
        Outcome.KEY_UNSET,
        "BC723",
        "`ONE_KEY` is not set",
        "`one` was not probed: `ONE_KEY` is not set",
        (
            "set `ONE_KEY` and `PROXY` where `booconf diff` runs, "
            "or select the other providers with `--provider`"
        ),
    ),
    (
        Outcome.INVALID_RESPONSE,
        "BC724",
        "its answer to `GET /v1/models` is HTML",
        "`one` returned an invalid response: its answer to `GET /v1/models` is HTML",
        (
            "check the response of this address: another server may use it, "
            "or `base_url` or `api_path` may be wrong"
        ),
    ),
    (
        Outcome.OTHER_KIND,
        "BC725",
        "it is vLLM",
        "`one` is of another kind: it is vLLM",
        "declare the kind of the server at this address as `kind`, or correct `base_url`",
    ),
    (
        Outcome.OTHER_KIND,
        "BC725",
        "it has no `GET …/models` (HTTP 404)",
        "`one` is of another kind: it has no `GET …/models` (HTTP 404)",
        (
            "correct `base_url`, which is the server's root and does not end in `/v1`, or `api_path`; "
            "or declare the kind of the server at this address as `kind`"
        ),
    ),
    (
        Outcome.FAILING,
        "BC731",
        "it answers `GET /v1/models` with HTTP 502",
        "`one` returned an error: it answers `GET /v1/models` with HTTP 502",
        "try again; if the error persists, check the log of the host, or of the proxy in front of it",
    ),
    (
        Outcome.RATE_LIMITED,
        "BC731",
        "it answers `GET /v1/models` with HTTP 429",
        "`one` limits requests: it answers `GET /v1/models` with HTTP 429",
        "wait, then run `booconf diff` again",
    ),
    (
        Outcome.LOADING,
        "BC726",
        "it is loading a model",
        "`one` is still loading: it is loading a model",
        "try again when loading has finished",
    ),
    (
        Outcome.UNSAFE_URL,
        "BC730",
        "its address is below llama-swap's `/upstream`",
        "`one` was not probed: its address is below llama-swap's `/upstream`",
        "declare the root of the server itself as `base_url`, and its program as `kind`",
    ),
    (
        Outcome.NOT_RECORDED,
        "BC729",
        "no observation of it was saved",
        "`one` is not among the saved observations: no observation of it was saved",
        "save observations again with `--save`; they are valid while the provider is declared as it was",
    ),
]


class TestNotCompared:
    @pytest.mark.parametrize(("outcome", "code", "detail", "message", "advice"), OUTCOMES)
    def test_outcome_is_one_finding_at_the_provider(
        self, outcome: Outcome, code: str, detail: str, message: str, advice: str
    ) -> None:
        seen = Observation(outcome, detail, path_missing=detail.startswith("it has no"))
        result = compare_with(TEXT, {"one": seen})
        (finding,) = result.findings()
        assert expected_finding(TEXT, finding) == ExpectedFinding(
            code, Severity.WARNING, message, LINE, "one"
        )
        assert finding.diagnostic.help == advice
        assert result.verdict(Severity.WARNING) is Verdict.NOT_CHECKED
        assert result.hosts[0].outcome is outcome

    @pytest.mark.parametrize("outcome", [outcome for outcome, *_ in OUTCOMES])
    def test_outcome_replaces_comparison(self, outcome: Outcome) -> None:
        host = host_result(
            TEXT, without_models("b"), lambda seen: replace(seen, outcome=outcome, repeated=("a",))
        )
        assert len(host.findings) == 1

    @pytest.mark.parametrize(
        ("outcome", "detail", "message", "advice"),
        [
            (
                Outcome.UNREACHABLE,
                "why",
                "`one` cannot be reached at the address of `--connect`: why",
                "start the host, or the tunnel to it, or correct the URL of `--connect one=URL`",
            ),
            (
                Outcome.INVALID_RESPONSE,
                "why",
                "`one` returned an invalid response at the address of `--connect`: why",
                (
                    "check the response of this address: another server may use it, "
                    "or the URL of `--connect one=URL` or `api_path` may be wrong"
                ),
            ),
            (
                Outcome.OTHER_KIND,
                "it has no `GET …/models` (HTTP 404)",
                "`one` is of another kind at the address of `--connect`: it has no `GET …/models` (HTTP 404)",
                (
                    "correct the URL of `--connect one=URL`, which is the server's root and does not end in "
                    "`/v1`, or `api_path`; or declare the kind of the server at this address as `kind`"
                ),
            ),
            (
                Outcome.LOADING,
                "why",
                "`one` is still loading at the address of `--connect`: why",
                "try again when loading has finished",
            ),
        ],
    )
    def test_advice_mentions_connect_address(
        self, outcome: Outcome, detail: str, message: str, advice: str
    ) -> None:
        path_missing = detail.startswith("it has no")
        seen = Observation(outcome, detail, by_connect=True, path_missing=path_missing)
        (finding,) = compare_with(TEXT, {"one": seen}).findings()
        assert (finding.diagnostic.message, finding.diagnostic.help) == (message, advice)

    def test_message_without_detail(self) -> None:
        (finding,) = compare_with(TEXT, {"one": Observation(Outcome.LOADING)}).findings()
        assert finding.diagnostic.message == "`one` is still loading"

    @pytest.mark.parametrize(
        ("headers", "outcome", "advice"),
        [
            ("{}", Outcome.KEY_REFUSED, "write a key that the host accepts into `~/key`"),
            (
                "{X-Proxy: '${env:PROXY}'}",
                Outcome.KEY_REFUSED,
                "set `PROXY`, and write a key that the host accepts into `~/key`",
            ),
            (
                "{}",
                Outcome.KEY_UNSET,
                (
                    "write the key, one line of text, into `~/key` where `booconf diff` runs, "
                    "or select the other providers with `--provider`"
                ),
            ),
            (
                "{}",
                Outcome.UNREACHABLE,
                "start the host, correct `base_url`, or use a tunnel with `--connect one=URL`",
            ),
        ],
    )
    def test_advice_names_the_key_file(self, headers: str, outcome: Outcome, advice: str) -> None:
        text = fleet_text(
            LOCAL.replace("  models:", f"  api_key_file: ~/key\n  headers: {headers}\n  models:")
        )
        (finding,) = compare_with(text, {"one": Observation(outcome, "why")}).findings()
        assert finding.diagnostic.help == advice

    def test_advice_without_declared_key(self) -> None:
        (finding,) = compare_with(
            fleet_text(), {"one": Observation(Outcome.KEY_REFUSED, "it wants one")}
        ).findings()
        assert finding.diagnostic.help == (
            "declare the variable that contains its key as `api_key_env`, or the file as `api_key_file`"
        )

    def test_detail_is_escaped_and_truncated(self) -> None:
        (finding,) = compare_with(
            TEXT, {"one": Observation(Outcome.INVALID_RESPONSE, "\x1b[2J" + "x" * 500)}
        ).findings()
        message = finding.diagnostic.message
        assert message.startswith(r"`one` returned an invalid response: \u{1b}[2Jxxx")
        assert message.endswith("xxx…")
        assert len(message) < 250


def test_skipped_provider_is_a_note() -> None:
    result = compare_with(TEXT, {"one": Observation(Outcome.SKIPPED, "`ONE_KEY` is not set")})
    (finding,) = result.findings()
    message = "`one` was skipped: `ONE_KEY` is not set"
    assert expected_finding(TEXT, finding) == ExpectedFinding("BC728", Severity.NOTE, message, LINE, "one")
    assert finding.diagnostic.help == "set `ONE_KEY` and `PROXY` to compare this optional provider too"
    assert result.verdict(Severity.WARNING) is Verdict.SAME


class TestSidecar:
    TEXT = fleet_text(LOCAL.replace("  models:", "  sidecar: {base_url: 'http://127.0.0.1:9'}\n  models:"))

    def test_unreachable_sidecar_is_reported_at_its_address(self) -> None:
        host = host_result(self.TEXT, lambda seen: replace(seen, sidecar="connection refused"))
        (finding,) = host.findings
        message = "the sidecar of `one` cannot be reached: connection refused"
        line = self.TEXT.splitlines().index("    sidecar: {base_url: 'http://127.0.0.1:9'}") + 1
        assert expected_finding(self.TEXT, finding) == ExpectedFinding(
            "BC727", Severity.WARNING, message, line, "'http://127.0.0.1:9'"
        )
        assert not finding.is_drift

    def test_host_of_unreachable_sidecar_is_compared(self) -> None:
        host = host_result(
            self.TEXT, without_models("b"), lambda seen: replace(seen, sidecar="connection refused")
        )
        assert [finding.code for finding in host.findings] == ["BC727", "BC701"]

    def test_sidecar_of_unreachable_host_is_reported(self) -> None:
        seen = Observation(Outcome.UNREACHABLE, "connection refused", sidecar="connection refused")
        assert [finding.code for finding in compare_with(self.TEXT, {"one": seen}).findings()] == [
            "BC721",
            "BC727",
        ]


def test_every_outcome_but_an_answer_has_a_code() -> None:
    assert NOT_COMPARED.keys() == set(Outcome) - {Outcome.ANSWERED}
    assert {row.code for row in NOT_COMPARED.values()} == set(HOST_NOT_COMPARED)


def test_repeated_ids_are_one_finding_at_the_provider() -> None:
    (finding,) = host_result(TEXT, lambda seen: replace(seen, repeated=("b", "a"))).findings
    assert expected_finding(TEXT, finding) == ExpectedFinding(
        "BC709", Severity.WARNING, "`one` lists these ids more than once: `a`, `b`", LINE, "one"
    )
    assert finding.is_drift


def test_one_repeated_id_is_named() -> None:
    (finding,) = host_result(TEXT, lambda seen: replace(seen, repeated=("a",))).findings
    assert finding.diagnostic.message == "`one` lists `a` more than once"


def test_few_repeated_ids_are_all_named() -> None:
    ids = ("v", "w", "x", "y", "z")
    (finding,) = host_result(TEXT, lambda seen: replace(seen, repeated=ids)).findings
    assert finding.diagnostic.message == "`one` lists these ids more than once: `v`, `w`, `x`, `y`, `z`"


def test_many_repeated_ids_are_counted() -> None:
    ids = tuple(f"m{number}" for number in range(9))
    (finding,) = host_result(TEXT, lambda seen: replace(seen, repeated=ids)).findings
    assert (
        finding.diagnostic.message
        == "`one` lists these ids more than once: `m0`, `m1`, `m2`, `m3`, `m4` and 4 more"
    )
