"""An adapter's dialogue with answers at hand: what a probe would see, without a socket."""

import json
from collections.abc import Iterable

from booconf.live.flow import Answer, Base, Dialogue, Failure, Request, UnusableAnswerError
from booconf.live.observation import Observation
from tests.hosts.simulator import Asked, Behavior, Reply

PATHS = {Base.ROOT: "", Base.API: "/v1"}
"""What stands before the path of a request, for a host with the usual API path."""


def run_flow(dialogue: Dialogue, behavior: Behavior) -> Observation:
    """Run a flow against a simulated host without faults; return its observation."""
    try:
        request = next(dialogue)
        while True:
            reply = behavior(Asked("GET", PATHS[request.base] + request.path, {}))
            assert isinstance(reply, Reply)
            request = dialogue.send(answer(reply))
    except StopIteration as end:
        return observed(end)
    except UnusableAnswerError as error:
        return error.observation


def replay(dialogue: Dialogue, answers: Iterable[Answer | Failure]) -> tuple[Observation, list[Request]]:
    """Send a flow these answers in order; return its observation and its requests. More requests fail."""
    asked: list[Request] = []
    try:
        asked.append(next(dialogue))
        for each in answers:
            request = dialogue.send(each)
            asked.append(request)
    except StopIteration as end:
        return observed(end), asked
    except UnusableAnswerError as error:
        return error.observation, asked
    raise AssertionError(f"asked for more: {asked}")


def observed(end: StopIteration) -> Observation:
    """What a dialogue returned."""
    assert isinstance(end.value, Observation)
    return end.value


def answer(reply: Reply) -> Answer:
    """A reply as an adapter gets it."""
    if isinstance(reply.body, bytes):
        return Answer(reply.status, defect="is not JSON" if reply.body else "is empty")
    return Answer(reply.status, json.loads(json.dumps(reply.body)))


def ok(document: object) -> Answer:
    """A good answer with this document."""
    return Answer(200, document)
