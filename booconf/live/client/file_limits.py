"""The number of connections that this process can open at the same time."""

import os
import sys
from contextlib import suppress
from ipaddress import ip_address
from urllib.parse import urlsplit

from booconf.live.limits import MOST_ADDRESSES

_SPARE = 32
"""Descriptors left for everything else: the event loop, files, modules still to be imported."""

_CHECKED = 1024
"""Descriptors checked for being open: a system assigns the lowest free number, so the open ones are below."""


def connections_to(url: str) -> int:
    """Count the connections that may be open while connecting to `url`: one for each address of a name."""
    try:
        ip_address(urlsplit(url).hostname or "")
    except ValueError:
        return MOST_ADDRESSES
    return 1


if sys.platform == "win32":  # pragma: no cover - the other system's half

    def available_connections(wanted: int) -> int:
        """Return how many of the `wanted` connections can be open at once; Windows has no such limit."""
        return wanted

else:
    import resource

    def available_connections(wanted: int) -> int:
        """Return how many of the `wanted` connections can be open at once, at least one.

        Raises the soft limit of this process as far as needed and as its hard limit permits.
        """
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        taken = sum(map(_is_open, range(min(_number(soft), _CHECKED)))) + _SPARE
        if _number(soft) < taken + wanted:
            with suppress(OSError, ValueError):  # a system may have limits beside the hard one
                resource.setrlimit(resource.RLIMIT_NOFILE, (min(taken + wanted, _number(hard)), hard))
        soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        return max(1, min(wanted, _number(soft) - taken))

    def _number(limit: int) -> int:
        return sys.maxsize if limit == resource.RLIM_INFINITY else limit

    def _is_open(descriptor: int) -> bool:
        try:
            os.fstat(descriptor)
        except OSError:
            return False
        return True
