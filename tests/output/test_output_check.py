"""What build --check tells apart: stale, edited by hand, missing, orphaned; it writes nothing."""

from pathlib import Path

import pytest

from booconf.output.check import Deviation, find_deviations
from booconf.output.publish import publish
from booconf.targets import Artifact
from tests.output.faults import killed, steps_of
from tests.output.folders import FIRST, SECOND, artifacts, build, everything, planned, write
from tests.output.test_output_manifest import conflicted


def seen(out: Path, files: dict[str, str], targets: frozenset[str] | None = None) -> dict[str, str]:
    return {
        deviation.path: str(deviation.kind) for deviation in find_deviations(out, artifacts(files, targets))
    }


def only(deviations: tuple[Deviation, ...], path: str) -> Deviation:
    (deviation,) = (deviation for deviation in deviations if deviation.path == path)
    return deviation


def test_a_build_leaves_nothing_to_tell(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    assert find_deviations(tmp_path, artifacts(FIRST)) == ()


def test_before_the_first_build_every_file_is_missing(tmp_path: Path) -> None:
    assert seen(tmp_path / "out", FIRST) == dict.fromkeys([*FIRST, "manifest.json"], "missing")
    assert not list(tmp_path.iterdir())


def test_stale_missing_and_orphaned_files_are_told_apart(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    assert seen(tmp_path, SECOND) == {
        "manifest.json": "stale",
        "opencode/opencode.json": "stale",
        "opencode/providers/far.json": "missing",
        "opencode/providers/near.json": "orphaned",
    }


def test_findings_are_sorted_by_path_and_carry_their_codes(tmp_path: Path) -> None:
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


def test_a_hand_edited_file_is_not_called_stale(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    write(tmp_path, "bridge.json", "mine\n")
    assert seen(tmp_path, FIRST) == {"bridge.json": "hand-edited"}
    assert seen(tmp_path, FIRST | {"bridge.json": "[]\n"})["bridge.json"] == "hand-edited"


def test_the_diff_shows_what_a_build_would_change(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    deviation = only(find_deviations(tmp_path, artifacts(SECOND)), "opencode/opencode.json")
    shown = f"{tmp_path.as_posix()}/opencode/opencode.json"
    assert deviation.diff == (
        f"--- {shown} (as it is)\n+++ {shown} (as build writes it)\n@@ -1 +1 @@\n-one\n+two\n"
    )


def test_an_edited_orphan_is_an_orphan_and_says_that_it_was_edited(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    write(tmp_path, "opencode/providers/near.json", "mine\n")
    deviation = only(find_deviations(tmp_path, artifacts(SECOND)), "opencode/providers/near.json")
    assert deviation.kind == "orphaned"
    assert "was edited by hand" in deviation.diagnostic.message


def test_a_strangers_file_in_the_way_is_told(tmp_path: Path) -> None:
    write(tmp_path, "bridge.json", "a stranger's\n")
    deviation = only(find_deviations(tmp_path, artifacts(FIRST)), "bridge.json")
    assert deviation.kind == "hand-edited"
    assert "is not a file that booconf wrote" in deviation.diagnostic.message


def test_a_manifest_that_was_rewritten_without_need_is_stale(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    write(
        tmp_path,
        "manifest.json",
        (tmp_path / "manifest.json").read_text(encoding="utf-8").replace("  ", "\t"),
    )
    assert seen(tmp_path, FIRST) == {"manifest.json": "stale"}


def test_a_manifest_after_a_merge_and_one_with_a_path_outside_are_not_trusted(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    conflicted(tmp_path)
    assert seen(tmp_path, FIRST) == {"manifest.json": "untrusted"}
    write(tmp_path, "manifest.json", '{"version": 1, "files": {"../x": {}}}')
    (deviation,) = find_deviations(tmp_path, artifacts(FIRST))
    assert deviation.kind == "untrusted"
    assert deviation.diagnostic.code == "BC605"


def test_files_of_targets_not_asked_for_are_neither_stale_nor_orphaned(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    write(tmp_path, "bridge.json", "mine\n")
    assert seen(tmp_path, FIRST, frozenset({"opencode"})) == {}
    assert seen(tmp_path, SECOND, frozenset({"opencode"})).keys() == {
        "manifest.json",
        "opencode/opencode.json",
    }


def test_a_link_is_told_and_not_followed(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    (tmp_path / "bridge.json").unlink()
    (tmp_path / "bridge.json").symlink_to(tmp_path / "opencode/opencode.json")
    (deviation,) = find_deviations(tmp_path, artifacts(FIRST))
    assert (deviation.path, deviation.kind, deviation.diagnostic.code) == (
        "bridge.json",
        "unsafe",
        "BC606",
    )


def test_a_link_in_the_place_of_the_manifest_is_told(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").symlink_to(tmp_path / "elsewhere")
    (deviation,) = find_deviations(tmp_path, artifacts(FIRST))
    assert (deviation.path, deviation.kind) == ("manifest.json", "unsafe")


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    (deviation,) = find_deviations(tmp_path / "out", artifacts(FIRST))
    assert (deviation.kind, deviation.diagnostic.code) == ("unsafe", "BC606")


def test_artifacts_that_cannot_stand_are_told(tmp_path: Path) -> None:
    (deviation,) = find_deviations(tmp_path, {"opencode": [Artifact("../x", "\n")]})
    assert (deviation.kind, deviation.diagnostic.code) == ("unsafe", "BC606")


@pytest.mark.parametrize("at", range(0, 30, 3))
def test_after_a_killed_build_files_it_wrote_are_stale_and_nothing_is_repaired(
    tmp_path: Path, at: int
) -> None:
    build(tmp_path, FIRST)
    with killed(at):
        publish(planned(tmp_path, SECOND))
    before = everything(tmp_path), sorted(tmp_path.rglob("*"))
    third = {path: f"{text}more\n" for path, text in FIRST.items()}
    assert set(seen(tmp_path, third).values()) <= {"stale", "missing", "orphaned"}
    assert (everything(tmp_path), sorted(tmp_path.rglob("*"))) == before


def test_inspecting_takes_no_step_that_writes(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    write(tmp_path, "bridge.json", "mine\n")
    times = {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*")}
    assert steps_of(lambda: find_deviations(tmp_path, artifacts(SECOND))) == []
    assert {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*")} == times
