"""Facts about the pinned opencode: its schema and built-in providers; the committed fleet in it."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from booconf.fleet import opencode_builtins
from booconf.fleet.resolve import Resolver
from scripts.refresh_opencode_builtins import installed_providers, module_text
from tests.clients.compiled import Compiled, compile_fleet
from tests.clients.opencode_client import Opencode, opencode_output

ROOT = Path(__file__).parents[2]
COMPONENTS = "#/components/schemas/"


@pytest.fixture(scope="module")
def committed(tmp_path_factory: pytest.TempPathFactory) -> Compiled:
    return compile_fleet((ROOT / "fleet.yaml").read_text(encoding="utf-8"), tmp_path_factory.mktemp("fleet"))


@pytest.fixture(scope="module")
def config_schema(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The schema of a config, taken from the API description that the program prints."""
    schemas = json.loads(opencode_output(tmp_path_factory.mktemp("home"), "generate"))["components"][
        "schemas"
    ]
    return {"$ref": f"{COMPONENTS}Config", "components": {"schemas": schemas}}


def test_list_of_built_in_providers_is_current() -> None:
    version, providers = installed_providers()
    assert version == opencode_builtins.OPENCODE_VERSION
    assert providers == opencode_builtins.BUILTIN_PROVIDERS
    assert module_text(version, providers) == Path(opencode_builtins.__file__).read_text(encoding="utf-8")


def test_documented_version_is_the_installed_one() -> None:
    package = json.loads((Path(__file__).parent / "package.json").read_text(encoding="utf-8"))
    assert package["devDependencies"]["opencode-ai"] == opencode_builtins.OPENCODE_VERSION


def test_its_schema_rejects_unknown_keys(config_schema: dict[str, Any]) -> None:
    model = {"contxt": 1}
    wrong = {"provider": {"box": {"models": {"big": model}}}}
    assert not Draft202012Validator(config_schema).is_valid(wrong)


def test_its_schema_accepts_the_committed_configs(committed: Compiled, config_schema: dict[str, Any]) -> None:
    configs = [committed.config, *map(committed.provider_config, committed.fleet.providers)]
    for path in configs:
        config = json.loads(path.read_text(encoding="utf-8"))
        assert [error.message for error in Draft202012Validator(config_schema).iter_errors(config)] == []


def test_it_offers_exactly_the_committed_chat_models(committed: Compiled, tmp_path: Path) -> None:
    resolver = Resolver(committed.fleet)
    chat = {
        resolver.to_opencode(model.composite_id) for model in committed.fleet.models() if model.type == "chat"
    }
    variables = {"DEEPSEEK_API_KEY": "key"}
    with Opencode(tmp_path, committed.config, committed.models, variables) as client:
        assert client.models() == chat
