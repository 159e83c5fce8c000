"""The journal of a killed build says which bytes are ours; what does not look like one says nothing."""

import json
from typing import Any

import pytest

from booconf.output import journal
from booconf.output.journal import Step

OLD, NEW = "0" * 64, "1" * 64
GOOD = {"old": OLD, "new": NEW, "target": "opencode", "ours": True}


def test_a_journal_reads_back_as_it_was() -> None:
    steps = {
        "a.json": Step(OLD, NEW, "opencode", ours=True),
        "b/c.json": Step(None, NEW, "bridge", ours=True),
        "d.json": Step(OLD, None, "catalog", ours=False),
        "manifest.json": Step(OLD, NEW, "manifest", ours=True),
    }
    assert journal.read(journal.render(steps).encode()) == steps


@pytest.mark.parametrize(
    "data", [b"", b"\xff", b"{", b"[]", b"{}", b'{"version": 2, "files": {}}', b'{"version": 1, "files": []}']
)
def test_what_is_no_journal_has_no_steps(data: bytes) -> None:
    assert journal.read(data) == {}


@pytest.mark.parametrize(
    ("path", "step"),
    [
        ("../x", GOOD),
        ("/x", GOOD),
        (".booconf/lock", GOOD),
        ("x", None),
        ("x", {"old": OLD, "new": NEW}),
        ("x", GOOD | {"ours": 1}),
        ("x", GOOD | {"old": 1}),
        ("x", GOOD | {"new": "abc"}),
        ("x", GOOD | {"old": OLD + "\n"}),
        ("x", GOOD | {"target": "No Target"}),
    ],
)
def test_a_step_that_booconf_never_writes_is_left_out(path: str, step: Any) -> None:
    document = {"version": 1, "files": {"a.json": GOOD, path: step}}
    assert journal.read(json.dumps(document).encode()) == {"a.json": Step(OLD, NEW, "opencode", ours=True)}
