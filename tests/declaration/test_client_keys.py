"""A key of opencode or of a request body in fleet.yaml: the help names the key of the fleet that does it."""

import re

import pytest
import yaml
from pydantic import BaseModel

from booconf.declaration.client_keys import ADVICE, advice_for
from booconf.declaration.model_schema import ModelDeclaration
from booconf.declaration.schema import (
    FleetDeclaration,
    LegacyDeclaration,
    ProviderDeclaration,
    RolesDeclaration,
    SettingsDeclaration,
    TimeoutsDeclaration,
)
from booconf.declaration.validate import places_of

KEYS = [(mapping, key) for mapping, table in ADVICE.items() for key in table]
NOT_OF_THE_FLEET = {"additions.json", "opencode.json", "options"}
"""Quoted words of the advice that are keys and files of opencode."""
INNER: dict[str, type[BaseModel]] = {
    "opencode": SettingsDeclaration,
    "roles": RolesDeclaration,
    "timeouts": TimeoutsDeclaration,
}


@pytest.mark.parametrize(
    ("mapping", "key", "advice"),
    [
        (ModelDeclaration, "options", "write `extra_body`"),
        (ModelDeclaration, "variants", "write `efforts`"),
        (ModelDeclaration, "temperature", "write `capabilities: [temperature]`"),
        (ModelDeclaration, "top_p", "write `extra_body: {top_p: VALUE}`"),
        (
            ModelDeclaration,
            "status",
            "set it in your own opencode.json, under the same provider and model id",
        ),
        (ProviderDeclaration, "npm", "write `apis: [responses]` or `apis: [messages]`"),
        (ProviderDeclaration, "chunkTimeout", "write `timeouts: {chunk: SECONDS}`"),
        (ProviderDeclaration, "chunk_timeout", "write `timeouts: {chunk: SECONDS}`"),
        (TimeoutsDeclaration, "chunkTimeout", "write `chunk`, in seconds"),
        (FleetDeclaration, "small_model", "write `roles: {task: PROVIDER/MODEL}`"),
        (FleetDeclaration, "MCP", "set it in your own opencode.json"),
        (FleetDeclaration, "agent", "write `opencode: {agents: {AGENT: PROVIDER/MODEL}}`"),
        (RolesDeclaration, "plan", "write `opencode: {agents: {AGENT: PROVIDER/MODEL}}`"),
    ],
)
def test_advice(mapping: type[BaseModel], key: str, advice: str) -> None:
    found = advice_for(key, mapping)
    assert found
    assert found.startswith(advice)


def test_no_advice_for_other_keys_and_places() -> None:
    assert advice_for("contxt", ModelDeclaration) is None
    assert advice_for("options", LegacyDeclaration) is None
    assert advice_for("options", None) is None


@pytest.mark.parametrize(("mapping", "key"), KEYS)
def test_no_key_of_the_format_gets_advice(mapping: type[BaseModel], key: str) -> None:
    assert key not in mapping.model_fields


@pytest.mark.parametrize(("mapping", "key"), KEYS)
def test_advice_names_keys_of_the_format(mapping: type[BaseModel], key: str) -> None:
    """Each quoted key exists; an agent stands below `opencode`, a role below `roles`."""
    for quoted in re.findall("`(.+?)`", ADVICE[mapping][key]):
        written = yaml.safe_load(quoted)
        if isinstance(written, str):
            assert places_of(written) or written in NOT_OF_THE_FLEET, quoted
            continue
        for name, value in written.items():
            assert places_of(name), quoted
            if name in INNER:
                assert set(value) <= set(INNER[name].model_fields), quoted
