"""The fleet and the observations of its hosts, for `diff` and `adopt`, and the `--connect` option."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from booconf import quantity
from booconf.cli.console import Console, UsageError, command_line, reason
from booconf.cli.fleet_file import load, passed, read_file
from booconf.declaration.validators import check_url
from booconf.diagnostics.suggestion import closest
from booconf.fleet.context import CheckContext
from booconf.fleet.load import LoadResult
from booconf.fleet.model import Fleet, Provider
from booconf.fleet.urls import unsafe_path
from booconf.live import adapter_of
from booconf.live.endpoint import Endpoint, exposes_key, prepare
from booconf.live.observation import Observation
from booconf.live.saved import LARGEST_FILE, SavedObservationsError, restore


@dataclass(frozen=True, slots=True)
class HostOptions:
    """Options of a command that observes hosts; `timeout` is in seconds."""

    file: str
    provider: tuple[str, ...]
    connect: tuple[str, ...]
    observed: str | None
    timeout: float
    use_proxies: bool

    def command(self, name: str) -> str:
        """The command line of another command for the same fleet file, hosts and observations."""
        words = [word for connection in self.connect for word in ("--connect", connection)]
        if self.observed is not None:
            words += ["--observed", self.observed]
        if self.use_proxies:
            words.append("--use-proxies")
        return command_line(name, self.file, *words)


@dataclass(frozen=True, slots=True)
class ObservedFleet:
    """The bytes of a valid fleet file, its load result, and the observations of its hosts by provider."""

    raw: bytes
    loading: LoadResult
    context: CheckContext
    observations: Mapping[str, Observation]


def observe(options: HostOptions, console: Console) -> ObservedFleet:
    """Load the fleet, and probe its hosts or read saved observations; raises UsageError."""
    raw = read_file(options.file)
    loading = load(raw, options.file)
    context = passed(loading, options.file)
    providers = selected_providers(options.provider, context.fleet)
    connect = connections(options.connect, providers)
    if options.observed is None:
        observations = _probe(providers, connect, options, console)
    elif connect:
        raise UsageError("`--connect` and `--observed` exclude each other: saved observations need no host")
    else:
        observations = _read_saved(options.observed, context.fleet, providers)
    return ObservedFleet(raw, loading, context, observations)


def _probe(
    providers: Mapping[str, Provider], connect: Mapping[str, str], options: HostOptions, console: Console
) -> dict[str, Observation]:
    from booconf.live.client import probe  # noqa: PLC0415  # `--observed` needs no network

    prepared = {
        name: prepare(provider, os.environ, connect.get(name)) for name, provider in providers.items()
    }
    endpoints = {name: item for name, item in prepared.items() if isinstance(item, Endpoint)}

    def show(waiting: frozenset[str]) -> None:
        names = ", ".join(name for name in endpoints if name in waiting)
        console.progress(f"checking {quantity(len(waiting), 'host')}: {names}" if waiting else "")

    try:
        observations = probe(
            endpoints,
            timeout=options.timeout,
            environment=os.environ if options.use_proxies else None,
            on_change=show,
        )
    finally:
        console.progress("")
    return {
        name: item
        if isinstance(item, Observation)
        else replace(observations[name], by_connect=name in connect)
        for name, item in prepared.items()
    }


def _read_saved(file: str, fleet: Fleet, providers: Mapping[str, Provider]) -> dict[str, Observation]:
    try:
        with Path(file).open("rb") as stream:
            return restore(stream.read(LARGEST_FILE + 1), fleet, providers)
    except SavedObservationsError as error:
        raise UsageError(f"{file}: {error}") from None
    except (OSError, ValueError) as error:
        raise UsageError(f"{file} cannot be read: {reason(error)}") from None


def selected_providers(ids: Sequence[str], fleet: Fleet) -> dict[str, Provider]:
    """The providers with these ids, or all if none are given, in display order; raises UsageError."""
    for name in ids:
        if name not in fleet.providers:
            raise UsageError(f"no provider is called `{name}`; {_advice_on_provider(name, fleet)}")
    return {name: provider for name, provider in fleet.providers.items() if not ids or name in ids}


def connections(texts: Sequence[str], providers: Mapping[str, Provider]) -> dict[str, str]:
    """Provider -> the server root of `--connect`, used in place of the declared one; raises UsageError."""
    connect: dict[str, str] = {}
    for text in texts:
        name, equals, url = text.partition("=")
        shown = name.partition("://")[0]  # the rest may contain a password
        if not equals:
            raise UsageError(f"`--connect {shown}...` is not `ID=URL`, such as `box=http://127.0.0.1:8401`")
        if name not in providers:
            raise UsageError(
                f"`--connect {shown}=...`: `{shown}` is not selected; {_advice(shown, providers)}"
            )
        if name in connect:
            raise UsageError(f"`--connect` names `{name}` twice")
        connect[name] = _server_root(url, providers[name])
    return connect


def _server_root(url: str, provider: Provider) -> str:
    try:
        root = check_url(url)
    except ValueError as error:
        raise UsageError(f"the URL of `--connect {provider.id}=...` {error}") from None
    unsafe = unsafe_path(root, adapter_of)
    if unsafe:
        raise UsageError(
            f"the URL of `--connect {provider.id}=...` is below {unsafe}, where each request loads a model; "
            "name the root of the server itself"
        )
    if exposes_key(provider, root):
        raise UsageError(
            f"`--connect {provider.id}=...` would send the key of `{provider.id}` over plain http to "
            f"{urlsplit(root).hostname}; use https, or a tunnel that ends on this machine"
        )
    return root


def _advice_on_provider(name: str, fleet: Fleet) -> str:
    ids = name.split(",")
    if len(ids) > 1 and all(one in fleet.providers for one in ids):
        return f"repeat the option: `{' '.join(f'--provider {one}' for one in ids)}`"
    return _advice(name, fleet.providers)


def _advice(name: str, known: Mapping[str, object]) -> str:
    suggestion = closest(name, known)
    return f"did you mean `{suggestion}`?" if suggestion else f"there are {', '.join(known)}"
