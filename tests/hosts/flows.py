"""Run the flow of an adapter with prepared responses, without a socket."""

import json
from collections.abc import Iterable

from booconf.live.flow import Base, Failure, ProbeFlow, Request, Response, UnusableResponseError
from booconf.live.observation import Observation
from tests.hosts.simulator import Behavior, ReceivedRequest, Reply

PATHS = {Base.ROOT: "", Base.API: "/v1"}
"""The prefix of the path of a request, for a host with the usual API path."""


def run_flow(flow: ProbeFlow, behavior: Behavior) -> Observation:
    """Run a flow against a simulated host without faults; return its observation."""
    try:
        request = next(flow)
        while True:
            reply = behavior(ReceivedRequest("GET", PATHS[request.base] + request.path, {}))
            assert isinstance(reply, Reply)
            request = flow.send(answer(reply))
    except StopIteration as end:
        return observed(end)
    except UnusableResponseError as error:
        return error.observation


def replay(flow: ProbeFlow, answers: Iterable[Response | Failure]) -> tuple[Observation, list[Request]]:
    """Send a flow these answers in order; return its observation and its requests. More requests fail."""
    sent: list[Request] = []
    try:
        sent.append(next(flow))
        for each in answers:
            request = flow.send(each)
            sent.append(request)
    except StopIteration as end:
        return observed(end), sent
    except UnusableResponseError as error:
        return error.observation, sent
    raise AssertionError(f"more requests than responses: {sent}")


def observed(end: StopIteration) -> Observation:
    """Return the observation of a flow that ended."""
    assert isinstance(end.value, Observation)
    return end.value


def answer(reply: Reply) -> Response:
    """Return a reply as the response that an adapter is sent."""
    if isinstance(reply.body, bytes):
        return Response(reply.status, defect="is not JSON" if reply.body else "is empty")
    return Response(reply.status, json.loads(json.dumps(reply.body)))


def ok(document: object) -> Response:
    """Return a response with status 200 and this document."""
    return Response(200, document)
