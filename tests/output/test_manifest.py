"""The manifest lists the generated files; entries that booconf would not write are rejected."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from booconf.output import JOURNAL, journal, manifest
from booconf.output.check import DeviationKind, find_deviations
from booconf.output.journal import JournalEntry
from booconf.output.manifest import ManifestEntry, UnreadableError, UntrustedError
from booconf.output.plan import Plan, plan
from booconf.output.publish import publish
from booconf.output.request import digest
from booconf.resources import resource_folder
from tests.output.faults import copied, killed, steps_of
from tests.output.folders import FIRST, SECOND, artifacts, build, planned, refused, standing, states, write

SHA = "0" * 64
GOOD = {"sha256": SHA, "target": "opencode"}

BAD_PATHS = {
    "/etc/passwd": "is absolute",
    "../../x": "outside of the folder",
    "opencode/../../x": "outside of the folder",
    "..": "outside of the folder",
    "opencode\\x.json": "backslash",
    "C:/x": "drive",
    "x.json:stream": "drive or a stream",
    "": "empty part",
    "opencode//x": "empty part",
    "opencode/": "empty part",
    ".": "starts with a dot",
    "./x": "starts with a dot",
    ".git/config": "starts with a dot",
    ".booconf/lock": "starts with a dot",
    "x.": "ends in a dot",
    "nul": "device name",
    "opencode/CON.json": "device name",
    "com1.x/y": "device name",
    "manifest.json": "reserved for the manifest",
    "Manifest.json": "reserved for the manifest",
    "manifest.json/x": "reserved for the manifest",
    "a b": "a character other than",
    "a\n": "a character other than",
    "a\u0000": "a character other than",
    "ä.json": "a character other than",
    "a*": "a character other than",
    "a" * 201: "too long",
    "a/" * 500 + "a": "too long",
}


def schema_accepts(document: object) -> bool:
    schema = json.loads((resource_folder("schema") / "manifest.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return bool(jsonschema.Draft202012Validator(schema).is_valid(document))


def written(files: object, version: object = 1) -> bytes:
    return json.dumps({"version": version, "files": files}).encode()


def test_manifest_round_trip_is_sorted() -> None:
    entries = {
        "b/c.json": ManifestEntry("1" * 64, "bridge"),
        "a.json": ManifestEntry(SHA, "opencode-catalog"),
    }
    text = manifest.render(entries)
    assert manifest.read(text.encode()) == entries
    assert text.index("a.json") < text.index("b/c.json")
    assert text.endswith("}\n")


def test_manifest_of_build_is_valid_and_lists_all_files(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    document = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert schema_accepts(document)
    assert list(document["files"]) == sorted(FIRST)


@pytest.mark.parametrize(("path", "reason"), BAD_PATHS.items(), ids=[ascii(path)[:20] for path in BAD_PATHS])
def test_invalid_path_is_not_trusted(path: str, reason: str) -> None:
    with pytest.raises(UntrustedError, match=reason):
        manifest.read(written({path: GOOD}))


@pytest.mark.parametrize("path", ["a.json", "opencode/providers/a_b-c.d.json", "_x/9"])
def test_valid_path_is_accepted(path: str) -> None:
    assert manifest.read(written({path: GOOD})) == {path: ManifestEntry(SHA, "opencode")}
    assert schema_accepts({"version": 1, "files": {path: GOOD}})


@pytest.mark.parametrize(("one", "other"), [("a.json", "A.json"), ("a", "a/b.json"), ("A/B", "a/b/c.json")])
def test_colliding_paths_are_not_trusted(one: str, other: str) -> None:
    with pytest.raises(UntrustedError, match="cannot both be files"):
        manifest.read(written({one: GOOD, other: GOOD}))


@pytest.mark.parametrize(
    "entry",
    [
        None, 1, SHA, [SHA, "opencode"], {}, {"sha256": SHA}, {"target": "opencode"}, GOOD | {"more": 1},
        GOOD | {"sha256": 1}, GOOD | {"sha256": "0" * 63}, GOOD | {"sha256": "A" * 64},
        GOOD | {"target": None}, GOOD | {"target": ""}, GOOD | {"target": "a b"}, GOOD | {"target": "a\n"},
    ],
)  # fmt: skip
def test_entry_of_another_format_is_not_trusted(entry: Any) -> None:
    with pytest.raises(UntrustedError, match=r"an invalid entry for `a\.json`"):
        manifest.read(written({"a.json": entry}))
    if entry != GOOD | {"target": "a\n"}:  # `$` of some regular expressions matches before a newline
        assert not schema_accepts({"version": 1, "files": {"a.json": entry}})


@pytest.mark.parametrize("version", [0, 2, None, "1", [1]])
def test_another_version_is_not_trusted(version: object) -> None:
    with pytest.raises(UntrustedError, match="this booconf reads version 1"):
        manifest.read(written({}, version))


@pytest.mark.parametrize(
    ("version", "files"),
    [
        ("9" * 1_000_000, {}),
        (list(range(200_000)), {}),
        (1, {"x" * 1_000_000: GOOD}),
        (1, {"x": {"sha256": "x" * 1_000_000}}),
        (1, {"a" * 900: GOOD, "A" * 900: GOOD}),
    ],
)
def test_message_about_long_text_is_bounded(version: object, files: object) -> None:
    with pytest.raises(UntrustedError) as untrusted:
        manifest.read(written(files, version))
    assert len(str(untrusted.value)) < 250


@pytest.mark.parametrize("files", [None, [], "a.json", 1])
def test_manifest_without_files_is_not_trusted(files: object) -> None:
    with pytest.raises(UntrustedError, match="no list of files"):
        manifest.read(written(files))


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\xff", b"{", b"[]", b"null", b"{}", b'{"version": 1}', b'{"files": {}}', b"[" * 200_000,
        b'{"version": 1, "version": 1, "files": {}}',
        b"<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> branch\n",
        b'{"version": ' + b"9" * 5000 + b', "files": {}}',
    ],
)  # fmt: skip
def test_data_of_another_format_is_unreadable(data: bytes) -> None:
    with pytest.raises(UnreadableError):
        manifest.read(data)


def conflicted(out: Path) -> None:
    """Leave the manifest as a merge with conflicts does."""
    text = (out / "manifest.json").read_text(encoding="utf-8")
    write(out, "manifest.json", f"<<<<<<< HEAD\n{text}=======\n{text}>>>>>>> branch\n")


def test_current_files_are_adopted_after_merge(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    conflicted(tmp_path)
    adopted = build(tmp_path, FIRST)
    assert set(states(adopted).values()) == {"unchanged"}
    assert adopted.manifest.action == "updated"
    assert not planned(tmp_path, FIRST).pending


def test_other_files_need_force_after_merge(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    conflicted(tmp_path)
    decided = plan(tmp_path, artifacts(SECOND))
    assert isinstance(decided, tuple)
    assert [problem.code for problem in decided] == ["BC605"]  # the cause, and once however many files
    assert decided[0].message == f"`{tmp_path.as_posix()}/manifest.json` is not a manifest that booconf wrote"
    assert "overwrites files that differ, and deletes none" in (decided[0].help or "")
    build(tmp_path, SECOND, force=True)
    assert (
        standing(tmp_path) == FIRST | SECOND
    )  # what the manifest named is no longer known: nothing is deleted


def test_only_manifest_is_reported_if_all_files_differ_after_merge(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    conflicted(tmp_path)
    assert refused(tmp_path, dict.fromkeys(FIRST, "other\n")) == ["BC605"]


def test_missing_files_are_created_after_merge(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    conflicted(tmp_path)
    (tmp_path / "bridge.json").unlink()
    assert states(planned(tmp_path, FIRST))["bridge.json"] == "created"


def test_changed_line_endings_are_reported_after_merge(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    conflicted(tmp_path)
    write(tmp_path, "bridge.json", "{}\r\n")
    write(tmp_path, "opencode/opencode.json", "other\n")
    decided = plan(tmp_path, artifacts(FIRST))
    assert isinstance(decided, tuple)
    assert [problem.code for problem in decided] == ["BC605", "BC602"]
    assert "bridge.json` has CRLF line endings" in decided[1].message


def test_journal_of_killed_build_proves_ownership_after_merge(tmp_path: Path) -> None:
    """So the manifest is not missed, and a file that the journal does not know is named itself."""
    build(tmp_path, FIRST)
    whole = steps_of(lambda: build(copied(tmp_path, tmp_path.with_name("whole")), SECOND))
    with killed(len(whole) - 1):  # all is in place, only the journal is still there
        publish(planned(tmp_path, SECOND))
    conflicted(tmp_path)
    assert isinstance(plan(tmp_path, artifacts(FIRST)), Plan)
    write(tmp_path, "opencode/opencode.json", "mine\n")
    assert refused(tmp_path, FIRST) == ["BC602"]


def test_manifest_of_another_program_is_not_overwritten(tmp_path: Path) -> None:
    write(tmp_path, "manifest.json", '{"name": "A web page"}')
    decided = plan(tmp_path, artifacts(FIRST))
    assert isinstance(decided, tuple)
    assert [problem.code for problem in decided] == ["BC605"]
    assert "is not a manifest that booconf wrote" in decided[0].message
    build(tmp_path, FIRST, force=True)
    assert not planned(tmp_path, FIRST).pending


def test_large_manifest_is_not_read(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    text = (tmp_path / "manifest.json").read_bytes()
    with (tmp_path / "manifest.json").open("ab") as file:
        file.truncate(len(text) + (64 << 20))
    assert refused(tmp_path, SECOND) == ["BC605"]


@pytest.mark.parametrize("path", ["../outside", "/outside", "a\\b", "opencode/nul"])
def test_untrusted_manifest_stops_build_and_deletes_no_file(tmp_path: Path, path: str) -> None:
    out = tmp_path / "out"
    build(out, FIRST)
    write(tmp_path, "outside", "precious")
    document = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    document["files"][path] = GOOD
    write(out, "manifest.json", json.dumps(document))
    assert refused(out, SECOND) == ["BC605"]
    build(out, SECOND, force=True)
    assert standing(out) == FIRST | SECOND
    assert (tmp_path / "outside").read_text() == "precious"
    assert not planned(out, SECOND).pending


STRANGERS = {
    "fleet.yaml": ("bridge", "which target `bridge` never writes"),
    "package.json": ("opencode-providers", "which target `opencode-providers` never writes"),
    "opencode/providers/src/index.json": ("opencode-providers", "never writes"),
    "src/app.ts": ("src", "a file of target `src`, which this booconf does not know"),
}


@pytest.mark.parametrize("path", STRANGERS)
def test_manifest_cannot_delete_file_that_no_target_writes(tmp_path: Path, path: str) -> None:
    """A known hash proves only that the author of the manifest has seen the file."""
    target, reason = STRANGERS[path]
    build(tmp_path, FIRST)
    write(tmp_path, path, "precious\n")
    document = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    document["files"][path] = {"sha256": digest(b"precious\n"), "target": target}
    write(tmp_path, "manifest.json", json.dumps(document))
    decided = plan(tmp_path, artifacts(SECOND))
    assert isinstance(decided, tuple)
    (problem,) = decided
    assert problem.code == "BC605"
    assert problem.message.startswith(f"`{tmp_path.as_posix()}/manifest.json` names `{path}`, ")
    assert problem.message.endswith(reason)
    troubles = [(one.path, one.kind) for one in find_deviations(tmp_path, artifacts(SECOND))]
    assert [trouble for name, trouble in troubles if name == "manifest.json"] == [DeviationKind.UNTRUSTED]
    assert path not in dict(troubles)
    build(tmp_path, SECOND, force=True)
    assert standing(tmp_path) == SECOND | {path: "precious\n"}  # the orphan that is ours went all the same
    assert not planned(tmp_path, SECOND).pending


@pytest.mark.parametrize("path", STRANGERS)
def test_journal_cannot_delete_file_that_no_target_writes(tmp_path: Path, path: str) -> None:
    build(tmp_path, FIRST)
    write(tmp_path, path, "precious\n")
    known = digest(b"precious\n")
    steps = {path: JournalEntry(known, known, STRANGERS[path][0], ours=True)}
    write(tmp_path, JOURNAL, journal.render(steps))
    assert path not in states(build(tmp_path, SECOND))
    assert standing(tmp_path) == SECOND | {path: "precious\n"}


def test_link_named_in_manifest_stops_build(tmp_path: Path) -> None:
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    build(out, FIRST)
    (out / "opencode/providers").rename(elsewhere)
    (out / "opencode/providers").symlink_to(elsewhere, target_is_directory=True)
    without = {"opencode/opencode.json": "two\n", "bridge.json": "{}\n"}
    decided = plan(out, artifacts(without))
    assert isinstance(decided, tuple)
    assert [problem.code for problem in decided] == ["BC605"]
    assert "`opencode/providers` is a symbolic link" in decided[0].message
    assert "does not delete that file" in (decided[0].help or "")
    build(out, without, force=True)
    assert (elsewhere / "near.json").read_text() == "near\n"
    assert not planned(out, without).pending


def test_orphan_that_differs_only_in_case_is_not_deleted(tmp_path: Path) -> None:
    """On some file systems it is the wanted file."""
    build(tmp_path, FIRST)
    text = (tmp_path / "manifest.json").read_text(encoding="utf-8")
    write(tmp_path, "manifest.json", text.replace('"bridge.json"', '"Bridge.json"'))
    assert "BC605" in refused(tmp_path, FIRST)
    build(tmp_path, FIRST, force=True)
    assert standing(tmp_path) == FIRST
