"""The kinds of values that fleet.yaml holds: each a type with its check and its JSON Schema.

Numbers are checked here, texts in `texts`.
"""

from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, PlainValidator, WithJsonSchema

from booconf.declaration.ids import MODEL_ID_LENGTH, PROVIDER_ID, REFUSED_IN_MODEL_ID, TEXT_LENGTH
from booconf.declaration.validators import (
    ENVIRONMENT_NAME,
    check_api_path,
    check_environment_name,
    check_header_name,
    check_header_value,
    check_headers,
    check_model_id,
    check_provider_id,
    check_text,
    check_url,
    refuse,
)
from booconf.escaping import quote

Element = TypeVar("Element")

LARGEST_LIMIT = 2**53 - 1
"""The largest token limit: the largest integer that every JSON reader keeps exactly."""

LONGEST_TIMEOUT = 86400
"""The longest timeout, in seconds: one day."""

FORMAT_VERSION = 1


def _whole_number(value: object, unit: str, example: int, largest: int) -> int:
    """A number of some unit, from 1 to `largest`."""
    if type(value) is not int:
        raise refuse(
            "BC203", f"is not a number of {unit}", f"write a whole number of {unit}, such as `{example}`"
        )
    if not 1 <= value <= largest:
        raise refuse("BC205", f"is not a possible number of {unit}", f"write a number from 1 to {largest}")
    return value


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
            "write a whole number such as `32768`, or `unknown`",
        )
    return _check_limit(value)


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
"""A list that names nothing twice; its field says so to the schema."""
