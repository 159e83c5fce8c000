"""docs/serving.md is true: its requests get the responses shown, and its recipes work."""

import configparser
import json
import re
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

from booconf.cli.arguments import build_parser
from booconf.service.storage.settings_store import SettingsStore
from tests.clients.tools import node
from tests.hosts.llama_swap import LlamaSwap, Model
from tests.hosts.ollama import Ollama
from tests.hosts.postgres import PASSWORD, Postgres
from tests.hosts.simulator import Host, Hosts
from tests.service.conftest import ON_POSTGRES
from tests.service.in_process import Client
from tests.service.serving_process import Server
from tests.service.waiting import wait_until
from tests.support.documented_fleet import runs
from tests.support.fleets import ROOT

PAGE = (ROOT / "docs" / "serving.md").read_text(encoding="utf-8")
BLOCKS: list[tuple[str, str]] = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)
SHOWN_AT = "http://127.0.0.1:8500"

STAND_IN = """
class EventSource {
  constructor(url) { this.url = url; }
  addEventListener(name, listener) { console.log(this.url, name, typeof listener); }
}
"""
"""Node has no EventSource."""


def blocks(language: str) -> list[str]:
    """The blocks in a language."""
    return [text for name, text in BLOCKS if name == language]


@dataclass
class Guide:
    """The served fleet of the page; `closet` may be switched off."""

    server: Server
    client: Client
    closet: Host

    def curl(self, command: str) -> Any:
        """The body of the response to a command of the guide."""
        curl, *words = shlex.split(command)
        assert curl == "curl"
        method, body = "GET", None
        while words:
            word = words.pop(0)
            if word == "-X":
                method = words.pop(0)
            elif word == "--json":
                body = json.loads(words.pop(0))
            else:
                url = urlsplit(word)
        assert f"{url.scheme}://{url.netloc}" == SHOWN_AT
        return self.client.ask(method, url.path, body).body


@pytest.fixture
def guide(tmp_path: Path) -> Iterator[Guide]:
    with Hosts() as hosts:
        desktop = hosts.add(LlamaSwap({"qwen3-8b": Model(context=32768)}))
        closet = hosts.add(Ollama(["qwen3:8b"], {"qwen3:8b": 16384}))
        (fleet,) = blocks("yaml")
        (tmp_path / "fleet.yaml").write_text(fleet, encoding="utf-8")
        connect = (f"--connect=desktop={desktop.url}", f"--connect=closet={closet.url}")
        server = Server(tmp_path, {"DEEPSEEK_API_KEY": ""}, connect)
        server.start()
        client = Client(server.port)
        yield Guide(server, client, closet)
        client.close()
        server.stop()


def as_shown(body: Any) -> Any:
    """A body with the parts that the page omits replaced."""
    if isinstance(body, dict) and "fleet" in body:
        assert re.fullmatch("[0-9a-f]{64}", body["fleet"]["digest"])
        body["fleet"]["digest"] = "..."
    return body


@pytest.mark.external
def test_shown_responses_are_real(guide: Guide, tmp_path: Path) -> None:
    """The requests in the order of the page, and the program between them."""
    start, first, away = blocks("console")
    assert start == f"$ booconf serve\nbooconf serves fleet.yaml at {SHOWN_AT}/\n"
    for command, answer in runs(first):
        assert guide.curl(command) == json.loads(answer), command

    program, listening = (text.replace(SHOWN_AT, guide.server.url.removesuffix("/")) for text in blocks("js"))
    script = tmp_path / "program.mjs"
    script.write_text(program + STAND_IN + listening, encoding="utf-8")
    done = subprocess.run([str(node()), str(script)], capture_output=True, encoding="utf-8", check=True)
    (printed,) = blocks("text")
    assert done.stdout == f"{printed}{guide.server.url}api/events changed function\n"

    guide.closet.stop()
    wait_until(lambda: len(guide.client.ask("GET", "/api/models").body["sections"]) == 2)
    for command, answer in runs(away):
        assert as_shown(guide.curl(command)) == json.loads(answer), command


def test_guide_has_every_request() -> None:
    described = json.loads((ROOT / "schema" / "openapi.json").read_text(encoding="utf-8"))["paths"]
    reported = re.findall(r"^\| `([A-Z]+) (\S+)` \|", PAGE, flags=re.MULTILINE)
    assert sorted(reported) == sorted(
        (method.upper(), path) for path, item in described.items() for method in item
    )


def test_guide_has_every_option() -> None:
    commands = next(action for action in build_parser()._actions if action.dest == "command").choices
    assert commands is not None
    options = dict(commands)["serve"]._option_string_actions
    general = {"-h", "--help", "-q", "--quiet", "-v", "--verbose", "--color", "--file"}
    assert [option for option in options if option not in general and f"{option}" not in PAGE] == []


def test_commands_are_valid() -> None:
    lines = [line for text in blocks("sh") for line in text.splitlines() if "booconf serve" in line]
    given = [
        build_parser().parse_args(shlex.split(line[line.index("booconf serve ") :], comments=True)[1:])
        for line in lines
    ]
    assert [options.settings for options in given] == [
        "sqlite:////srv/boocode/settings.sqlite",
        "postgresql://boocode@db.example/boocode",
        None,
    ]
    assert (given[2].host, given[2].token_env) == ("0.0.0.0", "BOOCONF_TOKEN")


def test_unit_starts_a_server() -> None:
    (text,) = blocks("ini")
    unit = configparser.ConfigParser(interpolation=None)
    unit.read_string(text)
    command = shlex.split(unit["Service"]["ExecStart"])
    assert command[0] == "%h/.local/bin/booconf"
    assert build_parser().parse_args(command[1:]).command == "serve"


@ON_POSTGRES
def test_table_of_guide_is_used(postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    url = postgres.new_database()
    (statement,) = blocks("sql")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    user, _, place = url.removeprefix("postgresql://").partition("@")
    store = SettingsStore(f"postgresql://{user.partition(':')[0]}@{place}")
    assert store.change("favorites", lambda _: ["a"]) == store.read("favorites") == ["a"]
    store.close()
