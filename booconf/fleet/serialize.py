"""JSON of routes and catalog views for vectors.json, the HTTP API and `explain`.

The members and their order are those of schema/vectors.schema.json and schema/openapi.json.
"""

from collections.abc import Mapping

from booconf.fleet.model import Route
from booconf.fleet.view import CatalogView, Row
from booconf.json_text import Json


def route_json(route: Route) -> dict[str, Json]:
    """A route as a JSON object with one member per field, in the order of the fields."""
    return {name: getattr(route, name) for name in Route.__slots__}


MASK = "***"
"""Replaces a value that may be a credential."""


def masked_route_json(route: Route) -> dict[str, Json]:
    """As `route_json`, with MASK for each header value, and for texts in the body that may be credentials."""
    return {
        **route_json(route),
        "headers": dict.fromkeys(route.headers, MASK),
        "extra_body": masked_body(route.extra_body),
    }


def masked_body(body: Mapping[str, Json]) -> dict[str, Json]:
    """Members of a body, with MASK for texts that look like a secret, and texts below the name of one."""
    return {name: _masked(name, member) for name, member in body.items()}


def _masked(name: str, value: Json) -> Json:
    from booconf.source.redaction.secrets import is_secret_name, looks_like_secret  # noqa: PLC0415 - few fleets have texts in bodies

    if isinstance(value, str):
        return MASK if is_secret_name(name) or looks_like_secret(value) else value
    if isinstance(value, Mapping):
        return masked_body(value)
    return [_masked(name, element) for element in value] if isinstance(value, list) else value


def view_json(view: CatalogView) -> Json:
    """A catalog view as the body of GET /api/models: sections in display order and the default model."""
    return {
        "sections": [
            {"id": section.id, "label": section.label, "models": [_row_json(row) for row in section.models]}
            for section in view.sections
        ],
        "default": view.default,
    }


def _row_json(row: Row) -> Json:
    return {name: getattr(row, name) for name in Row.__slots__}
