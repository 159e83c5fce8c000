"""A build killed at any moment: the next one repairs it without --force, and loses nothing of the user's."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from booconf.output.plan import FileAction
from tests.output import killed_build
from tests.output.faults import Moment, copied, killed, steps_of
from tests.output.folders import FIRST, SECOND, build, cached, everything, planned, refused, standing, write

THIRD = {path: f"{text}more\n" for path, text in FIRST.items()}
RESTING = {".gitignore", "lock"}


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A folder after a first build, with files of the user's between ours."""
    build(tmp_path / "base", FIRST)
    write(tmp_path / "base", "opencode/mine.txt", "mine\n")
    write(tmp_path / "base", "mine.txt", "mine\n")
    return tmp_path / "base"


MINE = {"opencode/mine.txt": "mine\n", "mine.txt": "mine\n"}


def kills(base: Path, work: Path, files: dict[str, str], moment: Moment) -> list[Path]:
    """A copy of `base` for every step of a build, in which the build was killed around that step."""
    outs = []
    steps = steps_of(lambda: build(copied(base, work / "whole"), files))
    for at in range(len(steps)):
        out = copied(base, work / f"killed at {at}")
        with killed(at, moment) as begun:
            build(out, files)
        assert begun == steps[: at + 1]
        outs.append(out)
    return outs


@pytest.mark.parametrize("moment", Moment)
def test_next_build_of_same_fleet_repairs(base: Path, tmp_path: Path, moment: Moment) -> None:
    for out in kills(base, tmp_path, SECOND, moment):
        build(out, SECOND)
        assert standing(out) == SECOND | MINE, out.name
        assert cached(out) == RESTING
        assert not planned(out, SECOND).pending


@pytest.mark.parametrize("moment", Moment)
def test_next_build_of_another_fleet_repairs(base: Path, tmp_path: Path, moment: Moment) -> None:
    for out in kills(base, tmp_path, SECOND, moment):
        build(out, THIRD)
        assert standing(out) == THIRD | MINE, out.name


def test_killed_first_build_is_repaired(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for out in kills(tmp_path / "empty", tmp_path, FIRST, Moment.AFTER):
        build(out, SECOND)
        assert standing(out) == SECOND, out.name


def test_killed_repair_is_repaired(base: Path, tmp_path: Path) -> None:
    """Two kills, at every pair of places: no journal forgets what an earlier one knew."""
    for first in kills(base, tmp_path / "1", SECOND, Moment.AFTER)[2::4]:
        for second in kills(first, tmp_path / f"2 {first.name}", THIRD, Moment.AFTER)[::3]:
            build(second, FIRST)
            assert standing(second) == FIRST | MINE, f"{first.name}, then {second.name}"


def test_build_of_one_target_after_kill_loses_no_file_of_others(base: Path, tmp_path: Path) -> None:
    for out in kills(base, tmp_path, SECOND, Moment.AFTER):
        build(out, THIRD, frozenset({"opencode"}))
        assert standing(out)["opencode/opencode.json"] == THIRD["opencode/opencode.json"]
        build(out, FIRST)
        assert standing(out) == FIRST | MINE, out.name


def killed_between(out: Path, files: dict[str, str], *, moves: int, force: bool = False) -> None:
    """Kill a build when it has put so many files in their places, the journal not counted."""
    whole = out.with_name(f"undisturbed {len(list(out.parent.iterdir()))}")
    steps = steps_of(lambda: build(copied(out, whole), files, force=force))
    with killed([at for at, name in enumerate(steps) if name == "move"][moves + 1]):
        build(out, files, force=force)


def test_file_of_killed_build_stays_owned_after_second_kill(base: Path) -> None:
    """It is in no manifest, and the second build has nothing to do with it."""
    killed_between(base, SECOND, moves=2)
    assert "opencode/providers/far.json" in standing(base)
    killed_between(base, SECOND | {"bridge.json": "[]\n"}, moves=0)
    build(base, FIRST)
    assert standing(base) == FIRST | MINE


def test_file_of_killed_build_stays_owned_after_kill_of_other_target(base: Path, tmp_path: Path) -> None:
    killed_between(base, SECOND, moves=2)
    narrow = frozenset({"bridge"})
    files = {"bridge.json": "[]\n"}
    for at in range(len(steps_of(lambda: build(copied(base, tmp_path / "whole"), files, narrow)))):
        out = copied(base, tmp_path / f"{at}")
        with killed(at):
            build(out, files, narrow)
        build(out, FIRST)
        assert standing(out) == FIRST | MINE, f"step {at}"


def test_foreign_file_not_reached_by_force_is_not_owned(base: Path) -> None:
    """`--force` permitted to overwrite it with content that no later build wants."""
    write(base, "opencode/providers/far.json", "mine\n")
    killed_between(base, SECOND, moves=0, force=True)
    build(base, FIRST)
    assert standing(base) == FIRST | MINE | {"opencode/providers/far.json": "mine\n"}


def test_obstacle_to_file_of_killed_build_does_not_stop_other_targets(base: Path) -> None:
    killed_between(base, SECOND, moves=2)
    (base / "opencode/providers/far.json").unlink()
    (base / "opencode/providers/far.json").mkdir()
    build(base, {"bridge.json": "[]\n"}, frozenset({"bridge"}))
    assert standing(base)["bridge.json"] == "[]\n"


def test_readers_see_no_incomplete_file(base: Path, tmp_path: Path) -> None:
    whole = {*FIRST.values(), *SECOND.values(), *MINE.values()}
    for moment in Moment:
        for out in kills(base, tmp_path / moment, SECOND, moment):
            assert set(standing(out).values()) <= whole
            json.loads((out / "manifest.json").read_text())


@pytest.mark.parametrize("path", sorted(FIRST.keys() | SECOND.keys()))
def test_edit_after_kill_is_protected(base: Path, tmp_path: Path, path: str) -> None:
    for out in kills(base, tmp_path, SECOND, Moment.AFTER):
        write(out, path, "edited\n")
        before = everything(out)
        if (
            path in SECOND
            or "opencode/providers/near.json" in json.loads((out / "manifest.json").read_text())["files"]
        ):
            assert set(refused(out, SECOND)) <= {"BC602", "BC604"}
            assert everything(out) == before
        else:
            build(out, SECOND)
        assert standing(out)[path] == "edited\n", out.name
        build(out, SECOND, force=True)
        assert standing(out).items() >= SECOND.items()


def test_file_made_by_user_after_kill_is_not_owned(base: Path, tmp_path: Path) -> None:
    for out in kills(base, tmp_path, SECOND, Moment.AFTER):
        write(out, "opencode/providers/far.json", "mine\n")
        if "opencode/providers/far.json" in json.loads((out / "manifest.json").read_text())["files"]:
            assert refused(out, FIRST) == ["BC604"]  # all was written, so the user edited it
            continue
        build(out, FIRST)
        assert standing(out) == FIRST | MINE | {"opencode/providers/far.json": "mine\n"}, out.name


def test_edits_overwritten_by_force_do_not_stop_repair(base: Path, tmp_path: Path) -> None:
    write(base, "opencode/opencode.json", "edited\n")
    whole = copied(base, tmp_path / "whole")
    for at in range(len(steps_of(lambda: build(whole, SECOND, force=True)))):
        out = copied(base, tmp_path / f"{at}")
        with killed(at):
            build(out, SECOND, force=True)
        announced = (out / ".booconf/journal.json").exists()
        if announced or standing(out)["opencode/opencode.json"] != "edited\n":
            build(out, SECOND)
            assert standing(out) == SECOND | MINE
        else:
            assert refused(out, SECOND) == ["BC602"]


def test_foreign_journal_is_not_trusted(base: Path) -> None:
    write(base, "opencode/opencode.json", "edited\n")
    write(base, ".booconf/journal.json", "<<<<<<<")
    assert refused(base, SECOND) == ["BC602"]


def test_leftover_journal_is_deleted_by_build_without_changes(base: Path) -> None:
    write(base, ".booconf/journal.json", '{"version": 1, "files": {}}')
    assert {change.action for change in build(base, FIRST).changes} == {FileAction.UNCHANGED}
    assert cached(base) == RESTING


def test_killed_process_is_repaired(base: Path, tmp_path: Path) -> None:
    steps = steps_of(lambda: build(copied(base, tmp_path / "whole"), SECOND))
    interesting = [at for at, name in enumerate(steps) if name in {"create", "move", "delete"}]
    for at in interesting:
        out = copied(base, tmp_path / f"killed at {at}")
        run = subprocess.run(
            [sys.executable, "-m", killed_build.__name__, str(out), json.dumps(SECOND), str(at)],
            cwd=Path(__file__).parents[2],
            check=False,
        )
        assert run.returncode == killed_build.KILLED
        write(out, "bridge.json", "edited\n")
        assert refused(out, SECOND) == ["BC602"]
        write(out, "bridge.json", SECOND["bridge.json"])
        build(out, SECOND)
        assert standing(out) == SECOND | MINE, f"step {at}: {steps[at]}"
        assert cached(out) == RESTING


def test_concurrent_builds_leave_files_of_one(tmp_path: Path) -> None:
    """Real processes: every one succeeds, and the folder is complete in any order."""
    builds = [
        subprocess.Popen(
            [
                sys.executable,
                "-m",
                killed_build.__name__,
                str(tmp_path / "out"),
                json.dumps(files),
                "1000000",
            ],
            cwd=Path(__file__).parents[2],
        )
        for files in (FIRST, SECOND, FIRST, SECOND)
    ]
    assert [process.wait() for process in builds] == [killed_build.SURVIVED] * 4
    left = standing(tmp_path / "out")
    assert left in (FIRST, SECOND)
    assert not planned(tmp_path / "out", left).pending
