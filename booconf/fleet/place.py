"""Where a URL leads, as far as its text tells."""

from ipaddress import ip_address
from urllib.parse import urlsplit

Place = tuple[str, str | None, int | None, str]

_DEFAULT_PORTS = {"http": 80, "https": 443}


def place_of(url: str) -> Place:
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
