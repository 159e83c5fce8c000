"""Atomic replacement of one file, never over a concurrent change."""

import errno
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from booconf.output import filesystem
from booconf.output.atomic_write import RevisionError, replace
from tests.output.faults import failing
from tests.support.file_size import largest_file

BEFORE, AFTER = b"version: 1\r\n", b"version: 1\r\n# more\r\n"


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    file = tmp_path / "fleet.yaml"
    file.write_bytes(BEFORE)
    return file


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_new_and_existing_file_are_written(tmp_path: Path) -> None:
    file = tmp_path / "seen.json"
    replace(file, b"one")
    replace(file, b"two")
    assert file.read_bytes() == b"two"
    assert names(tmp_path) == ["seen.json"]


@pytest.mark.parametrize("holding", [None, BEFORE])
def test_mode_stays(fleet: Path, holding: bytes | None) -> None:
    fleet.chmod(0o640)
    replace(fleet, AFTER, holding=holding)
    assert fleet.read_bytes() == AFTER
    assert stat.S_IMODE(fleet.stat().st_mode) == 0o640
    assert names(fleet.parent) == ["fleet.yaml"]


@pytest.mark.parametrize("holding", [None, BEFORE])
def test_symbolic_link_is_followed(fleet: Path, holding: bytes | None) -> None:
    folder = fleet.parent / "dotfiles"
    folder.mkdir()
    real = fleet.rename(folder / "my fleet.yaml")
    fleet.symlink_to(real)
    replace(fleet, AFTER, holding=holding)
    assert fleet.is_symlink()
    assert real.read_bytes() == AFTER
    assert names(folder) == ["my fleet.yaml"]


@pytest.mark.parametrize("holding", [None, BEFORE])
def test_folder_is_refused(tmp_path: Path, holding: bytes | None) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(OSError, match="no regular file"):
        replace(folder, AFTER, holding=holding)
    assert names(tmp_path) == ["folder"]


@pytest.mark.parametrize("holding", [None, BEFORE])
def test_protected_file_is_refused(fleet: Path, holding: bytes | None) -> None:
    fleet.chmod(0o444)
    with pytest.raises(OSError, match="it is write-protected"):
        replace(fleet, AFTER, holding=holding)
    assert fleet.read_bytes() == BEFORE
    assert names(fleet.parent) == ["fleet.yaml"]


def test_loop_of_links_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(OSError) as refused:  # noqa: PT011 - its message is the system's, in any language
        replace(tmp_path / "a", AFTER)
    assert refused.value.errno == errno.ELOOP
    assert names(tmp_path) == ["a", "b"]


def test_file_changed_after_reading_stays(fleet: Path) -> None:
    fleet.write_bytes(b"version: 2\n")
    with pytest.raises(RevisionError, match=r"^it was changed meanwhile$"):
        replace(fleet, AFTER, holding=BEFORE)
    assert fleet.read_bytes() == b"version: 2\n"
    assert names(fleet.parent) == ["fleet.yaml"]


def test_deleted_file_is_not_created_again(fleet: Path) -> None:
    fleet.unlink()
    with pytest.raises(RevisionError, match=r"^it no longer exists$"):
        replace(fleet, AFTER, holding=BEFORE)
    assert names(fleet.parent) == []


def rewritten(file: Path) -> None:
    file.write_bytes(b"version: 2\n")


def made_a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


@pytest.mark.parametrize(
    ("deed", "why"), [(rewritten, "it was changed meanwhile"), (made_a_folder, "it is a folder")]
)
def test_file_changed_while_draft_is_written_stays(
    fleet: Path, monkeypatch: pytest.MonkeyPatch, deed: Callable[[Path], None], why: str
) -> None:
    create = filesystem.create

    def create_slowly(file: Path, data: bytes, mode: int) -> None:
        create(file, data, mode)
        deed(fleet)

    monkeypatch.setattr(filesystem, "create", create_slowly)
    with pytest.raises(RevisionError, match=f"^{why}$"):
        replace(fleet, AFTER, holding=BEFORE)
    assert fleet.is_dir() or fleet.read_bytes() == b"version: 2\n"
    assert names(fleet.parent) == ["fleet.yaml"]


@pytest.fixture
def linked(fleet: Path) -> Path:
    """A second name of the fleet file, in another folder."""
    (fleet.parent / "shared").mkdir()
    other = fleet.parent / "shared" / "fleet.yaml"
    other.hardlink_to(fleet)
    return other


def test_hard_link_stays(fleet: Path, linked: Path) -> None:
    fleet.chmod(0o640)
    replace(fleet, AFTER, holding=BEFORE)
    assert linked.samefile(fleet)
    assert linked.read_bytes() == AFTER
    replace(fleet, b"short")
    assert linked.read_bytes() == b"short"
    assert stat.S_IMODE(linked.stat().st_mode) == 0o640
    assert names(fleet.parent) == ["fleet.yaml", "shared"]


@pytest.mark.parametrize("step", range(5))
def test_failed_write_in_place_restores_content(fleet: Path, linked: Path, step: int) -> None:
    with failing(step) as steps, pytest.raises(OSError, match="No space left on device"):
        replace(fleet, AFTER, holding=BEFORE)
    assert steps[step] == ["delete", "create", "set_mode", "overwrite", "delete"][step]
    assert linked.read_bytes() == (AFTER if step == 4 else BEFORE)
    assert names(fleet.parent) == ["fleet.yaml", "shared"]


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
def test_write_in_place_that_stops_half_way_restores_content(
    fleet: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    def refuse(_descriptor: int) -> None:
        monkeypatch.undo()
        raise error

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(type(error)):
        filesystem.overwrite(fleet, b"x")
    assert fleet.read_bytes() == BEFORE


@pytest.mark.skipif(sys.platform == "win32", reason="owners of Unix")
def test_owner_and_group_stay(fleet: Path) -> None:
    uid, gid = (1234, 5678) if os.getuid() == 0 else (os.getuid(), os.getgroups()[-1])
    os.chown(fleet, uid, gid)
    fleet.chmod(0o640)
    before = fleet.stat().st_ino
    replace(fleet, AFTER, holding=BEFORE)
    status = fleet.stat()
    assert (status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode)) == (uid, gid, 0o640)
    assert status.st_ino != before
    assert fleet.read_bytes() == AFTER


@pytest.mark.skipif(sys.platform == "win32", reason="owners of Unix")
def test_owner_that_cannot_be_kept_is_reported(fleet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "chown", refuse)
    fields = list(fleet.stat())
    assert filesystem.copy_owner(os.stat_result(fields), fleet)
    fields[stat.ST_UID] += 1
    assert not filesystem.copy_owner(os.stat_result(fields), fleet)


def test_file_whose_owner_cannot_be_kept_is_written_in_place(
    fleet: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = fleet.stat().st_ino
    monkeypatch.setattr(filesystem, "copy_owner", lambda _status, _file: False)
    replace(fleet, AFTER, holding=BEFORE)
    assert (fleet.stat().st_ino, fleet.read_bytes()) == (before, AFTER)
    assert names(fleet.parent) == ["fleet.yaml"]


@pytest.mark.parametrize("step", range(4))
def test_full_disk_leaves_file_unchanged_and_no_draft(fleet: Path, step: int) -> None:
    with failing(step) as steps, pytest.raises(OSError, match="No space left on device"):
        replace(fleet, AFTER, holding=BEFORE)
    assert steps[step] == ["delete", "create", "set_mode", "move"][step]
    assert fleet.read_bytes() == BEFORE
    assert names(fleet.parent) == ["fleet.yaml"]


def test_draft_written_half_way_is_deleted(fleet: Path) -> None:
    with largest_file(len(AFTER) // 2), pytest.raises(OSError, match="File too large"):
        replace(fleet, AFTER, holding=BEFORE)
    assert fleet.read_bytes() == BEFORE
    assert names(fleet.parent) == ["fleet.yaml"]
