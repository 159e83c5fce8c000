"""Publishing carries a plan out, all or none, touches nothing it need not, and cleans up after itself."""

import os
import stat
import sys
from pathlib import Path

import pytest

from booconf.output import lock
from booconf.output.diagnostics import OutputError
from booconf.output.lock import prepare_cache
from booconf.output.plan import Plan, plan
from booconf.output.publish import publish
from tests.output.faults import copied, failing, killed, meanwhile, steps_of
from tests.output.folders import (
    FIRST,
    SECOND,
    artifacts,
    build,
    cached,
    everything,
    planned,
    refused,
    standing,
    write,
)

RESTING = {".gitignore", "lock"}
"""Files below `.booconf` between builds."""


def codes(error: OutputError) -> list[str]:
    return [diagnostic.code for diagnostic in error.diagnostics]


def test_build_writes_files_manifest_and_ignored_folder(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    build(out, FIRST)
    assert standing(out) == FIRST
    assert cached(out) == RESTING
    assert (out / ".booconf/.gitignore").read_text() == "*\n"


def test_second_build_leaves_same_files_as_first(tmp_path: Path) -> None:
    build(tmp_path / "both", FIRST)
    build(tmp_path / "both", SECOND)
    build(tmp_path / "one", SECOND)
    assert everything(tmp_path / "both") == everything(tmp_path / "one")


def test_build_without_changes_takes_no_step(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    assert steps_of(lambda: build(tmp_path, FIRST)) == []


def test_only_files_that_differ_are_written(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    before = {path: (tmp_path / path).stat() for path in FIRST}
    build(tmp_path, SECOND)
    assert (tmp_path / "bridge.json").stat().st_ino == before["bridge.json"].st_ino
    assert (tmp_path / "bridge.json").stat().st_mtime_ns == before["bridge.json"].st_mtime_ns
    assert (tmp_path / "opencode/opencode.json").stat().st_ino != before["opencode/opencode.json"].st_ino


def test_manifest_is_written_last(tmp_path: Path) -> None:
    moved: list[str] = []
    build(tmp_path, FIRST)

    def note() -> None:
        moved.append(str(sorted(standing(tmp_path).items()) == sorted(SECOND.items())))

    with meanwhile("move", 4, note):  # journal, three changes, then the manifest
        build(tmp_path, SECOND)
    assert moved == ["True"]


def test_empty_folders_are_deleted(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    write(tmp_path, "opencode/mine.txt", "mine")
    build(tmp_path, {"bridge.json": "{}\n"})
    assert standing(tmp_path) == {"bridge.json": "{}\n", "opencode/mine.txt": "mine"}
    assert not (tmp_path / "opencode/providers").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps no such permissions")
def test_file_keeps_permissions_and_new_file_has_umask(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    (tmp_path / "opencode/opencode.json").chmod(0o604)
    build(tmp_path, SECOND)
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE((tmp_path / "opencode/opencode.json").stat().st_mode) == 0o604
    assert stat.S_IMODE((tmp_path / "opencode/providers/far.json").stat().st_mode) == 0o666 & ~mask


def test_force_overwrites_edits(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    write(tmp_path, "bridge.json", "mine\n")
    write(tmp_path, "opencode/providers/near.json", "mine\n")
    build(tmp_path, SECOND, force=True)
    assert standing(tmp_path) == SECOND


def test_only_own_leftovers_are_deleted(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    write(tmp_path, ".booconf/staging/0.new", "half a file")
    write(tmp_path, ".booconf/staging/12.old", "a file")
    write(tmp_path, ".booconf/staging/journal.new", "half a journal")
    write(tmp_path, ".booconf/staging/notes.txt", "mine")
    build(tmp_path, SECOND)
    assert cached(tmp_path) == RESTING | {"staging", "staging/notes.txt"}


def test_staging_folder_that_was_not_deleted_is_deleted_by_next_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Path, "rmdir", refused_deletion)
        build(tmp_path, FIRST)
    assert cached(tmp_path) == RESTING | {"staging"}
    assert not build(tmp_path, FIRST).pending
    assert cached(tmp_path) == RESTING


def refused_deletion(_folder: Path) -> None:
    raise PermissionError(13, "Permission denied")


def test_staging_folder_of_running_build_is_not_deleted(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    (tmp_path / ".booconf/staging").mkdir()
    with lock.acquire(tmp_path, 0):
        build(tmp_path, FIRST)
    assert cached(tmp_path) == RESTING | {"staging"}


@pytest.mark.parametrize("place", [".booconf", ".booconf/staging", ".booconf/lock", ".booconf/.gitignore"])
def test_link_in_cache_folder_is_not_followed(tmp_path: Path, place: str) -> None:
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    decided = planned(out, FIRST)
    folder = place in {".booconf", ".booconf/staging"}
    write(elsewhere, "0.new", "precious")
    (out / place).parent.mkdir(parents=True)
    (out / place).symlink_to(elsewhere if folder else elsewhere / "0.new", target_is_directory=folder)
    with pytest.raises(OutputError) as caught:
        publish(decided)
    assert codes(caught.value) == ["BC606"]
    assert everything(elsewhere) == {"0.new": "precious"}
    assert standing(out) == {}


def test_edit_after_planning_is_detected(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    decided = planned(tmp_path, SECOND)
    write(tmp_path, "opencode/opencode.json", "mine\n")
    with pytest.raises(OutputError) as caught:
        publish(decided)
    assert codes(caught.value) == ["BC602"]
    assert standing(tmp_path) == FIRST | {"opencode/opencode.json": "mine\n"}


@pytest.mark.parametrize(
    "path", ["opencode/opencode.json", "opencode/providers/far.json", "opencode/providers/near.json"]
)
def test_edit_during_build_stays_and_build_is_rolled_back(tmp_path: Path, path: str) -> None:
    build(tmp_path, FIRST)
    with (
        meanwhile("move", 0, lambda: write(tmp_path, path, "somebody else's\n")),
        pytest.raises(OutputError) as caught,
    ):
        build(tmp_path, SECOND)
    assert codes(caught.value) == ["BC606"]
    assert "by another program during the build" in caught.value.diagnostics[0].message
    assert standing(tmp_path) == FIRST | {path: "somebody else's\n"}
    assert cached(tmp_path) == RESTING


def test_link_that_appears_during_the_build_is_not_followed(tmp_path: Path) -> None:
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    elsewhere.mkdir()
    with (
        meanwhile("move", 0, lambda: (out / "opencode").symlink_to(elsewhere, target_is_directory=True)),
        pytest.raises(OutputError) as caught,
    ):
        build(out, FIRST)
    assert codes(caught.value) == ["BC606"]
    assert everything(elsewhere) == {}
    assert standing(out) == {}


def test_plan_carried_out_by_another_build_has_no_pending_change(tmp_path: Path) -> None:
    decided = planned(tmp_path, FIRST)
    build(tmp_path, FIRST)
    assert not publish(decided).pending


def test_error_of_any_step_is_rolled_back(tmp_path: Path) -> None:
    base = tmp_path / "base"
    build(base, FIRST)
    before = everything(base)
    steps = steps_of(lambda: build(copied(base, tmp_path / "whole"), SECOND))
    for at in range(len(steps)):
        out = copied(base, tmp_path / f"{at}")
        with failing(at), pytest.raises(OutputError) as caught:
            build(out, SECOND)
        assert codes(caught.value) == ["BC606"]
        assert "No space left on device" in caught.value.diagnostics[0].message
        if "needs repair" in caught.value.diagnostics[0].message:
            assert standing(out) == SECOND, (
                f"step {at}: only what comes after the last file may fail without return"
            )
        else:
            assert everything(out) == before, f"step {at}"
            assert "no file was changed" in (caught.value.diagnostics[0].help or "")
        build(out, SECOND)
        assert standing(out) == SECOND
        assert cached(out) == RESTING


def test_failed_first_build_leaves_no_folder(tmp_path: Path) -> None:
    for at in range(len(steps_of(lambda: build(tmp_path / "whole", FIRST)))):
        out = tmp_path / f"{at}"
        with failing(at), pytest.raises(OutputError) as caught:
            build(out, FIRST)
        left = {path.name for path in out.iterdir()} if out.exists() else set()
        if "needs repair" not in caught.value.diagnostics[0].message:
            assert left <= {".booconf"}, f"step {at}"


def test_failed_rollback_is_repaired_by_next_build(tmp_path: Path) -> None:
    base = tmp_path / "base"
    build(base, FIRST)
    third = {path: f"{text}more\n" for path, text in (FIRST | SECOND).items()}
    steps = steps_of(lambda: build(copied(base, tmp_path / "whole"), SECOND))
    defects: set[str] = set()
    for at in range(len(steps)):
        out = copied(base, tmp_path / f"{at}")
        with failing(at, times=1 << 30), pytest.raises(OutputError) as caught:
            build(out, SECOND)
        defects |= {
            problem.message.split(": ")[0].rpartition("` ")[2] for problem in caught.value.diagnostics
        }
        build(out, third)
        assert standing(out) == third, f"step {at}"
        assert cached(out) == RESTING
    assert defects == {"cannot be written", "needs repair"}


def test_interrupt_is_rolled_back(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    before = everything(tmp_path)

    def interrupt() -> None:
        raise KeyboardInterrupt

    for at in range(5):
        with meanwhile("move", at, interrupt), pytest.raises(KeyboardInterrupt):
            build(tmp_path, SECOND)
        assert everything(tmp_path) == before
        assert cached(tmp_path) == RESTING


def test_failed_repair_can_be_repaired(tmp_path: Path) -> None:
    """Taken back, the folder is as the killed build left it, so the journal must stay."""
    base = tmp_path / "base"
    build(base, FIRST)
    third = {path: f"{text}more\n" for path, text in FIRST.items()}
    steps = steps_of(lambda: build(copied(base, tmp_path / "whole"), SECOND))
    third_move = [at for at, name in enumerate(steps) if name == "move"][2]
    with killed(third_move):  # the journal and one file are in their places
        build(base, SECOND)
    assert standing(base) not in (FIRST, SECOND)
    steps = steps_of(lambda: build(copied(base, tmp_path / "repaired"), third))
    for at in range(len(steps)):
        out = copied(base, tmp_path / f"{at}")
        with failing(at), pytest.raises(OutputError):
            build(out, third)
        fourth = {path: f"{text}and more\n" for path, text in third.items()}
        build(out, fourth)
        assert standing(out) == fourth, f"step {at}"


def test_protected_folder_is_refused_with_reason(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    decided = plan(tmp_path / "out", artifacts(FIRST))
    assert isinstance(decided, Plan)
    (tmp_path / "out").write_text("a file came between")
    with pytest.raises(OutputError) as caught:
        publish(decided)
    assert codes(caught.value) == ["BC606"]


def test_lock_of_another_build_is_reported_after_waiting(tmp_path: Path) -> None:
    decided = planned(tmp_path, FIRST)
    prepare_cache(tmp_path)
    with lock.acquire(tmp_path, 0), pytest.raises(OutputError) as caught:
        publish(decided, seconds=0.05)
    assert codes(caught.value) == ["BC606"]
    assert f"{tmp_path.as_posix()}/.booconf/lock" in caught.value.diagnostics[0].message
    assert standing(tmp_path) == {}
    publish(decided)
    assert standing(tmp_path) == FIRST


def test_refusal_is_decided_again_after_running_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(tmp_path, FIRST)
    write(tmp_path, "bridge.json", "mine\n")
    monkeypatch.setattr(lock, "LOCK_TIMEOUT", 0.05)
    with lock.acquire(tmp_path, 0):
        assert refused(tmp_path, FIRST) == ["BC606"]
    assert refused(tmp_path, FIRST) == ["BC602"]
