"""Limits in the real opencode: sessions grow by tool results, and a host refuses what exceeds its window."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from booconf.fleet.opencode_limits import LARGEST_OUTPUT, compaction_size
from tests.clients.compiled import Compiled, compile_fleet
from tests.clients.opencode_client import Opencode, opencode_output
from tests.clients.strict_host import ANSWER, Purpose, StrictModel, strict_host, write_files
from tests.hosts.simulator import Hosts

pytestmark = pytest.mark.xdist_group("opencode_budgets")  # one worker starts opencode

SMALL, LARGE = 12_000, 40_000
MIXED = [SMALL, SMALL, LARGE]
SMALL_STEPS = {16384: 8, 32768: 9, 65536: 16, 131072: 33}
LARGE_STEPS = {16384: 3, 32768: 4, 65536: 6, 131072: 11}
"""Window -> a number of steps of that size after which opencode has compacted a session."""

SESSIONS: dict[str, tuple[int, list[int]]] = {
    **{f"small-{window}": (window, [SMALL] * steps) for window, steps in SMALL_STEPS.items()},
    **{f"large-{window}": (window, [LARGE] * steps) for window, steps in LARGE_STEPS.items()},
    "mixed-32768": (32768, MIXED * 2),
    "mixed-65536": (65536, MIXED * 3),
    "thinking-65536": (65536, MIXED * 3),
    "capped-131072": (131072, [SMALL]),
}
"""Model -> its window in tokens, and the sizes in bytes of the files that it reads."""

ENDLESS = {
    "pair": {"context": 36864, "input": 36864, "output": 32768},
    "eighth": {"context": 16384, "input": 10752, "output": 4096},
}
"""Limits that booconf never writes: a pair that BC406 refuses; an eighth of the rest as room for a step."""


@dataclass(frozen=True, slots=True)
class Running:
    """opencode with the compiled fleet on a strict host."""

    home: Path
    client: Opencode
    compiled: Compiled
    models: dict[str, StrictModel]
    answers: dict[str, Any]

    def finished(self, name: str) -> StrictModel:
        """The model after a session that reads all its files."""
        if name not in self.answers:
            session = self.client.new_session()
            self.answers[name] = self.client.say(session, f"box/{name}", "read all the files")
        return self.models[name]

    def compaction_size(self, name: str) -> int:
        """The reported tokens at which opencode is to compact a session."""
        size = compaction_size(self.compiled.fleet.model(f"box/{name}"))
        assert size is not None
        return size


def fleet(host: str) -> str:
    """A fleet with a model for each session; limits that are not declared are those of booconf."""
    models: dict[str, dict[str, object]] = {
        name: {"context": window, "capabilities": ["tools"]} for name, (window, _) in SESSIONS.items()
    }
    models["thinking-65536"]["capabilities"] = ["tools", "reasoning"]
    models["capped-131072"]["output"] = 40_000
    models["run"] = {"context": 32768, "capabilities": ["tools"]}
    models |= {name: {"context": 131072, "capabilities": ["tools"]} for name in ENDLESS}
    return f"""
version: 1
default_provider: box
roles: {{default: box/run}}
providers:
  box: {{kind: vllm, base_url: "{host}", models: {json.dumps(models)}}}
"""


def write_by_hand(config: Path) -> None:
    """Write the limits of ENDLESS, which no fleet compiles."""
    written = json.loads(config.read_text(encoding="utf-8"))
    for name, limit in ENDLESS.items():
        written["provider"]["box"]["models"][name]["limit"] = limit
    config.write_text(json.dumps(written), encoding="utf-8")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("opencode")
    home = folder / "home"
    (home / "work").mkdir(parents=True)
    models = {
        name: StrictModel(window, write_files(home / "work", steps, name))
        for name, (window, steps) in SESSIONS.items()
    }
    models["run"] = StrictModel(32768, write_files(home / "work", [LARGE] * 3, "run"))
    models |= {name: StrictModel(limit["context"], [], most_requests=20) for name, limit in ENDLESS.items()}
    with Hosts() as hosts:
        compiled = compile_fleet(fleet(hosts.add(strict_host(models)).url), folder)
        write_by_hand(compiled.config)
        with Opencode(home, compiled.config) as client:
            yield Running(home, client, compiled, models, {})


@pytest.mark.parametrize("name", SESSIONS)
def test_session_ends_with_the_answer(running: Running, name: str) -> None:
    model = running.finished(name)
    answer = running.answers[name]

    assert not model.is_exhausted()
    assert model.reads == len(model.files)
    assert "error" not in answer["info"]
    assert [part["text"] for part in answer["parts"] if part["type"] == "text"] == [ANSWER]


@pytest.mark.parametrize("window", SMALL_STEPS)
def test_steps_of_12_kb_are_never_refused(running: Running, window: int) -> None:
    model = running.finished(f"small-{window}")
    assert model.refused() == []
    assert model.of(Purpose.SUMMARY)


@pytest.mark.parametrize(
    "name", ["large-32768", "large-65536", "large-131072", "mixed-65536", "thinking-65536"]
)
def test_steps_of_40_kb_are_not_refused(running: Running, name: str) -> None:
    model = running.finished(name)
    assert model.refused() == []
    assert model.of(Purpose.SUMMARY)


@pytest.mark.parametrize("name", ["large-16384", "mixed-32768"])
def test_refused_step_is_summarized_and_the_session_goes_on(running: Running, name: str) -> None:
    """A window that has no room for the step; no limit of opencode could prevent the refusal at 16k."""
    model = running.finished(name)
    assert 0 < len(model.refused()) <= model.files.count(model.files[-1]) * len(model.files)
    for request, following in pairwise(model.requests):
        assert request.reported or following.purpose is Purpose.SUMMARY


@pytest.mark.parametrize("name", SESSIONS)
def test_session_is_compacted_at_the_computed_size(running: Running, name: str) -> None:
    requests = [
        request for request in running.finished(name).requests if request.purpose is not Purpose.TITLE
    ]
    size = running.compaction_size(name)
    for request, following in pairwise(requests):
        if request.purpose is Purpose.TURN and request.reported:
            assert (following.purpose is Purpose.SUMMARY) == (request.reported >= size)


@pytest.mark.parametrize("name", SESSIONS)
def test_requested_output_is_the_limit_up_to_the_cap(running: Running, name: str) -> None:
    output = running.compiled.fleet.model(f"box/{name}").limits.output
    assert output is not None
    turns = running.finished(name).of(Purpose.TURN)
    assert {turn.max_tokens for turn in turns} == {min(output, LARGEST_OUTPUT)}


def test_reasoning_counts_as_output(running: Running) -> None:
    assert running.finished("thinking-65536").of(Purpose.TURN)[0].max_tokens == 16384
    assert running.finished("small-65536").of(Purpose.TURN)[0].max_tokens == 8192


def test_run_exits_with_0(running: Running) -> None:
    config = running.compiled.config
    output = opencode_output(running.home, "run", "-m", "box/run", "read all the files", config=config)
    assert ANSWER in output
    assert running.models["run"].reads == 3


@pytest.mark.parametrize("name", ENDLESS)
def test_limits_below_the_prompt_of_opencode_are_endless(running: Running, name: str) -> None:
    """The reason of BC406, and of room for a step that depends on opencode's own prompt."""
    running.client.say(running.client.new_session(), f"box/{name}")
    model = running.models[name]
    assert model.is_exhausted()
    assert len(model.of(Purpose.SUMMARY)) > 5
