"""Which providers a command is about, and where else to ask their hosts: `--provider` and `--connect`."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from booconf.cli.console import UsageError
from booconf.declaration.validators import check_url
from booconf.diagnostics.suggestion import closest
from booconf.fleet.model import Fleet, Provider
from booconf.fleet.urls import unsafe_path
from booconf.live.endpoint import exposes_key


def providers_called(ids: Sequence[str], fleet: Fleet) -> dict[str, Provider]:
    """The providers with these ids, all where there are none, in display order; or UsageError."""
    for name in ids:
        if name not in fleet.providers:
            raise UsageError(f"no provider is called `{name}`; {_advice_on_id(name, fleet)}")
    return {name: provider for name, provider in fleet.providers.items() if not ids or name in ids}


def connections(texts: Sequence[str], providers: Mapping[str, Provider]) -> dict[str, str]:
    """Provider -> the server root to ask instead of the declared one, as `--connect` says; or UsageError."""
    connect: dict[str, str] = {}
    for text in texts:
        name, equals, url = text.partition("=")
        shown = name.partition("://")[0]  # what follows may hold a password
        if not equals:
            raise UsageError(f"`--connect {shown}...` is not `ID=URL`, such as `box=http://127.0.0.1:8401`")
        if name not in providers:
            raise UsageError(f"`--connect {shown}=...`: `{shown}` is not asked; {_advice(shown, providers)}")
        if name in connect:
            raise UsageError(f"`--connect` names `{name}` twice")
        connect[name] = _server_root(url, providers[name])
    return connect


def _server_root(url: str, provider: Provider) -> str:
    try:
        root = check_url(url)
    except ValueError as error:
        raise UsageError(f"the URL of `--connect {provider.id}=...` {error}") from None
    unsafe = unsafe_path(root)
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


def _advice_on_id(name: str, fleet: Fleet) -> str:
    ids = name.split(",")
    if len(ids) > 1 and all(one in fleet.providers for one in ids):
        return f"repeat the option: `{' '.join(f'--provider {one}' for one in ids)}`"
    return _advice(name, fleet.providers)


def _advice(name: str, known: Mapping[str, object]) -> str:
    suggestion = closest(name, known)
    return f"did you mean `{suggestion}`?" if suggestion else f"there are {', '.join(known)}"
