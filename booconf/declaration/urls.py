"""URLs and API paths of fleet.yaml: the accepted forms, and the reason for refusing any other."""

import re
from ipaddress import IPv6Address

DEFAULT_API_PATH = "/v1"
"""Path of the OpenAI-compatible API below the root of most servers."""

LARGEST_PORT = 65535

_PATH_CHARACTER = r"(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})"
_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?\.?)"
    rf"(?::(?P<port>[0-9]{{1,5}}))?(?P<path>(?:/{_PATH_CHARACTER}*)*)"
)
_API_PATH = re.compile(rf"(?:/{_PATH_CHARACTER}+)*/?")
_DOT_SEGMENT = re.compile(r"/(?:\.|%2e){1,2}(?:/|$)", re.IGNORECASE)
_DOTS = "contains `.` or `..` as a segment", "write the path without them"
"""A client removes such a segment with the one before it, or sends it unchanged."""

_VARIABLE = re.compile(r"\$\{|\{(?:env|file):|\{\{|\$\(?[A-Z_][A-Z0-9_]*|%[A-Z_]{2,}%(?![0-9A-Fa-f]{2})")
_NO_VARIABLES = (
    "contains a variable, and addresses take none",
    (
        "write the address, with a name that each machine resolves (DNS, /etc/hosts), or one file for each "
        "site; `booconf diff --connect ID=URL` probes another address"
    ),
)


def url_problem(text: str) -> tuple[str, str] | None:
    """The reason why `text` is not the root of a server, and the correction; None if it is one.

    A root is http or https, a host, and optionally a port and a path, without user, query or fragment.
    """
    if _VARIABLE.search(text):
        return _NO_VARIABLES
    match = _URL.fullmatch(text)
    if not match:
        return _form_problem(text), "write the server's root, such as `http://127.0.0.1:8080`"
    host, port = match["host"], match["port"]
    if host.startswith("[") and not _is_ipv6(host[1:-1]):
        return "has an invalid IPv6 address", "write an address such as `http://[::1]:8080`"
    if port is not None and not 1 <= int(port) <= LARGEST_PORT:
        return f"has the port {port}", f"write a port from 1 to {LARGEST_PORT}"
    return _DOTS if _DOT_SEGMENT.search(match["path"]) else None


def api_path_problem(text: str) -> tuple[str, str] | None:
    """The reason why `text` is not a path between a server's root and its endpoints, and the correction."""
    if _VARIABLE.search(text):
        return _NO_VARIABLES
    if not _API_PATH.fullmatch(text):
        return "is not a path", "write a path that starts with a slash, such as `/v1`, or `/` for none"
    return _DOTS if _DOT_SEGMENT.search(text) else None


def _form_problem(text: str) -> str:
    for found, problem in (
        ("@" in text.split("://", 1)[-1].split("/", 1)[0], "contains a user or password"),
        (not text.startswith(("http://", "https://")), "does not start with `http://` or `https://`"),
        ("?" in text, "has a query"),
        ("#" in text, "has a fragment"),
    ):
        if found:
            return problem
    return "is not a URL with a host"


def _is_ipv6(text: str) -> bool:
    try:
        IPv6Address(text)
    except ValueError:
        return False
    return True
