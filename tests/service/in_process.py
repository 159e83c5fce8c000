"""Run the application on a real socket in a thread of this process, for tests that access its parts."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any

import uvicorn

from booconf.live.client.dns import EventLoop
from booconf.service.app import build_app
from booconf.service.middleware.trusted_hosts import AccessPolicy
from booconf.service.routes.catalog import Service
from booconf.service.server import listen
from booconf.service.state.fleet_watcher import FleetWatcher
from booconf.service.state.host_monitor import HostMonitor
from booconf.service.storage.settings_store import SettingsStore


@dataclass(frozen=True, slots=True)
class Answer:
    """A response; `body` is its JSON, None without a body."""

    status: int
    headers: Mapping[str, str]
    body: Any


class Client:
    """One connection to a server on loopback."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        """Send one request; `body` is sent as JSON, an underscore in a header's name as a hyphen."""
        content = None if body is None else json.dumps(body)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if content is not None:
            named.setdefault("Content-Type", "application/json")
        self._connection.request(method, path, content, named)
        response = self._connection.getresponse()
        text = response.read()
        return Answer(response.status, dict(response.headers), json.loads(text) if text else None)

    def close(self) -> None:
        self._connection.close()


@contextmanager
def served(
    watcher: FleetWatcher, store: SettingsStore, monitor: HostMonitor, environment: dict[str, str]
) -> Iterator[Client]:
    """The application with these parts, and a client of it."""
    listener = listen("127.0.0.1", 0)
    port: int = listener.getsockname()[1]
    access = AccessPolicy(address="127.0.0.1", port=port, name="127.0.0.1", clock=time.time)
    app = build_app(Service(watcher, store, monitor, environment, access), favorites_max_age=0)
    server = uvicorn.Server(
        uvicorn.Config(app, http="h11", ws="none", lifespan="on", log_config=None, access_log=False)
    )

    def work() -> None:
        with asyncio.Runner(loop_factory=EventLoop) as runner:
            runner.run(server.serve(sockets=[listener]))

    thread = threading.Thread(target=work)
    thread.start()
    client = Client(port)  # the socket listens already: a request waits
    try:
        yield client
    finally:
        client.close()
        server.should_exit = True
        thread.join()
        store.close()
