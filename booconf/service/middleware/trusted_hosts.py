"""Who may ask: by which names we are called, from which pages we are written to, and what is ours to show."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import ip_address

_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?)(?::(?P<port>[0-9]{1,5}))?")
_ORIGIN = re.compile(r"https?://(?P<host>[^/?#@\\]+)")

_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})


class AccessError(ValueError):
    """A name or an origin that is none; its text is a clause that follows it."""


@dataclass(frozen=True, slots=True)
class AccessPolicy:
    """Who may ask a server that listens on `address`, an IP address, and `port`.

    `name` is what it was told to listen on. `hosts` are other values of the header `Host`, each with a port
    or for any port; `origins` are other pages that may read and write. Without a `token` everybody may who
    gets here; `clock` tells seconds since 1970.
    """

    address: str
    port: int
    name: str
    clock: Callable[[], float]
    hosts: frozenset[str] = frozenset()
    origins: frozenset[str] = frozenset()
    token: str | None = field(default=None, repr=False)

    @property
    def is_local(self) -> bool:
        """Whether only this machine can get here."""
        return ip_address(self.address).is_loopback

    def admits_host(self, host: str, local_address: str) -> bool:
        """Whether a request for `host` is meant for us; it came in on `local_address`.

        A page elsewhere can make a browser ask us under a name of its own (DNS rebinding), never under ours.
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

    def admits_origin(self, origin: str, host: str) -> bool:
        """Whether a page of `origin` may write to us, whom the request calls `host`."""
        match = _ORIGIN.fullmatch(origin.lower())
        return match is not None and (match["host"] == host.lower() or origin.lower() in self.origins)


_HTTP = 80
_LAST_PORT = 65535


def in_url(address: str) -> str:
    """An IP address as it stands in a URL and in the header `Host`."""
    return f"[{address}]" if ":" in address else address


def _plain(address: str) -> str:
    """An address as who asks there writes it: one of IPv4 as such, one of IPv6 without its network."""
    plain = address.partition("%")[0]
    return plain.removeprefix("::ffff:") if "." in plain else plain


def check_host(text: str) -> str:
    """A value of the header `Host`, in lower case; AccessError for what no browser sends."""
    if not _is_as_sent(text.lower()):
        raise AccessError("is not a host such as `picker.example` or `picker.example:8443`")
    return text.lower()


def check_origin(text: str) -> str:
    """A value of the header `Origin`, as browsers write it; AccessError for what none sends."""
    origin = text.lower()
    match = _ORIGIN.fullmatch(origin)
    if match is None or not _is_as_sent(match["host"]):
        raise AccessError("is not an origin such as `https://chat.example` or `http://127.0.0.1:3000`")
    default = ":443" if origin.startswith("https:") else ":80"
    return origin.removesuffix(default)


def _is_as_sent(host: str) -> bool:
    """Whether a browser can send a host in these letters: without dots, digits or ports that it corrects."""
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
