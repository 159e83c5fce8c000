"""Compare and classify URLs by their text."""

import re
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from booconf.declaration.enums import UNSAFE_SEGMENTS

Address = tuple[str, str | None, int | None, str]

_DEFAULT_PORTS = {"http": 80, "https": 443}


def address_of(url: str) -> Address:
    """Scheme, host, port and path of `url`, equal for spellings that differ by case or default port."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or _DEFAULT_PORTS[parts.scheme], parts.path


def is_loopback(host: str | None) -> bool:
    """True if a URL's host is this machine, by name or address."""
    name = (host or "").removesuffix(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def unsafe_path(url: str) -> str | None:
    """Name the path, if any, that makes requests to `url` load a model, such as `llama-swap's PATH`.

    Encoded spellings count: a server decodes the path, and a proxy in front may normalize it first.
    """
    path = urlsplit(url).path
    while (decoded := unquote(path)) != path:
        path = decoded
    segments = {part.partition(";")[0].casefold() for part in _BETWEEN_SEGMENTS.split(path)}
    found = ((kind, segment) for kind, segment in UNSAFE_SEGMENTS.items() if segment in segments)
    return next((f"{kind}'s `/{segment}`" for kind, segment in found), None)


_BETWEEN_SEGMENTS = re.compile(r"[/\\]")
