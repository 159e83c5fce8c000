"""The watched file: every replacement is reported, a half-written one is not, a settled file is not read."""

import hashlib
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from booconf.service.state.fleet_watcher import SETTLED_AFTER, Content, NotRegularError, WatchedFile


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_bytes(b"one")
    return path


def change(file: WatchedFile) -> bytes | str | None:
    changed = file.change(file.snapshot())
    return changed.raw if isinstance(changed, Content) else changed


def changes(file: WatchedFile, times: int = 2) -> list[bytes | str | None]:
    return [change(file) for _ in range(times)]


@pytest.fixture
def file(path: Path) -> WatchedFile:
    """A file whose content has been reported."""
    file = WatchedFile(path)
    assert changes(file) == [None, b"one"]
    return file


def in_place(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def in_place_with_the_old_time(path: Path, content: bytes) -> None:
    """As `cp -p` and `rsync -t` do; the sizes are the same, too."""
    status = path.stat()
    path.write_bytes(content)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def by_rename(path: Path, content: bytes) -> None:
    """As editors and git do."""
    other = path.with_name("other")
    other.write_bytes(content)
    other.replace(path)


def link_to_folder_with(content: bytes, folder: Path) -> None:
    """As Kubernetes changes a ConfigMap: `file` is in `data`, a link to a folder, which is replaced."""
    version = folder / f"version-{content.decode()}"
    version.mkdir()
    (version / "file").write_bytes(content)
    link = folder / "link"
    link.symlink_to(version, target_is_directory=True)
    link.replace(folder / "data")


@pytest.mark.parametrize("replace", [in_place, in_place_with_the_old_time, by_rename])
def test_change_is_reported_once(
    file: WatchedFile, path: Path, replace: Callable[[Path, bytes], None]
) -> None:
    replace(path, b"two")
    assert changes(file, 4) == [None, b"two", None, None]


def test_new_target_of_link_is_reported(tmp_path: Path) -> None:
    link_to_folder_with(b"one", tmp_path)
    file = WatchedFile(tmp_path / "data" / "file")
    assert changes(file, 3) == [None, b"one", None]
    link_to_folder_with(b"two", tmp_path)
    assert changes(file, 3) == [None, b"two", None]


def test_content_of_one_snapshot_is_not_reported(file: WatchedFile, path: Path) -> None:
    path.write_bytes(b"tw")
    assert change(file) is None
    path.write_bytes(b"two")
    assert changes(file, 3) == [None, b"two", None]
    path.unlink()
    assert change(file) is None
    path.write_bytes(b"two")
    assert changes(file, 3) == [None, None, None]


def test_missing_file_and_its_return_are_reported_once(file: WatchedFile, path: Path) -> None:
    path.unlink()
    assert changes(file, 3) == [None, "cannot be read: No such file or directory", None]
    path.write_bytes(b"one")
    assert changes(file, 3) == [None, b"one", None]


def pipe(path: Path) -> None:
    os.mkfifo(path)


def socket_file(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))


def link_to_a_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


@pytest.mark.parametrize("make", [Path.mkdir, pipe, link_to_a_device, socket_file])
def test_irregular_file_does_not_block(file: WatchedFile, path: Path, make: Callable[[Path], None]) -> None:
    path.unlink()
    make(path)
    assert changes(file, 3) == [None, "is not a regular file", None]
    with pytest.raises(NotRegularError):
        file.read()


def test_content_has_its_digest(path: Path) -> None:
    assert WatchedFile(path).read() == Content(b"one", hashlib.sha256(b"one").hexdigest())


def test_abandoned_snapshot_changes_nothing(file: WatchedFile, path: Path) -> None:
    """Taking a snapshot changes nothing."""
    path.write_bytes(b"two")
    file.snapshot()
    file.snapshot()
    assert changes(file, 3) == [None, b"two", None]


def test_content_is_reported_again_after_reset(file: WatchedFile) -> None:
    changes(file, SETTLED_AFTER * 2)
    file.reset()
    assert changes(file, 3) == [None, b"one", None]


def test_file_that_could_not_be_opened_is_read_again(path: Path) -> None:
    """As when too many files are open: its times stay as they were."""

    class BusyFile(WatchedFile):
        is_busy = True

        def read(self) -> Content:
            if self.is_busy:
                raise OSError(24, "Too many open files")
            return super().read()

    file = BusyFile(path)
    reported = changes(file, SETTLED_AFTER * 2)
    file.is_busy = False
    assert reported[:3] == [None, "cannot be read: Too many open files", None]
    assert changes(file, 3) == [None, b"one", None]


def test_unchanged_file_is_read_a_few_times_only(file: WatchedFile, path: Path) -> None:
    """The clock of a file system may be too coarse for two changes to differ; one later it is not."""
    opened: list[str] = []
    watching = [True]

    def note(event: str, arguments: tuple[object, ...]) -> None:
        if watching and event == "open" and arguments[:2] == (str(path), "r"):
            opened.append(event)

    sys.addaudithook(note)  # it cannot be removed, only switched off
    try:
        changes(file, 20)
        assert 0 < len(opened) <= SETTLED_AFTER
        opened.clear()
        path.write_bytes(b"two")
        assert changes(file, 20).count(b"two") == 1
        assert 0 < len(opened) <= SETTLED_AFTER
    finally:
        watching.clear()
