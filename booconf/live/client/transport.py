"""Create HTTP transports: proxies only on request, certificates of the system, nothing shared.

Also counts the connections that this process can have open at the same time.
"""

import os
import socket
import ssl
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from ipaddress import ip_address
from urllib.parse import urlsplit
from urllib.request import proxy_bypass_environment  # type: ignore[attr-defined]  # typeshed lacks it

import httpx
import truststore

from booconf.declaration.urls import LARGEST_PORT
from booconf.fleet.urls import is_loopback
from booconf.live.limits import MOST_ADDRESSES

_NO_PROXY = "its proxy has an address that cannot be used"

_OPTIONS = [(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)]
"""Receive buffer in bytes: by default a system may keep megabytes for each host."""


class UnusableProxyError(Exception):
    """The proxy of the environment cannot be used; the text is a clause with the reason."""


def proxies_in(environment: Mapping[str, str]) -> dict[str, str]:
    """Return scheme -> proxy from `HTTPS_PROXY` and similar variables; `no` lists hosts without a proxy.

    The variable in lower case wins, even if it is empty. `HTTP_PROXY` is ignored in CGI, where a web server
    sets it from a header of the client.
    """
    lower = {name: value for name, value in environment.items() if name == name.lower()}
    upper = {name.lower(): value for name, value in environment.items() if name not in lower}
    if "REQUEST_METHOD" in environment:
        upper.pop("http_proxy", None)
    values = {scheme: (upper | lower).get(f"{scheme}_proxy") for scheme in ("http", "https", "all", "no")}
    return {scheme: value for scheme, value in values.items() if value}


class TransportFactory:
    """Creates transports through the proxies that an `environment` names, or direct ones without it."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        self._proxies = proxies_in(environment or {})

    def proxy_for(self, url: str) -> str | None:
        """Return the URL of the proxy for `url`; None for a direct connection, always used on loopback."""
        parts = urlsplit(url)
        if is_loopback(parts.hostname):
            return None
        proxy = self._proxies.get(parts.scheme) or self._proxies.get("all")
        if not proxy or proxy_bypass_environment(parts.netloc, self._proxies):
            return None
        return proxy if "://" in proxy else f"http://{proxy}"

    def transport(self, url: str, proxy: str | None, *, has_key: bool) -> httpx.AsyncHTTPTransport:
        """Return a new transport for `url` alone, without connections, cookies or headers of an earlier one.

        Raises UnusableProxyError for a proxy with an invalid address or unknown scheme, and for one on
        another machine that could read the key.
        """
        if proxy is None:
            trust = self._system_trust if url.startswith("https:") else self._no_trust
            return httpx.AsyncHTTPTransport(verify=trust, trust_env=False, socket_options=_OPTIONS)
        try:
            way = httpx.Proxy(proxy, ssl_context=self._system_trust if proxy.startswith("https:") else None)
            transport = httpx.AsyncHTTPTransport(
                verify=self._system_trust, trust_env=False, proxy=way, socket_options=_OPTIONS
            )
        except (httpx.InvalidURL, ValueError, ImportError):  # the last for SOCKS, which needs a package
            raise UnusableProxyError(_NO_PROXY) from None
        if (way.url.port or 0) > LARGEST_PORT:
            raise UnusableProxyError(_NO_PROXY)
        if has_key and url.startswith("http:") and not is_loopback(way.url.host):
            raise UnusableProxyError("its proxy could read its key, which would be sent over plain http")
        return transport

    @cached_property
    def _system_trust(self) -> ssl.SSLContext:
        return system_trust()

    @cached_property
    def _no_trust(self) -> ssl.SSLContext:
        """Return a context without certificates, which httpx requires for plain http as well."""
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def system_trust() -> ssl.SSLContext:
    """Return a context with the trusted certificates of this machine."""
    if sys.platform not in {"darwin", "win32"} and ssl.get_default_verify_paths().cafile:
        return ssl.create_default_context()  # the same; truststore reads the file again for each connection
    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


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
