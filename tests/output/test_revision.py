"""Replacing the fleet file: all of it or none, and never what somebody else has written meanwhile."""

import stat
from pathlib import Path

import pytest

from booconf.output import filesystem
from booconf.output.revision import RevisionError, replace_file
from tests.output.faults import failing

BEFORE, AFTER = b"version: 1\r\n", b"version: 1\r\n# more\r\n"


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    file = tmp_path / "fleet.yaml"
    file.write_bytes(BEFORE)
    return file


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_file_gets_the_new_bytes_and_keeps_its_mode(fleet: Path) -> None:
    fleet.chmod(0o640)
    replace_file(fleet, BEFORE, AFTER)
    assert fleet.read_bytes() == AFTER
    assert stat.S_IMODE(fleet.stat().st_mode) == 0o640
    assert names(fleet.parent) == ["fleet.yaml"]


def test_a_link_stays_one_and_the_file_it_leads_to_changes(fleet: Path) -> None:
    folder = fleet.parent / "dotfiles"
    folder.mkdir()
    real = fleet.rename(folder / "my fleet.yaml")
    fleet.symlink_to(real)
    replace_file(fleet, BEFORE, AFTER)
    assert fleet.is_symlink()
    assert real.read_bytes() == AFTER
    assert names(folder) == ["my fleet.yaml"]


def test_what_somebody_wrote_meanwhile_stays(fleet: Path) -> None:
    fleet.write_bytes(b"version: 2\n")
    with pytest.raises(RevisionError, match=r"^it was changed meanwhile$"):
        replace_file(fleet, BEFORE, AFTER)
    assert fleet.read_bytes() == b"version: 2\n"
    assert names(fleet.parent) == ["fleet.yaml"]


def test_a_file_that_went_is_not_made_again(fleet: Path) -> None:
    fleet.unlink()
    with pytest.raises(RevisionError, match=r"^it is no longer there$"):
        replace_file(fleet, BEFORE, AFTER)
    assert names(fleet.parent) == []


def test_a_folder_in_its_place_is_refused(fleet: Path) -> None:
    fleet.unlink()
    fleet.mkdir()
    with pytest.raises(RevisionError, match=r"^it is a folder$"):
        replace_file(fleet, BEFORE, AFTER)


@pytest.mark.parametrize("step", range(4))
def test_a_full_disk_leaves_the_file_as_it_was_and_nothing_beside_it(fleet: Path, step: int) -> None:
    with failing(step) as steps, pytest.raises(OSError, match="No space left on device"):
        replace_file(fleet, BEFORE, AFTER)
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
        replace_file(fleet, BEFORE, AFTER)
    assert fleet.read_bytes() == BEFORE
    assert names(fleet.parent) == ["fleet.yaml"]
