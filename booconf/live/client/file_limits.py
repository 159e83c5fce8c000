"""How many connections this process can have open at once."""

import sys
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from booconf.live.limits import MOST_ADDRESSES

_SPARE = 32
"""Descriptors left for everything else: the event loop, files, modules still to be imported."""


def connections_to(url: str) -> int:
    """How many connections may be open until one of them leads to `url`: its name may have many addresses."""
    try:
        ip_address(urlsplit(url).hostname or "")
    except ValueError:
        return MOST_ADDRESSES
    return 1


if sys.platform == "win32":  # pragma: no cover - the other system's half

    def room_for(connections: int) -> int:
        """How many of so many connections can be open at once; Windows has no limit of that size."""
        return connections

else:
    import resource

    def room_for(connections: int) -> int:
        """How many of so many connections can be open at once, one at least.

        The soft limit of this process is raised as far as that takes and its hard limit lets it.
        """
        taken = sum(1 for _ in Path("/dev/fd").iterdir()) + _SPARE
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if _number(soft) < taken + connections:
            with suppress(OSError, ValueError):  # a system may have limits beside the hard one
                resource.setrlimit(resource.RLIMIT_NOFILE, (min(taken + connections, _number(hard)), hard))
        soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        return max(1, min(connections, _number(soft) - taken))

    def _number(limit: int) -> int:
        return sys.maxsize if limit == resource.RLIM_INFINITY else limit
