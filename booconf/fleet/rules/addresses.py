"""Rules about where requests and keys travel."""

from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from booconf.diagnostics import Diagnostic
from booconf.fleet.examination import Examination, finding
from booconf.fleet.model import Provider
from booconf.source import Path

_DEFAULT_PORTS = {"http": 80, "https": 443}


def check_sidecars(examination: Examination) -> Iterator[Diagnostic]:
    """BC312: a sidecar is another server than the provider behind it."""
    for provider in examination.fleet.providers.values():
        if provider.sidecar and _same_place(provider.sidecar.base_url) == _same_place(provider.base_url):
            yield finding(
                "BC312",
                f"the sidecar of `{provider.id}` stands at the provider's own address",
                examination.value("providers", provider.id, "sidecar", "base_url"),
                examination.value("providers", provider.id, "base_url", text="the provider itself"),
                write="write the proxy's own address, or remove `sidecar`",
            )


def check_optional_keys(examination: Examination) -> Iterator[Diagnostic]:
    """BC314: an optional provider says which key decides whether it is shown."""
    for provider in examination.fleet.providers.values():
        if provider.optional and provider.api_key_env is None:
            yield finding(
                "BC314",
                f"`{provider.id}` is optional but names no key",
                examination.key("providers", provider.id, "optional"),
                write="add `api_key_env:` with the variable that decides, or remove `optional`",
            )


def check_plain_http(examination: Examination) -> Iterator[Diagnostic]:
    """BC501: a key does not travel over plain http, except to this machine."""
    for provider in examination.fleet.providers.values():
        if provider.api_key_env is None and not any("${env:" in value for value in provider.headers.values()):
            continue
        for base_url, path in _addresses(provider):
            url = urlsplit(base_url)
            if url.scheme == "http" and not _is_loopback(url):
                yield finding(
                    "BC501",
                    f"a key of `{provider.id}` travels over plain http to {url.hostname}",
                    examination.value(*path),
                    write="use https, or a tunnel that ends on this machine",
                )


def check_base_urls(examination: Examination) -> Iterator[Diagnostic]:
    """BC503, BC506: a base URL is a server root, and each provider has one of its own."""
    first_of: dict[tuple[str, str | None, int | None, str], str] = {}
    for provider in examination.fleet.providers.values():
        api_path = provider.api_base.removeprefix(provider.base_url)
        for base_url, path in _addresses(provider):
            if api_path and base_url.endswith(api_path):
                yield finding(
                    "BC503",
                    f"{base_url} already ends in `{api_path}`, which is added to it",
                    examination.value(*path),
                    write=f"write `{base_url.removesuffix(api_path)}`, or set `api_path: /` to add nothing",
                )
        first = first_of.setdefault(_same_place(provider.base_url), provider.id)
        if first != provider.id:
            yield finding(
                "BC506",
                f"`{provider.id}` has the same base URL as `{first}`",
                examination.value("providers", provider.id, "base_url"),
                examination.value("providers", first, "base_url", text="first used here"),
                write="give each host one provider; `label` and `aliases` name its models differently",
            )


def _addresses(provider: Provider) -> Iterator[tuple[str, Path]]:
    """Every address that requests for `provider` go to, and where it is written."""
    yield provider.base_url, ("providers", provider.id, "base_url")
    if provider.sidecar:
        yield provider.sidecar.base_url, ("providers", provider.id, "sidecar", "base_url")


def _same_place(base_url: str) -> tuple[str, str | None, int | None, str]:
    """Equal for two spellings of one address: the host's case and a port the scheme implies do not count."""
    url = urlsplit(base_url)
    return url.scheme, url.hostname, url.port or _DEFAULT_PORTS[url.scheme], url.path


def _is_loopback(url: SplitResult) -> bool:
    host = (url.hostname or "").removesuffix(".")
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
