"""`build --check` distinguishes stale, edited, missing and orphaned files, and writes nothing."""

from pathlib import Path

import pytest

from booconf.output.check import Deviation, find_deviations
from booconf.output.publish import publish
from booconf.targets import Artifact
from tests.output.faults import killed, steps_of
from tests.output.folders import FIRST, SECOND, artifacts, build, everything, planned, write
from tests.output.test_manifest import conflicted


def seen(out: Path, files: dict[str, str], targets: frozenset[str] | None = None) -> dict[str, str]:
    return {
        deviation.path: str(deviation.kind) for deviation in find_deviations(out, artifacts(files, targets))
    }


def only(deviations: tuple[Deviation, ...], path: str) -> Deviation:
    (deviation,) = (deviation for deviation in deviations if deviation.path == path)
    return deviation


def test_no_deviation_after_build(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    assert find_deviations(tmp_path, artifacts(FIRST)) == ()


def test_every_file_is_missing_before_first_build(tmp_path: Path) -> None:
    assert seen(tmp_path / "out", FIRST) == dict.fromkeys([*FIRST, "manifest.json"], "missing")
    assert not list(tmp_path.iterdir())


def test_stale_missing_and_orphaned_files_are_distinguished(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    assert seen(tmp_path, SECOND) == {
        "manifest.json": "stale",
        "opencode/opencode.json": "stale",
        "opencode/providers/far.json": "missing",
        "opencode/providers/near.json": "orphaned",
    }


def test_deviations_are_sorted_by_path_and_have_codes(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    write(tmp_path, "bridge.json", "mine\n")
    deviations = find_deviations(tmp_path, artifacts(SECOND))
    assert [deviation.path for deviation in deviations] == sorted(deviation.path for deviation in deviations)
    codes = {deviation.path: deviation.diagnostic.code for deviation in deviations}
    assert codes == {
        "bridge.json": "BC602",
        "manifest.json": "BC601",
        "opencode/opencode.json": "BC601",
        "opencode/providers/far.json": "BC603",
        "opencode/providers/near.json": "BC604",
    }


def test_edited_file_is_not_stale(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    write(tmp_path, "bridge.json", "mine\n")
    assert seen(tmp_path, FIRST) == {"bridge.json": "hand-edited"}
    assert seen(tmp_path, FIRST | {"bridge.json": "[]\n"})["bridge.json"] == "hand-edited"


def test_diff_shows_changes_of_build(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    deviation = only(find_deviations(tmp_path, artifacts(SECOND)), "opencode/opencode.json")
    shown = f"{tmp_path.as_posix()}/opencode/opencode.json"
    assert deviation.diff == (
        f"--- {shown} (as it is)\n+++ {shown} (as build writes it)\n@@ -1 +1 @@\n-one\n+two\n"
    )


def test_message_about_edited_orphan_mentions_edit(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    write(tmp_path, "opencode/providers/near.json", "mine\n")
    deviation = only(find_deviations(tmp_path, artifacts(SECOND)), "opencode/providers/near.json")
    assert deviation.kind == "orphaned"
    assert "was edited by hand" in deviation.diagnostic.message


def test_foreign_file_is_reported(tmp_path: Path) -> None:
    write(tmp_path, "bridge.json", "another program's\n")
    deviation = only(find_deviations(tmp_path, artifacts(FIRST)), "bridge.json")
    assert deviation.kind == "hand-edited"
    assert "is not a file that booconf wrote" in deviation.diagnostic.message


def test_reformatted_manifest_is_stale(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    write(
        tmp_path,
        "manifest.json",
        (tmp_path / "manifest.json").read_text(encoding="utf-8").replace("  ", "\t"),
    )
    assert seen(tmp_path, FIRST) == {"manifest.json": "stale"}


def test_invalid_manifest_is_untrusted(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    conflicted(tmp_path)
    assert seen(tmp_path, FIRST) == {"manifest.json": "untrusted"}
    write(tmp_path, "manifest.json", '{"version": 1, "files": {"../x": {}}}')
    (deviation,) = find_deviations(tmp_path, artifacts(FIRST))
    assert deviation.kind == "untrusted"
    assert deviation.diagnostic.code == "BC605"


def test_files_of_unselected_targets_are_ignored(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    write(tmp_path, "bridge.json", "mine\n")
    assert seen(tmp_path, FIRST, frozenset({"opencode"})) == {}
    assert seen(tmp_path, SECOND, frozenset({"opencode"})).keys() == {
        "manifest.json",
        "opencode/opencode.json",
    }


def test_link_is_reported_and_not_followed(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    (tmp_path / "bridge.json").unlink()
    (tmp_path / "bridge.json").symlink_to(tmp_path / "opencode/opencode.json")
    (deviation,) = find_deviations(tmp_path, artifacts(FIRST))
    assert (deviation.path, deviation.kind, deviation.diagnostic.code) == (
        "bridge.json",
        "unsafe",
        "BC606",
    )


def test_link_named_like_manifest_is_reported(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").symlink_to(tmp_path / "elsewhere")
    (deviation,) = find_deviations(tmp_path, artifacts(FIRST))
    assert (deviation.path, deviation.kind) == ("manifest.json", "unsafe")


def test_file_named_like_output_folder_is_reported(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    (deviation,) = find_deviations(tmp_path / "out", artifacts(FIRST))
    assert (deviation.kind, deviation.diagnostic.code) == ("unsafe", "BC606")


def test_invalid_artifacts_are_reported(tmp_path: Path) -> None:
    (deviation,) = find_deviations(tmp_path, {"opencode": [Artifact("../x", "\n")]})
    assert (deviation.kind, deviation.diagnostic.code) == ("unsafe", "BC606")


@pytest.mark.parametrize("at", range(0, 30, 3))
def test_files_of_killed_build_are_stale_and_not_repaired(tmp_path: Path, at: int) -> None:
    build(tmp_path, FIRST)
    with killed(at):
        publish(planned(tmp_path, SECOND))
    before = everything(tmp_path), sorted(tmp_path.rglob("*"))
    third = {path: f"{text}more\n" for path, text in FIRST.items()}
    assert set(seen(tmp_path, third).values()) <= {"stale", "missing", "orphaned"}
    assert (everything(tmp_path), sorted(tmp_path.rglob("*"))) == before


def test_check_writes_nothing(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    write(tmp_path, "bridge.json", "mine\n")
    times = {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*")}
    assert steps_of(lambda: find_deviations(tmp_path, artifacts(SECOND))) == []
    assert {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*")} == times
