"""Giving one file new bytes: all or none, and never over what somebody else has written meanwhile."""

import errno
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from booconf.output import filesystem
from booconf.output.atomic_write import RevisionError, replace
from tests.output.faults import failing

BEFORE, AFTER = b"version: 1\r\n", b"version: 1\r\n# more\r\n"


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    file = tmp_path / "fleet.yaml"
    file.write_bytes(BEFORE)
    return file


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_new_file_and_an_old_one(tmp_path: Path) -> None:
    file = tmp_path / "seen.json"
    replace(file, b"one")
    replace(file, b"two")
    assert file.read_bytes() == b"two"
    assert names(tmp_path) == ["seen.json"]


@pytest.mark.parametrize("holding", [None, BEFORE])
def test_the_file_keeps_its_mode(fleet: Path, holding: bytes | None) -> None:
    fleet.chmod(0o640)
    replace(fleet, AFTER, holding=holding)
    assert fleet.read_bytes() == AFTER
    assert stat.S_IMODE(fleet.stat().st_mode) == 0o640
    assert names(fleet.parent) == ["fleet.yaml"]


@pytest.mark.parametrize("holding", [None, BEFORE])
def test_a_link_stays_one_and_the_file_it_leads_to_changes(fleet: Path, holding: bytes | None) -> None:
    folder = fleet.parent / "dotfiles"
    folder.mkdir()
    real = fleet.rename(folder / "my fleet.yaml")
    fleet.symlink_to(real)
    replace(fleet, AFTER, holding=holding)
    assert fleet.is_symlink()
    assert real.read_bytes() == AFTER
    assert names(folder) == ["my fleet.yaml"]


@pytest.mark.parametrize("holding", [None, BEFORE])
def test_what_is_no_file_is_refused(tmp_path: Path, holding: bytes | None) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(OSError, match="no regular file"):
        replace(folder, AFTER, holding=holding)
    assert names(tmp_path) == ["folder"]


@pytest.mark.parametrize("holding", [None, BEFORE])
def test_what_is_write_protected_is_refused(fleet: Path, holding: bytes | None) -> None:
    fleet.chmod(0o444)
    with pytest.raises(OSError, match="it is write-protected"):
        replace(fleet, AFTER, holding=holding)
    assert fleet.read_bytes() == BEFORE
    assert names(fleet.parent) == ["fleet.yaml"]


def test_links_in_a_circle_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(OSError) as refused:  # noqa: PT011 - its message is the system's, in any language
        replace(tmp_path / "a", AFTER)
    assert refused.value.errno == errno.ELOOP
    assert names(tmp_path) == ["a", "b"]


def test_what_somebody_wrote_before_stays(fleet: Path) -> None:
    fleet.write_bytes(b"version: 2\n")
    with pytest.raises(RevisionError, match=r"^it was changed meanwhile$"):
        replace(fleet, AFTER, holding=BEFORE)
    assert fleet.read_bytes() == b"version: 2\n"
    assert names(fleet.parent) == ["fleet.yaml"]


def test_a_file_that_went_is_not_made_again(fleet: Path) -> None:
    fleet.unlink()
    with pytest.raises(RevisionError, match=r"^it is no longer there$"):
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
def test_what_somebody_does_while_the_new_bytes_are_written_stays(
    fleet: Path, monkeypatch: pytest.MonkeyPatch, deed: Callable[[Path], None], why: str
) -> None:
    create = filesystem.create

    def create_slowly(file: Path, data: bytes) -> None:
        create(file, data)
        deed(fleet)

    monkeypatch.setattr(filesystem, "create", create_slowly)
    with pytest.raises(RevisionError, match=f"^{why}$"):
        replace(fleet, AFTER, holding=BEFORE)
    assert fleet.is_dir() or fleet.read_bytes() == b"version: 2\n"
    assert names(fleet.parent) == ["fleet.yaml"]


@pytest.mark.parametrize("step", range(4))
def test_a_full_disk_leaves_the_file_as_it_was_and_nothing_beside_it(fleet: Path, step: int) -> None:
    with failing(step) as steps, pytest.raises(OSError, match="No space left on device"):
        replace(fleet, AFTER, holding=BEFORE)
    assert steps[step] == ["delete", "create", "set_mode", "move"][step]
    assert fleet.read_bytes() == BEFORE
    assert names(fleet.parent) == ["fleet.yaml"]


def test_a_folder_that_cannot_be_written_leaves_the_file_as_it_was(
    fleet: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:  # permissions do not hold for root, as whom tests may run
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(filesystem, "create", refuse)
    with pytest.raises(PermissionError):
        replace(fleet, AFTER, holding=BEFORE)
    assert fleet.read_bytes() == BEFORE
    assert names(fleet.parent) == ["fleet.yaml"]
