"""Behavior of all commands: exit codes, color, help, completion, and errors without traceback."""

import os
import shutil
import signal
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest

from booconf import __version__
from booconf.cli.arguments import COMMANDS, FORMATS
from booconf.cli.console import Console
from booconf.cli.fleet_file import LARGEST_READ
from booconf.cli.main import main
from booconf.diagnostics import report
from booconf.source import document
from tests.cli.conftest import FLEET, Booconf

CHECKOUT = Path(__file__).parents[2]
FULL = Path("/dev/full")

BUFFERED = os.environ | {"PYTHONUNBUFFERED": ""}
"""Environment in which standard output is written when the command ends."""

BROKEN = FLEET.replace("version: 1", "version: 2")


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_version(booconf: Booconf) -> None:
    outcome = booconf("--version")
    assert (outcome.code, outcome.out) == (0, f"booconf {__version__}\n")


def test_help_names_every_command_and_exit_code(booconf: Booconf) -> None:
    outcome = booconf("--help")
    assert outcome.code == 0
    for command in COMMANDS:
        assert f"    {command} " in outcome.out
        assert booconf(command, "--help").out.startswith(f"usage: booconf {command} ")
    assert "  2    error" in outcome.out


@pytest.mark.parametrize(
    "arguments", [(), ("chek",), ("check", "--nope"), ("check", "--form", "json"), ("build", "extra")]
)
def test_wrong_usage_exits_with_2(booconf: Booconf, arguments: tuple[str, ...]) -> None:
    outcome = booconf(*arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("usage: booconf")


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("check", "--fromat", "json"), "unrecognized arguments: --fromat json; did you mean `--format`?"),
        (("check", "--fromat=json"), "unrecognized arguments: --fromat=json; did you mean `--format`?"),
        (("diff", "--observe", "x"), "unrecognized arguments: --observe x; did you mean `--observed`?"),
        (("build", "--zzz"), "unrecognized arguments: --zzz"),
        (("build", "extra\x1b[2J"), "unrecognized arguments: extra\\u{1b}[2J"),
        (("adopt", "-x"), "unrecognized arguments: -x"),
        (("check", "--format", "xml"), "argument --format: invalid choice: 'xml'"),
    ],
)
def test_usage_error_names_command_and_suggestion(
    booconf: Booconf, arguments: tuple[str, ...], problem: str
) -> None:
    outcome = booconf(*arguments)
    assert outcome.code == 2
    assert outcome.err.startswith(f"usage: booconf {arguments[0]} ")
    assert f"booconf {arguments[0]}: error: {problem}" in outcome.err
    assert outcome.err.endswith(f"{problem}\n") or "choose from" in outcome.err


@pytest.mark.parametrize(
    ("color", "environment", "colored"),
    [
        ("auto", {}, True),
        ("auto", {"NO_COLOR": "1"}, False),
        ("auto", {"NO_COLOR": ""}, True),
        ("auto", {"TERM": "dumb"}, False),
        ("never", {}, False),
        ("always", {"NO_COLOR": "1"}, True),
    ],
)
def test_color_on_a_terminal(color: str, environment: dict[str, str], *, colored: bool) -> None:
    """`--color (NO_COLOR honored)`; the option overrides the environment."""
    console = Console(environment, color=color)
    assert console.uses_color(Terminal()) is colored
    assert console.uses_color(StringIO()) is (color == "always")


def test_color_reaches_the_report(booconf: Booconf, fleet_file: Path) -> None:
    fleet_file.write_text(BROKEN, encoding="utf-8")
    assert "\x1b[" in booconf("check", "--color", "always").out
    assert "\x1b[" not in booconf("check").out


def test_interrupt_exits_with_130(folder: Path) -> None:
    """Ctrl+C while the command waits for the content of a pipe."""
    os.mkfifo("fleet.yaml")
    process = subprocess.Popen([sys.executable, "-m", "booconf", "check"], stderr=subprocess.PIPE)
    with Path("fleet.yaml").open("wb"):  # returns once the command reads the pipe
        process.send_signal(signal.SIGINT)
        _, error = process.communicate()
    assert (process.returncode, error) == (130, b"")


def run(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [sys.executable, "-m", "booconf", *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        check=False,
    )


@pytest.mark.parametrize(
    "arguments", [("rule",), ("--help",), ("--version",), ("check",), ("build",), ("explain",)]
)
def test_closed_pipe_prints_no_traceback(fleet_file: Path, arguments: tuple[str, ...]) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "booconf", *arguments],
        env=BUFFERED,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout
    assert process.stderr
    process.stdout.close()
    error = process.stderr.read()
    process.stderr.close()
    code = process.wait()
    assert b"Traceback" not in error
    assert b"Exception ignored" not in error
    assert code == 2


@pytest.mark.skipif(sys.platform == "win32", reason="closes a descriptor by a shell of Unix")
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "1</dev/null"])
@pytest.mark.parametrize("arguments", [("--help",), ("check",), ("check", "-f", "missing.yaml")])
def test_closed_stream_prints_no_traceback(fleet_file: Path, arguments: tuple[str, ...], closed: str) -> None:
    done = subprocess.run(
        ["sh", "-c", f'"$@" {closed}', "sh", sys.executable, "-m", "booconf", *arguments],
        env=BUFFERED,
        capture_output=True,
        check=False,
    )
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr
    assert done.returncode == (2 if "missing.yaml" in arguments or "<" in closed else 0)


def test_characters_missing_in_encoding_are_escaped(fleet_file: Path) -> None:
    fleet_file.write_text(FLEET.replace("context: 32768", "label: 日本, kontext: 1"), encoding="utf-8")
    outcome = run("check", PYTHONIOENCODING="ascii")
    assert outcome.returncode == 1
    assert b"\\u65e5\\u672c" in outcome.stdout
    assert outcome.stderr == b""


def completions(line: str, folder: Path) -> list[str]:
    """The completions of `line`, requested by the protocol of argcomplete."""
    answer = folder / "answer"
    environment = {
        "_ARGCOMPLETE": "1",
        "_ARGCOMPLETE_STDOUT_FILENAME": str(answer),
        "COMP_LINE": line,
        "COMP_POINT": str(len(line)),
        "_ARGCOMPLETE_IFS": "\n",
    }
    run(**environment)
    return sorted(word.strip() for word in answer.read_text(encoding="utf-8").split("\n"))


def test_commands_and_options_are_completed(folder: Path) -> None:
    assert completions("booconf ", folder) == ["--help", "--version", "-h", *sorted(COMMANDS)]
    assert completions("booconf check --format s", folder) == ["sarif"]
    assert completions("booconf build --target rou", folder) == ["routing-py", "routing-ts"]
    assert completions("booconf schema cat", folder) == ["catalog", "catalog-view"]
    assert completions("booconf rule BC60", folder) == [f"BC60{number}" for number in range(1, 7)]


def test_ids_are_completed_from_the_fleet_file(folder: Path, fleet_file: Path) -> None:
    assert completions("booconf explain box/", folder) == ["box/chat"]
    assert completions("booconf diff --provider b", folder) == ["box"]
    fleet_file.write_text(BROKEN, encoding="utf-8")
    assert completions("booconf explain box/", folder) == [""]
    fleet_file.unlink()
    assert completions("booconf explain box/", folder) == [""]
    assert completions("booconf diff --provider b", folder) == [""]


def test_stream_without_reconfigure_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = StringIO()
    monkeypatch.setattr("sys.stdout", stream)
    assert main(["rule", "BC301"]) == 0
    assert stream.getvalue().startswith("# BC301")


@pytest.mark.skipif(not FULL.exists(), reason="the system has no device that is always full")
@pytest.mark.parametrize(
    "arguments", [("--help",), ("rule",), ("check",), ("schema", "fleet"), ("explain",), ("build",)]
)
def test_full_disk_prints_no_traceback(fleet_file: Path, arguments: tuple[str, ...]) -> None:
    with FULL.open("wb") as stdout:
        done = subprocess.run(
            [sys.executable, "-m", "booconf", *arguments],
            env=BUFFERED,
            stdout=stdout,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr.endswith(b"booconf: the result cannot be written: No space left on device\n")
    assert b"Traceback" not in done.stderr
    with FULL.open("wb") as both:
        assert subprocess.run(
            [sys.executable, "-m", "booconf", *arguments], env=BUFFERED, stdout=both, stderr=both, check=False
        ).returncode in {2, 120}


BUG = """
import sys
from booconf.cli.commands import rule
from booconf.cli.main import run

def run_with_bug(options, console):
    raise TypeError(f"unexpected {options.code}")

rule.run = run_with_bug
run()
"""


def run_with_bug(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", BUG, "rule", *arguments], capture_output=True, text=True, check=False
    )


def test_bug_is_one_line_and_exits_with_70() -> None:
    done = run_with_bug("hunter2")
    assert (done.returncode, done.stdout) == (70, "")
    assert done.stderr == (
        f"booconf: TypeError is a bug in booconf {__version__}; please report it with this command line; "
        "`-v` adds a traceback\n"
    )


def test_traceback_of_a_bug_is_printed_with_verbose() -> None:
    done = run_with_bug("-v", "\x1b[2J")
    assert done.returncode == 70
    assert done.stderr.startswith("Traceback (most recent call last):\n")
    assert "TypeError: unexpected \\u{1b}[2J\n" in done.stderr
    assert done.stderr.endswith("; please report it with this command line\n")


@pytest.mark.parametrize(
    ("arguments", "file"),
    [
        (("schema",), "schema/fleet.schema.json"),
        (("init", "-f", "new.yaml"), "templates/starter.yaml"),
        (("build",), "templates/routing.py.jinja"),
    ],
)
def test_unreadable_data_file_is_named(fleet_file: Path, arguments: tuple[str, ...], file: str) -> None:
    for name in ("booconf", "schema", "templates"):
        shutil.copytree(CHECKOUT / name, name)
    broken = fleet_file.parent / file
    broken.unlink()
    broken.mkdir()
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, b"")
    message = f"{broken}, a file of booconf itself, cannot be read: Is a directory; install booconf again"
    assert done.stderr.decode() == f"booconf: {message}\n"


@pytest.mark.parametrize("closed", ["stdout", "stderr"])
def test_closed_stream_in_process_is_replaced(
    fleet_file: Path, monkeypatch: pytest.MonkeyPatch, closed: str
) -> None:
    monkeypatch.setattr(f"sys.{closed}", None)
    assert main(["check"]) == 0
    assert main(["check", "-f", "no-such-file"]) == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("rule", "\x1b[31m"),
        ("check", "-f", "\x1b[31m"),
        ("build", "--target", "\x1b[31m"),
        ("schema", "\x1b[31m"),
    ],
)
def test_control_characters_of_command_line_are_escaped(
    booconf: Booconf, fleet_file: Path, arguments: tuple[str, ...]
) -> None:
    outcome = booconf(*arguments)
    assert outcome.code == 2
    assert "\\u{1b}[31m" in outcome.err
    assert "\x1b" not in outcome.err


@pytest.mark.parametrize("command", ["init", "check", "build", "explain"])
def test_empty_file_name_is_an_error(booconf: Booconf, command: str) -> None:
    outcome = booconf(command, "-f", "")
    assert (outcome.code, outcome.err) == (2, "booconf: `--file` names no file\n")


def test_copied_constants_are_equal() -> None:
    assert list(FORMATS) == list(report.FORMATS)
    assert LARGEST_READ == document.LARGEST_FILE + 1
