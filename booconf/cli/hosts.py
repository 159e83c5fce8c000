"""What `diff` and `adopt` share: the fleet, what its hosts say or said once, and how the two differ."""

import os
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from booconf.cli.console import Console, UsageError, quantity
from booconf.cli.fleet_file import load_valid, read_file
from booconf.declaration.texts import check_url
from booconf.diagnostics.suggestion import closest
from booconf.drift.compare import compare
from booconf.drift.result import DriftResult
from booconf.fleet.examination import Examination
from booconf.fleet.model import Fleet, Provider
from booconf.fleet.place import loads_models
from booconf.live.observation import Observation
from booconf.live.question import Question, exposes_key, prepare
from booconf.live.saved import LARGEST_FILE, SavedObservationsError, restore


@dataclass(frozen=True, slots=True)
class Comparison:
    """A fleet file, what was seen of its hosts, and how the two differ."""

    raw: bytes
    examination: Examination
    observations: Mapping[str, Observation]
    result: DriftResult


def compare_with_hosts(options: Namespace, console: Console) -> Comparison:
    """Ask the hosts, or read what they said; raises UsageError where that cannot be done as asked."""
    raw = read_file(options.file)
    examination = load_valid(raw, options.file)
    providers = _providers(options.provider, examination.fleet)
    connect = connections(options.connect, providers)
    if options.observed is None:
        observations = _ask(providers, connect, options, console)
    elif connect:
        raise UsageError("`--connect` asks a host, and `--observed` asks none: leave one of them out")
    else:
        observations = _read(options.observed, examination.fleet, providers)
    result = compare(examination, observations)
    return Comparison(raw, examination, observations, result)


def _providers(ids: list[str] | None, fleet: Fleet) -> dict[str, Provider]:
    """The providers to ask, in display order."""
    for name in ids or ():
        if name not in fleet.providers:
            raise UsageError(f"no provider is called `{name}`; {_advice(name, fleet.providers)}")
    return {name: provider for name, provider in fleet.providers.items() if not ids or name in ids}


def connections(texts: list[str], providers: Mapping[str, Provider]) -> dict[str, str]:
    """Provider -> the server root to ask instead of the declared one, as `--connect` says; or UsageError."""
    connect: dict[str, str] = {}
    for text in texts:
        name, equals, url = text.partition("=")
        if not equals:
            raise UsageError(f"`--connect {text}` is not `ID=URL`, such as `box=http://127.0.0.1:8401`")
        if name not in providers:
            raise UsageError(f"`--connect {text}`: `{name}` is not asked; {_advice(name, providers)}")
        if name in connect:
            raise UsageError(f"`--connect` names `{name}` twice")
        connect[name] = _server_root(url, providers[name])
    return connect


def _server_root(url: str, provider: Provider) -> str:
    try:
        root = check_url(url)
    except ValueError as error:
        raise UsageError(f"the URL of `--connect {provider.id}=...` {error}") from None
    if loads_models(root):
        raise UsageError(
            f"`--connect {provider.id}=...` leads through llama-swap's `/upstream`, where each request "
            "loads a model; name the root of llama-swap's own server"
        )
    if exposes_key(provider, root):
        raise UsageError(
            f"`--connect {provider.id}=...` would send the key of `{provider.id}` over plain http to "
            f"{urlsplit(root).hostname}; use https, or a tunnel that ends on this machine"
        )
    return root


def _ask(
    providers: Mapping[str, Provider], connect: Mapping[str, str], options: Namespace, console: Console
) -> dict[str, Observation]:
    from booconf.live.probe import probe  # noqa: PLC0415  # the network, which `--observed` does without

    prepared = {
        name: prepare(provider, os.environ, connect.get(name)) for name, provider in providers.items()
    }
    questions = {name: item for name, item in prepared.items() if isinstance(item, Question)}

    def show(waiting: frozenset[str]) -> None:
        names = ", ".join(name for name in questions if name in waiting)
        console.progress(f"asking {quantity(len(waiting), 'host')}: {names}" if waiting else "")

    try:
        asked = probe(
            questions,
            timeout=options.timeout,
            environment=os.environ if options.use_proxies else None,
            on_change=show,
        )
    finally:
        console.progress("")
    return {name: item if isinstance(item, Observation) else asked[name] for name, item in prepared.items()}


def _read(file: str, fleet: Fleet, providers: Mapping[str, Provider]) -> dict[str, Observation]:
    try:
        with Path(file).open("rb") as stream:
            return restore(stream.read(LARGEST_FILE + 1), fleet, providers)
    except SavedObservationsError as error:
        raise UsageError(f"{file}: {error}") from None
    except (OSError, ValueError) as error:
        raise UsageError(f"{file} cannot be read: {getattr(error, 'strerror', None) or error}") from None


def _advice(name: str, known: Mapping[str, object]) -> str:
    suggestion = closest(name, known)
    return f"did you mean `{suggestion}`?" if suggestion else f"there are {', '.join(known)}"
