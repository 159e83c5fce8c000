"""The record of the last build, valid only while all inputs and outputs are unchanged."""

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


def test_payload_of_record_is_returned(out: Path) -> None:
    assert read_record(str(out), KEY) == TOLD


@pytest.mark.parametrize("payload", ["", "\n\n", "a\n\nb\n", "\ud800"])
def test_payload_may_be_any_text(out: Path, payload: str) -> None:
    write_record(str(out), KEY, build(out, FIRST).hashes, payload)
    assert read_record(str(out), KEY) == payload


def test_record_with_another_key_is_ignored(out: Path) -> None:
    assert read_record(str(out), "other") is None


@pytest.mark.parametrize("path", [*FIRST, "manifest.json"])
def test_edited_or_deleted_file_invalidates_record(out: Path, path: str) -> None:
    text = (out / path).read_text(encoding="utf-8")
    write(out, path, text + " ")
    assert read_record(str(out), KEY) is None
    write(out, path, text)
    assert read_record(str(out), KEY) == TOLD
    (out / path).unlink()
    assert read_record(str(out), KEY) is None


def test_link_to_same_content_invalidates_record(out: Path, tmp_path: Path) -> None:
    (out / "bridge.json").rename(tmp_path / "elsewhere")
    (out / "bridge.json").symlink_to(tmp_path / "elsewhere")
    assert read_record(str(out), KEY) is None


def test_link_to_folder_of_same_files_invalidates_record(out: Path, tmp_path: Path) -> None:
    (out / "opencode").rename(tmp_path / "elsewhere")
    (out / "opencode").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    assert read_record(str(out), KEY) is None


def test_journal_of_killed_build_invalidates_record(out: Path) -> None:
    write(out, ".booconf/journal.json", "")
    assert read_record(str(out), KEY) is None


def test_recorded_hash_is_the_planned_one(tmp_path: Path) -> None:
    plan = build(tmp_path, FIRST)
    write(tmp_path, "bridge.json", "edited before we remember\n")
    write_record(str(tmp_path), KEY, plan.hashes, TOLD)
    assert read_record(str(tmp_path), KEY) is None


def test_build_of_another_fleet_invalidates_record(out: Path) -> None:
    build(out, SECOND)
    assert read_record(str(out), KEY) is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(data=st.data())
def test_damaged_record_is_ignored(out: Path, data: st.DataObject) -> None:
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
def test_record_of_random_bytes_is_ignored(tmp_path: Path, content: bytes) -> None:
    (tmp_path / ".booconf").mkdir(exist_ok=True)
    (tmp_path / RECORD).write_bytes(content)
    assert read_record(str(tmp_path), KEY) is None


@pytest.mark.parametrize(
    "body", ["", KEY, f"{KEY}\n\n", f"{KEY}\n\nnohash\n\n", f"{KEY}\n\n{'0' * 64} \0\n\n"]
)
def test_record_of_another_format_with_right_hash_is_ignored(out: Path, body: str) -> None:
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


def test_unwritable_record_leaves_no_draft(out: Path) -> None:
    (out / RECORD).unlink()
    (out / RECORD).mkdir()
    write_record(str(out), KEY, build(out, FIRST).hashes, TOLD)
    assert cached(out) == {".gitignore", "lock", "unchanged"}


def test_leftover_staging_folder_invalidates_record(out: Path) -> None:
    (out / ".booconf/staging").mkdir()
    assert read_record(str(out), KEY) is None


def test_missing_folder_has_no_record(tmp_path: Path) -> None:
    assert read_record(str(tmp_path / "nowhere"), KEY) is None


def test_record_of_checked_out_files_is_written(tmp_path: Path) -> None:
    plan = build(tmp_path, FIRST)
    shutil.rmtree(tmp_path / ".booconf")
    write_record(str(tmp_path), KEY, plan.hashes, TOLD)
    assert read_record(str(tmp_path), KEY) == TOLD
    assert (tmp_path / ".booconf/.gitignore").read_text() == "*\n"


def test_unwritable_record_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    write_record(str(tmp_path / "out"), KEY, {"a": "b"}, TOLD)
    assert (tmp_path / "out").read_text() == "a file"


@pytest.mark.parametrize("place", [".booconf", RECORD])
def test_record_is_not_written_through_symbolic_link(tmp_path: Path, place: str) -> None:
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


def test_key_is_deterministic(tmp_path: Path) -> None:
    assert keyed(package(tmp_path)) == keyed(tmp_path / "booconf")


def test_every_input_changes_key(tmp_path: Path) -> None:
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
def test_changed_module_template_or_schema_changes_key(tmp_path: Path, path: str) -> None:
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


def test_renamed_module_changes_key(tmp_path: Path) -> None:
    before = keyed(package(tmp_path))
    (tmp_path / "booconf/fleet/route.py").rename(tmp_path / "booconf/fleet/other.py")
    assert keyed(tmp_path / "booconf") != before


def test_compiled_files_and_rule_pages_do_not_change_key(tmp_path: Path) -> None:
    before = keyed(package(tmp_path))
    write(tmp_path, "booconf/__pycache__/more.pyc", "compiled")
    write(tmp_path, "booconf/rule_pages/BC101.md", "# BC101\n")
    assert keyed(tmp_path / "booconf") == before


def test_templates_of_installed_package_only_change_key(
    tmp_path: Path,
) -> None:
    folder = package(tmp_path)
    write(folder, "templates/routing.ts.jinja", "{{ x }}\n")
    before = keyed(folder)
    write(tmp_path, "templates/routing.ts.jinja", "another package's\n")
    assert keyed(folder) == before
    write(folder, "templates/routing.ts.jinja", "changed\n")
    assert keyed(folder) != before


def test_key_covers_running_package() -> None:
    assert Path(booconf.__file__).parent.samefile(PACKAGE)


def test_reading_record_imports_no_heavy_module() -> None:
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
