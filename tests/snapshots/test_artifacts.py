"""Snapshots of every artifact of the sample fleets: a review of them shows the effect of a changed target.

The artifacts of the committed fleet are in generated/, whole. For the other fleets only the data of a routing
module is stored; the rest must equal that in generated/. Vectors are stored for one more fleet, one per line.
After an intended change: `booconf build` and `pytest tests/snapshots --snapshot-update`.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from booconf.targets import TARGETS, emit
from tests.support.fleets import ROOT, fleet_of, sample_fleets
from tests.support.snapshots import ArtifactFile

GENERATED = ROOT / "generated"
FLEETS = {name: text for name, text in sample_fleets().items() if name != "committed"}
FLEET_OF_VECTORS = "legacy"
"""A fleet with aliases, former names, retired and strict providers; its vectors have every error code."""

STORED = [
    (name, target) for name in FLEETS for target in TARGETS if target != "vectors" or name == FLEET_OF_VECTORS
]
"""Fleets and targets that have snapshots."""

MODULES = {"routing-ts": "routing.ts", "routing-py": "routing.py"}
DATA = re.compile(
    r"^(?:export const )?"
    r"(?:MODEL_IDS|PROVIDER_IDS|ModelId|ProviderId|DEFAULT_PROVIDER|ROLES|LEGACY|PROVIDERS)(?: =|:).*\n"
    r"(?:(?: |[\])}]).*\n)*",
    flags=re.MULTILINE,
)
"""A declaration of fleet data in a routing module: its first line and the indented lines up to its end."""


def module(name: str, target: str) -> str:
    """The text of a fleet's routing module."""
    (artifact,) = emit(fleet_of(sample_fleets()[name]), [target]).artifacts
    return artifact.text


def snapshots(name: str, target: str) -> Iterator[tuple[str, str]]:
    """The path and the stored text of each artifact, or part of one, that has a snapshot."""
    for artifact in emit(fleet_of(FLEETS[name]), [target]).artifacts:
        if target in MODULES:
            yield f"{name}/{artifact.path}.txt", "\n".join(DATA.findall(artifact.text))
        elif target == "vectors":
            yield f"{name}/vectors.txt", vector_lines(artifact.text)
        else:
            yield f"{name}/{artifact.path}", artifact.text


def vector_lines(text: str) -> str:
    """vectors.json with one vector per line, behind the name of its function."""
    functions = {name: vectors for name, vectors in json.loads(text).items() if name != "version"}
    lines = [f"{name} {json.dumps(vector)}" for name, vectors in functions.items() for vector in vectors]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(("name", "target"), STORED)
def test_artifacts_match_their_snapshots(name: str, target: str, snapshot: SnapshotAssertion) -> None:
    stored = list(snapshots(name, target))
    assert stored
    for path, text in stored:
        assert text == snapshot(extension_class=ArtifactFile, name=path)


@pytest.mark.parametrize("name", FLEETS)
@pytest.mark.parametrize("target", MODULES)
def test_modules_differ_only_in_their_data(name: str, target: str) -> None:
    committed = (GENERATED / MODULES[target]).read_text("utf-8")
    assert len(DATA.findall(committed)) >= 6
    assert DATA.sub("", module(name, target)) == DATA.sub("", committed)


def test_every_snapshot_has_an_artifact() -> None:
    folder = Path(__file__).parent / ArtifactFile.folder
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    emitted = {path for stored in STORED for path, _ in snapshots(*stored)}
    assert {path for path in files if "__pycache__" not in path} == emitted


def test_committed_artifacts_are_up_to_date() -> None:
    """When this fails: `booconf build`."""
    for artifact in emit(fleet_of(sample_fleets()["committed"]), TARGETS).artifacts:
        assert (GENERATED / artifact.path).read_bytes() == artifact.text.encode("utf-8"), artifact.path


@pytest.mark.parametrize("name", sample_fleets())
def test_text_files_end_in_one_newline_and_contain_no_other_break(name: str) -> None:
    """`Text files end in one newline, LF`."""
    for artifact in emit(fleet_of(sample_fleets()[name]), TARGETS).artifacts:
        assert artifact.text.endswith("\n")
        assert not artifact.text.endswith("\n\n")
        assert not set("\r\x0b\x0c\x85\u2028\u2029") & set(artifact.text)
        assert artifact.path.isascii()
