"""Compare and classify URLs by their text."""

import re
from ipaddress import ip_address
from typing import get_args
from urllib.parse import unquote, urlsplit

from booconf.declaration.enums import Kind
from booconf.declaration.urls import DEFAULT_API_PATH
from booconf.fleet.model import FactsOf

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


def unsafe_path(url: str, facts_of: FactsOf) -> str | None:
    """Name the path, if any, that makes requests to `url` load a model, such as `llama-swap's PATH`.

    The path may be that of any kind: a server of another kind may be in front. Encoded spellings count: a
    server decodes the path, and a proxy may normalize it first.
    """
    path = urlsplit(url).path
    if path in ("", DEFAULT_API_PATH):  # of most fleets: no adapter need be imported to check them
        return None
    while (decoded := unquote(path)) != path:
        path = decoded
    segments = {part.partition(";")[0].casefold() for part in _BETWEEN_SEGMENTS.split(path)}
    for kind in get_args(Kind):
        segment = facts_of(kind).UNSAFE_SEGMENT
        if segment in segments:
            return f"{kind}'s `/{segment}`"
    return None


_BETWEEN_SEGMENTS = re.compile(r"[/\\]")
