"""The access policy of a server: its own host names, the origins of pages that may write, and its token."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import ip_address

_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?)(?::(?P<port>[0-9]{1,5}))?")
_ORIGIN = re.compile(r"https?://(?P<host>[^/?#@\\]+)")

_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
_HTTP = 80
_LAST_PORT = 65535


class AccessOptionError(ValueError):
    """An invalid host or origin; the text is a clause that follows it."""


@dataclass(frozen=True, slots=True)
class AccessPolicy:
    """Hosts and origins that a server accepts, which listens on `address`, an IP address, and `port`.

    `name` is the value of `--host`. `hosts` are other values of the header `Host`, with a port or for any
    port; `origins` are those of other pages that may read and write. Without a `token` no request needs
    credentials. `clock` returns seconds since 1970.
    """

    address: str
    port: int
    name: str
    clock: Callable[[], float]
    hosts: frozenset[str] = frozenset()
    origins: frozenset[str] = frozenset()
    token: str | None = field(default=None, repr=False)

    @property
    def is_loopback(self) -> bool:
        """True if only this machine can connect."""
        return ip_address(self.address).is_loopback

    def allows_host(self, host: str, local_address: str) -> bool:
        """True if `host` names this server; the request arrived at `local_address`.

        A page can make a browser send requests here by a name of its own (DNS rebinding), never by ours.
        """
        match = _HOST.fullmatch(host.lower())
        if match is None:
            return False
        name, port = match["name"], match["port"]
        if name in self.hosts or f"{name}:{port}" in self.hosts:
            return True
        return int(port or _HTTP) == self.port and name in self._own_names(local_address)

    def _own_names(self, local_address: str) -> frozenset[str]:
        bound = ip_address(self.address)
        names = {self.name.lower(), in_url(_plain(self.address))}
        if bound.is_unspecified:
            names.add(in_url(_plain(local_address)))
        if bound.is_loopback or bound.is_unspecified:
            names |= _LOOPBACK_NAMES
        return frozenset(names)

    def allows_origin(self, origin: str, host: str) -> bool:
        """True if a page of `origin` may write to this server, which the request calls `host`."""
        match = _ORIGIN.fullmatch(origin.lower())
        return match is not None and (match["host"] == host.lower() or origin.lower() in self.origins)


def in_url(address: str) -> str:
    """An IP address as it is written in a URL and in the header `Host`."""
    return f"[{address}]" if ":" in address else address


def _plain(address: str) -> str:
    """An address as clients write it: a mapped IPv4 address as IPv4, an IPv6 address without its zone."""
    plain = address.partition("%")[0]
    return plain.removeprefix("::ffff:") if "." in plain else plain


def check_host(text: str) -> str:
    """A value of the header `Host`, in lower case; raises AccessOptionError if no browser sends it."""
    if not _is_canonical(text.lower()):
        raise AccessOptionError("is not a host such as `picker.example` or `picker.example:8443`")
    return text.lower()


def check_origin(text: str) -> str:
    """A value of the header `Origin`, as browsers write it; raises AccessOptionError if none sends it."""
    origin = text.lower()
    match = _ORIGIN.fullmatch(origin)
    if match is None or not _is_canonical(match["host"]):
        raise AccessOptionError("is not an origin such as `https://chat.example` or `http://127.0.0.1:3000`")
    default = ":443" if origin.startswith("https:") else ":80"
    return origin.removesuffix(default)


def _is_canonical(host: str) -> bool:
    """True if browsers send this host unchanged: they correct some dots, numbers and ports."""
    match = _HOST.fullmatch(host)
    if match is None or ".." in match["name"]:
        return False
    port = match["port"]
    if port is not None and (port.startswith("0") or int(port) > _LAST_PORT):
        return False
    name: str = match["name"].strip("[]")
    if name == match["name"] and not name.rpartition(".")[2].isdigit():
        return True
    try:
        return str(ip_address(name)) == name
    except ValueError:
        return False
