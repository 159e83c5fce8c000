"""The kinds of text fleet.yaml is made of: each check returns the text in its one written form or refuses it.

A refusal is a PydanticCustomError whose type is the diagnostic code and whose `help` says what to write.
Header values are secrets until proven otherwise, so no refusal of one quotes it.
"""

import re
from ipaddress import IPv6Address

from pydantic_core import PydanticCustomError

from booconf.declaration.ids import (
    JAVASCRIPT_OBJECT_NAMES,
    declared_model_id_problem,
    provider_id_problem,
    text_problem,
)
from booconf.escaping import quote

ENVIRONMENT_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
HEADER_TEXT = r"[!-~](?:[ -~]*[!-~])?"
HEADER_NAME = r"[A-Za-z0-9!#$%&'*+.^_`|~-]+"
HEADERS_OF_THE_CONNECTION = frozenset({"host", "connection", "content-length", "transfer-encoding"})
LARGEST_PORT = 65535

_ENVIRONMENT_NAME = re.compile(ENVIRONMENT_NAME)
_HEADER_NAME = re.compile(HEADER_NAME)
_HEADER_TEXT = re.compile(HEADER_TEXT)
_HEADER_FROM_ENVIRONMENT = re.compile(rf"(?:Bearer |Basic )?\$\{{env:{ENVIRONMENT_NAME}\}}")
_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?\.?)"
    r"(?::(?P<port>[0-9]{1,5}))?(?P<path>(?:/(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})*)*)"
)
_API_PATH = re.compile(r"(?:/(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})+)*/?")


_DOT_SEGMENT = re.compile(r"/(?:\.|%2e){1,2}(?:/|$)", re.IGNORECASE)
"""`.` or `..` between slashes: clients leave it out with what stands before it, or send it as it is."""

_NAME_THE_VARIABLE = (
    "write `${env:NAME}`, maybe after `Bearer ` or `Basic `, with the name of an environment variable"
)


def refuse(code: str, message: str, write: str, *, at: str | int | None = None) -> PydanticCustomError:
    """A refusal: `message` says what is wrong with the value, `write` what to write instead.

    `at` is the key or index of the one element of the value that is to blame.
    """
    return PydanticCustomError(code, "{message}", {"message": message, "help": write, "at": at})


def check_text(text: str) -> str:
    """Any text people read or hosts are sent: 1 to 512 code points, no control characters."""
    problem = text_problem(text)
    if problem:
        raise refuse("BC212", *problem)
    return text


def check_provider_id(text: str) -> str:
    """A provider id, opencode provider id or former id of one."""
    problem = provider_id_problem(text)
    if problem:
        raise refuse("BC206", f"provider id {quote(text)} {problem}", "write an id such as `sam-desktop`")
    return text


def check_model_id(text: str) -> str:
    """A declared model id, alias or legacy bare id."""
    problem = declared_model_id_problem(text)
    if problem:
        raise refuse(
            "BC207",
            f"model id {quote(text)} {problem}",
            "write the id as the host lists it; only `upstream` may differ",
        )
    return text


def check_environment_name(text: str) -> str:
    """The name of an environment variable, never its value."""
    if not _ENVIRONMENT_NAME.fullmatch(text):
        raise refuse(
            "BC209",
            "is not the name of an environment variable",
            "write the variable's name, such as `DEEPSEEK_API_KEY`; the key itself never stands in this file",
        )
    return text


def check_url(text: str) -> str:
    """The root of a server, without a trailing slash: http or https, a host, maybe a port and a path."""
    match = _URL.fullmatch(text)
    if not match:
        raise refuse("BC208", _url_problem(text), "write the server's root, such as `http://127.0.0.1:8080`")
    host, port = match["host"], match["port"]
    if host.startswith("[") and not _is_ipv6(host[1:-1]):
        raise refuse(
            "BC208", "has an IPv6 address that is not one", "write an address such as `http://[::1]:8080`"
        )
    if port is not None and not 1 <= int(port) <= LARGEST_PORT:
        raise refuse("BC208", f"has the port {port}", f"write a port from 1 to {LARGEST_PORT}")
    _refuse_dot_segments(match["path"])
    return text.rstrip("/")


def _refuse_dot_segments(path: str) -> None:
    if _DOT_SEGMENT.search(path):
        raise refuse("BC208", "has `.` or `..` in its path", "write the path that is meant")


def _url_problem(text: str) -> str:
    for found, problem in (
        ("@" in text.split("://", 1)[-1].split("/", 1)[0], "holds a user or password"),
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


def check_api_path(text: str) -> str:
    """What stands between a server's root and its endpoints: empty, or a path without a final slash."""
    if not _API_PATH.fullmatch(text):
        raise refuse(
            "BC208", "is not a path", "write a path that starts with a slash, such as `/v1`, or `/` for none"
        )
    _refuse_dot_segments(text)
    return text.rstrip("/")


def check_header_name(name: str) -> str:
    """An RFC 9110 token that is not a header of the connection itself."""
    if name in JAVASCRIPT_OBJECT_NAMES:
        raise refuse("BC210", f"header name `{name}` is one that every JavaScript object has", "use another")
    if not _HEADER_NAME.fullmatch(name):
        from booconf.source.redaction.secrets import quoted_key  # noqa: PLC0415 - few names need it

        raise refuse(
            "BC210",
            f"{quoted_key(name, 'header name')} is not a token of RFC 9110",
            "write letters, digits and `-`, such as `X-Team`",
        )
    if name.lower() in HEADERS_OF_THE_CONNECTION:
        raise refuse(
            "BC210",
            f"header `{name}` belongs to the connection",
            "remove it; the HTTP client sets this header",
        )
    return name


def check_header_value(value: str) -> str:
    """The text of a header, without a secret: secrets are named by `${env:NAME}`."""
    from booconf.source.redaction.secrets import looks_like_secret  # noqa: PLC0415 - few fleets have headers

    if _HEADER_FROM_ENVIRONMENT.fullmatch(value):
        return value
    if "${env:" in value:
        raise refuse("BC211", "mixes text and an environment variable", _NAME_THE_VARIABLE)
    if not _HEADER_TEXT.fullmatch(value):
        raise refuse(
            "BC211", "is not printable ASCII text", "write plain text without line breaks or outer spaces"
        )
    if looks_like_secret(value):
        raise refuse("BC211", "may hold a secret", _NAME_THE_VARIABLE)
    return value


def check_headers(headers: dict[str, str]) -> dict[str, str]:
    """Headers whose names differ by more than case, and whose names do not promise a secret in plain text."""
    from booconf.source.redaction.secrets import is_secret_name, may_be_quoted  # noqa: PLC0415 - few fleets have headers

    seen: dict[str, str] = {}
    for name, value in headers.items():
        earlier = seen.setdefault(name.lower(), name)
        if earlier != name:
            raise refuse(
                "BC213",
                f"is the header {quote(earlier)} again" if may_be_quoted(earlier) else "is a header again",
                "keep one of the two; header names ignore case",
                at=name,
            )
        if is_secret_name(name) and not _HEADER_FROM_ENVIRONMENT.fullmatch(value):
            raise refuse("BC211", "may hold a secret", _NAME_THE_VARIABLE, at=name)
    return headers
