"""opencode/additions.json in the real opencode: our fleet beside a configuration and clouds of one's own."""

import json
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from booconf.targets.opencode.config import SCHEMA
from tests.clients.compiled import Compiled, compile_fleet
from tests.clients.fake_host import REPLY, FakeHost
from tests.clients.opencode_client import Opencode, opencode_output

pytestmark = pytest.mark.xdist_group("opencode_additions")  # one worker starts opencode

FLEET = """
version: 1
default_provider: lab
roles: {{default: lab/big, task: box/small, compaction: lab/big}}
opencode: {{agents: {{explore: box/small}}}}
providers:
  lab:
    kind: llama-swap
    label: The lab
    base_url: {lab}
    api_key_env: LAB_KEY
    headers: {{X-Team: "${{env:LAB_TEAM}}"}}
    opencode: {{id: llama-swap}}
    models:
      big: {{context: 65536, upstream: big-q4, capabilities: [tools]}}
      embed: {{type: embedding}}
  box:
    kind: vllm
    base_url: {box}
    models: {{small: {{context: 32768}}}}
  lmstudio:
    kind: lmstudio
    base_url: {box}/studio
    opencode: {{extends_builtin: true}}
    models: {{studio: {{context: 32768}}}}
  talker:
    kind: openai-compatible
    base_url: {box}/talker
    apis: [messages]
    models: {{claude: {{context: 32768}}}}
  answerer:
    kind: openai-compatible
    base_url: {box}/answerer
    apis: [responses]
    models: {{o: {{context: 32768}}}}
  groq:
    kind: openai-compatible
    location: cloud
    base_url: {box}/groq
    api_key_env: GROQ_API_KEY
    opencode: {{extends_builtin: true}}
    models: {{ours-alone: {{context: 32768}}}}
  deepseek:
    kind: openai-compatible
    location: cloud
    base_url: {box}/deepseek
    api_key_env: DEEPSEEK_API_KEY
    optional: true
    models: {{deepseek-flash: {{context: 32768}}}}
"""
OURS = {"llama-swap/big", "box/small", "lmstudio/studio", "talker/claude", "answerer/o"}
EXTENDED = "lmstudio"
"""The built-in provider that the fleet extends, which fleet.yaml has to say."""
CANARY = "canary-of-the-user"
LAB = {"LAB_KEY": "key-of-the-lab", "LAB_TEAM": "blue"}
OWN = """{
  "$schema": "https://opencode.ai/config.json", // a comment of the user
  "model": "anthropic/claude-sonnet-4-5",
  "agent": {"plan": {"model": "anthropic/claude-opus-4-5"}, "title": {"disable": true}},
  "mcp": {"notes": {"type": "local", "command": ["notes-server"], "enabled": false}},
  "permission": {"bash": "ask", "webfetch": "deny"},
}
"""
SCHEMA_ALONE = f'{{"$schema": "{SCHEMA}"}}\n'


@pytest.fixture(scope="module")
def hosts() -> Iterator[dict[str, FakeHost]]:
    with ExitStack() as stack:
        yield {name: stack.enter_context(FakeHost()) for name in ("lab", "box")}


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory, hosts: dict[str, FakeHost]) -> Compiled:
    return compile_fleet(
        FLEET.format(lab=hosts["lab"].url, box=hosts["box"].url), tmp_path_factory.mktemp("fleet")
    )


class User:
    """A person with an opencode of their own: a file, variables, stored logins."""

    def __init__(self, home: Path, own: str, variables: Mapping[str, str], logins: Mapping[str, str]) -> None:
        self.home = home
        self.variables = variables
        self.own = home / "config" / "opencode" / "opencode.json"
        self.link = self.own.with_name("config.json")
        self.own.parent.mkdir(parents=True)
        self.own.write_text(own, encoding="utf-8")
        stored = home / "data" / "opencode" / "auth.json"
        stored.parent.mkdir(parents=True)
        entries = {provider: {"type": "api", "key": key} for provider, key in logins.items()}
        stored.write_text(json.dumps(entries), encoding="utf-8")

    def add(self, compiled: Compiled) -> None:
        """Link additions.json as docs/consuming.md says."""
        self.link.symlink_to(compiled.additions)

    def opencode(self) -> Opencode:
        """This user's opencode."""
        return Opencode(self.home, variables=self.variables)

    def models(self) -> set[str]:
        """The lines of `opencode models`."""
        return set(opencode_output(self.home, "models", variables=self.variables).split())


def state(client: Opencode) -> dict[str, Any]:
    """Everything that the user has configured, as opencode has loaded it, without providers."""
    config = {name: value for name, value in client.config().items() if name != "provider"}
    return {"config": config, "agents": client.get("/agent"), "mcp": client.get("/mcp")}


class Adoption:
    """The opencode of a user before and after additions.json was linked, and a session after."""

    def __init__(self, user: User, compiled: Compiled, hosts: Mapping[str, FakeHost]) -> None:
        self.user = user
        self.models_before = user.models()
        with user.opencode() as client:
            self.state_before = state(client)
            self.providers_before = client.providers()
        user.add(compiled)
        self.generated = compiled.additions.read_bytes()
        self.models = user.models()
        earlier = len(hosts["lab"].requests)
        with user.opencode() as client:
            self.state = state(client)
            self.providers = client.providers()
            client.chat("llama-swap/big")
            for model in ("lmstudio/studio", "talker/claude", "answerer/o"):
                client.chat(model)  # the fake host answers chat completions only, opencode ends with an error
            self.own_after_use = user.own.read_text(encoding="utf-8")
            client.patch("/global/config", {"username": "someone"})
        self.settings = json.loads(opencode_output(user.home, "debug", "config", variables=user.variables))
        self.requests = hosts["lab"].requests[earlier:]
        self.everything = [request for host in hosts.values() for request in host.requests]


SITUATIONS = {
    "keys in the environment": (
        {f"{name}_API_KEY": CANARY for name in ("ANTHROPIC", "OPENAI", "DEEPSEEK", "GROQ", "LMSTUDIO")} | LAB,
        {},
    ),
    "stored logins": (
        {"LAB_TEAM": "blue"},
        {"anthropic": CANARY, "deepseek": CANARY, "groq": CANARY, "llama-swap": LAB["LAB_KEY"]},
    ),
}


@pytest.fixture(scope="module", params=list(SITUATIONS))
def adoption(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    compiled: Compiled,
    hosts: dict[str, FakeHost],
) -> Adoption:
    variables, logins = SITUATIONS[request.param]
    return Adoption(User(tmp_path_factory.mktemp("home"), OWN, variables, logins), compiled, hosts)


class TestBesideAConfigurationOfOnesOwn:
    def test_models_are_those_of_the_user_and_ours(self, adoption: Adoption) -> None:
        added = adoption.models - adoption.models_before

        assert adoption.models_before <= adoption.models
        assert {"anthropic/claude-sonnet-4-5", "deepseek/deepseek-flash"} <= adoption.models_before
        assert added >= OURS
        assert {model for model in added - OURS if not model.startswith(f"{EXTENDED}/")} == set()

    def test_providers_of_the_user_are_unchanged(self, adoption: Adoption) -> None:
        before = {
            name: adoption.providers_before[name] for name in adoption.providers_before if name != EXTENDED
        }
        ours = {name: adoption.providers[name] for name in adoption.providers if name not in before}

        assert {name: adoption.providers[name] for name in before} == before
        assert set(ours) == {model.partition("/")[0] for model in OURS}

    def test_model_agents_servers_and_permissions_are_unchanged(self, adoption: Adoption) -> None:
        assert adoption.state == adoption.state_before
        assert adoption.state["config"]["model"] == "anthropic/claude-sonnet-4-5"
        assert adoption.state["config"]["agent"]["plan"]["model"] == "anthropic/claude-opus-4-5"
        assert adoption.state["config"]["permission"] == {"bash": "ask", "webfetch": "deny"}
        assert set(adoption.state["mcp"]) == {"notes"}

    def test_session_reaches_our_host_with_its_name_key_and_header(self, adoption: Adoption) -> None:
        sent = {
            (request.body["model"], request.headers["authorization"], request.headers["x-team"])
            for request in adoption.requests
        }
        assert sent == {("big-q4", "Bearer key-of-the-lab", "blue")}
        assert len(adoption.requests) == 1  # the user has disabled titles

    def test_no_key_of_the_user_reaches_our_hosts(self, adoption: Adoption) -> None:
        paths = {request.target for request in adoption.everything}
        assert {"/talker/v1/messages", "/answerer/v1/responses", "/studio/v1/chat/completions"} <= paths
        assert CANARY not in repr([(one.target, one.headers, one.body) for one in adoption.everything])

    def test_file_of_the_user_is_kept_byte_for_byte(self, adoption: Adoption) -> None:
        assert adoption.own_after_use == OWN

    def test_opencode_writes_settings_into_the_file_of_the_user(
        self, adoption: Adoption, compiled: Compiled
    ) -> None:
        assert adoption.settings["username"] == "someone"
        assert '"username": "someone"' in adoption.user.own.read_text("utf-8")
        assert adoption.user.link.is_symlink()
        assert compiled.additions.read_bytes() == adoption.generated


def test_entry_of_the_user_wins_key_by_key(tmp_path: Path, compiled: Compiled) -> None:
    extras = {"name": "Mine", "options": {"top_k": 3}, "limit": {"context": 9000, "output": 100}}
    own = {"provider": {"llama-swap": {"options": {"chunkTimeout": 5000}, "models": {"big": extras}}}}
    user = User(tmp_path, json.dumps(own), LAB, {})
    user.add(compiled)
    with user.opencode() as client:
        lab = client.providers()["llama-swap"]

    big = lab["models"]["big"]
    assert (big["name"], big["options"], big["api"]["id"]) == ("Mine", {"top_k": 3}, "big-q4")
    assert (big["limit"]["context"], big["limit"]["output"]) == (9000, 100)
    assert big["capabilities"]["toolcall"] is True
    assert (lab["options"]["chunkTimeout"], lab["options"]["headers"]) == (5000, {"X-Team": "blue"})


def test_files_win_in_the_documented_order(tmp_path: Path) -> None:
    """Each file sets an option that the one below it sets too, and one that the one above it sets too."""
    user = User(tmp_path, "", LAB, {})
    folder, project, other = user.own.parent, tmp_path / "work", tmp_path / "other"
    layers: list[Path | str] = [
        folder / "config.json",
        folder / "opencode.json",
        folder / "opencode.jsonc",
        tmp_path / "named.json",
        project / "opencode.json",
        project / ".opencode" / "opencode.json",
        other / "opencode.json",
        "OPENCODE_CONFIG_CONTENT",
    ]
    variables = {
        "OPENCODE_CONFIG": str(layers[3]),
        "OPENCODE_CONFIG_DIR": str(other),
        "OPENCODE_DISABLE_PROJECT_CONFIG": "",
    }
    for number, layer in enumerate(layers):
        options = {f"over_{number}": number, f"over_{number + 1}": number}
        text = json.dumps({"$schema": SCHEMA, "provider": {"box": {"options": options}}})
        if isinstance(layer, str):
            variables[layer] = text
        else:
            layer.parent.mkdir(exist_ok=True)
            layer.write_text(text, encoding="utf-8")
    with Opencode(user.home, variables=variables) as client:
        options = client.config()["provider"]["box"]["options"]

    last = len(layers)
    assert options == {f"over_{number}": number for number in range(last)} | {f"over_{last}": last - 1}


def test_allow_list_of_the_user_applies_to_our_providers(tmp_path: Path, compiled: Compiled) -> None:
    user = User(tmp_path, json.dumps({"enabled_providers": ["anthropic", "box"]}), {}, {"anthropic": CANARY})
    user.add(compiled)
    assert {model.partition("/")[0] for model in user.models()} == {"anthropic", "box"}


def test_without_a_model_of_ones_own_opencode_starts_with_our_first_provider(
    tmp_path: Path, compiled: Compiled
) -> None:
    user = User(tmp_path, SCHEMA_ALONE, LAB, {"anthropic": CANARY})
    user.add(compiled)
    with user.opencode() as client:
        answer = client.chat()["info"]
    assert (answer["providerID"], answer["modelID"]) == ("llama-swap", "big")


@pytest.mark.parametrize(
    ("file", "variables", "key"),
    [
        ("additions.json", LAB, "Bearer stored"),  # unset: "stored logins" above
        ("opencode.json", LAB, "Bearer key-of-the-lab"),
        ("opencode.json", {}, None),
    ],
    ids=["additions", "variable set", "variable unset"],
)
def test_stored_login_and_the_variable_of_a_key(
    tmp_path: Path,
    compiled: Compiled,
    hosts: dict[str, FakeHost],
    *,
    file: str,
    variables: dict[str, str],
    key: str | None,
) -> None:
    """In opencode.json a declared variable decides, even if unset; in additions.json a stored login does."""
    user = User(tmp_path, SCHEMA_ALONE, variables, {"llama-swap": "stored", "box": "stored"})
    if file == "additions.json":
        user.add(compiled)
    earlier = {name: len(host.chats()) for name, host in hosts.items()}
    config = compiled.config if file == "opencode.json" else None
    with Opencode(user.home, config, variables=variables) as client:
        client.chat("llama-swap/big")
        client.chat("box/small")

    sent = {
        name: {chat.headers.get("authorization") for chat in host.chats()[earlier[name] :]}
        for name, host in hosts.items()
    }
    assert sent == {"lab": {key}, "box": {"Bearer stored"}}


def test_opencode_json_wins_over_the_global_file(tmp_path: Path, compiled: Compiled) -> None:
    model = {
        "name": "Mine",
        "temperature": True,
        "limit": {"context": 9, "output": 1},
        "options": {"top_k": 3},
    }
    own = {"provider": {"llama-swap": {"options": {"chunkTimeout": 5000}, "models": {"big": model}}}}
    user = User(tmp_path, json.dumps(own), LAB, {})
    with Opencode(user.home, compiled.config, variables=LAB) as client:
        lab = client.providers()["llama-swap"]
        agents = client.config().get("agent")

    big = lab["models"]["big"]
    assert (big["name"], big["capabilities"]["temperature"]) == ("big (The lab)", False)
    assert big["limit"]["context"] == 65536
    assert (big["options"], lab["options"]["chunkTimeout"]) == ({"top_k": 3}, 5000)
    assert agents["compaction"]["model"] == "llama-swap/big"


def test_opencode_json_as_the_lowest_layer_hides_other_providers(tmp_path: Path, compiled: Compiled) -> None:
    user = User(tmp_path, SCHEMA_ALONE, {"ANTHROPIC_API_KEY": CANARY, **LAB}, {})
    user.link.symlink_to(compiled.config)
    with user.opencode() as client:
        assert set(client.providers()) == {"groq", *(model.partition("/")[0] for model in OURS)}
        assert client.config()["model"] == "llama-swap/big"


def test_line_at_the_end_of_a_build_opens_the_default_model(
    tmp_path: Path, hosts: dict[str, FakeHost]
) -> None:
    fleet = tmp_path / "fleet.yaml"
    fleet.write_text(FLEET.format(lab=hosts["lab"].url, box=hosts["box"].url), encoding="utf-8")
    built = subprocess.run(
        [sys.executable, "-m", "booconf", "build", "-f", str(fleet)],
        capture_output=True,
        text=True,
        check=True,
    )
    line = built.stderr.splitlines()[-1]
    variable, program, *options = shlex.split(line.partition(": ")[2])
    user = User(tmp_path / "home", OWN, dict([variable.split("=")]) | LAB, {"anthropic": CANARY})

    assert program == "opencode"
    assert opencode_output(user.home, "run", *options, "hi", variables=user.variables).strip() == REPLY
    assert "anthropic/claude-sonnet-4-5" in user.models()
