"""`booconf serve` as a process that goes away and comes back where it was."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.service.in_process import Client

PROBE_EVERY = "0.2"


@dataclass
class Server:
    """Serves the fleet.yaml of `folder`, and comes back on the same port.

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
        """Where the page is."""
        return f"http://127.0.0.1:{self.port}/"

    @property
    def database(self) -> Path:
        """The file that holds the settings."""
        return self.folder / "settings.sqlite"

    @property
    def settings(self) -> str:
        """The URL of the settings."""
        return self.settings_url or f"sqlite:///{self.database}"

    def start(self) -> None:
        """Begin to serve; returns when it does."""
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
        log = self.folder / "serve.log"
        with log.open("a", encoding="utf-8") as errors:
            self._process = subprocess.Popen(
                command,
                stdout=subprocess.PIPE,
                stderr=errors,
                encoding="utf-8",
                env={**os.environ, **self.environment},
            )
        assert self._process.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:([0-9]+)/", self._process.stdout.readline())
        assert found, log.read_text(encoding="utf-8")
        self.port = int(found[1])

    def stop(self) -> None:
        """End, if it runs."""
        if self._process is not None:
            self._process.terminate()
            self._process.communicate(timeout=60)
            self._process = None

    def kill(self) -> None:
        """End at once, with whatever is under way."""
        assert self._process is not None
        self._process.kill()
        self._process.communicate(timeout=60)
        self._process = None

    def store(self, *favorites: str) -> None:
        """Have these favourites, in this order, beside those that are there."""
        client = Client(self.port)
        assert client.ask("PUT", "/api/favorites", {"favorites": list(favorites)}).status == 200
        client.close()

    def stored(self) -> list[str]:
        """The favourites as they are stored."""
        client = Client(self.port)
        answer = client.ask("GET", "/api/favorites")
        client.close()
        assert answer.status == 200
        return [entry["id"] for entry in answer.body["favorites"]]
