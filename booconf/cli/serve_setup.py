"""Set up the service from the options of `booconf serve`; mistakes are reported before a port is opened."""

import logging
import os
import re
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from booconf.cli.console import Console, UsageError, flush_results, reason, visible
from booconf.cli.fleet_file import invalid, unreadable
from booconf.cli.observe import connections
from booconf.live.client.transport import available_connections
from booconf.live.limits import MOST_ADDRESSES
from booconf.service.app import build_app
from booconf.service.middleware.trusted_hosts import AccessPolicy, check_host, check_origin, in_url
from booconf.service.routes.catalog import Service
from booconf.service.server import MOST_CLIENTS, Listener, listen, serve
from booconf.service.state.fleet_watcher import FleetWatcher, InvalidFleetError
from booconf.service.state.host_monitor import HOSTS_AT_ONCE, HostMonitor, ProbeSchedule
from booconf.service.storage import StoreUrlError
from booconf.service.storage.database import sqlite_url
from booconf.service.storage.settings_store import SettingsStore

if TYPE_CHECKING:
    from booconf.cli.commands.serve import ServeOptions

_TOKEN = re.compile(r"[\x21-\x7e]+")

SHORTEST_TOKEN = 16
"""Characters below which a token can be guessed by trying all of them."""

_log = logging.getLogger(__name__)


def serve_catalog(
    options: "ServeOptions", console: Console, run_server: Callable[..., int | None] | None = None
) -> int | None:
    """Serve until a signal, and return its number; raises UsageError if the service cannot be started.

    `run_server` has the signature of `server.serve`, its default.
    """
    watcher = _watcher(options.file)
    connect = connections(options.connect, watcher.current.fleet.providers)
    token = _token(options.token_env)
    hosts = frozenset(_checked("--allow-host", check_host, text) for text in options.allow_host)
    origins = frozenset(_checked("--allow-origin", check_origin, text) for text in options.allow_origin)
    store = _store(options.settings, console)
    host = _host(options.host)
    with _listener(host, options.port) as listener:
        address, port = listener.getsockname()[:2]
        access = AccessPolicy(address, port, host, time.time, hosts, origins, token)
        if token is None and not access.is_loopback:
            raise UsageError(f"others can reach {host}, so `serve` needs `--token-env NAME` there")
        if token is not None and options.token_env and len(token) < SHORTEST_TOKEN:
            _reject_short_token(options.token_env, access, console)
        environment = _environment_without(options.token_env)
        schedule = ProbeSchedule(options.probe_every, options.timeout, options.probe_cloud)
        monitor = HostMonitor(environment, connect, schedule, use_proxies=options.use_proxies)
        service = Service(watcher, store, monitor, environment, access)
        available_connections(MOST_CLIENTS + HOSTS_AT_ONCE * MOST_ADDRESSES)  # raises the limit of open files

        def print_address() -> None:
            console.result(f"booconf serves {visible(options.file)} at http://{in_url(address)}:{port}/\n")
            flush_results()

        _log.info("favorites are stored in %s", store.name)
        try:
            app, run_server = build_app(service), run_server or serve
            return run_server(app, listener, on_start=print_address, on_stop=service.events.close)
        finally:
            store.close()


def _watcher(file: str) -> FleetWatcher:
    try:
        return FleetWatcher(file)
    except InvalidFleetError as error:
        raise invalid(error.diagnostics, file) from None
    except (OSError, ValueError) as error:
        raise unreadable(file, error) from None


def _token(name: str | None) -> str | None:
    if name is None:
        return None
    token = os.environ.get(name, "")  # the name is not repeated: it may be the token itself
    if not token:
        raise UsageError("`--token-env` takes a name: the variable of that name is not set, or empty")
    if not _TOKEN.fullmatch(token):
        raise UsageError("`--token-env`: a token in a header must be ASCII without spaces")
    return token


def _reject_short_token(name: str, access: AccessPolicy, console: Console) -> None:
    short = f"the token in {visible(name)} is short; `openssl rand -hex 32` makes a good one"
    if not access.is_loopback:
        raise UsageError(f"others can reach {access.name}, and {short}")
    console.remark(f"booconf: {short}")


def _environment_without(token_env: str | None) -> dict[str, str]:
    """The variables that may be keys of providers: not the token, so that no fleet can send it to a host."""
    hidden = (token_env or "").upper()  # names on Windows have no case
    return {name: value for name, value in os.environ.items() if name.upper() != hidden}


def _checked(option: str, check: Callable[[str], str], text: str) -> str:
    try:
        return check(text)
    except ValueError as error:
        raise UsageError(f"`{option} {text}` {error}") from None


def _store(url: str | None, console: Console) -> SettingsStore:
    if url == "":
        raise UsageError("`--settings` names no database")
    try:
        store = SettingsStore(_default_settings(os.environ) if url is None else url)
    except StoreUrlError as error:
        raise UsageError(f"the URL of `--settings` cannot be used: {error}") from None
    if store.has_password:
        console.remark(
            "booconf: the password in `--settings` is visible in the list of processes; "
            "put it into ~/.pgpass or PGPASSWORD"
        )
    return store


def _default_settings(environment: Mapping[str, str]) -> str:
    """The URL of a SQLite database in the folder for a user's state on this system."""
    return sqlite_url(_state_folder(environment) / "booconf" / "settings.sqlite")


def _state_folder(environment: Mapping[str, str]) -> Path:
    if sys.platform == "win32":
        stated = environment.get("LOCALAPPDATA")
        return Path(stated) if stated else _home(environment) / "AppData" / "Local"
    if sys.platform == "darwin":
        return _home(environment) / "Library" / "Application Support"
    stated = environment.get("XDG_STATE_HOME", "")
    return Path(stated) if stated.startswith("/") else _home(environment) / ".local" / "state"


def _home(environment: Mapping[str, str]) -> Path:
    try:
        if environment.get("HOME") != "":  # which Python replaces by the root of the file system
            return Path.home()
    except RuntimeError:
        pass
    raise UsageError(
        "there is no home folder to store favorites in; name a file with `--settings sqlite:////...`"
    )


def _host(text: str) -> str:
    """The name or address of `--host`; one of IPv6 may have brackets, as in a URL."""
    if not text:
        raise UsageError("`--host` is empty: 127.0.0.1 is for this machine alone, 0.0.0.0 for all")
    return text[1:-1] if text.startswith("[") and text.endswith("]") else text


def _listener(host: str, port: int) -> Listener:
    try:
        return listen(host, port)
    except (OSError, UnicodeError, OverflowError) as error:
        raise UsageError(
            f"cannot listen on port {port} of {host}: {reason(error)}; choose another `--host` or `--port`"
        ) from None
