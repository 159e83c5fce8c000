"""Commands that run in the folder and in the process of the test."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from booconf.cli.main import main

FLEET = """\
version: 1
default_provider: box
roles: {default: box/chat}
providers:
  box:
    kind: llama-swap
    base_url: http://127.0.0.1:8401
    models:
      chat: {context: 32768, aliases: [talk], capabilities: [tools]}
"""

SWAP = (
    FLEET.replace("{default: box/chat}", "{default: box/chat, task: box/small}")
    + "      small: {context: 16384}\n"
)
"""FLEET with a second model as task model, which is a warning (BC502)."""


@dataclass(frozen=True, slots=True)
class Outcome:
    code: int
    out: str
    err: str


Booconf = Callable[..., Outcome]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, without variables that affect color or completion."""
    for name in ("NO_COLOR", "TERM", "_ARGCOMPLETE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def booconf(folder: Path, capsys: pytest.CaptureFixture[str]) -> Booconf:
    """Run one command in `folder`."""

    def run(*arguments: str) -> Outcome:
        capsys.readouterr()
        try:
            code = main(list(arguments))
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else 1
        out, err = capsys.readouterr()
        return Outcome(code, out, err)

    return run


@pytest.fixture
def fleet_file(folder: Path) -> Path:
    """A valid fleet.yaml without warnings."""
    file = folder / "fleet.yaml"
    file.write_text(FLEET, encoding="utf-8", newline="\n")
    return file
