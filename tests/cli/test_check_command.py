"""`booconf check`: messages, formats and exit codes."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import FLEET, SWAP, Booconf


def test_valid_fleet_is_reported_with_both_proofs(booconf: Booconf, fleet_file: Path) -> None:
    outcome = booconf("check")
    assert outcome.code == 0
    assert outcome.out == (
        "fleet.yaml is valid: 1 provider, 1 model\n"
        "  bijection: proven for 1 chat model, to opencode references and back\n"
        "  egress: proven for 2 local names: no route to a cloud provider\n"
    )
    assert outcome.err == ""


def test_quiet_prints_diagnostics_only(booconf: Booconf, fleet_file: Path) -> None:
    assert booconf("check", "-q").out == ""


def test_error_has_a_line(booconf: Booconf, fleet_file: Path) -> None:
    fleet_file.write_text(FLEET.replace("kind: llama-swap", "kind: llamaswap"), encoding="utf-8")
    outcome = booconf("check")
    assert outcome.code == 1
    assert "error[BC204]" in outcome.out
    assert "fleet.yaml:6:11" in outcome.out
    assert "write `llama-swap`" in outcome.out


def test_unreadable_yaml_is_an_error_of_the_file(booconf: Booconf, fleet_file: Path) -> None:
    fleet_file.write_text("version: [1\n", encoding="utf-8")
    outcome = booconf("check")
    assert (outcome.code, "error[BC102]" in outcome.out) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "code"), [((), 0), (("--fail-on", "warning"), 1), (("--fail-on", "error"), 0)]
)
def test_warnings_fail_only_with_fail_on_warning(
    booconf: Booconf, fleet_file: Path, arguments: tuple[str, ...], code: int
) -> None:
    fleet_file.write_text(SWAP, encoding="utf-8")
    outcome = booconf("check", *arguments)
    assert "warning[BC502]" in outcome.out
    assert outcome.code == code


@pytest.mark.parametrize("name", ["json", "sarif"])
def test_machine_format_is_one_document(booconf: Booconf, fleet_file: Path, name: str) -> None:
    fleet_file.write_text(SWAP, encoding="utf-8")
    outcome = booconf("check", "--format", name)
    assert "BC502" in json.dumps(json.loads(outcome.out))
    assert outcome.err == ""


def test_github_annotations(booconf: Booconf, fleet_file: Path) -> None:
    fleet_file.write_text(SWAP, encoding="utf-8")
    assert booconf("check", "--format", "github").out.startswith("::warning file=fleet.yaml,line=3")


def test_secrets_are_masked(booconf: Booconf, fleet_file: Path) -> None:
    fleet_file.write_text(FLEET + "    headers: {Authorization: Bearer hunter2hunter2}\n", encoding="utf-8")
    for name in ("text", "json", "github", "sarif"):
        outcome = booconf("check", "--format", name)
        assert outcome.code == 1
        assert "hunter2" not in outcome.out


def test_missing_file_exits_with_2(booconf: Booconf) -> None:
    outcome = booconf("check")
    assert (outcome.code, outcome.out) == (2, "")
    assert "fleet.yaml does not exist; `booconf init` writes a starter" in outcome.err


@pytest.mark.parametrize("name", [".", "a\0b"])
def test_unreadable_file_exits_with_2(booconf: Booconf, name: str) -> None:
    outcome = booconf("check", "-f", name)
    assert outcome.code == 2
    assert "cannot be read" in outcome.err
