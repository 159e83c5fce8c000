"""Each step on the disk: its effect, the order of syncs, and its errors."""

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from booconf.output import filesystem
from booconf.output.filesystem import ObstacleError, create
from tests.output.folders import FIRST, SECOND, build, standing


class BusyError(PermissionError):
    """The error of Windows for a file that another program has open."""

    winerror = 32


def test_new_files_and_journal_are_synced_before_first_replacement(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(tmp_path, FIRST)
    log: list[tuple[str, str]] = []

    def synced(descriptor: int) -> None:
        log.append(("sync", str(os.fstat(descriptor).st_ino)))

    def moved(source: Path, destination: Path) -> None:
        log.append(("move", str(source.stat().st_ino)))
        log.append(("into", str(destination.parent.stat().st_ino)))
        source.replace(destination)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(filesystem, "move", moved)
    build(tmp_path, SECOND)
    moves = [inode for what, inode in log if what == "move"]
    first = log.index(("move", moves[1]))  # the journal is moves[0]
    staged = [str((tmp_path / path).stat().st_ino) for path in ("opencode/opencode.json", "manifest.json")]
    folder = str((tmp_path / ".booconf").stat().st_ino)
    for inode in (*staged, moves[0], folder):
        assert ("sync", inode) in log[:first]
    last = log.index(("move", staged[1]))
    assert ("sync", str((tmp_path / "opencode").stat().st_ino)) in log[first:last]
    assert ("sync", str(tmp_path.stat().st_ino)) in log[last:]


def test_read_returns_bytes_and_stamp_or_none(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"one")
    seen = filesystem.read(tmp_path, "a")
    assert seen == (b"one", filesystem.stamp((tmp_path / "a").stat()))
    assert filesystem.read(tmp_path, "b") is None
    assert filesystem.read(tmp_path, "b/c") is None


def test_stamp_changes_with_file(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"one")
    before = filesystem.stamp((tmp_path / "a").stat())
    (tmp_path / "a").write_bytes(b"four")
    assert filesystem.stamp((tmp_path / "a").stat()) != before


def test_junction_of_windows_is_a_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").mkdir()

    class Junction:
        st_mode = stat.S_IFDIR | 0o755
        st_reparse_tag = 0xA0000003

    monkeypatch.setattr(Path, "lstat", lambda _path: Junction())
    with pytest.raises(ObstacleError, match="is a symbolic link"):
        filesystem.find(tmp_path, "a/b")


def test_create_does_not_overwrite(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"one")
    with pytest.raises(FileExistsError):
        filesystem.create(tmp_path / "a", b"two")
    assert (tmp_path / "a").read_bytes() == b"one"


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_incomplete_new_file_is_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    opened: list[int] = []

    def refuse(descriptor: int) -> None:
        opened.append(descriptor)
        raise error

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(type(error)) as caught:
        filesystem.create(tmp_path / "a", b"one")
    assert caught.value is error
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(OSError, match="descriptor"):
        os.fstat(opened[0])  # closed before it is deleted, as Windows needs it


def test_first_error_is_raised_if_deletion_fails_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(subject: object, **_options: bool) -> None:
        raise OSError(28 if isinstance(subject, int) else 13, "refused")

    monkeypatch.setattr(os, "fsync", refuse)
    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(OSError, match="refused") as caught:
        filesystem.create(tmp_path / "a", b"one")
    assert caught.value.errno == 28


@pytest.mark.parametrize("place", ["nowhere", "file"])
def test_error_of_opening_a_file_is_raised(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_bytes(b"one")
    with pytest.raises(OSError, match=place):
        filesystem.create(tmp_path / place / "a", b"two")
    assert (tmp_path / "file").read_bytes() == b"one"


def test_new_file_has_given_bytes(tmp_path: Path) -> None:
    create(tmp_path / "a.yaml", "label: Größe\n".encode())
    assert (tmp_path / "a.yaml").read_bytes() == "label: Größe\n".encode()
    with pytest.raises(FileExistsError):
        create(tmp_path / "a.yaml", b"other\n")
    (tmp_path / "link.yaml").symlink_to(tmp_path / "nowhere")
    with pytest.raises(FileExistsError):
        create(tmp_path / "link.yaml", b"other\n")
    assert not (tmp_path / "nowhere").exists()


def busy(times: int, error: type[OSError]) -> Callable[[Path, Path], Any]:
    original = Path.replace

    def replace(source: Path, destination: Path) -> Any:
        nonlocal times
        times -= 1
        if times >= 0:
            raise error
        return original(source, destination)

    return replace


@pytest.mark.parametrize("times", range(len(filesystem.RETRIES) + 1))
def test_replacement_of_busy_file_is_retried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    monkeypatch.setattr(filesystem, "RETRIES", tuple(0.0 for _ in filesystem.RETRIES))
    monkeypatch.setattr(Path, "replace", busy(times, BusyError))
    (tmp_path / "a").write_bytes(b"new")
    filesystem.move(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "b").read_bytes() == b"new"


def test_retries_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filesystem, "RETRIES", (0.0, 0.0))
    monkeypatch.setattr(Path, "replace", busy(3, BusyError))
    (tmp_path / "a").write_bytes(b"new")
    with pytest.raises(BusyError):
        filesystem.move(tmp_path / "a", tmp_path / "b")


def test_other_errors_are_not_retried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "replace", busy(1, PermissionError))
    with pytest.raises(PermissionError):
        filesystem.move(tmp_path / "a", tmp_path / "b")


def test_backup_without_hard_links_copies_bytes_mode_and_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_path: Path, _target: Path) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    (tmp_path / "a").write_bytes(b"one")
    (tmp_path / "a").chmod(0o604)
    os.utime(tmp_path / "a", ns=(1_000_000_000, 2_000_000_000))
    filesystem.back_up(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "b").read_bytes() == b"one"
    assert (tmp_path / "b").stat().st_mode == (tmp_path / "a").stat().st_mode
    assert (tmp_path / "b").stat().st_mtime_ns == 2_000_000_000


def test_error_of_syncing_a_folder_is_ignored(tmp_path: Path) -> None:
    filesystem.sync_folder(tmp_path / "nowhere")


def test_deletion_of_missing_file_or_full_folder_is_no_error(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    filesystem.delete(tmp_path / "nothing")
    filesystem.delete_folder(tmp_path / "opencode")
    assert standing(tmp_path) == FIRST
