"""schema/openapi.json: a valid description of every path and method, which every response matches."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from jsonschema import Draft202012Validator
from starlette.routing import Route

from booconf.declaration.enums import Capability, Kind, Location, ModelType
from booconf.fleet.model import Route as FleetRoute
from booconf.live.observation import Outcome
from booconf.service.middleware.authentication import COOKIE
from tests.service.application import TOKEN, Application, application
from tests.support.fleets import ROOT
from tests.support.schemas import schema

DOCUMENT: dict[str, Any] = json.loads((ROOT / "schema" / "openapi.json").read_text("utf-8"))
SCHEMAS = DOCUMENT["components"]["schemas"]
PAGES = {"/", "/login", "/logout"}


@pytest.fixture
def app(tmp_path: Path) -> Application:
    return application(tmp_path)


def moved(node: Any) -> Any:
    """A schema with its definitions at the position of OpenAPI."""
    if isinstance(node, dict):
        return {
            key: f"#/components/schemas/{_name(value)}" if key == "$ref" else moved(value)
            for key, value in node.items()
        }
    return [moved(one) for one in node] if isinstance(node, list) else node


def _name(reference: str) -> str:
    return "".join(word.capitalize() for word in reference.removeprefix("#/$defs/").split("_"))


def test_document_is_served(app: Application) -> None:
    assert app.client.get("/openapi.json").json() == DOCUMENT
    assert DOCUMENT["openapi"] == "3.1.0"


def test_references_resolve() -> None:
    def references(node: Any) -> Iterator[str]:
        if isinstance(node, dict):
            yield from (value for key, value in node.items() if key == "$ref")
            for value in node.values():
                yield from references(value)
        elif isinstance(node, list):
            for value in node:
                yield from references(value)

    for reference in references(DOCUMENT):
        node = DOCUMENT
        for part in reference.removeprefix("#/").split("/"):
            node = node[part]


@pytest.mark.parametrize("name", SCHEMAS)
def test_schemas_are_valid(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name])


def test_catalog_view_equals_schema_of_generated_modules() -> None:
    original = schema("catalog-view")
    definitions = original.pop("$defs")
    for key in ("$schema", "$id"):
        del original[key]
    assert SCHEMAS["CatalogView"] == moved(original)
    for name, definition in definitions.items():
        assert SCHEMAS[_name(name)] == moved(definition)


def test_enums_equal_those_of_the_fleet() -> None:
    route = SCHEMAS["Route"]["properties"]
    assert list(route) == list(FleetRoute.__slots__)
    for name, words in (("kind", Kind), ("location", Location)):
        assert set(route[name]["enum"]) == set(get_args(words))
    assert set(route["type"]["enum"]) == {*get_args(ModelType), None}
    assert set(route["capabilities"]["items"]["enum"]) == set(get_args(Capability))
    states = SCHEMAS["Health"]["properties"]["providers"]["additionalProperties"]["properties"]["state"]
    assert set(states["enum"]) == {"not probed", *(set(Outcome) - {Outcome.NOT_RECORDED})}
    assert DOCUMENT["components"]["securitySchemes"]["session"]["name"] == COOKIE


def test_every_path_and_method_is_described(app: Application) -> None:
    served: Any = app.client.app
    routes = [route for route in served.routes if isinstance(route, Route)]
    files = {f"/{file.name}" for file in (ROOT / "templates" / "picker").iterdir()}
    there = {
        (route.path.replace(":path", ""), method.lower())
        for route in routes
        for method in (route.methods or set()) - {"HEAD"}
        if route.path not in PAGES | files
    }
    described = {
        (path, method) for path, item in DOCUMENT["paths"].items() for method in set(item) - {"parameters"}
    }
    assert there == described


@pytest.mark.parametrize(
    ("method", "path", "content"),
    [
        ("GET", "/api/models", None),
        ("GET", "/api/models/box/chat", None),
        ("GET", "/api/models/attic/undeclared", None),
        ("GET", "/api/models/box/embed", None),
        ("GET", "/api/models/sky/far", None),
        ("GET", "/api/models/gone/x", None),
        ("GET", "/api/favorites", None),
        ("PUT", "/api/favorites", b'{"favorites": ["box/chat"]}'),
        ("PUT", "/api/favorites", b'{"favorites": [1]}'),
        ("PUT", "/api/favorites", b"{"),
        ("PUT", "/api/favorites/box/both", None),
        ("PUT", "/api/favorites/box/embed", None),
        ("DELETE", "/api/favorites/box/both", None),
        ("GET", "/healthz", None),
        ("GET", "/openapi.json", None),
    ],
)
@pytest.mark.parametrize("token", [None, TOKEN])
def test_responses_match_their_schema(
    tmp_path: Path, method: str, path: str, content: bytes | None, token: str | None
) -> None:
    app = application(tmp_path, token=token)
    answer = app.client.request(method, path, content=content, headers={"Content-Type": "application/json"})
    template = next(
        known
        for known in sorted(DOCUMENT["paths"], key=len, reverse=True)
        if path == known or (path.startswith(known.removesuffix("{id}")) and known.endswith("{id}"))
    )
    described = DOCUMENT["paths"][template][method.lower()]["responses"][str(answer.status_code)]
    if "$ref" in described:
        described = DOCUMENT["components"]["responses"][described["$ref"].rpartition("/")[2]]
    wanted = described["content"]["application/json"]["schema"]
    validator = Draft202012Validator({**wanted, "components": DOCUMENT["components"]})
    assert [error.message for error in validator.iter_errors(answer.json())] == []
    assert {name.lower() for name in described.get("headers", {})} <= set(answer.headers)
