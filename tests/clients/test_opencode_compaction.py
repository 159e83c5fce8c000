"""Summaries in the real opencode: a long session lives on its own host, whatever the default's host does.

Without the role `compaction`, opencode summarizes with the session's own model. It cuts results of tools in
the text to be summarized, so these sessions grow by long messages of the user.
"""

from pathlib import Path
from typing import Any

import pytest

from tests.clients.compiled import compile_fleet
from tests.clients.opencode_client import Opencode
from tests.clients.strict_host import ANSWER, Purpose, StrictModel, strict_host
from tests.hosts.simulator import Hosts

pytestmark = pytest.mark.xdist_group("opencode_compaction")  # one worker starts opencode

CLOSED = "http://127.0.0.1:9"
"""Nothing listens on the discard port."""

MESSAGES = [f"{name}: " + "the quick brown fox jumps over the lazy dog. " * 3_000 for name in "abc"] + [
    "go on"
]
"""Three messages of 34,000 tokens, after which opencode summarizes in a window of 131,072, and one more."""

FLEET = """
version: 1
default_provider: desk
roles: {{default: desk/heron{compaction}}}
providers:
  desk: {{kind: vllm, base_url: "{desk}", models: {{heron: {{context: 32768, capabilities: [tools]}}}}}}
  rack: {{kind: vllm, base_url: "{rack}", models: {{osprey: {{context: 131072, capabilities: [tools]}}}}}}
"""


class Session:
    """A session of `rack/osprey`, the larger model, with MESSAGES; `desk/heron` is the default model."""

    def __init__(self, folder: Path, *, desk_is_on: bool = True, compaction: str = "") -> None:
        home = folder / "home"
        self.heron = StrictModel(32768, [])
        self.osprey = StrictModel(131072, [])
        with Hosts() as hosts:
            desk = hosts.add(strict_host({"heron": self.heron})).url
            rack = hosts.add(strict_host({"osprey": self.osprey})).url
            fleet = FLEET.format(desk=desk if desk_is_on else CLOSED, rack=rack, compaction=compaction)
            with Opencode(home, compile_fleet(fleet, folder).config) as client:
                session = client.new_session()
                self.answers = [_text(client.say(session, "rack/osprey", message)) for message in MESSAGES]


def _text(answer: Any) -> str:
    return "".join(part.get("text", "") for part in answer["parts"])


@pytest.mark.parametrize("desk_is_on", [True, False], ids=["default is small", "default is off"])
def test_session_survives_compaction_on_its_own_host(tmp_path: Path, desk_is_on: bool) -> None:
    session = Session(tmp_path, desk_is_on=desk_is_on)
    assert session.answers == [ANSWER] * len(MESSAGES)
    assert session.osprey.of(Purpose.SUMMARY)
    assert session.osprey.refused() == session.heron.requests == []


def test_session_dies_with_a_smaller_compaction_model(tmp_path: Path) -> None:
    """The declaration that BC515 reports: the summary does not fit into the window of the other host."""
    session = Session(tmp_path, compaction=", compaction: desk/heron")
    assert session.heron.refused()
    assert session.osprey.of(Purpose.SUMMARY) == []
    assert session.answers[-1] != ANSWER
