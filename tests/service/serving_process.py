"""Run `booconf serve` as a process that can be stopped and started again on the same port."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.service.in_process import Client

PROBE_EVERY = "0.2"


@dataclass
class Server:
    """Serves the fleet.yaml of `folder`, always on the same port.

    Its settings are in `folder`, unless `settings_url` says where.
    """

    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    arguments: tuple[str, ...] = ()
    port: int = 0
    settings_url: str = ""
    _process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        """The URL of the page."""
        return f"http://127.0.0.1:{self.port}/"

    @property
    def database(self) -> Path:
        """The file with the settings."""
        return self.folder / "settings.sqlite"

    @property
    def settings(self) -> str:
        """The URL of the settings."""
        return self.settings_url or f"sqlite:///{self.database}"

    @property
    def log(self) -> str:
        """Standard error of all its processes."""
        return self._log_file.read_text(encoding="utf-8")

    @property
    def _log_file(self) -> Path:
        return self.folder / "serve.log"

    def start(self) -> None:
        """Start to serve; return when it does."""
        command = [
            sys.executable,
            "-m",
            "booconf",
            "serve",
            "--port",
            str(self.port),
            "--settings",
            self.settings,
        ]
        command += ["--probe-every", PROBE_EVERY, "-f", str(self.folder / "fleet.yaml"), *self.arguments]
        with self._log_file.open("a", encoding="utf-8") as errors:
            self._process = subprocess.Popen(
                command,
                stdout=subprocess.PIPE,
                stderr=errors,
                encoding="utf-8",
                env={**os.environ, **self.environment},
            )
        assert self._process.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:([0-9]+)/", self._process.stdout.readline())
        assert found, self.log
        self.port = int(found[1])

    def stop(self) -> None:
        """Stop, if it runs."""
        if self._process is not None:
            self.end(signal.SIGTERM)

    def kill(self) -> None:
        """Kill the process."""
        self.end(signal.SIGKILL)

    def end(self, number: int) -> int:
        """Send a signal and return the exit code."""
        self.send(number)
        return self.wait()

    def send(self, number: int) -> None:
        """Send a signal."""
        assert self._process is not None
        self._process.send_signal(number)

    def wait(self) -> int:
        """The exit code, as soon as there is one."""
        assert self._process is not None
        self._process.communicate(timeout=60)
        code: int = self._process.returncode
        self._process = None
        return code

    def store(self, *favorites: str) -> None:
        """Order these favorites first."""
        client = Client(self.port)
        assert client.ask("PUT", "/api/favorites", {"favorites": list(favorites)}).status == 200
        client.close()

    def remove(self, favorite: str) -> None:
        """Remove a favorite."""
        client = Client(self.port)
        assert client.ask("DELETE", f"/api/favorites/{favorite}").status == 200
        client.close()

    def stored(self) -> list[str]:
        """The stored favorites."""
        client = Client(self.port)
        answer = client.ask("GET", "/api/favorites")
        client.close()
        assert answer.status == 200
        return [entry["id"] for entry in answer.body["favorites"]]
