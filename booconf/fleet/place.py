"""Where a URL leads, as far as its text tells."""

from urllib.parse import urlsplit

Place = tuple[str, str | None, int | None, str]

_DEFAULT_PORTS = {"http": 80, "https": 443}


def place_of(url: str) -> Place:
    """Equal for two spellings of one address: the host's case and a port the scheme implies do not count."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or _DEFAULT_PORTS[parts.scheme], parts.path
