"""`booconf init`, `schema` and `rule`."""

import json
from pathlib import Path

import pytest

from booconf.diagnostics import CODES
from tests.cli.conftest import Booconf
from tests.support.file_size import largest_file


def test_init_writes_fleet_without_warnings(booconf: Booconf, folder: Path) -> None:
    outcome = booconf("init")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == "created fleet.yaml; next: edit it, then `booconf check` and `booconf build`\n"
    assert b"\r" not in (folder / "fleet.yaml").read_bytes()
    assert booconf("check", "--fail-on", "warning").code == 0
    assert booconf("build").code == 0


def test_init_never_overwrites(booconf: Booconf, folder: Path) -> None:
    (folder / "fleet.yaml").write_text("mine", encoding="utf-8")
    outcome = booconf("init")
    assert (outcome.code, outcome.out) == (2, "")
    assert "fleet.yaml already exists and was not changed" in outcome.err
    assert (folder / "fleet.yaml").read_text(encoding="utf-8") == "mine"
    assert booconf("init", "-q", "-f", "other.yaml").out == ""
    assert (folder / "other.yaml").is_file()


def test_init_into_missing_folder_is_an_error(booconf: Booconf) -> None:
    outcome = booconf("init", "-f", "no-such-folder/fleet.yaml")
    assert (outcome.code, "cannot be written" in outcome.err) == (2, True)


def test_init_leaves_no_incomplete_file(booconf: Booconf, folder: Path) -> None:
    with largest_file(100):
        assert booconf("init").err == "booconf: fleet.yaml cannot be written: File too large\n"
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    "name",
    [
        "fleet",
        "bridge",
        "catalog",
        "catalog-view",
        "vectors",
        "manifest",
        "diagnostics",
        "diff",
        "observations",
    ],
)
def test_schemas_are_printed(booconf: Booconf, name: str) -> None:
    outcome = booconf("schema", name)
    assert outcome.code == 0
    assert json.loads(outcome.out)["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_default_schema_is_that_of_the_fleet(booconf: Booconf) -> None:
    assert booconf("schema").out == booconf("schema", "fleet").out
    assert "there are bridge, " in booconf("schema", "flete").err


def test_every_rule_is_listed_and_printed(booconf: Booconf) -> None:
    listed = booconf("rule").out.splitlines()
    assert [line.split()[0] for line in listed] == list(CODES)
    assert booconf("rule", "bc301").out.startswith("# BC301: ")


def test_unknown_rule_is_an_error(booconf: Booconf) -> None:
    assert booconf("rule", "BC30").err.startswith("booconf: no rule has the code BC30; did you mean BC30")
    outcome = booconf("rule", "x")
    assert (outcome.code, outcome.err) == (2, "booconf: no rule has the code x; `booconf rule` lists them\n")
