"""The real opencode, offline: a scratch home, a fixed environment, loopback only, every wait bounded."""

import json
import os
import queue
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

from tests.clients.tools import opencode

START_SECONDS = 120
ANSWER_SECONDS = 120
STOP_SECONDS = 10
CLOSED_PROXY = "http://127.0.0.1:9"
"""Nothing listens on the discard port: requests to other machines fail at once."""

PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgYGAAAAAEAAH2FzhVAAAAAElF"
    "TkSuQmCC"
)
"""An image of one pixel, as the data URL of a message part."""

_INHERITED = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "COMSPEC", "PATHEXT")


def within(seconds: float, condition: Callable[[], bool]) -> bool:
    """True if `condition` becomes true in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def opencode_environment(
    home: Path,
    config: Path | None = None,
    models: Path | None = None,
    variables: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """The whole environment of an opencode process: `home`, its files, and `variables`."""
    environment = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    environment |= {name: str(home) for name in ("HOME", "USERPROFILE")}
    for name in ("CONFIG", "DATA", "CACHE", "STATE"):
        environment[f"XDG_{name}_HOME"] = str(home / name.lower())
    for name in ("MODELS_FETCH", "AUTOUPDATE", "PROJECT_CONFIG", "LSP_DOWNLOAD", "SHARE"):
        environment[f"OPENCODE_DISABLE_{name}"] = "1"
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        environment[name] = environment[name.lower()] = CLOSED_PROXY
    environment["NO_PROXY"] = environment["no_proxy"] = "127.0.0.1,localhost"
    if config is not None:
        environment["OPENCODE_CONFIG"] = str(config)
    if models is not None:
        environment["OPENCODE_MODELS_PATH"] = str(models)
    return environment | dict(variables or {})


def opencode_output(
    home: Path, *arguments: str, config: Path | None = None, variables: Mapping[str, str] | None = None
) -> str:
    """The output of one opencode command; raises CalledProcessError if it fails."""
    work = _work_folder(home)
    result = subprocess.run(
        [opencode(), *arguments],
        cwd=work,
        env=opencode_environment(home, config, variables=variables),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
        timeout=START_SECONDS,
    )
    return result.stdout.decode("utf-8")


class Opencode:
    """`opencode serve` on loopback while the context is open."""

    def __init__(
        self,
        home: Path,
        config: Path | None = None,
        models: Path | None = None,
        variables: Mapping[str, str] | None = None,
    ) -> None:
        self._home = home
        self._environment = opencode_environment(home, config, models, variables)

    def __enter__(self) -> Self:
        work = _work_folder(self._home)
        self._log = (self._home / "opencode.log").open("ab")
        self._process = subprocess.Popen(
            [opencode(), "serve", "--hostname", "127.0.0.1", "--port", "0", "--print-logs"],
            cwd=work,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._log,
        )
        try:
            self.url = self._listening()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def get(self, path: str) -> Any:
        """The JSON answer of `GET path`."""
        return self._ask(urllib.request.Request(f"{self.url}{path}"))

    def post(self, path: str, body: object) -> Any:
        """The JSON answer of `POST path` with a JSON body."""
        headers = {"Content-Type": "application/json"}
        return self._ask(
            urllib.request.Request(f"{self.url}{path}", json.dumps(body).encode(), headers, method="POST")
        )

    def patch(self, path: str, body: object) -> Any:
        """The JSON answer of `PATCH path` with a JSON body."""
        headers = {"Content-Type": "application/json"}
        return self._ask(
            urllib.request.Request(f"{self.url}{path}", json.dumps(body).encode(), headers, method="PATCH")
        )

    def config(self) -> Any:
        """The configuration as loaded by opencode."""
        return self.get("/config")

    def providers(self) -> dict[str, Any]:
        """The offered providers by id, in opencode's order."""
        return {provider["id"]: provider for provider in self.get("/config/providers")["providers"]}

    def models(self) -> set[str]:
        """Every offered model, as `provider/model`."""
        providers = self.providers().values()
        return {f"{provider['id']}/{model}" for provider in providers for model in provider["models"]}

    def new_session(self) -> str:
        """The id of a new session without messages."""
        session: str = self.post("/session", {})["id"]
        return session

    def say(
        self, session: str, reference: str | None = None, text: str = "hi", variant: str | None = None
    ) -> Any:
        """The assistant's message; `reference` is `provider/model`, None leaves the choice to opencode.

        `variant` is an effort that the user chose.
        """
        body: dict[str, object] = {"parts": [{"type": "text", "text": text}]}
        if variant is not None:
            body["variant"] = variant
        if reference is not None:
            provider, _, model = reference.partition("/")
            body["model"] = {"providerID": provider, "modelID": model}
        return self.post(f"/session/{quote(session)}/message", body)

    def chat(self, reference: str | None = None, variant: str | None = None) -> Any:
        """As `say`, in a new session."""
        return self.say(self.new_session(), reference, variant=variant)

    def _ask(self, request: urllib.request.Request) -> Any:
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with direct.open(request, timeout=ANSWER_SECONDS) as response:
            return json.load(response)

    def _listening(self) -> str:
        lines: queue.Queue[str] = queue.Queue()
        output = self._process.stdout
        assert output is not None

        def read() -> None:
            for line in output:
                lines.put(line.decode("utf-8", "replace"))
            lines.put("")

        self._reader = threading.Thread(target=read, daemon=True)
        self._reader.start()
        while line := lines.get(timeout=START_SECONDS):
            _, found, url = line.partition("listening on ")
            if found:
                return url.strip()
        log = (self._home / "opencode.log").read_text("utf-8", "replace")
        message = f"opencode did not start:\n{log[-4000:]}"
        raise RuntimeError(message)

    def _stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(STOP_SECONDS)
        self._reader.join(STOP_SECONDS)
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._log.close()


def _work_folder(home: Path) -> Path:
    """An empty folder without git, made once, in which opencode runs."""
    work = home / "work"
    work.mkdir(parents=True, exist_ok=True)
    return work
