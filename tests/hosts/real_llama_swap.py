"""A real llama-swap, where BOOCONF_LLAMA_SWAP names its program, with real llama-servers behind it."""

import json
import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.hosts.llama_swap import LlamaSwap, Model
from tests.hosts.real_llama_server import STARTS

PROGRAM = os.environ.get("BOOCONF_LLAMA_SWAP")
"""The program, if there is one; no package registry has it."""

PATIENCE = 60.0
"""Timeout in seconds for the start of processes."""


@dataclass(frozen=True)
class RealLlamaSwap:
    """One that runs; `starts` is a file with a line for each llama-server that was ever started."""

    url: str
    key: str | None
    starts: Path

    def get(self, path: str) -> object:
        """The JSON of an answer."""
        return self._send("GET", path, None)

    def activate(self, profile: str) -> None:
        """Make a profile the active one."""
        self._send("PUT", "/api/profiles/active", {"name": profile})

    def processes(self) -> Mapping[str, str]:
        """The state of each process by model."""
        answer = self.get("/running")
        assert isinstance(answer, dict)
        return {row["model"]: row["state"] for row in answer["running"]}

    def started(self) -> list[str]:
        """The model of every llama-server that was started, in order."""
        return self.starts.read_text(encoding="utf-8").splitlines() if self.starts.exists() else []

    def _send(self, method: str, path: str, body: object) -> object:
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return json.load(answer)


@contextmanager
def real_llama_swap(program: str, folder: Path, like: LlamaSwap) -> Iterator[RealLlamaSwap]:
    """A llama-swap with the config of `like`, whose `running` models are ready; commands get a port."""
    starts = folder / "starts"
    config = folder / "config.yaml"
    port, *ports = _unused_ports(1 + len(like.models))
    config.write_text(json.dumps(_config(like, starts, ports)), encoding="utf-8")  # JSON is YAML
    address = f"127.0.0.1:{port}"
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(
            [program, "-config", str(config), "-listen", address],
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
        ) as process,
    ):
        host = RealLlamaSwap(f"http://{address}", like.key, starts)
        try:
            _wait_until_ready(host, like, process)
            if like.pins:
                host.activate("active")
            yield host
        finally:
            process.terminate()  # it stops its processes


def _wait_until_ready(host: RealLlamaSwap, like: LlamaSwap, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < end:
        try:
            if host.processes() == like.running:
                return
        except OSError:
            pass  # it does not listen yet
        time.sleep(0.05)
    raise AssertionError(f"llama-swap: {process.poll()}")


def _unused_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def _config(like: LlamaSwap, starts: Path, ports: Sequence[int]) -> dict[str, object]:
    models = {
        name: _model(model, starts, port)
        for (name, model), port in zip(like.models.items(), ports, strict=True)
    }
    peers = {
        name: {"proxy": "http://127.0.0.1:9", "models": list(models)} for name, models in like.peers.items()
    }
    selectors = {
        name: {"strategy": "warm", "targets": list(targets)} for name, targets in like.selectors.items()
    }
    config: dict[str, object] = {
        "healthCheckTimeout": 60,
        "includeAliasesInList": like.include_aliases,
        "models": models,
        "groups": {"all": {"swap": False, "exclusive": False, "members": list(models)}},
        "peers": peers,
        "selectors": selectors,
        "profiles": {"active": {"pins": dict(like.pins)}},
        "hooks": {"on_startup": {"preload": list(like.running)}},
    }
    if like.key is not None:
        config["apiKeys"] = [like.key]
    return config


def _model(model: Model, starts: Path, port: int) -> dict[str, object]:
    capabilities = {
        "in": list(model.takes),
        "out": list(model.gives),
        "tools": model.tools,
        "reranker": model.reranker,
        "context": model.context,
    }
    return {
        "cmd": f"{model.cmd} --port {port}",
        "proxy": f"http://127.0.0.1:{port}",
        "env": [f"{STARTS}={starts}"],
        "aliases": list(model.aliases),
        "filters": {"setParamsByID": {key: {"temperature": 0} for key in model.set_params_by_id}},
        "unlisted": model.unlisted,
        "metadata": dict(model.metadata),
        "capabilities": capabilities,
    }
