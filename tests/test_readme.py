"""README.md: its commands run on its fleet and print the shown output."""

import re
from pathlib import Path

import pytest

from booconf.cli.arguments import COMMANDS
from booconf.cli.main import main

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL)
RUNS = [
    run.partition("\n")
    for kind, text in BLOCKS
    if kind == "console"
    for run in re.split(r"^\$ ", text.strip("\n"), flags=re.MULTILINE)
    if run
]
"""Every shown command and its output, in order."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the fleet of the README, and the fleet with the mentioned mistake."""
    (fleet,) = (text for kind, text in BLOCKS if kind == "yaml")
    right, wrong = "default: desktop/qwen3.6-35b-a3b", "default: desktop/qwen3.6-35b-a3"
    assert f"`{wrong}`" in README
    assert right in fleet
    (tmp_path / "fleet.yaml").write_text(fleet, encoding="utf-8", newline="\n")
    (tmp_path / "misspelled.yaml").write_text(fleet.replace(right, wrong), encoding="utf-8", newline="\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_commands_print_the_shown_output(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(RUNS) >= 3
    for command, _, shown in RUNS:
        program, *arguments = command.split()
        assert program == "booconf"
        main(arguments)
        assert capsys.readouterr().out.strip("\n") == shown.strip("\n"), command


def test_build_ends_with_the_shown_command(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["build"])
    _, _, command = capsys.readouterr().err.splitlines()[-1].partition(": ")
    assert ("sh", command.replace(str(folder), "$PWD") + "\n") in BLOCKS


def test_table_lists_every_command(folder: Path) -> None:
    assert re.findall(r"^\| `booconf (\w+)", README, flags=re.MULTILINE) == list(COMMANDS)
