"""The application without a socket or background tasks, for tests of its responses."""

import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from booconf.service.app import build_app
from booconf.service.middleware.authentication import LoginThrottle
from booconf.service.middleware.trusted_hosts import AccessPolicy
from booconf.service.routes.catalog import Service
from booconf.service.state.fleet_watcher import FleetWatcher
from booconf.service.state.host_monitor import HostMonitor, ProbeSchedule
from booconf.service.storage.settings_store import SettingsStore

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of httpx, which it will replace some day
    from starlette.testclient import TestClient

PORT = 8500
OWN = f"http://127.0.0.1:{PORT}"
NOW = 1_800_000_000.0
TOKEN = "correct-horse-battery-staple"

FLEET = """\
version: 1
default_provider: box
roles: {default: box/chat}
legacy: {providers: {old: box, gone: null}, bare_ids: {far-chat: sky/far}}
providers:
  box:
    kind: openai-compatible
    label: The box
    base_url: http://127.0.0.1:9
    undeclared: reject
    headers: {X-Team: "${env:TEAM_KEY}"}
    models:
      chat: {context: 32768, aliases: [talk], label: "<script>"}
      both: {context: 32768}
      embed: {type: embedding, context: 8192, extra_body: {dimensions: 256, user: sk-canary-1}}
  attic:
    kind: openai-compatible
    base_url: http://127.0.0.1:10
    models:
      both: {context: 32768}
      deep/er: {context: 32768}
      a:b@c: {context: 20000}
      é: {context: 20000}
  sky:
    kind: openai-compatible
    base_url: http://127.0.0.1:11
    location: cloud
    optional: true
    api_key_env: SKY_KEY
    models: {far: {context: 32768}}
"""


@dataclass(frozen=True, slots=True)
class Application:
    """A service, and a client on loopback."""

    service: Service
    client: TestClient

    @property
    def stored(self) -> object:
        return self.service.store.read("favorites")

    def store(self, *entries: object) -> None:
        """Store favorites as another program does."""
        self.service.store.change("favorites", lambda _: list(entries))
        self.client.get("/api/favorites")

    def host(self, name: str) -> TestClient:
        """A client that uses another host name."""
        return client_of(self.client.app, f"http://{name}")


def client_of(app: Any, url: str = OWN, address: str = "127.0.0.1") -> TestClient:
    return TestClient(app, url, follow_redirects=False, client=(address, 50000))


def application(
    folder: Path,
    *,
    fleet: str = FLEET,
    settings: str | None = None,
    environment: dict[str, str] | None = None,
    address: str = "127.0.0.1",
    name: str | None = None,
    hosts: Iterable[str] = (),
    origins: Iterable[str] = (),
    token: str | None = None,
    clock: Callable[[], float] = lambda: NOW,
    policy: type[AccessPolicy] = AccessPolicy,
    monitor: type[HostMonitor] = HostMonitor,
    throttle: LoginThrottle | None = None,
) -> Application:
    """Serve a fleet file in `folder`."""
    file = folder / "fleet.yaml"
    file.write_text(fleet, encoding="utf-8", newline="\n")
    environment = environment or {}
    service = Service(
        watcher=FleetWatcher(file),
        store=SettingsStore(settings or f"sqlite:///{folder / 'settings.sqlite'}", patience=1.0),
        monitor=monitor(environment, {}, ProbeSchedule(every=60.0, timeout=1.0)),
        environment=environment,
        access=policy(address, PORT, name or address, clock, frozenset(hosts), frozenset(origins), token),
    )
    return Application(service, client_of(build_app(service, favorites_max_age=0, throttle=throttle)))
