"""The types of values in fleet.yaml, each with its check and its JSON Schema.

A check returns the value in its normal form, or raises a PydanticCustomError whose type is the diagnostic
code and whose `help` is the correction. A header value may be a secret, so no error quotes one.
"""

import re
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from booconf.declaration.ids import (
    JAVASCRIPT_OBJECT_NAMES,
    MODEL_ID_LENGTH,
    PROVIDER_ID,
    REFUSED_IN_MODEL_ID,
    ROLE_OF_AGENT,
    TEXT_LENGTH,
    declared_model_id_problem,
    provider_id_problem,
    text_problem,
)
from booconf.declaration.urls import api_path_problem, url_problem
from booconf.escaping import quote

ENVIRONMENT_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
HEADER_TEXT = r"[!-~](?:[ -~]*[!-~])?"
HEADER_NAME = r"[A-Za-z0-9!#$%&'*+.^_`|~-]+"
HEADERS_OF_THE_CONNECTION = frozenset({"host", "connection", "content-length", "transfer-encoding"})

LARGEST_LIMIT = 2**53 - 1
"""The largest token limit: the largest integer that every JSON reader keeps exactly."""

LONGEST_TIMEOUT = 86400
"""The longest timeout, in seconds: one day."""

FORMAT_VERSION = 1

Element = TypeVar("Element")

_ENVIRONMENT_NAME = re.compile(ENVIRONMENT_NAME)
_HEADER_NAME = re.compile(HEADER_NAME)
_HEADER_TEXT = re.compile(HEADER_TEXT)
_UNITS_OF_1024 = re.compile(r"([1-9][0-9]{0,5}) ?[kK]")
_HEADER_FROM_ENVIRONMENT = re.compile(rf"(?:Bearer |Basic )?\$\{{env:{ENVIRONMENT_NAME}\}}")
_NAME_THE_VARIABLE = (
    "write `${env:NAME}`, also after `Bearer ` or `Basic `, with the name of an environment variable"
)


def refuse(
    code: str, message: str, write: str, *, at: str | int | None = None, on_key: bool = False
) -> PydanticCustomError:
    """The error of a value: `message` describes the defect, `write` the correction.

    `at` is the key or index of the faulty element, if not the value itself; with `on_key` its key is marked.
    """
    context = {"message": message, "help": write, "at": at, "on_key": on_key}
    return PydanticCustomError(code, "{message}", context)


def check_text(text: str) -> str:
    """A text for people or hosts: 1 to 512 code points, no control characters."""
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


def check_agent_name(name: str) -> str:
    """A name that opencode accepts for an agent, but of none that a role decides."""
    problem = text_problem(name)
    if problem:
        raise refuse("BC212", f"agent name {quote(name)} {problem[0]}", "write a name such as `plan`")
    if name in JAVASCRIPT_OBJECT_NAMES:
        raise refuse("BC212", f"agent name `{name}` is one that every JavaScript object has", "use another")
    if name in ROLE_OF_AGENT:
        write = f"write it as `{ROLE_OF_AGENT[name]}` under `roles`"
        raise refuse("BC204", f"the model of the agent `{name}` is a role", write)
    return name


def check_environment_name(text: str) -> str:
    """The name of an environment variable, never its value."""
    if not _ENVIRONMENT_NAME.fullmatch(text):
        raise refuse(
            "BC209",
            "is not the name of an environment variable",
            "write the variable's name, such as `DEEPSEEK_API_KEY`; never the key itself",
        )
    return text


def check_url(text: str) -> str:
    """The root of a server without a trailing slash, see `url_problem`."""
    problem = url_problem(text)
    if problem:
        raise refuse("BC208", *problem)
    return text.rstrip("/")


def check_api_path(text: str) -> str:
    """A path below a server's root without a trailing slash, see `api_path_problem`."""
    problem = api_path_problem(text)
    if problem:
        raise refuse("BC208", *problem)
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
    """A header value without a secret; a secret is given as `${env:NAME}`."""
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
        raise refuse("BC211", "may contain a secret", _NAME_THE_VARIABLE)
    return value


def check_headers(headers: dict[str, str]) -> dict[str, str]:
    """Headers whose names differ by more than case; one named like a secret has no plain text value."""
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
            raise refuse("BC211", "may contain a secret", _NAME_THE_VARIABLE, at=name)
    return headers


def _whole_number(value: object, unit: str, example: int, largest: int) -> int:
    """A number from 1 to `largest`; `unit` and `example` are for the message."""
    if type(value) is not int:
        advice = f"write a whole number of {unit}, such as `{example}`"
        raise refuse("BC203", f"is not a number of {unit}", (unit == "tokens" and _in_full(value)) or advice)
    if not 1 <= value <= largest:
        raise refuse("BC205", f"is not a possible number of {unit}", f"write a number from 1 to {largest}")
    return value


def _in_full(value: object) -> str | None:
    """The advice for a number of tokens in units of 1024, such as `64K`; None for anything else."""
    match = _UNITS_OF_1024.fullmatch(value) if isinstance(value, str) else None
    return f"write `{int(match[1]) * 1024}`" if match else None


def _check_limit(value: object) -> int:
    return _whole_number(value, "tokens", 32768, LARGEST_LIMIT)


def _check_seconds(value: object) -> int:
    return _whole_number(value, "seconds", 600, LONGEST_TIMEOUT)


def _check_window(value: object) -> int | Literal["unknown"]:
    if value == "unknown":
        return "unknown"
    if type(value) is not int:
        raise refuse(
            "BC203",
            "is neither a number of tokens nor `unknown`",
            _in_full(value) or "write a whole number such as `32768`, or `unknown`",
        )
    return _whole_number(value, "tokens", 32768, LARGEST_LIMIT)


def _check_version(value: object) -> Literal[1]:
    if type(value) is not int or value != 1:
        raise refuse(
            "BC214",
            "is not a version of the format that this booconf reads",
            f"write `version: {FORMAT_VERSION}`",
        )
    return 1


def _check_distinct(values: list[str]) -> list[str]:
    seen: set[str] = set()
    for index, value in enumerate(values):
        if value in seen:
            raise refuse("BC213", f"names {quote(value)} a second time", "remove one of the two", at=index)
        seen.add(value)
    return values


_LIMIT_SCHEMA = {"type": "integer", "minimum": 1, "maximum": LARGEST_LIMIT}
_HEADER_SCHEMA = {"type": "object", "additionalProperties": {"type": "string", "minLength": 1}}

Text = Annotated[
    str,
    AfterValidator(check_text),
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": TEXT_LENGTH}),
]
ProviderId = Annotated[
    str, AfterValidator(check_provider_id), WithJsonSchema({"type": "string", "pattern": f"^{PROVIDER_ID}$"})
]
ModelId = Annotated[
    str,
    AfterValidator(check_model_id),
    WithJsonSchema(
        {
            "type": "string",
            "minLength": 1,
            "maxLength": MODEL_ID_LENGTH,
            "pattern": f"^{REFUSED_IN_MODEL_ID.replace('[', '[^', 1)}+$",
        }
    ),
]
CompositeId = Annotated[
    str, AfterValidator(check_text), WithJsonSchema({"type": "string", "pattern": "^[^/]+/.+$"})
]
Url = Annotated[
    str,
    AfterValidator(check_url),
    WithJsonSchema({"type": "string", "format": "uri", "pattern": "^https?://[^/?#@]+(/[^?#]*)?$"}),
]
ApiPath = Annotated[
    str, AfterValidator(check_api_path), WithJsonSchema({"type": "string", "pattern": "^(/[^?#]*)?$"})
]
EnvironmentName = Annotated[
    str,
    AfterValidator(check_environment_name),
    WithJsonSchema({"type": "string", "pattern": f"^{ENVIRONMENT_NAME}$"}),
]
HeaderName = Annotated[str, AfterValidator(check_header_name)]
HeaderValue = Annotated[str, AfterValidator(check_header_value)]
Headers = Annotated[
    dict[HeaderName, HeaderValue], AfterValidator(check_headers), WithJsonSchema(_HEADER_SCHEMA)
]
Limit = Annotated[int, PlainValidator(_check_limit), WithJsonSchema(_LIMIT_SCHEMA)]
Window = Annotated[
    int | Literal["unknown"],
    PlainValidator(_check_window),
    WithJsonSchema({"anyOf": [_LIMIT_SCHEMA, {"const": "unknown"}]}),
]
Seconds = Annotated[
    int,
    PlainValidator(_check_seconds),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": LONGEST_TIMEOUT}),
]
Version = Annotated[Literal[1], PlainValidator(_check_version), WithJsonSchema({"const": FORMAT_VERSION})]
Distinct = Annotated[list[Element], AfterValidator(_check_distinct)]
"""A list without repeated elements; its field adds `uniqueItems` to the schema."""
