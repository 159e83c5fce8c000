"""Where a URL leads, as far as its text tells."""

import re
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

Address = tuple[str, str | None, int | None, str]

_DEFAULT_PORTS = {"http": 80, "https": 443}


def address_of(url: str) -> Address:
    """Equal for two spellings of one address: the host's case and a port the scheme implies do not count."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or _DEFAULT_PORTS[parts.scheme], parts.path


def is_loopback(host: str | None) -> bool:
    """Whether a URL's host is this machine itself, by its name or address."""
    name = (host or "").removesuffix(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def loads_models(url: str) -> bool:
    """Whether a request to `url` may pass through llama-swap's `/upstream`, where each one loads a model.

    However the path is written: a server decodes it, and a proxy in front may tidy it up first.
    """
    path = urlsplit(url).path
    while (decoded := unquote(path)) != path:
        path = decoded
    return any(
        segment.partition(";")[0].casefold() == "upstream" for segment in _BETWEEN_SEGMENTS.split(path)
    )


_BETWEEN_SEGMENTS = re.compile(r"[/\\]")
