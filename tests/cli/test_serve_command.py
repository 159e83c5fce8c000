"""`booconf serve` as a process: options, output and exit codes."""

import logging
import os
import resource
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path

import httpx
import pytest

from booconf.cli import serve_setup
from booconf.cli.arguments import parse
from booconf.cli.commands import serve
from booconf.cli.console import Console, UsageError
from booconf.service.server import MOST_CLIENTS, Listener
from booconf.service.state.host_monitor import HOSTS_AT_ONCE
from tests.cli.conftest import FLEET, Booconf, Outcome
from tests.hosts.faults import LISTING
from tests.hosts.simulator import Host, Hosts, Reply, routes
from tests.service.application import client_of
from tests.service.in_process import Client
from tests.service.serving_process import Server
from tests.service.waiting import wait_until

TOKEN = "a-token-that-is-long-enough"


@pytest.fixture
def host() -> Iterator[Host]:
    """A host on loopback, the only one of these tests."""
    with Hosts() as hosts:
        yield hosts.add(routes({"/v1/models": Reply(LISTING)}))


@pytest.fixture
def served_file(folder: Path, host: Host) -> Path:
    file = folder / "fleet.yaml"
    text = FLEET.replace("llama-swap", "openai-compatible").replace("http://127.0.0.1:8401", host.url)
    file.write_text(text, encoding="utf-8", newline="\n")
    return file


@pytest.fixture
def server(folder: Path, served_file: Path) -> Iterator[Server]:
    """A started server in a process of its own."""
    server = Server(folder)
    server.start()
    yield server
    server.stop()


class TestProcess:
    def test_favorites_survive_a_restart(self, server: Server) -> None:
        client = Client(server.port)
        assert client.ask("GET", "/healthz").body["status"] == "ok"
        assert client.ask("PUT", "/api/favorites/talk").status == 200
        client.close()
        assert server.end(signal.SIGTERM) == 0
        server.start()
        assert server.stored() == ["box/chat"]

    @pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
    def test_signal_ends_server_and_streams(self, server: Server, number: int, code: int) -> None:
        connection = HTTPConnection("127.0.0.1", server.port, timeout=60)
        connection.request("GET", "/api/events")
        stream = connection.getresponse()
        assert stream.readline() == b"retry: 1000\n"
        assert server.end(number) == code
        stream.read()  # ends, and is whole
        connection.close()
        assert "Traceback" not in server.log

    def test_second_signal_cuts_off_requests(self, server: Server) -> None:
        """Here one whose body does not arrive."""
        head = f"PUT /api/favorites HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
        head += "Content-Type: application/json\r\nContent-Length: 500\r\nExpect: 100-continue\r\n\r\n"
        with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
            connection.sendall(head.encode())
            assert connection.recv(100).startswith(b"HTTP/1.1 100 ")  # it waits for the body from now on
            server.send(signal.SIGINT)
            wait_until(lambda: is_refused(server.port))
            server.send(signal.SIGINT)
            assert b'"code":"stopping"' in connection.makefile("rb").read()
        assert server.wait() == 130
        assert "Traceback" not in server.log

    def test_changes_are_served_and_logged(self, server: Server, served_file: Path, host: Host) -> None:
        """A host that goes offline and online, and the fleet file unless it is invalid."""
        client = Client(server.port)

        def groups() -> list[str]:
            return [part["id"] for part in client.ask("GET", "/api/models").body["sections"]]

        wait_until(lambda: groups() == ["favorites", "box"])
        host.stop()
        wait_until(lambda: groups() == ["favorites"])
        host.start()
        wait_until(lambda: groups() == ["favorites", "box"])
        valid = served_file.read_text(encoding="utf-8")
        served_file.write_text(valid + "      more: {context: 20000}\n", encoding="utf-8")
        wait_until(lambda: client.ask("GET", "/api/models/box/more").body.get("declared"))
        served_file.write_text(valid.replace("version: 1", "version: 2"), encoding="utf-8")
        wait_until(lambda: client.ask("GET", "/healthz").body["fleet"]["problem"])
        assert client.ask("GET", "/api/models/box/more").body["declared"] is True
        client.close()
        for line in (
            "INFO box is offline: connection refused\n",
            "INFO box is online\n",
            f"INFO {served_file} has changed; the new fleet is served\n",
            "; the last valid fleet is still served\n",
        ):
            assert server.log.count(line) == 1


def is_refused(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=60).close()
    except ConnectionError:
        return True
    return False


Story = Callable[[httpx.Client], None]
Running = Callable[..., Outcome]
Serving = Callable[..., Outcome]


@pytest.fixture
def with_server(folder: Path, capsys: pytest.CaptureFixture[str]) -> Running:
    """Run the command with a function in place of the HTTP server."""

    def run(run_server: Callable[..., int | None], *arguments: str) -> Outcome:
        capsys.readouterr()
        _, console, options = parse(["serve", "--port", "0", *arguments])
        code = serve.run(serve.ServeOptions(**options), Console(os.environ, **console), run_server)
        out, err = capsys.readouterr()
        return Outcome(code, out, err)

    return run


def end(_app: object, _listener: object, *, on_start: object, on_stop: object) -> None:
    """Serve nothing."""


@pytest.fixture
def serving(with_server: Running, served_file: Path, monkeypatch: pytest.MonkeyPatch) -> Serving:
    """Run the command, and a story that sends requests to its application."""

    def run(story: Story, *arguments: str) -> Outcome:
        def run_server(
            app: object,
            listener: Listener,
            *,
            on_start: Callable[[], None],
            on_stop: Callable[[], None],
        ) -> int:
            port = listener.getsockname()[1]
            with client_of(app, f"http://127.0.0.1:{port}") as client:
                on_start()
                story(client)
            on_stop()
            return signal.SIGTERM

        monkeypatch.setenv("XDG_STATE_HOME", str(served_file.parent / "state"))
        outcome = with_server(run_server, *arguments)
        assert outcome.code == 0, outcome.err
        return outcome

    return run


class TestOptions:
    def test_defaults_work(self, serving: Serving, folder: Path) -> None:
        def story(client: httpx.Client) -> None:
            assert client.put("/api/favorites/talk").status_code == 200

        outcome = serving(story)
        assert outcome.out.startswith("booconf serves fleet.yaml at http://127.0.0.1:")
        settings = folder / "state" / "booconf" / "settings.sqlite"
        assert settings.is_file()
        assert f"INFO favorites are stored in sqlite:///{settings}\n" in outcome.err

    def test_password_of_settings_is_not_shown(self, serving: Serving) -> None:
        """Nothing listens at this address, so the log reports the failure too."""
        outcome = serving(lambda _: None, "--settings", "postgresql://me:s3cret@127.0.0.1:1/favorites")
        assert "INFO favorites are stored in postgresql" in outcome.err
        assert "s3cret" not in outcome.err + outcome.out

    def test_connect_replaces_addresses(self, serving: Serving, served_file: Path, host: Host) -> None:
        served_file.write_text(FLEET.replace("llama-swap", "openai-compatible"), encoding="utf-8")

        def story(client: httpx.Client) -> None:
            wait_until(lambda: client.get("/healthz").json()["providers"]["box"]["state"] == "answered")

        serving(story, "--connect", f"box={host.url}")

    @pytest.mark.parametrize(
        ("arguments", "state"), [((), "not probed"), (("--probe-cloud", "9"), "answered")]
    )
    def test_cloud_providers_are_probed_on_request(
        self, serving: Serving, served_file: Path, host: Host, arguments: tuple[str, ...], state: str
    ) -> None:
        start = f"kind: openai-compatible, location: cloud, base_url: '{host.url}'"
        sky = f"{{{start}, models: {{m: {{context: 20000}}}}}}"
        served_file.write_text(f"{served_file.read_text('utf-8')}  sky: {sky}\n", encoding="utf-8")

        def story(client: httpx.Client) -> None:
            wait_until(lambda: client.get("/healthz").json()["providers"]["sky"]["state"] == state)

        serving(story, *arguments)

    def test_token_is_required_and_not_shown(self, serving: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
        """With it, other machines may reach the server."""

        def story(client: httpx.Client) -> None:
            assert client.get("/api/models").status_code == 401
            shown = client.get("/api/models", headers={"Authorization": f"Bearer {TOKEN}"})
            assert shown.status_code == 200
            assert client.get("/healthz").json() == {"status": "ok"}

        monkeypatch.setenv("PICKER_TOKEN", TOKEN)
        outcome = serving(story, "--host", "0.0.0.0", "--token-env", "PICKER_TOKEN")
        assert " at http://0.0.0.0:" in outcome.out
        assert TOKEN not in outcome.err + outcome.out

    def test_allowed_hosts_and_origins_are_accepted(self, serving: Serving) -> None:
        def story(client: httpx.Client) -> None:
            for host, status in (("picker.example", 200), ("other.example", 421)):
                assert client.get("/healthz", headers={"Host": host}).status_code == status
            for origin, status in (("https://chat.example", 200), ("https://other.example", 403)):
                written = client.put("/api/favorites/talk", headers={"Origin": origin})
                assert written.status_code == status

        serving(story, "--allow-host", "picker.example", "--allow-origin", "https://chat.example:443")

    @pytest.mark.parametrize(
        ("option", "levels"),
        [("--quiet", set()), ("--color=never", {"INFO"}), ("--verbose", {"INFO", "DEBUG"})],
    )
    def test_verbosity_of_log_follows_options(
        self, serving: Serving, host: Host, option: str, levels: set[str]
    ) -> None:
        def story(_client: httpx.Client) -> None:
            wait_until(lambda: len(host.received) > 1)

        log = serving(story, "--probe-every", "0.01", option).err
        assert {level for level in ("INFO", "DEBUG") if f" {level} " in log} == levels
        assert ("DEBUG box: answered" in log) is (option == "--verbose")

    @pytest.mark.parametrize("address", ["::1", "[::1]"])
    def test_ipv6_address_is_printed_in_brackets(self, serving: Serving, address: str) -> None:
        assert " at http://[::1]:" in serving(lambda _: None, "--host", address).out


class TestRefused:
    """Nothing listens then, and the exit code is 2."""

    def refused(self, booconf: Booconf, *arguments: str) -> str:
        outcome = booconf("serve", "--port", "0", "--settings", "sqlite:///settings.sqlite", *arguments)
        assert (outcome.code, outcome.out) == (2, "")
        return outcome.err

    def test_missing_extra(self, booconf: Booconf, fleet_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "uvicorn", None)  # as Python marks a module that cannot be imported
        assert "pip install 'booconf[serve]'" in self.refused(booconf)

    def test_missing_fleet(self, booconf: Booconf) -> None:
        assert "fleet.yaml does not exist" in self.refused(booconf)

    def test_invalid_fleet(self, booconf: Booconf, fleet_file: Path) -> None:
        fleet_file.write_text(FLEET.replace("version: 1", "version: 2"), encoding="utf-8")
        assert "fleet.yaml has 1 error: see `booconf check`" in self.refused(booconf)

    @pytest.mark.parametrize(
        ("file", "problem"),
        [
            ("", "`--file` names no file"),
            (".", ". cannot be read: it is not a regular file, so that it cannot be followed"),
            ("pipe", "pipe cannot be read: it is not a regular file, so"),
            ("fleet.yaml/x", "fleet.yaml/x cannot be read: Not a directory"),
            ("none.yaml", "none.yaml does not exist; `booconf init` writes a starter"),
        ],
    )
    def test_irregular_fleet_file(self, booconf: Booconf, fleet_file: Path, file: str, problem: str) -> None:
        """A pipe, such as of `<(...)`, can be read once."""
        os.mkfifo("pipe")
        assert problem in self.refused(booconf, "--file", file)

    @pytest.mark.parametrize("host", ["0.0.0.0", "::"])
    def test_public_address_without_token(self, booconf: Booconf, fleet_file: Path, host: str) -> None:
        assert f"others can reach {host}" in self.refused(booconf, "--host", host)

    @pytest.mark.parametrize(
        ("value", "problem"),
        [(None, "not set, or empty"), ("", "not set, or empty"), ("two words", "ASCII"), ("é", "ASCII")],
    )
    def test_invalid_token(
        self, booconf: Booconf, fleet_file: Path, monkeypatch: pytest.MonkeyPatch,
        value: str | None, problem: str,
    ) -> None:  # fmt: skip
        monkeypatch.delenv("PICKER_TOKEN", raising=False)
        if value is not None:
            monkeypatch.setenv("PICKER_TOKEN", value)
        report = self.refused(booconf, "--token-env", "PICKER_TOKEN")
        assert problem in report
        assert not value or value not in report

    @pytest.mark.parametrize(
        ("arguments", "problem"),
        [
            (("--settings", "mysql://u:secret@h/d"), "neither `sqlite:///FILE` nor"),
            (("--settings", "nonsense"), "neither `sqlite:///FILE` nor"),
            (("--settings", ""), "`--settings` names no database"),
            (("--host", ""), "`--host` is empty"),
            (("--host", "[::1"), "cannot listen on port 0 of [::1"),
            (("--allow-host", "http://x"), "is not a host"),
            (("--allow-origin", "*"), "is not an origin"),
            (("--connect", "nope=http://127.0.0.1:1"), "`nope` is not selected"),
            (("--connect", "box"), "`--connect box...` is not `ID=URL`"),
            (("--connect", "boxhttp://u:secret@h"), "`--connect boxhttp...` is not `ID=URL`"),
            (("--connect", "http://u:secret@h/?a=b"), "`http` is not selected"),
            (("--token-env", "a-secret"), "not set, or empty"),
            (("--token-env", "=secret"), "not set, or empty"),
            (("--host", "no-such-host.invalid"), "cannot listen on port 0 of no-such-host.invalid"),
            (("--host", "a..b"), "cannot listen"),
            (("--port", "65536"), "is not a port"),
            (("--port", "-1"), "is not a port"),
            (("--port", "x"), "is not a port"),
            (("--probe-every", "0"), "is not a number of seconds"),
        ],
    )
    def test_invalid_options(
        self, booconf: Booconf, fleet_file: Path, arguments: tuple[str, ...], problem: str
    ) -> None:
        report = self.refused(booconf, *arguments)
        assert problem in report
        assert "secret" not in report

    def test_port_in_use(self, booconf: Booconf, fleet_file: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as other:
            port = str(other.getsockname()[1])
            report = self.refused(booconf, "--port", port)
        assert report == (
            f"booconf: cannot listen on port {port} of 127.0.0.1: Address already in use; "
            "choose another `--host` or `--port`\n"
        )

    def test_missing_home_folder(
        self, booconf: Booconf, fleet_file: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("XDG_STATE_HOME", raising=False)
        monkeypatch.setenv("HOME", "")
        outcome = booconf("serve", "--port", "0")
        assert (outcome.code, outcome.out) == (2, "")
        assert "there is no home folder to store favorites in; name a file with `--settings" in outcome.err

    @pytest.mark.parametrize("host", ["0.0.0.0", "::"])
    def test_short_token_on_public_address(
        self, booconf: Booconf, fleet_file: Path, monkeypatch: pytest.MonkeyPatch, host: str
    ) -> None:
        monkeypatch.setenv("PICKER_TOKEN", "fifteen-letters")
        report = self.refused(booconf, "--token-env", "PICKER_TOKEN", "--host", host)
        assert f"others can reach {host}, and the token in PICKER_TOKEN is short" in report
        assert "fifteen" not in report


class TestEnding:
    @pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130), (None, 0)])
    def test_exit_code_of_signals(
        self,
        with_server: Running,
        fleet_file: Path,
        monkeypatch: pytest.MonkeyPatch,
        number: int | None,
        code: int,
    ) -> None:
        """Processes show it above; coverage does not see the end of a canceled coroutine."""

        def end_with_signal(
            _app: object, _listener: object, *, on_start: Callable[[], None], on_stop: object
        ) -> int | None:
            on_start()
            return number

        monkeypatch.setenv("PICKER_TOKEN", TOKEN)
        outcome = with_server(end_with_signal, "--token-env", "PICKER_TOKEN", "--host", "::1")
        assert outcome.code == code
        assert outcome.out.startswith("booconf serves fleet.yaml at http://[::1]:")


@pytest.fixture
def _file_limit() -> Iterator[None]:
    """The limit of open files of this process, restored afterwards."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.mark.usefixtures("_file_limit")
def test_limit_of_open_files_is_raised(with_server: Running, fleet_file: Path) -> None:
    """For all clients and for probes, as far as the system permits."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
    assert with_server(end).code == 0
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] >= min(hard, MOST_CLIENTS + HOSTS_AT_ONCE)


class TestRemarks:
    def test_short_token_on_loopback_is_remarked(
        self, with_server: Running, fleet_file: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PICKER_TOKEN", "fifteen-letters")
        outcome = with_server(end, "--token-env", "PICKER_TOKEN")
        assert outcome.code == 0
        assert "the token in PICKER_TOKEN is short" in outcome.err
        assert "fifteen" not in outcome.err

    def test_long_token_is_not_remarked(
        self, with_server: Running, fleet_file: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PICKER_TOKEN", "sixteen-letters!")
        outcome = with_server(end, "--token-env", "PICKER_TOKEN", "--host", "0.0.0.0")
        assert (outcome.code, "booconf: " in outcome.err) == (0, False)

    @pytest.mark.parametrize("url", ["postgresql://u:secret@127.0.0.1:1/d", "postgres://h/d?password=secret"])
    def test_password_in_url_is_remarked(self, with_server: Running, fleet_file: Path, url: str) -> None:
        outcome = with_server(end, "--settings", url)
        assert "the password in `--settings` is visible" in outcome.err
        assert "secret" not in outcome.err

    @pytest.mark.parametrize("url", ["postgresql://u@127.0.0.1:1/d", "sqlite:///a:***@password=b"])
    def test_url_without_password_is_not_remarked(
        self, with_server: Running, fleet_file: Path, url: str
    ) -> None:
        outcome = with_server(end, "--settings", url)
        assert (outcome.code, "booconf: " in outcome.err) == (0, False)

    @pytest.mark.parametrize("name", ["PICKER_TOKEN", "picker_token"])
    def test_token_is_not_a_key_of_a_host(
        self, serving: Serving, served_file: Path, host: Host, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        """Not in another case either, which some systems ignore."""
        text = served_file.read_text(encoding="utf-8")
        key = "    api_key_env: PICKER_TOKEN\n    models:\n"
        served_file.write_text(text.replace("    models:\n", key), encoding="utf-8")
        monkeypatch.setenv("PICKER_TOKEN", TOKEN)
        monkeypatch.setenv(name, TOKEN)

        def has_state(state: str) -> Story:
            def story(client: httpx.Client) -> None:
                headers = {"Authorization": f"Bearer {TOKEN}"}
                status = "/healthz"
                wait_until(
                    lambda: client.get(status, headers=headers).json()["providers"]["box"]["state"] == state
                )

            return story

        serving(has_state("key unset"), "--token-env", name)
        assert host.received == []
        serving(has_state("answered"))


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
    def test_folder_is_that_of_the_system(
        self, monkeypatch: pytest.MonkeyPatch, system: str, variables: dict[str, str], folder: str
    ) -> None:
        monkeypatch.setattr(sys, "platform", system)
        monkeypatch.setattr(Path, "home", lambda: Path("/home/u"))
        assert serve_setup._state_folder(variables) == Path(folder)

    @pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
    def test_unknown_home_is_an_error(self, monkeypatch: pytest.MonkeyPatch, system: str) -> None:
        def unknown() -> Path:
            raise RuntimeError("Could not determine home directory.")

        monkeypatch.setattr(sys, "platform", system)
        monkeypatch.setattr(Path, "home", unknown)
        with pytest.raises(UsageError, match="no home folder"):
            serve_setup._state_folder({})


def test_log_lines_are_escaped() -> None:
    error = ValueError("e\x1b[2J\nf")
    information = (ValueError, error, None)
    record = logging.LogRecord("x", logging.INFO, "f", 1, "a\x1b[31mb %s", ("c\nd",), information)
    first, *lines = serve._Lines("%(message)s").format(record).split("\n")
    assert first == "a\\u{1b}[31mb c\\nd"
    assert lines == ["ValueError: e\\u{1b}[2J", "f"]
