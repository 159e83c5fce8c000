"""The journal of a killed build identifies its files; a malformed journal is ignored."""

import json
from typing import Any

import pytest

from booconf.output import journal
from booconf.output.journal import JournalEntry

OLD, NEW = "0" * 64, "1" * 64
GOOD = {"old": OLD, "new": NEW, "target": "opencode-providers", "ours": True}
GOOD_PATH = "opencode/providers/a.json"


def test_journal_round_trip() -> None:
    steps = {
        "bridge.json": JournalEntry(OLD, NEW, "bridge", ours=True),
        "opencode/providers/near.json": JournalEntry(None, NEW, "opencode-providers", ours=True),
        "catalog.json": JournalEntry(OLD, None, "catalog", ours=False),
        "manifest.json": JournalEntry(OLD, NEW, "manifest", ours=True),
    }
    assert journal.read(journal.render(steps).encode()) == steps


@pytest.mark.parametrize(
    "data", [b"", b"\xff", b"{", b"[]", b"{}", b'{"version": 2, "files": {}}', b'{"version": 1, "files": []}']
)
def test_data_of_another_format_has_no_entries(data: bytes) -> None:
    assert journal.read(data) == {}


@pytest.mark.parametrize(
    ("path", "step"),
    [
        ("../x", GOOD),
        ("/x", GOOD),
        (".booconf/lock", GOOD),
        ("fleet.yaml", GOOD),
        ("fleet.yaml", GOOD | {"target": "bridge"}),
        ("package.json", GOOD | {"target": "package"}),
        ("opencode/providers/b.json", None),
        ("opencode/providers/b.json", {"old": OLD, "new": NEW}),
        ("opencode/providers/b.json", GOOD | {"ours": 1}),
        ("opencode/providers/b.json", GOOD | {"old": 1}),
        ("opencode/providers/b.json", GOOD | {"new": "abc"}),
        ("opencode/providers/b.json", GOOD | {"old": OLD + "\n"}),
        ("opencode/providers/b.json", GOOD | {"target": 1}),
    ],
)
def test_invalid_entry_is_ignored(path: str, step: Any) -> None:
    document = {"version": 1, "files": {GOOD_PATH: GOOD, path: step}}
    expected = {GOOD_PATH: JournalEntry(OLD, NEW, "opencode-providers", ours=True)}
    assert journal.read(json.dumps(document).encode()) == expected
