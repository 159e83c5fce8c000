"""What `diff` and `adopt` share: the fleet, and what its hosts say, or said once."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from booconf.cli.choosing import connections, providers_called
from booconf.cli.console import Console, UsageError, command_line, reason
from booconf.cli.fleet_file import load, passed, read_file
from booconf.fleet.context import CheckContext
from booconf.fleet.load import LoadResult
from booconf.fleet.model import Fleet, Provider
from booconf.live.endpoint import Endpoint, prepare
from booconf.live.observation import Observation
from booconf.live.saved import LARGEST_FILE, SavedObservationsError, restore
from booconf.quantity import quantity


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
class Asked:
    """A fleet file, what became of it, which is valid, and what was seen of its hosts."""

    raw: bytes
    loading: LoadResult
    examination: CheckContext
    observations: Mapping[str, Observation]


def ask_hosts(options: HostOptions, console: Console) -> Asked:
    """Ask the hosts, or read what they said; raises UsageError where that cannot be done as asked."""
    raw = read_file(options.file)
    loading = load(raw, options.file)
    examination = passed(loading, options.file)
    providers = providers_called(options.provider, examination.fleet)
    connect = connections(options.connect, providers)
    if options.observed is None:
        observations = _ask(providers, connect, options, console)
    elif connect:
        raise UsageError("`--connect` asks a host, and `--observed` asks none: leave one of them out")
    else:
        observations = _read(options.observed, examination.fleet, providers)
    return Asked(raw, loading, examination, observations)


def _ask(
    providers: Mapping[str, Provider], connect: Mapping[str, str], options: HostOptions, console: Console
) -> dict[str, Observation]:
    from booconf.live.client.probe import probe  # noqa: PLC0415  # the network, which `--observed` does without

    prepared = {
        name: prepare(provider, os.environ, connect.get(name)) for name, provider in providers.items()
    }
    endpoints = {name: item for name, item in prepared.items() if isinstance(item, Endpoint)}

    def show(waiting: frozenset[str]) -> None:
        names = ", ".join(name for name in endpoints if name in waiting)
        console.progress(f"asking {quantity(len(waiting), 'host')}: {names}" if waiting else "")

    try:
        asked = probe(
            endpoints,
            timeout=options.timeout,
            environment=os.environ if options.use_proxies else None,
            on_change=show,
        )
    finally:
        console.progress("")
    return {
        name: item if isinstance(item, Observation) else replace(asked[name], by_connect=name in connect)
        for name, item in prepared.items()
    }


def _read(file: str, fleet: Fleet, providers: Mapping[str, Provider]) -> dict[str, Observation]:
    try:
        with Path(file).open("rb") as stream:
            return restore(stream.read(LARGEST_FILE + 1), fleet, providers)
    except SavedObservationsError as error:
        raise UsageError(f"{file}: {error}") from None
    except (OSError, ValueError) as error:
        raise UsageError(f"{file} cannot be read: {reason(error)}") from None
