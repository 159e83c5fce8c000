"""Every response of the service matches its OpenAPI document: every check of schemathesis."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import settings
from schemathesis.config import SchemathesisConfig

from booconf.service.state.fleet_watcher import FleetWatcher
from booconf.service.state.host_monitor import HostMonitor, ProbeSchedule
from booconf.service.storage.settings_store import SettingsStore
from tests.service.application import FLEET
from tests.service.in_process import Client, served
from tests.support.fleets import ROOT

NEVER = 3600.0

NOT_DECLARED = {
    "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "304", "404", "422"]}},
}
"""The document does not list the declared ids, so a well-formed id may be refused."""

DESCRIPTION = schemathesis.openapi.from_path(
    ROOT / "schema" / "openapi.json", config=SchemathesisConfig.from_dict(NOT_DECLARED)
)

STORED = ["sky/far", "both", "talk", 7, "nowhere/any", {"id": "box/chat"}, "attic/deep/er"]
"""Hidden, bare, alias, undeclared, composite, and what is no text at all."""

WELL_FORMED = ["box/chat", "talk", "old/chat", "attic/deep/er", "attic/a:b@c", "attic/é", "sky/far", "gone/x"]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A client of a server whose hosts are not probed."""
    folder = tmp_path_factory.mktemp("served")
    (folder / "fleet.yaml").write_text(FLEET, encoding="utf-8")
    store = SettingsStore(f"sqlite:///{folder / 'settings.sqlite'}")
    store.change("favorites", lambda _: STORED)
    with served(
        FleetWatcher(folder / "fleet.yaml"), store, HostMonitor({}, {}, ProbeSchedule(NEVER, NEVER)), {}
    ) as client:
        yield client


def test_document_is_served(client: Client) -> None:
    assert client.ask("GET", "/openapi.json").body == DESCRIPTION.raw_schema


@DESCRIPTION.exclude(path="/api/events").parametrize()  # a stream that has no end
@settings(max_examples=60)
def test_responses_match_document(case: "schemathesis.Case[Any]", client: Client) -> None:
    case.call_and_validate(base_url=f"http://127.0.0.1:{client.port}", timeout=60)


@pytest.mark.parametrize("text", WELL_FORMED)
@pytest.mark.parametrize(
    ("path", "method"),
    [("/api/models/{id}", "GET"), ("/api/favorites/{id}", "PUT"), ("/api/favorites/{id}", "DELETE")],
)
def test_responses_about_ids_match_document(path: str, method: str, text: str, client: Client) -> None:
    case = DESCRIPTION[path][method].Case(path_parameters={"id": text})
    response = case.call_and_validate(base_url=f"http://127.0.0.1:{client.port}", timeout=60)
    refused = text.startswith("gone/") and method != "DELETE"
    assert response.status_code == (200 if not refused else 404 if method == "GET" else 422)
