"""JSON of routes and catalog views for vectors.json, the HTTP API and `explain`.

The members and their order are those of schema/vectors.schema.json and schema/openapi.json.
"""

from booconf.fleet.model import Route
from booconf.fleet.view import CatalogView, Row
from booconf.json_text import Json


def route_json(route: Route) -> dict[str, Json]:
    """A route as a JSON object with one member per field, in the order of the fields."""
    return {name: getattr(route, name) for name in Route.__slots__}


def masked_route_json(route: Route) -> dict[str, Json]:
    """As `route_json`, with `***` for each header value, which may be a credential."""
    return {**route_json(route), "headers": dict.fromkeys(route.headers, "***")}


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
