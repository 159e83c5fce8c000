"""Asking one host: its flow is carried out over connections of its own, within one deadline."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace

import httpx

from booconf import __version__
from booconf.fleet.urls import unsafe_path
from booconf.live import adapter_of
from booconf.live.client.body import ENCODINGS, Body
from booconf.live.client.dns import is_looked_up
from booconf.live.client.errors import Stage, failure_of, timeout_clause
from booconf.live.client.memory import Memory, Share
from booconf.live.client.sidecar import sidecar_problem
from booconf.live.client.transport import TransportFactory, UnusableProxyError
from booconf.live.endpoint import Endpoint
from booconf.live.flow import Failure, Request, Response, UnusableResponseError
from booconf.live.json_decoder import InvalidContentError, parse, text_of, weight_of
from booconf.live.observation import Observation, Outcome

_STATUSES_WITH_NEWS = frozenset({200, 503})
"""Whose bodies say more than the status: a listing, and whether a model is being loaded."""

_EARLY_END = "ends too early"

_SMALL = 1 << 18
"""Bytes of a body that is read at once, which takes no time worth speaking of."""


class ForbiddenRequestError(Exception):
    """A request that no adapter states, or that loads a model: a mistake in booconf, never a host's."""


async def observe(
    endpoint: Endpoint, *, timeout: float, network: TransportFactory, memory: Memory
) -> Observation:
    """Ask one host and its sidecar, and wait `timeout` seconds in all, whatever they do."""
    loop = asyncio.get_running_loop()
    conversation = _Conversation(endpoint, timeout, loop.time() + timeout, network, memory, Share())
    observation, sidecar = await asyncio.gather(
        conversation.observation(), sidecar_problem(endpoint.sidecar, timeout)
    )
    return replace(observation, sidecar=sidecar)


@dataclass(frozen=True, slots=True)
class _Conversation:
    """All that is said to one host; `deadline` is in the time of the event loop."""

    endpoint: Endpoint
    timeout: float
    deadline: float
    network: TransportFactory
    memory: Memory
    share: Share

    async def observation(self) -> Observation:
        """What the adapter sees; it is told of every request after the deadline that it came to nothing."""
        adapter = adapter_of(self.endpoint.kind)
        flow = adapter.observe()
        try:
            request = next(flow)
            while True:
                if request not in adapter.REQUESTS:
                    raise ForbiddenRequestError(f"{self.endpoint.kind}: {request}")
                request = flow.send(await self._ask(request))
        except StopIteration as end:
            observation: Observation = end.value
            return observation
        except UnusableResponseError as error:
            return error.observation
        finally:
            self.memory.release(self.share)

    async def _ask(self, request: Request) -> Response | Failure:
        url = self.endpoint.bases[request.base] + request.path
        if unsafe_path(url):
            raise ForbiddenRequestError(f"{self.endpoint.kind}: a model would be loaded")
        proxy = self.network.proxy_for(url)
        progress = _Progress()
        loop = asyncio.get_running_loop()
        if self.share.is_given_up or loop.time() >= self.deadline:
            return self._out_of_bounds(Stage.ANSWER)
        try:
            async with asyncio.timeout_at(self.deadline) as limit:
                self.share.let_go = lambda: None if limit.expired() else limit.reschedule(loop.time())
                async with self.network.transport(url, proxy, has_key=self.endpoint.has_key) as transport:
                    answer, content = await self._exchange(url, transport, progress)
        except TimeoutError:
            return self._out_of_bounds(progress.stage_of(proxy or url))
        except UnusableProxyError as error:
            return Failure(Outcome.UNREACHABLE, str(error))
        except Exception as error:  # noqa: BLE001 - libraries let through what sockets and TLS raise in them
            return failure_of(error)
        finally:
            self.share.let_go = lambda: None
        return answer if content is None else await self._read(answer.status, content)

    def _out_of_bounds(self, stage: Stage) -> Failure:
        """Its time is over, or it makes us hold too much."""
        if self.share.is_given_up:
            return Failure(Outcome.INVALID_RESPONSE, "its answers take too much memory")
        return Failure(Outcome.UNREACHABLE, timeout_clause(stage, self.timeout))

    async def _exchange(
        self, url: str, transport: httpx.AsyncHTTPTransport, progress: "_Progress"
    ) -> tuple[Response, bytearray | None]:
        """What came in time: an answer without a document, and the body that is still to be read, if any."""
        headers = httpx.Headers(_HEADERS)
        headers.update(self.endpoint.headers)
        request = httpx.Request("GET", url, headers=headers, extensions={"trace": progress.note})
        response = await transport.handle_async_request(request)
        progress.stage = Stage.BODY
        status = response.status_code
        if status not in _STATUSES_WITH_NEWS:
            return Response(status, defect="was not read"), None
        try:
            return Response(status), await self._content(response)
        except InvalidContentError as error:
            return Response(status, defect=str(error)), None
        except httpx.TransportError:
            return Response(status, defect=_EARLY_END), None

    async def _content(self, response: httpx.Response) -> bytearray:
        body = Body(response.headers.get("content-encoding", ""))
        earlier = self.share.size
        async for piece in response.aiter_raw():
            body.take(piece)
            self._hold(earlier + len(body.content))
        body.finish()
        return body.content

    async def _read(self, status: int, content: bytearray) -> Response | Failure:
        """The answer with its body. What came in time is read, whenever that is: large bodies one by one."""
        earlier = self.share.size - len(content)
        try:
            if len(content) <= _SMALL:
                return Response(status, self._document(content, earlier))
            async with self.memory.reading:
                await asyncio.sleep(0)  # lets everybody else go on first
                return Response(status, self._document(content, earlier))
        except InvalidContentError as error:
            return Response(status, defect=str(error))
        except TimeoutError:
            return self._out_of_bounds(Stage.ANSWER)

    def _document(self, content: bytearray, earlier: int) -> object:
        if self.share.is_given_up:
            raise TimeoutError
        text = text_of(content)
        content.clear()
        self._hold(earlier + weight_of(text))
        return parse(text)

    def _hold(self, size: int) -> None:
        self.memory.hold(self.share, size)
        if self.share.is_given_up:
            raise TimeoutError  # as when another host's answer makes this one too large


class _Progress:
    """How far a request has come, told by httpcore (its `trace` extension)."""

    def __init__(self) -> None:
        self.stage = Stage.CONNECTION

    async def note(self, event: str, _: Mapping[str, object]) -> None:
        """`event` is such as `connection.start_tls.started`."""
        self.stage = _STAGES.get(event.partition(".")[2], self.stage)

    def stage_of(self, url: str) -> Stage:
        """How far the way to `url` has come, its name included."""
        host = httpx.URL(url).host
        return Stage.NAME if self.stage is Stage.CONNECTION and is_looked_up(host) else self.stage


_HEADERS = {
    "Accept": "application/json",
    "Accept-Encoding": ENCODINGS,
    "Connection": "close",
    "User-Agent": f"booconf/{__version__}",
}

_STAGES = {
    "connect_tcp.started": Stage.CONNECTION,
    "start_tls.started": Stage.TLS,
    "receive_response_headers.started": Stage.ANSWER,
}
