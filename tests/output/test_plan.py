"""A plan names the change of each file, and is refused if it would overwrite a foreign file."""

import json
import os
from pathlib import Path

import pytest

from booconf.output.plan import Plan, plan
from booconf.output.publish import publish
from booconf.targets import DROPPED, Artifact
from tests.output.folders import FIRST, SECOND, artifacts, build, planned, refused, standing, states, write

OPENCODE = frozenset({"opencode"})


def test_first_build_creates_every_file(tmp_path: Path) -> None:
    first = planned(tmp_path / "out", FIRST)
    assert set(states(first).values()) == {"created"}
    assert first.manifest.action == "created"
    assert first.pending


def test_planning_writes_nothing(tmp_path: Path) -> None:
    planned(tmp_path / "out", FIRST)
    assert not list(tmp_path.iterdir())


def test_changes_are_sorted_by_path(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    paths = [change.path for change in planned(tmp_path, SECOND).changes]
    assert paths == sorted(FIRST.keys() | SECOND.keys())


def test_actions_of_plan(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    second = planned(tmp_path, SECOND)
    assert states(second) == {
        "bridge.json": "unchanged",
        "opencode/opencode.json": "updated",
        "opencode/providers/far.json": "created",
        "opencode/providers/near.json": "deleted",
    }
    assert second.manifest.action == "updated"


def test_second_build_has_no_pending_change(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    again = planned(tmp_path, FIRST)
    assert set(states(again).values()) == {"unchanged"}
    assert again.manifest.action == "unchanged"
    assert not again.pending


def test_hashes_list_all_files_after_build(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    assert planned(tmp_path, SECOND).hashes.keys() == {*SECOND, "manifest.json"}


def test_missing_file_is_created_again(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    (tmp_path / "bridge.json").unlink()
    assert states(planned(tmp_path, FIRST))["bridge.json"] == "created"


def test_missing_orphan_is_removed_from_manifest(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    (tmp_path / "opencode/providers/near.json").unlink()
    assert "opencode/providers/near.json" not in states(planned(tmp_path, SECOND))


def test_hand_edited_file_is_refused(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    write(tmp_path, "opencode/opencode.json", "mine\n")
    decided = plan(tmp_path, artifacts(SECOND))
    assert isinstance(decided, tuple)
    (problem,) = decided
    assert problem.code == "BC602"
    assert problem.message == f"`{tmp_path.as_posix()}/opencode/opencode.json` was edited by hand"
    assert "booconf build --force" in (problem.help or "")


def test_edited_file_of_unchanged_fleet_is_refused(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    write(tmp_path, "bridge.json", "mine\n")
    assert refused(tmp_path, FIRST) == ["BC602"]


def test_edit_equal_to_plan_is_adopted(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    write(tmp_path, "opencode/opencode.json", SECOND["opencode/opencode.json"])
    assert states(planned(tmp_path, SECOND))["opencode/opencode.json"] == "unchanged"


def test_force_overwrites_a_hand_edited_file(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    write(tmp_path, "bridge.json", "mine\n")
    assert states(planned(tmp_path, FIRST, force=True))["bridge.json"] == "updated"


def test_foreign_file_is_refused_unless_equal_to_plan(tmp_path: Path) -> None:
    write(tmp_path, "bridge.json", FIRST["bridge.json"])
    write(tmp_path, "opencode/opencode.json", "another program's\n")
    decided = plan(tmp_path, artifacts(FIRST))
    assert isinstance(decided, tuple)
    assert [problem.message.rpartition("/")[2] for problem in decided] == [
        "opencode.json` is not a file that booconf wrote"
    ]
    assert states(planned(tmp_path, FIRST, force=True))["bridge.json"] == "unchanged"


def test_changed_line_endings_are_reported_with_remedy(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    write(tmp_path, "bridge.json", "{}\r\n")
    decided = plan(tmp_path, artifacts(FIRST))
    assert isinstance(decided, tuple)
    assert decided[0].code == "BC602"
    assert "CRLF" in decided[0].message
    assert f"{tmp_path.as_posix()}/** -text" in (decided[0].help or "")


def test_foreign_file_with_crlf_is_reported_as_foreign(tmp_path: Path) -> None:
    write(tmp_path, "bridge.json", "other\r\n")
    decided = plan(tmp_path, artifacts(FIRST))
    assert isinstance(decided, tuple)
    assert "not a file that booconf wrote" in decided[0].message


def test_edited_orphan_is_deleted_only_by_force(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    write(tmp_path, "opencode/providers/near.json", "mine\n")
    assert refused(tmp_path, SECOND) == ["BC604"]
    assert states(planned(tmp_path, SECOND, force=True))["opencode/providers/near.json"] == "deleted"


def test_all_obstacles_are_reported_at_once(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    write(tmp_path, "bridge.json", "mine\n")
    write(tmp_path, "opencode/providers/near.json", "mine\n")
    assert refused(tmp_path, SECOND) == ["BC602", "BC604"]


def test_files_of_unselected_targets_stay(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    write(tmp_path, "bridge.json", "mine\n")
    narrow = build(tmp_path, SECOND, OPENCODE)
    assert states(narrow) == {"opencode/opencode.json": "updated"}
    assert standing(tmp_path) == FIRST | {"opencode/opencode.json": "two\n", "bridge.json": "mine\n"}
    assert json.loads((tmp_path / "manifest.json").read_text())["files"].keys() == FIRST.keys()
    assert refused(tmp_path, FIRST) == ["BC602"]


def test_file_may_change_its_target(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    decided = plan(tmp_path, {"catalog": [Artifact("bridge.json", "[]\n")]})
    assert isinstance(decided, Plan)
    assert states(decided) == {"bridge.json": "updated"}
    assert decided.entries["bridge.json"].target == "catalog"
    assert decided.entries.keys() == FIRST.keys()


def test_files_of_removed_target_are_orphans_of_full_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(DROPPED, "pi", "pi.json")
    old = plan(tmp_path, artifacts(FIRST) | {"pi": [Artifact("pi.json", "{}\n")]})
    assert isinstance(old, Plan)
    publish(old)
    assert "pi.json" not in states(planned(tmp_path, FIRST, OPENCODE))
    assert states(planned(tmp_path, FIRST))["pi.json"] == "deleted"


@pytest.mark.parametrize(
    ("paths", "reason"),
    [
        (["a.json", "a.json"], "collides with `a.json`"),
        (["a.json", "A.json"], "collides with `a.json`"),
        (["a", "a/b.json"], "collides with `a`"),
        (["../a.json"], "outside of the folder"),
        (["manifest.json"], "reserved for the manifest"),
        (["opencode/aux.json"], "device name"),
    ],
)
def test_invalid_artifacts_are_refused(tmp_path: Path, paths: list[str], reason: str) -> None:
    decided = plan(tmp_path, {"opencode": [Artifact(path, "\n") for path in paths]})
    assert isinstance(decided, tuple)
    assert [problem.code for problem in decided] == ["BC606"]
    assert reason in decided[0].message


@pytest.mark.parametrize(
    ("target", "place", "reason"),
    [
        ("bridge.json", "bridge.json", "is a symbolic link"),
        ("opencode/opencode.json", "opencode", "is a symbolic link"),
        ("manifest.json", "manifest.json", "is a symbolic link"),
        (".booconf/journal.json", ".booconf", "is a symbolic link"),
    ],
)
@pytest.mark.parametrize("force", [False, True])
def test_link_below_output_folder_is_not_followed(
    tmp_path: Path, target: str, place: str, reason: str, force: bool
) -> None:
    elsewhere = tmp_path / "elsewhere"
    out = tmp_path / "out"
    out.mkdir()
    if place == target:
        elsewhere.write_text("precious")
    else:
        elsewhere.mkdir()
    (out / place).symlink_to(elsewhere, target_is_directory=place != target)
    decided = plan(out, artifacts(FIRST), force=force)
    assert isinstance(decided, tuple)
    assert {problem.code for problem in decided} == {"BC606"}
    assert any(problem.message == f"`{out.as_posix()}/{place}` {reason}" for problem in decided)
    assert elsewhere.is_dir() or elsewhere.read_text() == "precious"


def test_output_folder_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "real", target_is_directory=True)
    build(tmp_path / "out", FIRST)
    assert standing(tmp_path / "real") == FIRST


def test_folder_named_like_output_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bridge.json").mkdir()
    assert refused(tmp_path, FIRST, force=True) == ["BC606"]


def test_file_named_like_folder_is_reported_once(tmp_path: Path) -> None:
    write(tmp_path, "opencode", "a file")
    assert refused(tmp_path, FIRST, force=True) == ["BC606"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with a name exist on POSIX only")
def test_pipe_named_like_output_file_is_refused_and_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "bridge.json")
    assert refused(tmp_path, FIRST) == ["BC606"]


def test_file_named_like_output_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    decided = plan(tmp_path / "out", artifacts(FIRST))
    assert isinstance(decided, tuple)
    assert decided[0].code == "BC606"
    assert decided[0].message == f"`{(tmp_path / 'out').as_posix()}` is not a folder"
    assert decided[0].help == "move the file, or name a folder with `--out`"
