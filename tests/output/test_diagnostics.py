"""Diagnostics about output are located at their file or folder."""

from pathlib import Path

import pytest

from booconf.diagnostics import Diagnostic, Label, Position, Span
from booconf.diagnostics.report import gather
from booconf.diagnostics.text import render
from booconf.output import diagnostics
from booconf.output.filesystem import ObstacleError
from booconf.output.plan import plan
from tests.output.folders import FIRST, artifacts, build, write

OUT = Path("generated")
FULL = OSError(28, "No space left on device")
PLACES: dict[str, tuple[Diagnostic, ...]] = {
    "generated/opencode/opencode.json": (
        diagnostics.stale(OUT, "opencode/opencode.json"),
        diagnostics.edited(OUT, "opencode/opencode.json", owned=True, line_ends=False),
        diagnostics.edited(OUT, "opencode/opencode.json", owned=False, line_ends=False),
        diagnostics.edited(OUT, "opencode/opencode.json", owned=True, line_ends=True),
        diagnostics.missing(OUT, "opencode/opencode.json"),
        diagnostics.orphaned(OUT, "opencode/opencode.json", ours=True),
        diagnostics.orphaned(OUT, "opencode/opencode.json", ours=False),
        diagnostics.unusable(OUT, "opencode/opencode.json", "is reserved for the manifest"),
        diagnostics.changed_meanwhile(OUT, "opencode/opencode.json"),
    ),
    "generated/manifest.json": (
        diagnostics.untrusted(OUT, "has no list of files"),
        diagnostics.misnamed(OUT, "names `x`"),
    ),
    "generated/opencode": (diagnostics.obstacle(OUT, ObstacleError("opencode", "is a symbolic link")),),
    "generated/.booconf/lock": (diagnostics.locked(OUT, ".booconf/lock", 30),),
    "generated": (
        diagnostics.failed(OUT, FULL),
        diagnostics.unreadable(OUT, FULL),
        diagnostics.stopped(OUT, FULL),
    ),
}


@pytest.mark.parametrize(
    ("place", "diagnostic"),
    [(place, diagnostic) for place, group in PLACES.items() for diagnostic in group],
    ids=lambda value: getattr(value, "message", None),
)
def test_diagnostic_is_located_at_start_of_its_file(place: str, diagnostic: Diagnostic) -> None:
    start = Position(1, 1)
    assert diagnostic.primary == Label(Span(place, start, start))
    assert f"`{place}`" in diagnostic.message


def test_cause_names_only_a_file_inside_the_folder() -> None:
    """The message starts with the folder."""
    refused = "No such file or directory"
    of_folder = diagnostics.failed(OUT, FileNotFoundError(2, refused, "generated"))
    assert of_folder.message == f"`generated` cannot be written: {refused}"
    of_file = diagnostics.failed(OUT, FileNotFoundError(2, refused, "generated/a"))
    assert of_file.message == f"`generated` cannot be written: {refused} (`generated/a`)"


def test_text_names_file_once_and_draws_no_empty_frame() -> None:
    assert render(gather([diagnostics.stale(OUT, "bridge.json")])) == (
        "error[BC601]: `generated/bridge.json` is stale\n"
        " --> generated/bridge.json:1:1\n"
        "  = help: run `booconf build`\n"
        "  = docs: booconf rule BC601\n"
        "\n1 error\n"
    )


def test_path_below_working_folder_is_relative() -> None:
    primary = diagnostics.missing(Path(), "bridge.json").primary
    assert primary
    assert primary.span.file == "bridge.json"


def test_diagnostics_are_grouped_by_file(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    for path in FIRST:
        write(tmp_path, path, "mine\n")
    decided = plan(tmp_path, artifacts(FIRST))
    assert isinstance(decided, tuple)
    files = [found.primary.span.file for found in gather(reversed(decided)).diagnostics if found.primary]
    assert files == [f"{tmp_path.as_posix()}/{path}" for path in sorted(FIRST)]
