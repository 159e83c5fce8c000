"""Rules about the addresses of requests and keys."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from booconf.diagnostics import Diagnostic
from booconf.fleet.context import CheckContext, diagnostic
from booconf.fleet.model import Provider
from booconf.fleet.urls import Address, address_of, is_loopback, unsafe_path
from booconf.source import Path


def check_sidecars(context: CheckContext) -> Iterator[Diagnostic]:
    """BC312: the address of a sidecar belongs to no provider and no other sidecar."""
    providers = context.fleet.providers.values()
    taken: dict[Address, tuple[str, Path]] = {}
    for provider in providers:
        for url in (provider.base_url, provider.api_base):
            taken.setdefault(address_of(url), (f"the provider `{provider.id}`", _base_url(provider)))
    for provider in providers:
        if provider.sidecar is None:
            continue
        places = address_of(provider.sidecar.base_url), address_of(provider.sidecar.api_base)
        for owner, where in [taken[place] for place in places if place in taken][:1]:
            yield diagnostic(
                "BC312",
                f"the sidecar of `{provider.id}` has the address of {owner}",
                context.value(*_sidecar_url(provider)),
                context.value(*where, text=owner),
                advice=f"write the address of a proxy for `{provider.id}` alone, or remove `sidecar`",
            )
        for place in places:
            taken.setdefault(place, (f"the sidecar of `{provider.id}`", _sidecar_url(provider)))


def check_keys(context: CheckContext) -> Iterator[Diagnostic]:
    """BC314, BC315: a provider has one key, an optional one that of a variable, which makes it visible."""
    for provider in context.fleet.providers.values():
        path = ("providers", provider.id)
        if provider.api_key_env and provider.api_key_file:
            yield diagnostic(
                "BC315",
                f"`{provider.id}` takes its key from a variable and from a file",
                context.key(*path, "api_key_file"),
                context.key(*path, "api_key_env", text="the variable"),
                advice="keep the one that every machine has",
            )
        elif provider.optional and provider.api_key_file:
            yield diagnostic(
                "BC314",
                f"`{provider.id}` is optional, but no variable decides whether it is shown",
                context.key(*path, "optional"),
                context.key(*path, "api_key_file", text="opencode does not start without this file"),
                advice="write `api_key_env:` in place of `api_key_file`, or remove `optional`",
            )
        elif provider.optional and provider.api_key_env is None:
            yield diagnostic(
                "BC314",
                f"`{provider.id}` is optional but names no key",
                context.key(*path, "optional"),
                advice="add `api_key_env:` with the variable that decides, or remove `optional`",
            )


def check_plain_http(context: CheckContext) -> Iterator[Diagnostic]:
    """BC501: no key is sent over plain http, except to this machine."""
    for provider in context.fleet.providers.values():
        if not provider.sends_secrets():
            continue
        for base_url, path in _addresses(provider):
            url = urlsplit(base_url)
            if url.scheme == "http" and not is_loopback(url.hostname):
                yield diagnostic(
                    "BC501",
                    f"a key of `{provider.id}` is sent over plain http to {url.hostname}",
                    context.value(*path),
                    advice="use https, or a tunnel that ends on this machine",
                )


def check_base_urls(context: CheckContext) -> Iterator[Diagnostic]:
    """BC503, BC506: a base URL is a server root, and no two providers share one."""
    first_of: dict[Address, str] = {}
    for provider in context.fleet.providers.values():
        api_path = provider.api_base.removeprefix(provider.base_url)
        for base_url, path in _addresses(provider):
            if api_path and base_url.endswith(api_path):
                yield diagnostic(
                    "BC503",
                    f"{base_url} already ends in `{api_path}`, which is added to it",
                    context.value(*path),
                    advice=f"write `{base_url.removesuffix(api_path)}`, or set `api_path: /` to add nothing",
                )
        first = first_of.setdefault(address_of(provider.base_url), provider.id)
        if first != provider.id:
            yield diagnostic(
                "BC506",
                f"`{provider.id}` has the same base URL as `{first}`",
                context.value("providers", provider.id, "base_url"),
                context.value("providers", first, "base_url", text="first used here"),
                advice="give each host one provider; `label` and `aliases` name its models differently",
            )


def check_unsafe_paths(context: CheckContext) -> Iterator[Diagnostic]:
    """BC512: no address is below a path where every request loads a model."""
    for provider in context.fleet.providers.values():
        path = unsafe_path(provider.api_base, context.facts_of)
        if path:
            key = "base_url" if unsafe_path(provider.base_url, context.facts_of) else "api_path"
            yield diagnostic(
                "BC512",
                f"the address of `{provider.id}` is below {path}, where each request loads a model",
                context.value("providers", provider.id, key),
                advice="write the root of the server itself as `base_url`, and its program as `kind`",
            )


def _addresses(provider: Provider) -> Iterator[tuple[str, Path]]:
    """Every address of requests to `provider`, and its path in fleet.yaml."""
    yield provider.base_url, _base_url(provider)
    if provider.sidecar:
        yield provider.sidecar.base_url, _sidecar_url(provider)


def _base_url(provider: Provider) -> Path:
    return "providers", provider.id, "base_url"


def _sidecar_url(provider: Provider) -> Path:
    return "providers", provider.id, "sidecar", "base_url"
