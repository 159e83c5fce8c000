"""Giving one file new bytes: all or none."""

import stat
from pathlib import Path

import pytest

from booconf.output import filesystem
from booconf.output.replacement import put


def test_a_new_file_and_an_old_one(tmp_path: Path) -> None:
    file = tmp_path / "seen.json"
    put(file, b"one")
    put(file, b"two")
    assert file.read_bytes() == b"two"
    assert [path.name for path in tmp_path.iterdir()] == ["seen.json"]


def test_a_link_is_followed_and_stays(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    real, link = tmp_path / "real" / "file", tmp_path / "link"
    real.write_bytes(b"old")
    link.symlink_to(real)
    put(link, b"new")
    assert link.is_symlink()
    assert real.read_bytes() == b"new"


def test_the_mode_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"old")
    file.chmod(0o640)
    put(file, b"new")
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="no regular file"):
        put(tmp_path, b"new")


@pytest.mark.parametrize("step", ["create", "set_mode", "move"])
def test_a_step_that_fails_leaves_the_old_bytes_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    file = tmp_path / "file"
    file.write_bytes(b"old")
    monkeypatch.setattr(filesystem, step, full)
    with pytest.raises(OSError, match="No space"):
        put(file, b"new")
    assert file.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
