"""`booconf serve` as a process: what it needs, what it prints, and how it ends."""

import importlib.util
import json
import logging
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import IO, Any

import pytest

from booconf.cli import catalog_service, serve
from tests.cli.conftest import FLEET, Booconf
from tests.hosts.faults import LISTING
from tests.hosts.simulator import Host, Hosts, Reply, routes
from tests.service.waiting import wait_until

TOKEN = "a-token-that-is-long-enough"


@pytest.fixture
def host() -> Iterator[Host]:
    """A host on loopback: no test here asks any other one."""
    with Hosts() as hosts:
        yield hosts.add(routes({"/v1/models": Reply(LISTING)}))


@pytest.fixture
def served_file(folder: Path, host: Host) -> Path:
    file = folder / "fleet.yaml"
    text = FLEET.replace("llama-swap", "openai-compatible").replace("http://127.0.0.1:8401", host.url)
    file.write_text(text, encoding="utf-8", newline="\n")
    return file


class Server:
    """A `booconf serve` that answers."""

    def __init__(self, process: "subprocess.Popen[str]", folder: Path) -> None:
        self.process = process
        self.folder = folder
        assert process.stdout is not None
        self.line = process.stdout.readline()
        found = re.fullmatch(r"booconf serves (.*) at http://(.*):(\d+)/\n", self.line)
        assert found, self.line + self.log
        self.address, self.port = found.group(2), int(found.group(3))

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text(encoding="utf-8")

    def ask(self, method: str, path: str, **headers: str) -> tuple[int, Any]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, headers=headers)
            response = connection.getresponse()
            return response.status, json.loads(response.read() or b"null")
        finally:
            connection.close()

    def end(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)


@contextmanager
def running(folder: Path, *arguments: str, **environment: str) -> Iterator[Server]:
    """A server in a process of its own, on a port that is free."""
    command = [sys.executable, "-m", "booconf", "serve", "--port", "0", "--probe-every", "0.1", *arguments]
    variables = {**os.environ, "XDG_STATE_HOME": str(folder / "state"), **environment}
    with (folder / "log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            command, cwd=folder, env=variables, stdout=subprocess.PIPE, stderr=log, encoding="utf-8"
        )
        try:
            yield Server(process, folder)
        finally:
            if process.poll() is None:
                process.terminate()
            process.wait(60)
            stdout: IO[str] | None = process.stdout
            assert stdout is not None
            stdout.close()


class TestRunning:
    def test_it_serves_and_remembers(self, folder: Path, served_file: Path) -> None:
        with running(folder) as server:
            assert server.address == "127.0.0.1"
            assert server.ask("GET", "/healthz")[1]["status"] == "ok"
            assert server.ask("PUT", "/api/favorites/talk")[0] == 200
            assert server.end() == 0
        assert (folder / "state" / "booconf" / "settings.sqlite").is_file()
        with running(folder) as server:
            view = server.ask("GET", "/api/models")[1]
            assert [row["id"] for row in view["sections"][0]["models"]] == ["box/chat"]

    @pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
    def test_a_signal_ends_it_and_its_streams(
        self, folder: Path, served_file: Path, number: int, code: int
    ) -> None:
        with running(folder) as server:
            connection = HTTPConnection("127.0.0.1", server.port, timeout=60)
            connection.request("GET", "/api/events")
            stream = connection.getresponse()
            assert stream.readline() == b"retry: 1000\n"
            assert server.end(number) == code
            stream.read()  # ends, and is whole
            connection.close()
        assert "Traceback" not in server.log

    def test_hosts_that_go_and_return_are_told(self, folder: Path, served_file: Path, host: Host) -> None:
        with running(folder) as server:

            def groups() -> list[str]:
                return [part["id"] for part in server.ask("GET", "/api/models")[1]["sections"]]

            wait_until(lambda: groups() == ["favorites", "box"])
            host.stop()
            wait_until(lambda: groups() == ["favorites"])
            host.start()
            wait_until(lambda: groups() == ["favorites", "box"])

    def test_a_fleet_file_that_changes_is_served_and_a_broken_one_is_not(
        self, folder: Path, served_file: Path
    ) -> None:
        valid = served_file.read_text(encoding="utf-8")
        with running(folder) as server:
            served_file.write_text(valid + "      more: {context: 20000}\n", encoding="utf-8")
            wait_until(lambda: server.ask("GET", "/api/models/box/more")[1].get("declared"))
            served_file.write_text(valid.replace("version: 1", "version: 2"), encoding="utf-8")
            wait_until(lambda: server.ask("GET", "/healthz")[1]["fleet"]["problem"])
            assert server.ask("GET", "/api/models/box/more")[1]["declared"] is True
        assert "what is served is the last valid fleet" in server.log

    def test_hosts_are_asked_where_connect_says(self, folder: Path, served_file: Path, host: Host) -> None:
        served_file.write_text(FLEET.replace("llama-swap", "openai-compatible"), encoding="utf-8")
        with running(folder, "--connect", f"box={host.url}") as server:
            wait_until(lambda: server.ask("GET", "/healthz")[1]["providers"]["box"]["state"] == "answered")

    def test_a_token_is_asked_for_and_stands_nowhere(self, folder: Path, served_file: Path) -> None:
        with running(folder, "--token-env", "PICKER_TOKEN", PICKER_TOKEN=TOKEN) as server:
            assert server.ask("GET", "/api/models")[0] == 401
            assert server.ask("GET", "/api/models", Authorization=f"Bearer {TOKEN}")[0] == 200
        assert TOKEN not in server.log + server.line

    def test_with_a_token_others_may_reach_it(self, folder: Path, served_file: Path) -> None:
        arguments = ("--host", "0.0.0.0", "--token-env", "PICKER_TOKEN")
        with running(folder, *arguments, PICKER_TOKEN=TOKEN) as server:
            assert server.address == "0.0.0.0"
            assert server.ask("GET", "/healthz") == (200, {"status": "ok"})

    def test_other_pages_and_names_are_let_in(self, folder: Path, served_file: Path) -> None:
        arguments = ("--allow-host", "picker.example", "--allow-origin", "https://chat.example:443")
        with running(folder, *arguments) as server:
            assert server.ask("GET", "/healthz", Host="picker.example")[0] == 200
            assert server.ask("GET", "/healthz", Host="other.example")[0] == 421
            assert server.ask("PUT", "/api/favorites/talk", Origin="https://chat.example")[0] == 200
            assert server.ask("PUT", "/api/favorites/talk", Origin="https://other.example")[0] == 403

    @pytest.mark.parametrize(
        ("option", "logs"), [("--quiet", False), ("--verbose", True), ("--color=never", True)]
    )
    def test_the_log_is_as_loud_as_asked(
        self, folder: Path, served_file: Path, option: str, logs: bool
    ) -> None:
        with running(folder, option) as server:
            assert server.end() == 0
        assert ("INFO favourites are available" in server.log) is logs

    def test_the_address_of_ipv6_stands_in_brackets(self, folder: Path, served_file: Path) -> None:
        with running(folder, "--host", "::1") as server:
            assert server.address == "[::1]"


class TestRefused:
    """Nothing listens then, and the exit code is 2."""

    def refused(self, booconf: Booconf, *arguments: str) -> str:
        outcome = booconf("serve", "--port", "0", "--settings", "sqlite:///settings.sqlite", *arguments)
        assert (outcome.code, outcome.out) == (2, "")
        return outcome.err

    def test_without_the_extra(
        self, booconf: Booconf, fleet_file: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        real = importlib.util.find_spec
        monkeypatch.setattr(serve, "find_spec", lambda name: None if name == "uvicorn" else real(name))
        assert "pip install 'booconf[serve]'" in self.refused(booconf)

    def test_without_a_fleet(self, booconf: Booconf) -> None:
        assert "fleet.yaml does not exist" in self.refused(booconf)

    def test_with_an_invalid_fleet(self, booconf: Booconf, fleet_file: Path) -> None:
        fleet_file.write_text(FLEET.replace("version: 1", "version: 2"), encoding="utf-8")
        assert "fleet.yaml has 1 error: see `booconf check`" in self.refused(booconf)

    def test_with_a_fleet_that_goes_while_it_is_read(
        self, booconf: Booconf, fleet_file: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def gone(_file: str) -> None:
            raise FileNotFoundError(2, "No such file or directory")

        monkeypatch.setattr(catalog_service, "CatalogSource", gone)
        assert "fleet.yaml cannot be read: No such file" in self.refused(booconf)

    @pytest.mark.parametrize("host", ["0.0.0.0", "::"])
    def test_where_others_can_reach_it_without_a_token(
        self, booconf: Booconf, fleet_file: Path, host: str
    ) -> None:
        assert f"others can reach {host}" in self.refused(booconf, "--host", host)

    @pytest.mark.parametrize(
        ("value", "problem"),
        [(None, "not set, or empty"), ("", "not set, or empty"), ("two words", "ASCII"), ("é", "ASCII")],
    )
    def test_with_a_token_that_is_none(
        self, booconf: Booconf, fleet_file: Path, monkeypatch: pytest.MonkeyPatch,
        value: str | None, problem: str,
    ) -> None:  # fmt: skip
        monkeypatch.delenv("PICKER_TOKEN", raising=False)
        if value is not None:
            monkeypatch.setenv("PICKER_TOKEN", value)
        said = self.refused(booconf, "--token-env", "PICKER_TOKEN")
        assert problem in said
        assert not value or value not in said

    @pytest.mark.parametrize(
        ("arguments", "problem"),
        [
            (("--settings", "mysql://u:secret@h/d"), "neither `sqlite:///FILE` nor"),
            (("--settings", "nonsense"), "neither `sqlite:///FILE` nor"),
            (("--allow-host", "http://x"), "is not a host"),
            (("--allow-origin", "*"), "is not an origin"),
            (("--connect", "nope=http://127.0.0.1:1"), "`nope` is not asked"),
            (("--connect", "box"), "is not `ID=URL`"),
            (("--host", "no-such-host.invalid"), "cannot listen on port 0 of no-such-host.invalid"),
            (("--host", "a..b"), "cannot listen"),
            (("--port", "65536"), "is not a port"),
            (("--port", "-1"), "is not a port"),
            (("--port", "x"), "is not a port"),
            (("--probe-every", "0"), "is not a number of seconds"),
        ],
    )
    def test_with_options_that_are_none(
        self, booconf: Booconf, fleet_file: Path, arguments: tuple[str, ...], problem: str
    ) -> None:
        said = self.refused(booconf, *arguments)
        assert problem in said
        assert "secret" not in said

    def test_on_a_port_that_is_taken(self, booconf: Booconf, fleet_file: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as other:
            port = str(other.getsockname()[1])
            assert f"cannot listen on port {port} of 127.0.0.1" in self.refused(booconf, "--port", port)

    def test_a_short_token_is_said_to_be(
        self, booconf: Booconf, fleet_file: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PICKER_TOKEN", "short")
        said = self.refused(booconf, "--token-env", "PICKER_TOKEN", "--allow-origin", "*")
        assert "the token in PICKER_TOKEN is short" in said
        assert '"short"' not in said


class TestEnding:
    @pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130), (None, 0)])
    def test_only_an_interrupt_is_one(
        self,
        booconf: Booconf,
        fleet_file: Path,
        monkeypatch: pytest.MonkeyPatch,
        number: int | None,
        code: int,
    ) -> None:
        """As processes show above; coverage loses sight of what follows a cancelled coroutine."""

        def end(
            _app: object, _listener: object, *, on_start: Callable[[], None], on_stop: object
        ) -> int | None:
            on_start()
            return number

        monkeypatch.setattr(catalog_service, "serve", end)
        monkeypatch.setenv("PICKER_TOKEN", TOKEN)
        outcome = booconf("serve", "--port", "0", "--token-env", "PICKER_TOKEN", "--host", "::1")
        assert outcome.code == code
        assert outcome.out.startswith("booconf serves fleet.yaml at http://[::1]:")


class TestStateFolder:
    @pytest.mark.parametrize(
        ("system", "variables", "folder"),
        [
            ("linux", {"XDG_STATE_HOME": "/data"}, "/data"),
            ("linux", {"XDG_STATE_HOME": "relative"}, "/home/u/.local/state"),
            ("linux", {}, "/home/u/.local/state"),
            ("darwin", {"XDG_STATE_HOME": "/data"}, "/home/u/Library/Application Support"),
            ("win32", {"LOCALAPPDATA": "/appdata"}, "/appdata"),
            ("win32", {}, "/home/u/AppData/Local"),
        ],
    )
    def test_it_is_the_one_of_the_system(
        self, monkeypatch: pytest.MonkeyPatch, system: str, variables: dict[str, str], folder: str
    ) -> None:
        monkeypatch.setattr(sys, "platform", system)
        monkeypatch.setattr(Path, "home", lambda: Path("/home/u"))
        assert catalog_service._state_folder(variables) == Path(folder)


def test_what_is_logged_cannot_steer_a_terminal() -> None:
    error = ValueError("e\x1b[2J\nf")
    information = (ValueError, error, None)
    record = logging.LogRecord("x", logging.INFO, "f", 1, "a\x1b[31mb %s", ("c\nd",), information)
    first, *lines = serve._Lines("%(message)s").format(record).split("\n")
    assert first == "a\\u{1b}[31mb c\\nd"
    assert lines == ["ValueError: e\\u{1b}[2J", "f"]
