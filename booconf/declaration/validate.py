"""Validate plain data against the format: a FleetDeclaration, or a diagnostic for every difference."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from booconf.declaration.pydantic_plugins import disable_plugins
from booconf.declaration.schema import FleetDeclaration
from booconf.diagnostics import CODES, Diagnostic, Label, Span, diagnose
from booconf.diagnostics.suggestion import closest
from booconf.escaping import quote
from booconf.source import Document, Path

MAPPING_KEY = "[key]"
"""The last part of pydantic's path to a key of a mapping."""

_EXPECTED = {
    "string_type": ("text", "write a text, in quotes if it looks like a number"),
    "bool_type": ("`true` or `false`", "write `true` or `false`, without quotes"),
    "dict_type": ("a mapping", "write `key: value` lines below it"),
    "model_type": ("a mapping", "write `key: value` lines below it"),
    "list_type": ("a list", "write a list, such as `[one, two]`"),
}
_ELEMENTS = {
    "providers": "a provider",
    "models": "a model",
    "context_overrides": "an entry of `context_overrides`",
}
_FOUND = {
    type(None): "has no value",
    bool: "is a boolean",
    int: "is a number",
    float: "is a number",
    str: "is a text",
    list: "is a list",
    dict: "is a mapping",
}


def read_declaration(document: Document) -> FleetDeclaration | tuple[Diagnostic, ...]:
    """The declaration in `document`, or one diagnostic for each key or value that does not fit the format."""
    disable_plugins()
    try:
        return FleetDeclaration.model_validate(document.data)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_input=False)
        return tuple(_diagnostic(document, problem) for problem in problems)


def _diagnostic(document: Document, problem: ErrorDetails) -> Diagnostic:
    path: Path = problem["loc"]
    kind = problem["type"]
    if kind == "extra_forbidden":
        return _unknown_key(document, path)
    if kind == "missing":
        return _missing_key(document, path)
    if kind in CODES:
        return _refused(document, path, kind, problem["ctx"])
    if kind == "literal_error":
        return _not_allowed(document, path)
    if kind == "too_short":
        help_text = "name at least one, or remove the key"
        return _error("BC205", f"{_subject(path)} is empty", document.value_span(path), help_text)
    return _wrong_type(document, path, kind)


def _refused(document: Document, path: Path, code: str, context: Mapping[str, Any]) -> Diagnostic:
    """The error of one of our validators (`refuse`): of a key of free choice, or of a value."""
    message, help_text, at = context["message"], context["help"], context["at"]
    if path[-1] == MAPPING_KEY and not keys_at(path[:-2]):
        return _error(code, message, document.key_span(path[:-1]), _space_after_colon(path[:-1]) or help_text)
    place = path if at is None else (*path, at)
    span = document.key_span(place) if context["on_key"] else document.value_span(place)
    return _error(code, f"{_subject(place)} {message}", span, help_text)


def _unknown_key(document: Document, path: Path) -> Diagnostic:
    from booconf.declaration.client_keys import advice_for  # noqa: PLC0415 - only errors need it
    from booconf.source.redaction.secrets import may_be_quoted  # noqa: PLC0415 - as above

    *parent, key = path
    known = keys_at(tuple(parent))
    if space := _space_after_colon(path):
        help_text = space
    elif advice := advice_for(str(key), _mapping(_annotation_at(tuple(parent)))):
        help_text = advice
    elif suggestion := closest(str(key), known):
        help_text = f"write `{suggestion}`"
    elif places := places_of(str(key)):
        help_text = f"`{key}` is a key of {' and of '.join(places)}; move it there or remove it"
    else:
        help_text = f"remove it; the keys here are {', '.join(f'`{name}`' for name in known)}"
    name = _subject(path)  # a forgotten colon makes the value a part of the key
    message = f"unknown key {name}" if may_be_quoted(str(key)) else f"{name} is unknown"
    return _error("BC201", f"{message}{_in_mapping(tuple(parent))}", document.key_span(path), help_text)


def _missing_key(document: Document, path: Path) -> Diagnostic:
    *parent, key = path
    message = f"`{key}` is missing{_in_mapping(tuple(parent))}"
    return _error("BC202", message, document.key_span(tuple(parent)), f"add `{key}:` with a value")


def _not_allowed(document: Document, path: Path) -> Diagnostic:
    value = _value(document, path)
    allowed: tuple[str, ...] = get_args(_bare(_annotation_at(path)))
    suggestion = closest(value, allowed) if isinstance(value, str) else None
    one_of = ", ".join(f"`{word}`" for word in allowed)
    help_text = f"write `{suggestion}`" if suggestion else f"write one of {one_of}"
    found = f"cannot be {quote(value)}" if isinstance(value, str) else _FOUND[type(value)]
    return _error("BC204", f"{_subject(path)} {found}", document.value_span(path), help_text)


def _wrong_type(document: Document, path: Path, kind: str) -> Diagnostic:
    expected, help_text = _EXPECTED[kind]
    value = _value(document, path)
    if kind == "list_type" and isinstance(value, str):
        help_text = "write a list: the same text in brackets, `[...]`"
    elif kind == "string_type" and isinstance(value, list):
        help_text = "write one text, without the brackets"
    elif kind == "string_type" and isinstance(value, dict) and path[:-1] == ("opencode", "agents"):
        help_text = "write its model as `PROVIDER/MODEL`; other settings may stand in your own opencode.json"
    elif kind == "model_type" and path[-1:] == ("cost",):
        help_text = "write prices, as in `{input: 0.27, output: 1.1}`, or remove it if requests are free"
    message = f"{_subject(path)} {_FOUND[type(value)]}, not {expected}"
    return _error("BC203", message, document.value_span(path), _space_after_colon(path) or help_text)


def _error(code: str, message: str, span: Span, help_text: str) -> Diagnostic:
    return diagnose(code, message, Label(span), help=help_text)


def _subject(path: Path) -> str:
    """The name of the value at `path` in a message: its key, or its position in a list."""
    if not path:
        return "the file"
    *parent, last = path
    if isinstance(last, int):
        return f"element {last + 1} of {_subject(tuple(parent))}"
    from booconf.source.redaction.secrets import quoted_key  # noqa: PLC0415 - as above
    from booconf.source.redaction.visible_keys import is_id  # noqa: PLC0415 - as above

    return quote(str(last)) if is_id(path) else quoted_key(last)


def _space_after_colon(path: Path) -> str | None:
    """The correction of a key, not an id, that includes its value, as in `{name:value}`, or None."""
    from booconf.source.redaction.secrets import lacks_space  # noqa: PLC0415 - as above
    from booconf.source.redaction.visible_keys import is_id  # noqa: PLC0415 - as above

    return (
        "write a space after the colon" if path and lacks_space(str(path[-1])) and not is_id(path) else None
    )


def _in_mapping(path: Path) -> str:
    return f" in {_subject(path)}" if path else ""


def _value(document: Document, path: Path) -> object:
    value: object = document.data
    for part in path:
        value = value[part]  # type: ignore[index]  # pydantic reports paths of this very data
    return value


def keys_at(path: tuple[str | int, ...]) -> tuple[str, ...]:
    """The keys allowed in the mapping at `path`; none where its keys are free."""
    mapping = _mapping(_annotation_at(path))
    return tuple(mapping.model_fields) if mapping else ()


def _annotation_at(path: Path) -> object:
    """The type of the value at `path`, which need not be in the file."""
    kind: object = FleetDeclaration
    for part in path:
        mapping = _mapping(kind)
        kind = mapping.model_fields[str(part)].annotation if mapping else get_args(_bare(kind))[-1]
    return kind


def places_of(key: str) -> tuple[str, ...]:
    """The mappings of the format that have this key, in words such as `a model`."""
    return tuple(
        place for place, mapping in _places(FleetDeclaration, "the top level") if key in mapping.model_fields
    )


def _places(mapping: type[BaseModel], place: str) -> Iterator[tuple[str, type[BaseModel]]]:
    yield place, mapping
    for name, field in mapping.model_fields.items():
        kind = _bare(field.annotation)
        inner = _mapping(get_args(kind)[-1] if get_origin(kind) in (dict, list) else kind)
        if inner:
            yield from _places(inner, _ELEMENTS.get(name, f"`{name}`"))


def _mapping(kind: object) -> type[BaseModel] | None:
    bare = _bare(kind)
    return bare if isinstance(bare, type) and issubclass(bare, BaseModel) else None


def _bare(kind: object) -> object:
    """The type inside `Annotated` and `| None`."""
    while get_origin(kind) is Annotated or type(None) in get_args(kind):
        kind = get_args(kind)[0]
    return kind
