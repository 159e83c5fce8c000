"""A file from look to look: every replacement is seen, half of one is not, and a settled file is not read."""

import hashlib
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from booconf.service.state.watched_file import LOOKS_TO_SETTLE, Content, NotRegularError, WatchedFile


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_bytes(b"one")
    return path


def look(file: WatchedFile) -> bytes | str | None:
    news = file.news(file.look())
    return news.raw if isinstance(news, Content) else news


def looks(file: WatchedFile, times: int = 2) -> list[bytes | str | None]:
    return [look(file) for _ in range(times)]


@pytest.fixture
def file(path: Path) -> WatchedFile:
    """A file that has told what it holds."""
    file = WatchedFile(path)
    assert looks(file) == [None, b"one"]
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
    """As Kubernetes changes a ConfigMap: `file` stands in `data`, a link to a folder, which is replaced."""
    version = folder / f"version-{content.decode()}"
    version.mkdir()
    (version / "file").write_bytes(content)
    link = folder / "link"
    link.symlink_to(version, target_is_directory=True)
    link.replace(folder / "data")


@pytest.mark.parametrize("change", [in_place, in_place_with_the_old_time, by_rename])
def test_a_change_is_told_once(file: WatchedFile, path: Path, change: Callable[[Path, bytes], None]) -> None:
    change(path, b"two")
    assert looks(file, 4) == [None, b"two", None, None]


def test_another_target_of_a_link_is_told(tmp_path: Path) -> None:
    link_to_folder_with(b"one", tmp_path)
    file = WatchedFile(tmp_path / "data" / "file")
    assert looks(file, 3) == [None, b"one", None]
    link_to_folder_with(b"two", tmp_path)
    assert looks(file, 3) == [None, b"two", None]


def test_what_stands_there_for_one_look_only_does_not_count(file: WatchedFile, path: Path) -> None:
    path.write_bytes(b"tw")
    assert look(file) is None
    path.write_bytes(b"two")
    assert looks(file, 3) == [None, b"two", None]
    path.unlink()
    assert look(file) is None
    path.write_bytes(b"two")
    assert looks(file, 3) == [None, None, None]


def test_a_file_that_is_gone_is_told_once_and_so_is_its_return(file: WatchedFile, path: Path) -> None:
    path.unlink()
    assert looks(file, 3) == [None, "cannot be read: No such file or directory", None]
    path.write_bytes(b"one")
    assert looks(file, 3) == [None, b"one", None]


def pipe(path: Path) -> None:
    os.mkfifo(path)


def socket_file(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))


def link_to_a_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


@pytest.mark.parametrize("make", [Path.mkdir, pipe, link_to_a_device, socket_file])
def test_nobody_waits_for_what_is_no_file(
    file: WatchedFile, path: Path, make: Callable[[Path], None]
) -> None:
    path.unlink()
    make(path)
    assert looks(file, 3) == [None, "is not a regular file", None]
    with pytest.raises(NotRegularError):
        file.read()


def test_what_is_read_comes_with_its_digest(path: Path) -> None:
    assert WatchedFile(path).read() == Content(b"one", hashlib.sha256(b"one").hexdigest())


def test_a_look_that_comes_too_late_is_none(file: WatchedFile, path: Path) -> None:
    """Looking changes nothing: it is asked for the news that does."""
    path.write_bytes(b"two")
    file.look()
    file.look()
    assert looks(file, 3) == [None, b"two", None]


def test_what_was_forgotten_is_told_again(file: WatchedFile) -> None:
    looks(file, LOOKS_TO_SETTLE * 2)
    file.forget()
    assert looks(file, 3) == [None, b"one", None]


def test_a_file_that_only_could_not_be_opened_is_read_again(
    file: WatchedFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when too many files are open: its times stay as they were."""

    def fail() -> Content:
        raise OSError(24, "Too many open files")

    with monkeypatch.context() as broken:
        broken.setattr(file, "read", fail)
        file.forget()
        told = looks(file, LOOKS_TO_SETTLE * 2)
    assert told[:3] == [None, "cannot be read: Too many open files", None]
    assert looks(file, 3) == [None, b"one", None]


def test_a_file_that_stays_the_same_is_read_a_few_times_only(file: WatchedFile, path: Path) -> None:
    """The clock of a file system may be too coarse for two changes to differ; one later it is not."""
    opened: list[str] = []
    watching = [True]

    def note(event: str, arguments: tuple[object, ...]) -> None:
        if watching and event == "open" and arguments[:2] == (str(path), "r"):
            opened.append(event)

    sys.addaudithook(note)  # there is no taking it away, so that it is told to do nothing
    try:
        looks(file, 20)
        assert 0 < len(opened) <= LOOKS_TO_SETTLE
        opened.clear()
        path.write_bytes(b"two")
        assert looks(file, 20).count(b"two") == 1
        assert 0 < len(opened) <= LOOKS_TO_SETTLE
    finally:
        watching.clear()
