"""The types of values in fleet.yaml that become parts of a request, each with its check and JSON Schema.

The checks raise the errors of `validators`.
"""

from math import isfinite
from typing import Annotated

from pydantic import AfterValidator, JsonValue, PlainValidator, WithJsonSchema

from booconf.declaration.ids import JAVASCRIPT_OBJECT_NAMES, text_problem
from booconf.declaration.validators import LARGEST_LIMIT, refuse

RESERVED_MEMBERS = frozenset(
    {"model", "messages", "input", "prompt", "system", "instructions", "stream", "stream_options", "tools"}
)
"""Members of a request body that the client writes."""


UNQUOTABLE = frozenset('"\\{}')
"""Characters of a path that a client could read as the end of a reference to its file."""


def check_body(value: object) -> dict[str, JsonValue]:
    """Members of a request body: any JSON, under names that the client does not write itself."""
    if not isinstance(value, dict):
        raise refuse("BC203", "is not a mapping", "write `member: value` lines below it")
    for name, member in value.items():
        if name in RESERVED_MEMBERS:
            write = "write the model's name at the host as `upstream`" if name == "model" else "remove it"
            raise refuse("BC216", "is a member that the client writes", write, at=name, on_key=True)
        if name in JAVASCRIPT_OBJECT_NAMES:
            raise refuse(
                "BC216", "is a name that every JavaScript object has", "remove it", at=name, on_key=True
            )
        if not _is_exact(member):
            raise refuse(
                "BC205",
                "has a number that is infinite or that JavaScript rounds",
                f"write a finite number; a whole one is at most {LARGEST_LIMIT}",
                at=name,
            )
    return value


def _is_exact(value: object) -> bool:
    """False if a number in `value` is none in JSON, or arrives as another from a client in JavaScript."""
    if isinstance(value, int | float):
        return isfinite(value) if isinstance(value, float) else abs(value) <= LARGEST_LIMIT
    if isinstance(value, dict):
        return all(map(_is_exact, value.values()))
    return all(map(_is_exact, value)) if isinstance(value, list) else True


def check_price(value: object) -> float:
    """US dollars a million tokens, from zero."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise refuse("BC203", "is not a price", "write US dollars a million tokens, such as `0.27`")
    if not (isfinite(value) and value >= 0):
        raise refuse("BC205", "is not a possible price", "write a finite number that is not negative")
    return value


def check_file_path(text: str) -> str:
    """The path of a file with a key: absolute, or below the home folder."""
    if text_problem(text) or not text.startswith(("/", "~/")) or text.endswith("/"):
        raise refuse(
            "BC215",
            "is not an absolute path",
            "write an absolute path, or one that starts with `~/`; never the key itself",
        )
    if not UNQUOTABLE.isdisjoint(text):
        raise refuse(
            "BC215",
            "has a quotation mark, a backslash or a brace",
            "write a path without them; clients read it without escapes",
        )
    return text


RequestBody = Annotated[
    dict[str, JsonValue],
    PlainValidator(check_body),
    WithJsonSchema({"type": "object", "propertyNames": {"not": {"enum": sorted(RESERVED_MEMBERS)}}}),
]
Price = Annotated[float, PlainValidator(check_price), WithJsonSchema({"type": "number", "minimum": 0})]
FilePath = Annotated[
    str,
    AfterValidator(check_file_path),
    WithJsonSchema({"type": "string", "pattern": '^~?/[^"\\\\{}]*[^"\\\\{}/]$'}),
]
