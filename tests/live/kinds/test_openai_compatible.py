"""Servers of the OpenAI API that only list ids, such as DeepSeek's cloud."""

import pytest

from booconf.live.flow import Failure, Response
from booconf.live.kinds import openai_compatible
from booconf.live.limits import LONGEST_NAME
from booconf.live.observation import Outcome, SeenModel, Window
from tests.hosts.flows import ok, replay, run_flow
from tests.hosts.openai_compatible import OpenAICompatible

UNKNOWN = Window(None, "this kind of host does not report windows")


def test_the_ids_are_all_that_is_known() -> None:
    host = OpenAICompatible(["deepseek-v4-pro", "deepseek-flash"])
    seen = run_flow(openai_compatible.observe(), host)
    assert seen.outcome is Outcome.ANSWERED
    assert seen.models == (SeenModel("deepseek-flash", UNKNOWN), SeenModel("deepseek-v4-pro", UNKNOWN))
    assert (seen.repeated, seen.remarks, seen.other_names, host.loads) == ((), (), None, [])


def test_a_host_without_models_answered() -> None:
    seen = run_flow(openai_compatible.observe(), OpenAICompatible([]))
    assert (seen.outcome, seen.models) == (Outcome.ANSWERED, ())


@pytest.mark.parametrize("owner", ["llama-swap", "vllm", "system"])
def test_any_program_may_be_behind_it(owner: str) -> None:
    seen = run_flow(openai_compatible.observe(), OpenAICompatible(["a"], owned_by=owner))
    assert seen.outcome is Outcome.ANSWERED


def test_an_id_that_is_listed_twice_is_one_model() -> None:
    seen = run_flow(openai_compatible.observe(), OpenAICompatible(["b", "a", "b"]))
    assert ([model.id for model in seen.models], seen.repeated) == (["a", "b"], ("b",))


def test_a_long_id_is_cut() -> None:
    seen = run_flow(openai_compatible.observe(), OpenAICompatible(["x" * 5000]))
    assert [len(model.id) for model in seen.models] == [LONGEST_NAME]


def test_a_refused_key() -> None:
    seen = run_flow(openai_compatible.observe(), OpenAICompatible(["a"], key="right"))
    assert (seen.outcome, seen.models) == (Outcome.KEY_REFUSED, ())
    assert "Authentication" not in seen.detail


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"data": None},
        {"data": {}},
        {"data": ["a"]},
        {"data": [{"id": "a"}, {"id": 5}]},
        {"data": [{"name": "a"}]},
        {"error": "no"},
        [{"id": "a"}],
        None,
    ],
)
def test_invalid_responses(document: object) -> None:
    seen, _ = replay(openai_compatible.observe(), [ok(document)])
    assert (seen.outcome, seen.models) == (Outcome.INVALID_RESPONSE, ())
    assert seen.detail.startswith("its answer to `GET …/models` ")


def test_a_failure_is_the_outcome() -> None:
    seen, _ = replay(openai_compatible.observe(), [Failure(Outcome.UNREACHABLE, "it is gone")])
    assert (seen.outcome, seen.detail) == (Outcome.UNREACHABLE, "it is gone")
    seen, _ = replay(openai_compatible.observe(), [Response(200, defect="is HTML, not JSON")])
    assert seen.detail == "its answer to `GET …/models` is HTML, not JSON"
