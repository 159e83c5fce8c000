"""docs/drift.md: its commands print the shown output, and its recipes work."""

import configparser
import json
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from booconf.cli.arguments import build_parser
from booconf.cli.main import main
from booconf.declaration.enums import Kind
from booconf.drift.report.wording import DIFFERS, UNKNOWN, WORDS
from booconf.live import adapter_of
from booconf.live.flow import Base
from tests.hosts.llama_swap import LlamaSwap, Model
from tests.support.documented_fleet import BLOCKS, DESKTOP, PAGE, DocumentedFleet, documented_fleet, runs

DECISIONS = Path(__file__).parents[1] / "docs" / "decisions"

SECTIONS = {
    heading: text
    for part in re.split(r"^##+ ", PAGE, flags=re.MULTILINE)[1:]
    for heading, _, text in [part.partition("\n")]
}


def blocks(section: str, language: str) -> list[str]:
    """The blocks of a section in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", SECTIONS[section], flags=re.MULTILINE | re.DOTALL)


@pytest.fixture
def fleet() -> Iterator[DocumentedFleet]:
    with documented_fleet() as fleet:
        yield fleet


def as_declared(_: DocumentedFleet) -> None:
    """All hosts serve what is declared."""


def drifted(fleet: DocumentedFleet) -> None:
    """A model is gone."""
    fleet.desktop.behavior = LlamaSwap(
        {name: model for name, model in DESKTOP.items() if name != "gemma-3-12b-it"}
    )


def invalid(fleet: DocumentedFleet) -> None:
    """The fleet is not valid."""
    fleet.text = fleet.text.replace("task: desktop/qwen3-8b", "task: desktop/qwen3-8")


def unreachable(fleet: DocumentedFleet) -> None:
    """A host is unreachable."""
    fleet.closet.stop()


SHOWN_AS_SERVED = {
    "qwen3.6-35b-a3b": DESKTOP["qwen3.6-35b-a3b"],
    "qwen3-8b": Model(context=16384),
    "gemma-3-12b-it-q6_k": Model(context=32768),
    "mistral-small-3.2-24b": Model(context=49152),
}
"""Models of the desktop when the page shows differences; the closet is unreachable then."""

STATES: dict[int, Callable[[DocumentedFleet], None]] = {
    0: as_declared,
    1: drifted,
    2: invalid,
    3: unreachable,
}
"""Exit code of `booconf diff` -> a function that causes it."""


@dataclass(frozen=True, slots=True)
class Machine:
    """A home folder with `fleet/`, and the programs on the path of a job."""

    home: Path
    fleet: Path
    programs: Path

    def run(
        self, command: list[str], folder: Path | None = None, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a job with these environment variables and those that every job has."""
        environment = {"HOME": str(self.home), "PATH": f"{self.programs}:/usr/local/bin:/usr/bin:/bin"}
        return subprocess.run(
            command,
            cwd=folder or self.home,
            env=environment | variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine where booconf is installed for the user."""
    programs, folder = tmp_path / ".local" / "bin", tmp_path / "fleet"
    programs.mkdir(parents=True)
    folder.mkdir()
    program = programs / "booconf"
    program.write_text(
        f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m booconf "$@"\n', encoding="utf-8", newline="\n"
    )
    program.chmod(0o755)
    return Machine(tmp_path, folder, programs)


@pytest.fixture(params=STATES, ids=lambda code: f"exit-{code}")
def code(request: pytest.FixtureRequest, fleet: DocumentedFleet, machine: Machine) -> int:
    """An exit code of `booconf diff`, after its cause is set up on the machine."""
    code: int = request.param
    STATES[code](fleet)
    fleet.write(machine.fleet)
    return code


class TestCommands:
    def test_commands_print_the_shown_output(
        self,
        fleet: DocumentedFleet,
        tmp_path: Path,
        capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.chdir(tmp_path)
        fleet.write(tmp_path)
        shown = [run for language, text in BLOCKS if language == "console" for run in runs(text)]
        clean, *others = shown
        assert fleet.run(clean[0], capsys, monkeypatch) == clean[1]

        fleet.desktop.behavior = LlamaSwap(SHOWN_AS_SERVED)
        fleet.closet.stop()
        for command, text in others:
            assert fleet.run(command, capsys, monkeypatch) == text, command

        fleet.run("booconf adopt --yes", capsys, monkeypatch)
        assert fleet.code == 3
        assert "BC721" in fleet.run("booconf diff", capsys, monkeypatch)
        assert fleet.code == 3  # the rest: the closet is unreachable

    def test_saved_report_equals_that_of_the_hosts(self, fleet: DocumentedFleet, machine: Machine) -> None:
        fleet.write(machine.fleet)
        (script,) = blocks("Saving observations", "sh")
        done = machine.run(["sh", "-ec", script], machine.fleet)
        assert done.returncode == 0, done.stderr
        assert json.loads((machine.fleet / "drift.sarif").read_text(encoding="utf-8"))["version"] == "2.1.0"

    def test_at_option_probes_a_tunnel(
        self,
        fleet: DocumentedFleet,
        tmp_path: Path,
        capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.chdir(tmp_path)
        (script,) = blocks("Selecting hosts and addresses", "sh")
        tunnel, command = script.splitlines()
        forward = re.search(r" -L (127\.0\.0\.1:\d+):(\S+) ", tunnel)
        assert forward is not None
        assert f"base_url: http://{forward[2]}\n" in PAGE
        assert f"=http://{forward[1]}" in command

        fleet.write(tmp_path)
        fleet.run(command, capsys, monkeypatch)

        assert fleet.code == 0
        assert fleet.desktop.requests
        assert fleet.sidecar.connections + fleet.closet.connections == 0

    @pytest.mark.usefixtures("code")
    def test_table_lists_the_exit_codes(self, code: int, machine: Machine) -> None:
        codes = re.findall(r"^\| (\d) \|", SECTIONS["Exit codes"], flags=re.MULTILINE)
        assert codes == [str(code) for code in STATES]
        assert machine.run(["booconf", "diff"], machine.fleet).returncode == code

    def test_named_schemas_exist(self, capsys: pytest.CaptureFixture[str]) -> None:
        named = re.findall(r"`booconf schema (\w+)`", PAGE)
        assert [main(["schema", name]) for name in named] == [0, 0]
        assert capsys.readouterr().out.count('"$schema"') == len(named)

    def test_page_explains_every_term_of_a_report(self) -> None:
        words = re.findall(r"^\| `(\w+)` \|", SECTIONS["The report"], flags=re.MULTILINE)
        assert set(words) == {*WORDS.values(), DIFFERS, UNKNOWN}

    def test_page_names_every_option(self) -> None:
        usage = build_parser("diff").parse_args(["diff"])
        common = {"command", "file", "format", "color", "parser", "quiet", "verbose"}
        options = {f"--{name.replace('_', '-')}" for name in vars(usage)} - {f"--{name}" for name in common}
        assert [option for option in sorted(options) if f"`{option}" not in PAGE] == []


class TestRequests:
    def test_decision_lists_the_requests_of_each_kind(self) -> None:
        page = (DECISIONS / "0015-requests-to-hosts.md").read_text(encoding="utf-8")
        rows = re.findall(r"^\| ([a-z-]+) \| (.*`.*) \|$", page, flags=re.MULTILINE)
        listed = {kind: re.findall(r"`([\w/]+)`", text) for kind, text in rows}
        prefix = {Base.API: "api", Base.ROOT: ""}
        assert listed == {
            kind: [prefix[request.base] + request.path for request in adapter_of(kind).REQUESTS]
            for kind in get_args(Kind)
        }


ASSIGNMENT = re.compile(r"[A-Z]+=\S+")
JOB = re.compile(r"((?:[\d*,-]+ ){5})(.*)")


def crontab() -> list[tuple[list[str], str]]:
    """The jobs of the crontab: five fields and a command each."""
    (text,) = blocks("cron", "crontab")
    jobs = [JOB.fullmatch(line) for line in text.splitlines() if not ASSIGNMENT.fullmatch(line)]
    assert None not in jobs
    return [(job[1].split(), job[2]) for job in jobs if job]


class TestCron:
    def test_one_job_runs_each_day(self) -> None:
        days: list[int] = []
        for (minute, hour, *month, weekday), command in crontab():
            assert (int(minute) in range(60), int(hour) in range(24), month) == (True, True, ["*", "*"])
            assert "%" not in command  # the end of a line for cron
            for part in weekday.split(","):
                first, _, last = part.partition("-")
                days += range(int(first), int(last or first) + 1)
        assert sorted(days) == list(range(7))

    def test_jobs_print_only_when_needed(self, code: int, machine: Machine) -> None:
        daily, weekly = (machine.run(["sh", "-c", command]) for _, command in crontab())
        words = {0: "", 1: "BC701", 2: "`booconf check`", 3: "BC721"}
        for job, silent in ((daily, {0, 3}), (weekly, {0})):
            printed = job.stdout + job.stderr
            assert bool(printed) == (code not in silent), printed
            assert code in silent or words[code] in printed


def units() -> tuple[configparser.ConfigParser, configparser.ConfigParser]:
    """The service and the timer."""
    texts = blocks("systemd", "ini")
    parsed = [configparser.ConfigParser(interpolation=None) for _ in texts]
    for unit, text in zip(parsed, texts, strict=True):
        unit.optionxform = str  # type: ignore[assignment,method-assign]  # as the documentation of the class does
        unit.read_string(text)
    service, timer = parsed
    return service, timer


class TestSystemd:
    def test_service_fails_only_for_findings_and_errors(self, code: int, machine: Machine) -> None:
        service = units()[0]["Service"]
        command = shlex.split(service["ExecStart"].replace("%h", str(machine.home)))
        folder = Path(service["WorkingDirectory"].replace("%h", str(machine.home)))

        done = machine.run(command, folder)

        assert done.returncode == code
        assert (code in {0, int(service["SuccessExitStatus"])}) == (code in {0, 3})
        assert bool(done.stdout + done.stderr) == (code != 0)

    def test_timer_starts_service_once_a_day(self) -> None:
        _, timer = units()
        assert re.fullmatch(r"\*-\*-\* ([01]\d|2[0-3]):[0-5]\d", timer["Timer"]["OnCalendar"])
        assert timer["Install"]["WantedBy"] == "timers.target"
        names = re.findall(r"^`~/.config/systemd/user/([\w.-]+)`", SECTIONS["systemd"], flags=re.MULTILINE)
        assert names == [
            "booconf-diff.service",
            "booconf-diff.timer",
        ]  # a timer starts the service of the same name


@pytest.fixture(scope="module")
def workflow() -> dict[str, Any]:
    """The workflow, read as YAML 1.2 (`on` is a text)."""
    (text,) = blocks("GitHub Actions", "yaml")
    document: dict[Any, Any] = yaml.safe_load(text)
    return {"on" if key is True else key: value for key, value in document.items()}


class TestGitHubActions:
    def test_workflow_runs_on_schedule_on_own_runner(self, workflow: dict[str, Any]) -> None:
        (schedule,) = workflow["on"]["schedule"]
        assert JOB.fullmatch(f"{schedule['cron']} job")
        assert "self-hosted" in workflow["jobs"]["diff"]["runs-on"]

    def test_steps_of_workflow_depend_on_exit_code(
        self, workflow: dict[str, Any], code: int, machine: Machine
    ) -> None:
        checkout, ask, upload = workflow["jobs"]["diff"]["steps"]
        assert checkout["uses"].startswith("actions/checkout@")
        assert ask["shell"] == "bash"
        no_secret = dict.fromkeys(ask["env"], "")

        done = machine.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", ask["run"]], machine.fleet, **no_secret
        )

        assert done.returncode == {0: 0, 1: 1, 2: 2, 3: 0}[code], done.stderr
        assert ("::error " in done.stdout) == (code == 1)
        assert ("::warning " in done.stdout) == (code == 3)
        sarif = machine.fleet / upload["with"]["sarif_file"]
        assert f"hashFiles('{sarif.name}') != ''" in upload["if"]
        assert sarif.exists() == (code != 2)
        if code != 2:
            (run,) = json.loads(sarif.read_text(encoding="utf-8"))["runs"]
            codes = {result["ruleId"] for result in run["results"]}
            assert codes - {"BC728"} == {0: set(), 1: {"BC701"}, 3: {"BC721"}}[code]


class TestDeployScript:
    def test_script_deploys_unless_hosts_differ(self, code: int, machine: Machine) -> None:
        (script,) = blocks("A deploy script", "bash")
        (machine.fleet / "deploy").write_text(script, encoding="utf-8", newline="\n")
        target = machine.home / "clients"
        target.mkdir()

        done = machine.run(["bash", "fleet/deploy"], DEPLOY_TO=str(target))

        assert done.returncode == {0: 0, 1: 1, 2: 1, 3: 0}[code], done.stderr
        assert (target / "routing.py").exists() == (code in {0, 3})
        assert ("some hosts not checked" in done.stderr) == (code == 3)

    def test_script_prints_its_destination(self, fleet: DocumentedFleet, machine: Machine) -> None:
        (script,) = blocks("A deploy script", "bash")
        fleet.write(machine.fleet)
        (machine.fleet / "deploy").write_text(script, encoding="utf-8", newline="\n")

        done = machine.run(["bash", "fleet/deploy"])

        assert done.returncode != 0
        assert "DEPLOY_TO" in done.stderr
