"""The record of the last build: believed only while everything it depends on is as it was."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import booconf
from booconf.output import RECORD
from booconf.output.build_cache import PACKAGE, build_key, read_record, write_record
from tests.output.folders import FIRST, SECOND, build, cached, write

KEY = "k" * 64
TOLD = "3 files, 1 warning: „so”"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A folder after a build that was remembered."""
    plan = build(tmp_path / "out", FIRST)
    write_record(str(tmp_path / "out"), KEY, plan.hashes, TOLD)
    return tmp_path / "out"


def test_what_was_remembered_is_told_again(out: Path) -> None:
    assert read_record(str(out), KEY) == TOLD


@pytest.mark.parametrize("payload", ["", "\n\n", "a\n\nb\n", "\ud800"])
def test_any_text_can_be_remembered(out: Path, payload: str) -> None:
    write_record(str(out), KEY, build(out, FIRST).hashes, payload)
    assert read_record(str(out), KEY) == payload


def test_another_key_is_another_build(out: Path) -> None:
    assert read_record(str(out), "other") is None


@pytest.mark.parametrize("path", [*FIRST, "manifest.json"])
def test_a_file_that_was_edited_or_is_gone_counts(out: Path, path: str) -> None:
    text = (out / path).read_text(encoding="utf-8")
    write(out, path, text + " ")
    assert read_record(str(out), KEY) is None
    write(out, path, text)
    assert read_record(str(out), KEY) == TOLD
    (out / path).unlink()
    assert read_record(str(out), KEY) is None


def test_a_link_to_the_same_bytes_counts(out: Path, tmp_path: Path) -> None:
    (out / "bridge.json").rename(tmp_path / "elsewhere")
    (out / "bridge.json").symlink_to(tmp_path / "elsewhere")
    assert read_record(str(out), KEY) is None


def test_a_link_to_a_folder_of_the_same_files_counts(out: Path, tmp_path: Path) -> None:
    (out / "opencode").rename(tmp_path / "elsewhere")
    (out / "opencode").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    assert read_record(str(out), KEY) is None


def test_a_build_that_was_killed_counts(out: Path) -> None:
    write(out, ".booconf/journal.json", "")
    assert read_record(str(out), KEY) is None


def test_a_files_hash_is_that_of_the_plan_not_of_an_edit_made_meanwhile(tmp_path: Path) -> None:
    plan = build(tmp_path, FIRST)
    write(tmp_path, "bridge.json", "edited before we remember\n")
    write_record(str(tmp_path), KEY, plan.hashes, TOLD)
    assert read_record(str(tmp_path), KEY) is None


def test_a_build_of_something_else_counts(out: Path) -> None:
    build(out, SECOND)
    assert read_record(str(out), KEY) is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(data=st.data())
def test_a_record_that_is_damaged_anywhere_is_none(out: Path, data: st.DataObject) -> None:
    record = out / RECORD
    whole = record.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    cut = data.draw(st.booleans())
    record.write_bytes(whole[:at] if cut else whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    try:
        assert read_record(str(out), KEY) is None
    finally:
        record.write_bytes(whole)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(content=st.binary())
def test_a_record_of_anything_else_is_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / ".booconf").mkdir(exist_ok=True)
    (tmp_path / RECORD).write_bytes(content)
    assert read_record(str(tmp_path), KEY) is None


@pytest.mark.parametrize(
    "body", ["", KEY, f"{KEY}\n\n", f"{KEY}\n\nnohash\n\n", f"{KEY}\n\n{'0' * 64} \0\n\n"]
)
def test_a_record_of_another_shape_is_none_also_when_its_own_hash_is_right(out: Path, body: str) -> None:
    data = body.encode()
    (out / RECORD).write_bytes(b"booconf unchanged 1 " + sha256(data).hexdigest().encode() + b"\n" + data)
    assert read_record(str(out), KEY) is None


def make_pipe(record: Path) -> None:
    os.mkfifo(record)


def make_endless_link(record: Path) -> None:
    record.symlink_to("/dev/zero")


def make_large_file(record: Path) -> None:
    with record.open("wb") as file:
        file.truncate(65 << 20)


@pytest.mark.skipif(sys.platform == "win32", reason="makes pipes and devices of Unix")
@pytest.mark.parametrize("make", [make_pipe, make_endless_link, make_large_file])
def test_record_that_is_no_bounded_file_is_replaced(out: Path, make: Callable[[Path], None]) -> None:
    """A reader of the pipe or of /dev/zero would not return."""
    (out / RECORD).unlink()
    make(out / RECORD)
    assert read_record(str(out), KEY) is None
    write_record(str(out), KEY, build(out, FIRST).hashes, TOLD)
    assert read_record(str(out), KEY) == TOLD
    assert not (out / RECORD).is_symlink()


def test_record_is_not_written_through_hard_link(out: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.hardlink_to(out / RECORD)
    before = other.read_bytes()
    write_record(str(out), "another", build(out, FIRST).hashes, TOLD)
    assert read_record(str(out), "another") == TOLD
    assert other.read_bytes() == before


def test_record_of_killed_build_is_written_again(out: Path) -> None:
    write(out, ".booconf/unchanged.new", "half a record")
    write_record(str(out), KEY, build(out, FIRST).hashes, TOLD)
    assert cached(out) == {".gitignore", "lock", "unchanged"}


def test_staging_folder_that_was_not_removed_counts(out: Path) -> None:
    (out / ".booconf/staging").mkdir()
    assert read_record(str(out), KEY) is None


def test_no_folder_no_record(tmp_path: Path) -> None:
    assert read_record(str(tmp_path / "nowhere"), KEY) is None


def test_files_that_came_with_the_repository_can_be_remembered(tmp_path: Path) -> None:
    plan = build(tmp_path, FIRST)
    shutil.rmtree(tmp_path / ".booconf")
    write_record(str(tmp_path), KEY, plan.hashes, TOLD)
    assert read_record(str(tmp_path), KEY) == TOLD
    assert (tmp_path / ".booconf/.gitignore").read_text() == "*\n"


def test_a_record_that_cannot_be_written_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    write_record(str(tmp_path / "out"), KEY, {"a": "b"}, TOLD)
    assert (tmp_path / "out").read_text() == "a file"


@pytest.mark.parametrize("place", [".booconf", RECORD])
def test_a_record_is_not_written_through_a_link(tmp_path: Path, place: str) -> None:
    plan = build(tmp_path / "out", FIRST)
    elsewhere = tmp_path / "elsewhere"
    if place == RECORD:
        elsewhere.write_text("precious")
    else:
        shutil.rmtree(tmp_path / "out/.booconf")
        elsewhere.mkdir()
    (tmp_path / "out" / place).symlink_to(elsewhere, target_is_directory=place != RECORD)
    write_record(str(tmp_path / "out"), KEY, plan.hashes, TOLD)
    assert list(elsewhere.iterdir()) == [] if elsewhere.is_dir() else elsewhere.read_text() == "precious"


def package(folder: Path) -> Path:
    """A package with a module, a template beside it and compiled files."""
    write(folder, "booconf/fleet/route.py", "x = 1\n")
    write(folder, "booconf/__pycache__/route.pyc", "compiled")
    write(folder, "templates/routing.ts.jinja", "{{ x }}\n")
    write(folder, "schema/fleet.schema.json", "{}\n")
    return folder / "booconf"


def keyed(
    package: Path, fleet: bytes = b"version: 1\n", file: str = "fleet.yaml", out: str = "generated"
) -> str:
    return build_key(fleet, [file, out, "opencode", "bridge"], package=str(package))


def test_a_key_is_the_same_for_the_same_build(tmp_path: Path) -> None:
    assert keyed(package(tmp_path)) == keyed(tmp_path / "booconf")


def test_every_input_of_a_build_makes_another_key(tmp_path: Path) -> None:
    folder = package(tmp_path)
    keys = {
        keyed(folder),
        keyed(folder, fleet=b"version: 1\n\n"),
        keyed(folder, file="other.yaml"),
        keyed(folder, out="other"),
        build_key(b"version: 1\n", ["fleet.yaml", "generated", "opencode"], package=str(folder)),
        build_key(b"version: 1\n", ["fleet.yaml", "generated"], package=str(folder)),
    }
    assert len(keys) == 6


@pytest.mark.parametrize(
    "path",
    [
        "booconf/fleet/route.py",
        "booconf/new.py",
        "templates/routing.ts.jinja",
        "templates/new",
        "schema/fleet.schema.json",
    ],
)
def test_a_changed_module_template_or_schema_makes_another_key(tmp_path: Path, path: str) -> None:
    before = keyed(package(tmp_path))
    write(tmp_path, path, "changed\n")
    assert keyed(tmp_path / "booconf") != before


@pytest.mark.parametrize("name", ["pydantic-2.99.0.dist-info", "PyYAML-7.0.egg-info"])
def test_new_version_of_library_changes_key(tmp_path: Path, name: str) -> None:
    folder, libraries = package(tmp_path), tmp_path / "site-packages"
    write(libraries, "pydantic-2.12.0.dist-info/METADATA", "")
    search_path = [str(tmp_path / "missing"), str(libraries)]
    before = build_key(b"", [], package=str(folder), search_path=search_path)
    write(libraries, "unrelated.py", "")
    assert build_key(b"", [], package=str(folder), search_path=search_path) == before
    (libraries / "pydantic-2.12.0.dist-info").rename(libraries / name)
    assert build_key(b"", [], package=str(folder), search_path=search_path) != before


def test_a_renamed_module_makes_another_key(tmp_path: Path) -> None:
    before = keyed(package(tmp_path))
    (tmp_path / "booconf/fleet/route.py").rename(tmp_path / "booconf/fleet/other.py")
    assert keyed(tmp_path / "booconf") != before


def test_compiled_files_and_rule_pages_make_no_difference(tmp_path: Path) -> None:
    before = keyed(package(tmp_path))
    write(tmp_path, "booconf/__pycache__/more.pyc", "compiled")
    write(tmp_path, "booconf/rule_pages/BC101.md", "# BC101\n")
    assert keyed(tmp_path / "booconf") == before


def test_templates_inside_an_installed_package_are_read_and_a_strangers_beside_it_are_not(
    tmp_path: Path,
) -> None:
    folder = package(tmp_path)
    write(folder, "templates/routing.ts.jinja", "{{ x }}\n")
    before = keyed(folder)
    write(tmp_path, "templates/routing.ts.jinja", "another package's\n")
    assert keyed(folder) == before
    write(folder, "templates/routing.ts.jinja", "changed\n")
    assert keyed(folder) != before


def test_the_key_covers_the_package_that_runs() -> None:
    assert Path(booconf.__file__).parent.samefile(PACKAGE)


def test_asking_imports_none_of_the_heavy_modules() -> None:
    """Each of these costs about as much as starting Python."""
    code = (
        "import sys; before = set(sys.modules); "
        "from booconf.output.build_cache import build_key, read_record; "
        "read_record('nowhere', build_key(b'', ['f', 'o'])); "
        "print(*sorted(set(sys.modules) - before))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    imported = set(run.stdout.split())
    assert "booconf.output.build_cache" in imported
    assert not imported & {
        "re",
        "json",
        "pathlib",
        "dataclasses",
        "enum",
        "typing",
        "tempfile",
        "contextlib",
        "booconf.output.plan",
    }
