"""Invalid files, each with the expected diagnostics in comments.

`# error[BC103]` expects a diagnostic on its line, `# next-line: error[BC102]` on the next one, where no
comment is possible. A file has exactly the expected diagnostics.
"""

import re
from collections import Counter
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.location import PyTestLocation

from booconf.cli.fleet_file import load
from booconf.diagnostics import CODES, Diagnostic
from booconf.diagnostics.report import gather
from booconf.diagnostics.text import render
from booconf.source import SourceText, mask
from booconf.targets import TARGETS
from tests.support.snapshots import MessageFile

FILES = sorted(Path(__file__).parent.glob("*.yaml"))

BYTES = {
    "not_utf8": (b"version: 1\nlabel: caf\xe9\n", ["2 error BC101"]),
    "nul_byte": (b"version: 1\nlabel: a\0b\n", ["2 error BC101"]),
    "utf16": ("version: 1\n".encode("utf-16"), ["- error BC101"]),
    "too_large": (b"#" * (64 * 1024 * 1024 + 1), ["- error BC108"]),
    "too_deep": (b"version: 1\nroles: " + b"[" * 33 + b"]" * 33, ["2 error BC109"]),
}
"""Files that are not YAML text: bytes and expected diagnostics."""

BEHIND_A_RULE = {
    "BC320": "refused first: a repeated name or opencode id (BC309, BC310); fleet/test_proofs.py",
    "BC322": "refused first: a sidecar at an address that is not its own (BC312); fleet/test_proofs.py",
}
"""Codes of proofs that no file reaches, and the rules that report such a file first."""

_EXPECTATION = re.compile(r"(error|warning)\[(BC\d{3})\]")


def expected(text: str) -> Counter[str]:
    """The expected diagnostics of a file, as `line severity code`."""
    diagnostics: Counter[str] = Counter()
    for number, line in enumerate(text.split("\n"), 1):
        comment = line.partition("# ")[2] if "next-line:" not in line else line
        offset = 1 if "# next-line:" in line else 0
        for severity, code in _EXPECTATION.findall(comment):
            diagnostics[f"{number + offset} {severity} {code}"] += 1
    return diagnostics


def found(diagnostics: tuple[Diagnostic, ...]) -> Counter[str]:
    """The diagnostics of the compiler, in the same form."""
    return Counter(
        f"{one.primary.span.start.line if one.primary else '-'} {one.severity} {one.code}"
        for one in diagnostics
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_file_has_exactly_the_expected_diagnostics(path: Path) -> None:
    expectation = expected(path.read_text("utf-8"))
    assert expectation
    assert found(load(path.read_bytes(), path.name, TARGETS).diagnostics) == expectation


@pytest.mark.parametrize("name", BYTES)
def test_bytes_that_are_not_yaml_text(name: str) -> None:
    raw, expectation = BYTES[name]
    assert found(load(raw, "fleet.yaml", TARGETS).diagnostics) == Counter(expectation)


def test_every_code_has_a_file() -> None:
    """All codes about fleet.yaml, that is below BC600, in the severity that the catalog gives them."""
    shown = {line.split(" ", 1)[1] for path in FILES for line in expected(path.read_text("utf-8"))}
    shown |= {line.split(" ", 1)[1] for _, lines in BYTES.values() for line in lines}
    wanted = {f"{code.severity} {code.code}" for code in CODES.values() if code.code < "BC600"}
    assert shown | {f"error {code}" for code in BEHIND_A_RULE} == wanted
    assert not {f"error {code}" for code in BEHIND_A_RULE} & shown


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_message_of_a_file(path: Path, snapshot: SnapshotAssertion) -> None:
    """A change of wording is seen in review. After a wanted one: `pytest tests/corpus --snapshot-update`."""
    rendered = render_file(path)
    assert "hidden" not in rendered
    assert rendered == snapshot(extension_class=MessageFile, name=f"{path.stem}.txt")


def test_every_message_file_belongs_to_a_corpus_file() -> None:
    messages = (Path(__file__).parent / MessageFile.folder).glob("*.txt")
    assert {path.stem for path in messages} == {path.stem for path in FILES}


def test_message_of_a_new_file_is_written(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """`--snapshot-update` writes the messages of a new corpus file without a warning, which is an error."""
    location = PyTestLocation(request.node)
    file = tmp_path / MessageFile.folder / "new.txt"
    MessageFile.write_snapshot(snapshot_location=str(file), snapshots=[("said\n", location, "new.txt")])
    assert file.read_text(encoding="utf-8") == "said\n"


def render_file(path: Path) -> str:
    """The report of a file as `booconf check` prints it."""
    loading = load(path.read_bytes(), path.name, TARGETS)
    masked = mask(SourceText.decode(path.read_bytes(), path.name), loading.document)
    return render(gather(loading.diagnostics, lambda _file, line: masked(line)))
