"""What `booconf serve` is asked for, made into a service: a mistake in it is told before anything listens."""

import logging
import os
import re
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from booconf.cli.console import Console, UsageError, reason, visible
from booconf.cli.fleet_file import invalid, unreadable
from booconf.cli.observe import connections
from booconf.service.app import build_app
from booconf.service.middleware.room import Room, shares_of_process
from booconf.service.middleware.trusted_hosts import AccessPolicy, check_host, check_origin, in_url
from booconf.service.routes.catalog import Service
from booconf.service.server import Listener, NotStartedError, listen, serve
from booconf.service.state.fleet_watcher import FleetWatcher, InvalidFleetError
from booconf.service.state.host_monitor import HostMonitor
from booconf.service.storage.database import sqlite_url
from booconf.service.storage.settings_store import SettingsStore, StoreUrlError

if TYPE_CHECKING:
    from booconf.cli.commands.serve import ServeOptions

_TOKEN = re.compile(r"[\x21-\x7e]+")

SHORTEST_TOKEN = 16
"""Characters below which a token is short: who can send requests can try all of them."""

_log = logging.getLogger(__name__)


def serve_catalog(options: "ServeOptions", console: Console) -> int | None:
    """Serve until a signal comes, and return its number; raises UsageError where that cannot be done."""
    source = _source(options.file)
    connect = connections(options.connect, source.current.fleet.providers)
    token = _token(options.token_env)
    hosts = frozenset(_checked("--allow-host", check_host, text) for text in options.allow_host)
    origins = frozenset(_checked("--allow-origin", check_origin, text) for text in options.allow_origin)
    store = _store(options.settings, console)
    host = _host(options.host)
    with _listener(host, options.port) as listener:
        address, port = listener.getsockname()[:2]
        access = AccessPolicy(address, port, host, time.time, hosts, origins, token)
        if token is None and not access.is_local:
            raise UsageError(f"others can reach {host}, so `serve` needs `--token-env NAME` there")
        if token is not None and options.token_env and len(token) < SHORTEST_TOKEN:
            _tell_of_short_token(options.token_env, access, console)
        environment = _environment_without(options.token_env)
        shares = shares_of_process()
        availability = HostMonitor(
            environment,
            connect,
            options.probe_every,
            options.timeout,
            sockets=shares.asking,
            use_proxies=options.use_proxies,
        )
        service = Service(source, store, availability, environment, access)

        def tell() -> None:
            console.result(f"booconf serves {visible(options.file)} at http://{in_url(address)}:{port}/\n")
            sys.stdout.flush()

        _log.info("favorites are kept in %s", store.name)
        try:
            app, room = build_app(service), Room(shares.served)
            return serve(app, listener, room, on_start=tell, on_stop=service.changes.close)
        except NotStartedError:
            raise UsageError("the service could not begin; the log above says why") from None
        finally:
            store.close()


def _source(file: str) -> FleetWatcher:
    try:
        return FleetWatcher(file)
    except InvalidFleetError as error:
        raise invalid(error.diagnostics, file) from None
    except (OSError, ValueError) as error:
        raise unreadable(file, error) from None


def _token(name: str | None) -> str | None:
    if name is None:
        return None
    token = os.environ.get(name, "")  # messages do not repeat the name: somebody may give the token itself
    if not token:
        raise UsageError("`--token-env` takes a name: the variable of that name is not set, or empty")
    if not _TOKEN.fullmatch(token):
        raise UsageError("`--token-env`: a token is ASCII without spaces, or no header can hold it")
    return token


def _tell_of_short_token(name: str, access: AccessPolicy, console: Console) -> None:
    short = f"the token in {visible(name)} is short; `openssl rand -hex 32` makes a good one"
    if not access.is_local:
        raise UsageError(f"others can reach {access.name}, and {short}")
    console.remark(f"booconf: {short}")


def _environment_without(token_env: str | None) -> dict[str, str]:
    """The variables that keys are taken from: no fleet can have the token sent somewhere."""
    hidden = (token_env or "").upper()  # Windows knows no case
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
        raise UsageError(f"the URL of `--settings` is of no use: {error}") from None
    if store.name.startswith("postgres") and (":***@" in store.name or "password=" in (url or "")):
        console.remark(
            "booconf: whoever lists the processes of this machine sees the password in `--settings`; "
            "let it stand in ~/.pgpass or PGPASSWORD"
        )
    return store


def _default_settings(environment: Mapping[str, str]) -> str:
    """A database of SQLite in the folder where this system keeps what programs remember for a user."""
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
        if environment.get("HOME") != "":  # for which Python has the root of the file system
            return Path.home()
    except RuntimeError:
        pass  # as Python says that there is none
    raise UsageError(
        "there is no home folder to keep favorites in; say where with `--settings sqlite:////...`"
    )


def _host(text: str) -> str:
    """The name or address that `--host` states; one of IPv6 may stand in brackets, as it does in a URL."""
    if not text:
        raise UsageError("`--host` names no address: 127.0.0.1 is for this machine alone, 0.0.0.0 for all")
    return text[1:-1] if text.startswith("[") and text.endswith("]") else text


def _listener(host: str, port: int) -> Listener:
    try:
        return listen(host, port)
    except (OSError, UnicodeError, OverflowError) as error:
        raise UsageError(
            f"cannot listen on port {port} of {host}: {reason(error).partition(' (while')[0]}; "
            "`--host` and `--port` name another place"
        ) from None
