"""Every artifact of a handful of telling fleets: what a change of a target does is seen in review.

After a wanted change: `pytest tests/snapshots --snapshot-update`. The committed fleet's is generated/.
"""

from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from booconf.targets import TARGETS, emit
from tests.support.fleets import ROOT, fleet_of, sample_fleets
from tests.support.snapshots import ArtifactFile

FLEETS = {name: text for name, text in sample_fleets().items() if name != "committed"}


@pytest.mark.parametrize("name", FLEETS)
@pytest.mark.parametrize("target", TARGETS)
def test_artifacts(name: str, target: str, snapshot: SnapshotAssertion) -> None:
    artifacts = list(emit(fleet_of(FLEETS[name]), [target]))
    assert artifacts
    for artifact in artifacts:
        assert artifact.text == snapshot(extension_class=ArtifactFile, name=f"{name}/{artifact.path}")


def test_no_snapshot_outlives_its_artifact() -> None:
    folder = Path(__file__).parent / ArtifactFile.folder
    kept = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    made = {
        f"{name}/{artifact.path}"
        for name, text in FLEETS.items()
        for artifact in emit(fleet_of(text), TARGETS)
    }
    assert {path for path in kept if "__pycache__" not in path} == made


def test_the_committed_artifacts_are_those_of_the_committed_fleet() -> None:
    """When this fails: `booconf build`."""
    for artifact in emit(fleet_of(sample_fleets()["committed"]), TARGETS):
        assert (ROOT / "generated" / artifact.path).read_bytes() == artifact.text.encode("utf-8"), (
            artifact.path
        )


@pytest.mark.parametrize("name", sample_fleets())
def test_text_files_end_in_one_newline_and_hold_no_other_break(name: str) -> None:
    """`Text files end in one newline, LF`."""
    for artifact in emit(fleet_of(sample_fleets()[name]), TARGETS):
        assert artifact.text.endswith("\n")
        assert not artifact.text.endswith("\n\n")
        assert not set("\r\x0b\x0c\x85\u2028\u2029") & set(artifact.text)
        assert artifact.path.isascii()
