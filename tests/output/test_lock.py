"""The folder `.booconf`: made before use, ignored by git, never a link."""

from pathlib import Path

import pytest

from booconf.output.filesystem import ObstacleError
from booconf.output.lock import prepare_cache
from tests.output.faults import meanwhile, steps_of
from tests.output.folders import FIRST, SECOND, build, cached, standing, write


def test_folder_and_parents_are_made_and_ignored_by_git(tmp_path: Path) -> None:
    prepare_cache(tmp_path / "some/out")
    assert (tmp_path / "some/out/.booconf/.gitignore").read_bytes() == b"*\n"
    assert cached(tmp_path / "some/out") == {".gitignore"}


def test_prepared_folder_is_not_written_again(tmp_path: Path) -> None:
    prepare_cache(tmp_path)
    assert steps_of(lambda: prepare_cache(tmp_path)) == ["make_folder"]


def test_edited_gitignore_is_written_again(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    write(tmp_path, ".booconf/.gitignore", "")
    build(tmp_path, SECOND)
    assert (tmp_path / ".booconf/.gitignore").read_text() == "*\n"


def test_concurrent_builds_make_folder(tmp_path: Path) -> None:
    with meanwhile("create", 0, lambda: write(tmp_path, ".booconf/.gitignore", "*\n")):
        build(tmp_path, FIRST)
    assert standing(tmp_path) == FIRST


@pytest.mark.parametrize("place", [".booconf", ".booconf/.gitignore"])
def test_link_is_not_followed(tmp_path: Path, place: str) -> None:
    elsewhere, out = tmp_path / "elsewhere", tmp_path / "out"
    elsewhere.mkdir()
    (out / place).parent.mkdir(parents=True)
    (out / place).symlink_to(elsewhere, target_is_directory=True)
    with pytest.raises(ObstacleError, match="is a symbolic link"):
        prepare_cache(out)
    assert list(elsewhere.iterdir()) == []
