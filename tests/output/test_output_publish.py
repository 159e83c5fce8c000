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
"""What is left in our own folder between builds."""


def codes(error: OutputError) -> list[str]:
    return [diagnostic.code for diagnostic in error.diagnostics]


def test_a_build_leaves_the_files_the_manifest_and_an_ignored_folder(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    build(out, FIRST)
    assert standing(out) == FIRST
    assert cached(out) == RESTING
    assert (out / ".booconf/.gitignore").read_text() == "*\n"


def test_a_second_build_makes_of_the_folder_what_a_first_one_would(tmp_path: Path) -> None:
    build(tmp_path / "both", FIRST)
    build(tmp_path / "both", SECOND)
    build(tmp_path / "one", SECOND)
    assert everything(tmp_path / "both") == everything(tmp_path / "one")


def test_a_build_with_nothing_to_do_takes_no_step(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    assert steps_of(lambda: build(tmp_path, FIRST)) == []


def test_only_files_that_differ_are_written(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    before = {path: (tmp_path / path).stat() for path in FIRST}
    build(tmp_path, SECOND)
    assert (tmp_path / "bridge.json").stat().st_ino == before["bridge.json"].st_ino
    assert (tmp_path / "bridge.json").stat().st_mtime_ns == before["bridge.json"].st_mtime_ns
    assert (tmp_path / "opencode/opencode.json").stat().st_ino != before["opencode/opencode.json"].st_ino


def test_the_manifest_is_written_last(tmp_path: Path) -> None:
    moved: list[str] = []
    build(tmp_path, FIRST)

    def note() -> None:
        moved.append(str(sorted(standing(tmp_path).items()) == sorted(SECOND.items())))

    with meanwhile("move", 4, note):  # journal, three changes, then the manifest
        build(tmp_path, SECOND)
    assert moved == ["True"]


def test_folders_that_become_empty_go_and_others_stay(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    write(tmp_path, "opencode/mine.txt", "mine")
    build(tmp_path, {"bridge.json": "{}\n"})
    assert standing(tmp_path) == {"bridge.json": "{}\n", "opencode/mine.txt": "mine"}
    assert not (tmp_path / "opencode/providers").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps no such permissions")
def test_a_file_keeps_its_permissions_and_a_new_one_follows_the_umask(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    (tmp_path / "opencode/opencode.json").chmod(0o604)
    build(tmp_path, SECOND)
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE((tmp_path / "opencode/opencode.json").stat().st_mode) == 0o604
    assert stat.S_IMODE((tmp_path / "opencode/providers/far.json").stat().st_mode) == 0o666 & ~mask


def test_force_puts_the_plan_in_the_place_of_edits(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    write(tmp_path, "bridge.json", "mine\n")
    write(tmp_path, "opencode/providers/near.json", "mine\n")
    build(tmp_path, SECOND, force=True)
    assert standing(tmp_path) == SECOND


def test_leftovers_are_removed_only_where_they_are_ours_by_name(tmp_path: Path) -> None:
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
def test_a_link_in_our_own_folder_is_not_followed(tmp_path: Path, place: str) -> None:
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


def test_what_was_edited_since_the_plan_was_made_is_seen(tmp_path: Path) -> None:
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
def test_what_is_written_during_the_build_is_kept_and_the_rest_taken_back(tmp_path: Path, path: str) -> None:
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


def test_a_link_that_appears_during_the_build_is_not_followed(tmp_path: Path) -> None:
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


def test_a_plan_that_another_build_has_carried_out_has_nothing_to_do(tmp_path: Path) -> None:
    decided = planned(tmp_path, FIRST)
    build(tmp_path, FIRST)
    assert not publish(decided).pending


def test_when_the_system_refuses_a_step_every_file_is_as_it_was(tmp_path: Path) -> None:
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


def test_a_first_build_that_is_refused_leaves_no_folders_behind(tmp_path: Path) -> None:
    for at in range(len(steps_of(lambda: build(tmp_path / "whole", FIRST)))):
        out = tmp_path / f"{at}"
        with failing(at), pytest.raises(OutputError) as caught:
            build(out, FIRST)
        left = {path.name for path in out.iterdir()} if out.exists() else set()
        if "needs repair" not in caught.value.diagnostics[0].message:
            assert left <= {".booconf"}, f"step {at}"


def test_when_the_system_refuses_everything_from_a_step_on_the_next_build_repairs(tmp_path: Path) -> None:
    base = tmp_path / "base"
    build(base, FIRST)
    third = {path: f"{text}more\n" for path, text in (FIRST | SECOND).items()}
    steps = steps_of(lambda: build(copied(base, tmp_path / "whole"), SECOND))
    said: set[str] = set()
    for at in range(len(steps)):
        out = copied(base, tmp_path / f"{at}")
        with failing(at, times=1 << 30), pytest.raises(OutputError) as caught:
            build(out, SECOND)
        said |= {problem.message.split(": ")[0].rpartition("` ")[2] for problem in caught.value.diagnostics}
        build(out, third)
        assert standing(out) == third, f"step {at}"
        assert cached(out) == RESTING
    assert said == {"cannot be written", "needs repair"}


def test_an_interrupt_from_the_keyboard_takes_everything_back(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    before = everything(tmp_path)

    def interrupt() -> None:
        raise KeyboardInterrupt

    for at in range(5):
        with meanwhile("move", at, interrupt), pytest.raises(KeyboardInterrupt):
            build(tmp_path, SECOND)
        assert everything(tmp_path) == before
        assert cached(tmp_path) == RESTING


def test_a_build_that_fails_while_it_repairs_still_leaves_what_the_next_needs(tmp_path: Path) -> None:
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


def test_a_folder_that_may_not_be_written_is_refused_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    decided = plan(tmp_path / "out", artifacts(FIRST))
    assert isinstance(decided, Plan)
    (tmp_path / "out").write_text("a file came between")
    with pytest.raises(OutputError) as caught:
        publish(decided)
    assert codes(caught.value) == ["BC606"]


def test_another_build_is_waited_for_and_then_named(tmp_path: Path) -> None:
    decided = planned(tmp_path, FIRST)
    prepare_cache(tmp_path)
    with lock.acquire(tmp_path, 0), pytest.raises(OutputError) as caught:
        publish(decided, seconds=0.05)
    assert codes(caught.value) == ["BC606"]
    assert f"{tmp_path.as_posix()}/.booconf/lock" in caught.value.diagnostics[0].message
    assert standing(tmp_path) == {}
    publish(decided)
    assert standing(tmp_path) == FIRST


def test_a_refusal_beside_another_build_is_decided_again_when_that_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(tmp_path, FIRST)
    write(tmp_path, "bridge.json", "mine\n")
    monkeypatch.setattr(lock, "LOCK_TIMEOUT", 0.05)
    with lock.acquire(tmp_path, 0):
        assert refused(tmp_path, FIRST) == ["BC606"]
    assert refused(tmp_path, FIRST) == ["BC602"]
