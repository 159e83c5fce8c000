"""Commands load only the modules they need, and compiler commands never use the network."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[1]

PROGRAM = """
import json, sys
events = []
sys.addaudithook(lambda event, arguments: events.append(event))
from booconf.cli.main import main
try:
    code = main(sys.argv[2:])
except SystemExit as end:
    code = end.code
loaded = sorted(name for name in sys.modules if name.partition(".")[0] in sys.argv[1].split(","))
sockets = sorted({event for event in events if event.startswith("socket.")})
children = sorted({event for event in events if event in ("subprocess.Popen", "os.exec", "os.posix_spawn")})
with open("seen.json", "w", encoding="utf-8") as file:
    json.dump({"code": code, "loaded": loaded, "sockets": sockets, "children": children}, file)
"""

NETWORK = "socket,ssl,_ssl,select,selectors,asyncio,http,httpx,httpcore,urllib3,requests,ftplib,smtplib"

HEAVY = "yaml,pydantic,pydantic_core,jinja2"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(CHECKOUT / "fleet.yaml", tmp_path / "fleet.yaml")
    return tmp_path


def seen(folder: Path, watched: str, *arguments: str) -> dict[str, object]:
    """Run one command in its own process; return its code, loaded `watched` modules, sockets, children."""
    command = [sys.executable, "-c", PROGRAM, watched, *arguments]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert (folder / "seen.json").is_file(), done.stderr
    found: dict[str, object] = json.loads((folder / "seen.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("arguments", [["build"], ["check"], ["explain"]], ids=" ".join)
def test_no_command_of_the_compiler_can_reach_the_network(folder: Path, arguments: list[str]) -> None:
    assert seen(folder, NETWORK, *arguments) == {"code": 0, "loaded": [], "sockets": [], "children": []}


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["--version"], ["build", "--help"], ["rule", "BC301"], ["init", "-f", "new.yaml"]],
    ids=" ".join,
)
def test_a_command_that_reads_no_fleet_loads_no_reader(folder: Path, arguments: list[str]) -> None:
    assert seen(folder, HEAVY, *arguments)["loaded"] == []


def test_a_build_with_nothing_to_do_parses_nothing(folder: Path) -> None:
    assert "yaml" in str(seen(folder, HEAVY, "build")["loaded"])
    assert seen(folder, f"{HEAVY},{NETWORK}", "build") == {
        "code": 0,
        "loaded": [],
        "sockets": [],
        "children": [],
    }


@pytest.mark.parametrize("command", ["check", "build"])
def test_usual_addresses_need_no_adapter(folder: Path, command: str) -> None:
    file = folder / "fleet.yaml"
    text = file.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines(keepends=True) if not line.startswith("  task:")]
    assert len(lines) < text.count("\n")  # two models of one host, whose adapter says if it swaps them
    file.write_text("".join(lines), encoding="utf-8")
    loaded = seen(folder, "booconf", command)["loaded"]
    assert "booconf.live" in str(loaded)
    assert "booconf.live." not in str(loaded)


def test_check_needs_no_templates(folder: Path) -> None:
    assert seen(folder, "jinja2", "check")["loaded"] == []
