"""`booconf build`: files, refusals and messages."""

import hashlib
import json
import shlex
from pathlib import Path

import jsonschema
import pytest

from booconf.output.build_cache import build_key, write_record
from booconf.output.filesystem import stamp
from tests.cli.conftest import FLEET, SWAP, Booconf
from tests.support.file_size import largest_file


def test_first_build_creates_every_file_beside_the_fleet(booconf: Booconf, fleet_file: Path) -> None:
    outcome = booconf("build")
    assert outcome.code == 0
    assert "created    generated/opencode/opencode.json\n" in outcome.out
    assert outcome.out.endswith("10 files: 10 created\n")
    assert (fleet_file.parent / "generated" / "manifest.json").is_file()


class TestNextStep:
    """The line at the end of a first build; tests/clients/test_opencode_additions.py runs it."""

    @staticmethod
    def line(folder: Path, command: str) -> str:
        """The line for the file in `folder`, as a shell has to read it."""
        path = shlex.quote(str(folder / "opencode" / "additions.json"))
        return f"next, to try it beside your own settings: OPENCODE_CONFIG={path} {command}\n"

    def test_first_build_names_it(self, booconf: Booconf, fleet_file: Path) -> None:
        expected = self.line(fleet_file.parent / "generated", "opencode -m box/chat")
        assert booconf("build").err == expected

    def test_path_is_that_of_out(self, booconf: Booconf, fleet_file: Path, tmp_path: Path) -> None:
        folder = tmp_path / "a folder"
        folder.mkdir()
        assert booconf("build", "--out", str(folder)).err == self.line(folder, "opencode -m box/chat")

    def test_model_that_the_file_does_not_contain_is_not_named(
        self, booconf: Booconf, fleet_file: Path
    ) -> None:
        fleet_file.write_text(
            FLEET.replace("box/chat}", "sky/big}")
            + "  sky:\n    kind: openai-compatible\n    base_url: https://sky.test\n    optional: true\n"
            "    location: cloud\n    api_key_env: SKY_KEY\n    models: {big: {context: 32768}}\n",
            encoding="utf-8",
        )
        assert booconf("build").err.endswith(self.line(fleet_file.parent / "generated", "opencode"))

    def test_later_builds_say_nothing(self, booconf: Booconf, fleet_file: Path) -> None:
        booconf("build")
        assert booconf("build").err == ""
        fleet_file.write_text(FLEET.replace("32768", "65536"), encoding="utf-8")
        changed = booconf("build")
        assert ("updated" in changed.out, changed.err) == (True, "")

    @pytest.mark.parametrize("arguments", [("-q",), ("--format", "json"), ("--target", "bridge")])
    def test_not_for_programs_nor_for_other_files(
        self, booconf: Booconf, fleet_file: Path, arguments: tuple[str, ...]
    ) -> None:
        outcome = booconf("build", *arguments)
        assert (outcome.code, outcome.err) == (0, "")


def test_output_folder_is_beside_fleet_file(booconf: Booconf, folder: Path, fleet_file: Path) -> None:
    (folder / "elsewhere").mkdir()
    fleet_file.rename(folder / "elsewhere" / "fleet.yaml")
    assert booconf("build", "-f", "elsewhere/fleet.yaml").code == 0
    assert (folder / "elsewhere" / "generated" / "bridge.json").is_file()


def test_unchanged_build_writes_no_file(booconf: Booconf, fleet_file: Path) -> None:
    booconf("build")
    bridge = fleet_file.parent / "generated" / "bridge.json"
    written = stamp(bridge.stat())
    outcome = booconf("build")
    assert (outcome.code, outcome.out) == (0, "10 files: 10 unchanged\n")
    assert stamp(bridge.stat()) == written
    assert booconf("build", "-q").out == ""


@pytest.mark.parametrize("record", ["", "10", "10 x", "10 0 0"])
def test_record_with_another_payload_is_ignored(booconf: Booconf, fleet_file: Path, record: str) -> None:
    booconf("build")
    key = build_key(fleet_file.read_bytes(), ["fleet.yaml", "generated"])
    manifest = Path("generated/manifest.json").read_bytes()
    hashes = {"manifest.json": hashlib.sha256(manifest).hexdigest()}
    write_record("generated", key, hashes, "3 0")
    assert booconf("build").out == "3 files: 3 unchanged\n"  # the record is read
    write_record("generated", key, hashes, record)
    assert booconf("build").out == "10 files: 10 unchanged\n"


def test_verbose_lists_unchanged_files(booconf: Booconf, fleet_file: Path) -> None:
    booconf("build")
    assert "unchanged  generated/bridge.json\n" in booconf("build", "-v").out


def test_unchanged_build_reports_warnings_again(booconf: Booconf, fleet_file: Path) -> None:
    fleet_file.write_text(SWAP, encoding="utf-8")
    first, second = booconf("build", "--target", "bridge"), booconf("build", "--target", "bridge")
    assert first.err == second.err == "booconf: 1 warning; `booconf check` shows them\n"
    fleet_file.write_text(SWAP + "# a comment\n", encoding="utf-8")
    assert "warning[BC502]" in booconf("build", "--verbose").err


def test_changed_fleet_updates_and_deletes(booconf: Booconf, fleet_file: Path) -> None:
    booconf("build")
    fleet_file.write_text(FLEET.replace("box", "crate"), encoding="utf-8")
    outcome = booconf("build", "-v")
    assert outcome.code == 0
    assert "deleted    generated/opencode/providers/box.json\n" in outcome.out
    assert "created    generated/opencode/providers/crate.json\n" in outcome.out
    assert "updated    generated/bridge.json\n" in outcome.out


def test_invalid_fleet_changes_nothing(booconf: Booconf, fleet_file: Path) -> None:
    for arguments in ((), ("--check",)):
        fleet_file.write_text(FLEET.replace("context: 32768", "context: none"), encoding="utf-8")
        outcome = booconf("build", *arguments)
        assert (outcome.code, outcome.out) == (2, "")
        assert "error[BC203]" in outcome.err
        assert not (fleet_file.parent / "generated").exists()


def test_hand_edited_file_is_not_overwritten_without_force(booconf: Booconf, fleet_file: Path) -> None:
    booconf("build")
    bridge = fleet_file.parent / "generated" / "bridge.json"
    bridge.write_text("mine", encoding="utf-8")
    outcome = booconf("build")
    assert (outcome.code, outcome.out) == (2, "")
    assert "error[BC602]: `generated/bridge.json` was edited by hand" in outcome.err
    assert bridge.read_text(encoding="utf-8") == "mine"
    assert booconf("build", "--force").out.endswith("10 files: 1 updated, 9 unchanged\n")


def test_failed_write_during_publication_is_reported(booconf: Booconf, fleet_file: Path) -> None:
    """The plan cannot predict an error of the system during publication."""
    with largest_file(100):
        outcome = booconf("build")
    assert outcome.code == 2
    assert "error[BC606]" in outcome.err
    assert "File too large" in outcome.err
    assert not Path("generated/manifest.json").exists()


def test_check_reports_four_kinds_of_deviations_and_diffs(booconf: Booconf, fleet_file: Path) -> None:
    booconf("build")
    assert booconf("build", "--check").out == "generated is up to date\n"
    assert booconf("build", "--check", "-q").out == ""
    generated = fleet_file.parent / "generated"
    (generated / "catalog.json").unlink()
    (generated / "routing.py").write_text("mine\n", encoding="utf-8")
    fleet_file.write_text(FLEET.replace("box", "crate"), encoding="utf-8")
    before = {path: path.read_bytes() for path in generated.rglob("*") if path.is_file()}
    outcome = booconf("build", "--check")
    assert outcome.code == 1
    for words in (
        "error[BC601]: `generated/bridge.json` is stale",
        "error[BC602]: `generated/routing.py` was edited by hand",
        "error[BC603]: `generated/catalog.json` is missing",
        "error[BC604]: `generated/opencode/providers/box.json` is no longer generated",
    ):
        assert words in outcome.err
    assert '-  "default_provider": "box",\n+  "default_provider": "crate",\n' in outcome.out
    assert before == {path: path.read_bytes() for path in generated.rglob("*") if path.is_file()}


def test_check_in_a_machine_format_is_one_document(booconf: Booconf, fleet_file: Path) -> None:
    outcome = booconf("build", "--check", "--format", "json")
    assert outcome.code == 1
    assert {found["code"] for found in json.loads(outcome.out)["diagnostics"]} == {"BC603"}
    assert outcome.err == ""
    built = json.loads(booconf("build", "--format", "json").out)
    assert built["diagnostics"] == []
    assert {"path": "bridge.json", "state": "created", "difference": ""} in built["files"]
    (fleet_file.parent / "generated" / "bridge.json").write_text("mine\n", encoding="utf-8")
    changed = json.loads(booconf("build", "--check", "--format", "json").out)
    (file,) = changed["files"]
    assert (file["path"], file["state"]) == ("bridge.json", "hand-edited")
    assert "-mine" in file["difference"]
    schema = json.loads(booconf("schema", "diagnostics").out)
    for document in (built, changed):
        jsonschema.validate(document, schema)


@pytest.mark.parametrize("arguments", [("--check",), ()])
def test_diagnostics_in_machine_formats_have_locations(
    booconf: Booconf, fleet_file: Path, arguments: tuple[str, ...]
) -> None:
    """Code scanning services refuse a result without a location."""
    booconf("build")
    (fleet_file.parent / "generated" / "bridge.json").write_text("mine\n", encoding="utf-8")
    (result,) = json.loads(booconf("build", *arguments, "--format", "sarif").out)["runs"][0]["results"]
    (location,) = result["locations"]
    assert location["physicalLocation"]["artifactLocation"] == {"uri": "generated/bridge.json"}
    assert location["physicalLocation"]["region"]["startLine"] == 1
    (found,) = json.loads(booconf("build", *arguments, "--format", "json").out)["diagnostics"]
    assert (found["file"], found["start"]) == ("generated/bridge.json", {"line": 1, "column": 1})
    assert booconf("build", *arguments, "--format", "github").out.startswith(
        "::error file=generated/bridge.json,line=1,"
    )
    text = booconf("build", *arguments).err
    assert "\n --> generated/bridge.json:1:1\n  = help: make the change" in text


def test_manifest_cannot_delete_fleet_file(booconf: Booconf, fleet_file: Path) -> None:
    booconf("build", "--out", ".")
    manifest = fleet_file.with_name("manifest.json")
    document = json.loads(manifest.read_text(encoding="utf-8"))
    sha256 = hashlib.sha256(fleet_file.read_bytes()).hexdigest()
    document["files"]["fleet.yaml"] = {"sha256": sha256, "target": "bridge"}
    manifest.write_text(json.dumps(document), encoding="utf-8")
    outcome = booconf("build", "--out", ".")
    assert (outcome.code, outcome.out) == (2, "")
    assert "`manifest.json` names `fleet.yaml`, which target `bridge` never writes" in outcome.err
    assert booconf("build", "--out", ".", "--force").out.endswith("10 files: 1 updated, 9 unchanged\n")
    assert fleet_file.is_file()


def test_text_contains_errors_and_number_of_warnings(booconf: Booconf, fleet_file: Path) -> None:
    fleet_file.write_text(SWAP, encoding="utf-8")
    booconf("build")
    (fleet_file.parent / "generated" / "bridge.json").write_text("mine\n", encoding="utf-8")
    err = booconf("build").err
    assert "error[BC602]" in err
    assert "warning[BC502]" not in err
    assert err.endswith("booconf: 1 warning; `booconf check` shows them\n")


def test_only_selected_targets_are_built(booconf: Booconf, fleet_file: Path) -> None:
    outcome = booconf("build", "--target", "bridge", "-t", "catalog", "--out", "elsewhere")
    assert outcome.code == 0
    assert sorted(path.name for path in Path("elsewhere").glob("*.json")) == [
        "bridge.json",
        "catalog.json",
        "manifest.json",
    ]
    assert booconf("build", "--check", "-t", "bridge", "--out", "elsewhere").code == 0


def test_unknown_target_is_an_error(booconf: Booconf, fleet_file: Path) -> None:
    assert (
        booconf("build", "--target", "brigde").err
        == "booconf: no target is called brigde; did you mean bridge?\n"
    )
    assert "there are opencode, " in booconf("build", "--target", "xyzzy").err


def test_check_and_force_exclude_each_other(booconf: Booconf, fleet_file: Path) -> None:
    assert booconf("build", "--check", "--force").code == 2
