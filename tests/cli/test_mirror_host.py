"""A host that lists the headers it received cannot get a key into any output of `diff` and `adopt`."""

from pathlib import Path

import pytest

from tests.cli.conftest import Booconf
from tests.hosts.mirror import mirror
from tests.hosts.simulator import Hosts

CANARY = "sk-canary-4711"


@pytest.fixture(params=["variable", "file"])
def fleet_file(
    folder: Path, hosts: Hosts, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Path:
    """Write a fleet with one mirror: key and header come from the environment, or the key from a file."""
    file = folder / "fleet.yaml"
    if request.param == "variable":
        monkeypatch.setenv("KEY", CANARY)
        secrets = "api_key_env: KEY\n    headers: {X-Own: '${env:KEY}'}"
    else:
        (folder / "key").write_text(CANARY + "\n", encoding="utf-8")
        secrets = f"api_key_file: {folder / 'key'}"
    file.write_text(
        f"""\
version: 1
default_provider: box
roles: {{default: box/m}}
providers:
  box:
    kind: vllm
    base_url: {hosts.add(mirror).url}
    {secrets}
    models:
      m: {{context: 20000}}
      n: {{context: 20000}}
""",
        encoding="utf-8",
    )
    return file


@pytest.mark.usefixtures("fleet_file")
@pytest.mark.parametrize("form", ["text", "json", "github", "sarif"])
def test_reports_and_saved_observations_contain_no_key(booconf: Booconf, folder: Path, form: str) -> None:
    outcome = booconf("diff", "-v", "--format", form, "--save", "seen.json")
    assert outcome.code == 1
    saved = (folder / "seen.json").read_text(encoding="utf-8")
    assert "masked" in outcome.out
    assert "masked" in saved
    for text in (outcome.out, outcome.err, saved):
        assert CANARY.lower() not in text.lower()


def test_adopted_fleet_contains_no_key(booconf: Booconf, fleet_file: Path) -> None:
    outcome = booconf("adopt", "--yes")
    assert CANARY.lower() not in (outcome.out + outcome.err).lower()
    text = fleet_file.read_text(encoding="utf-8")
    assert CANARY.lower() not in text.lower()
    assert "masked" not in text
