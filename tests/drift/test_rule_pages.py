"""The pages of BC7xx: their commands run on the fleet of docs/drift.md and print the shown output."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from booconf.diagnostics import CODES
from booconf.diagnostics.codes import rule_page
from tests.hosts.llama_server import LlamaServer
from tests.hosts.llama_swap import LlamaSwap, Model
from tests.hosts.simulator import Behavior, ReceivedRequest, Reply
from tests.support.documented_fleet import DESKTOP, DocumentedFleet, documented_fleet, runs

Scenario = Callable[[DocumentedFleet], None]

QWEN, GEMMA = DESKTOP["qwen3-8b"], DESKTOP["gemma-3-12b-it"]


def behaving(behavior: Behavior) -> Scenario:
    """The desktop behaves like this."""

    def apply(fleet: DocumentedFleet) -> None:
        fleet.desktop.behavior = behavior

    return apply


def serving(models: dict[str, Model | None], running: str = "") -> Scenario:
    """The desktop also serves these models, and does not serve those that are None."""
    served = {name: model for name, model in {**DESKTOP, **models}.items() if model}
    return behaving(LlamaSwap(served, {running: "ready"} if running else {}))


def listing_twice(request: ReceivedRequest) -> Reply:
    """A proxy in front of two servers with the same models."""
    reply = LlamaSwap(DESKTOP)(request)
    if isinstance(reply.body, dict) and "data" in reply.body:
        rows = reply.body["data"]
        return Reply({"object": "list", "data": [*rows, *(row for row in rows if row["id"] == "qwen3-8b")]})
    return reply


def declaring(line: str, behavior: Behavior) -> Scenario:
    """The desktop is declared with this line instead of its kind, and behaves like this."""

    def apply(fleet: DocumentedFleet) -> None:
        key = line.partition(":")[0]
        kept = fleet.text.replace(f"    {key}: llama-swap\n", "", 1)
        fleet.text = kept.replace("  desktop:\n", f"  desktop:\n    {line}\n", 1)
        fleet.desktop.behavior = behavior

    return apply


def as_declared(_: DocumentedFleet) -> None:
    """The hosts serve the declared models."""


def through_upstream(fleet: DocumentedFleet) -> None:
    """The desktop is declared as one of its models."""
    url = f"base_url: {fleet.desktop.url}"
    fleet.text = fleet.text.replace(url, f"{url}/upstream/qwen3-8b", 1)


SCENARIOS: dict[str, Scenario] = {
    "BC701": serving({"gemma-3-12b-it": None}),
    "BC702": serving({"mistral-small-3.2-24b": Model(context=49152)}),
    "BC703": serving({"qwen3-8b": None}),
    "BC704": serving({"gemma-3-12b-it": None, "gemma-3-12b-it-q6_k": GEMMA}),
    "BC705": serving({"qwen3.6-35b-a3b": replace(DESKTOP["qwen3.6-35b-a3b"], aliases=())}),
    "BC706": serving({"qwen3-8b": replace(QWEN, context=16384)}),
    "BC707": serving({"qwen3-8b": replace(QWEN, context=65536)}),
    "BC708": serving({"qwen3-8b": replace(QWEN, cmd="llama-server -c 16384 -np 1")}, running="qwen3-8b"),
    "BC709": behaving(listing_twice),
    "BC721": lambda fleet: fleet.desktop.stop(),
    "BC722": declaring("api_key_env: DESKTOP_KEY", LlamaSwap(DESKTOP, key="new")),
    "BC723": declaring("api_key_env: DESKTOP_KEY", LlamaSwap(DESKTOP, key="new")),
    "BC724": behaving(lambda _: Reply(b"<!DOCTYPE html><title>Sign in</title>")),
    "BC725": behaving(LlamaServer(["qwen3-8b"])),
    "BC726": declaring("kind: llama-server", LlamaServer(is_loading=True)),
    "BC727": lambda fleet: fleet.sidecar.stop(),
    "BC728": as_declared,
    "BC729": as_declared,
    "BC730": through_upstream,
    "BC731": behaving(lambda _: Reply(b"no healthy upstream", 503)),
}
"""Code -> the state of the hosts in the bad example of its page."""

REPAIRED = {code: SCENARIOS[code] for code in ("BC722", "BC723")}
"""Code -> the state of the hosts in the good example, if the key in its command makes it clean."""

WITHOUT_A_CODE = {"BC728"}
"""Codes reported in the one line of a clean fleet, which contains no code."""


@pytest.fixture
def fleet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DocumentedFleet]:
    monkeypatch.chdir(tmp_path)
    with documented_fleet() as fleet:
        yield fleet


def console(code: str, section: str) -> list[tuple[str, str]]:
    """The commands in a section of a page, with their shown output."""
    match = re.search(
        rf"^## {section}\n.*?^```console\n(.*?)^```$", rule_page(code) or "", re.MULTILINE | re.DOTALL
    )
    assert match is not None
    return runs(match[1])


def test_every_page_has_a_scenario() -> None:
    assert list(SCENARIOS) == [code for code in CODES if code >= "BC700"]


@pytest.mark.parametrize("code", SCENARIOS)
def test_bad_example_shows_real_output(
    code: str, fleet: DocumentedFleet, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    SCENARIOS[code](fleet)
    fleet.write(Path())
    shown = console(code, "Bad")
    assert any(code in text for _, text in shown) == (code not in WITHOUT_A_CODE)
    for command, text in shown:
        assert fleet.run(command, capsys, monkeypatch) == text


@pytest.mark.parametrize("code", SCENARIOS)
def test_good_example_is_clean(
    code: str, fleet: DocumentedFleet, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    REPAIRED.get(code, as_declared)(fleet)
    fleet.write(Path())
    for command, text in console(code, "Good"):
        assert fleet.run(command, capsys, monkeypatch) == text
