"""Probe one host and its sidecar within one deadline, over connections of their own."""

import asyncio
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import httpx

from booconf import __version__
from booconf.fleet.urls import address_of, unsafe_path
from booconf.live import adapter_of
from booconf.live.client.dns import is_resolving
from booconf.live.client.errors import Stage, connection_clause, failure_of, timeout_clause
from booconf.live.client.transport import TransportFactory, UnusableProxyError
from booconf.live.endpoint import Endpoint
from booconf.live.flow import Failure, Request, Response, UnusableResponseError
from booconf.live.json_decoder import (
    ENCODINGS,
    NESTED_TOO_DEEPLY,
    BodyReader,
    InvalidContentError,
    decode_json,
)
from booconf.live.limits import LARGEST_BODY, SMALL_BODY
from booconf.live.observation import Observation, Outcome

_STATUSES_WITH_BODY = frozenset({200, 503})
"""Statuses whose bodies are read: a listing, and whether a model is being loaded."""


class ForbiddenRequestError(Exception):
    """A request that no adapter declares, or that loads a model: a bug of booconf."""


async def probe_host(
    endpoint: Endpoint, *, timeout: float, transports: TransportFactory, large_hosts: asyncio.Semaphore
) -> Observation:
    """Observe a host and its sidecar for at most `timeout` seconds; `large_hosts` admits large bodies."""
    deadline = asyncio.get_running_loop().time() + timeout
    host = _HostProbe(endpoint, timeout, deadline, transports, large_hosts)
    observation, sidecar = await asyncio.gather(
        host.observation(), sidecar_problem(endpoint.sidecar, timeout)
    )
    return replace(observation, sidecar=sidecar)


@dataclass(slots=True)
class _HostProbe:
    """The requests to one host; `deadline` is in the time of the event loop."""

    endpoint: Endpoint
    timeout: float
    deadline: float
    transports: TransportFactory
    large_hosts: asyncio.Semaphore
    is_large: bool = field(default=False, init=False)

    async def observation(self) -> Observation:
        """Run the flow of the adapter; every request after the deadline results in a Failure."""
        adapter = adapter_of(self.endpoint.kind)
        flow = adapter.observe()
        try:
            request = next(flow)
            while True:
                if request not in adapter.REQUESTS:
                    raise ForbiddenRequestError(f"{self.endpoint.kind}: {request}")
                request = flow.send(await self._send(request))
        except StopIteration as end:
            observation: Observation = end.value
            return observation
        except UnusableResponseError as error:
            return error.observation
        finally:
            if self.is_large:
                self.large_hosts.release()

    async def _send(self, request: Request) -> Response | Failure:
        url = self.endpoint.bases[request.base] + request.path
        if unsafe_path(url, adapter_of):
            raise ForbiddenRequestError(f"{self.endpoint.kind}: a model would be loaded")
        proxy = self.transports.proxy_for(url)
        progress = _Progress()
        if asyncio.get_running_loop().time() >= self.deadline:
            return self._timeout(Stage.RESPONSE)
        try:
            async with (
                asyncio.timeout_at(self.deadline),
                self.transports.transport(url, proxy, has_key=self.endpoint.has_key) as transport,
            ):
                response, body = await self._receive(url, transport, progress)
        except TimeoutError:
            return self._timeout(progress.stage_of(proxy or url))
        except UnusableProxyError as error:
            return Failure(Outcome.UNREACHABLE, str(error))
        except Exception as error:  # noqa: BLE001 - libraries pass on any exception of sockets and TLS
            return failure_of(error)
        return response if body is None else await self._decode(response.status, body)

    def _timeout(self, stage: Stage) -> Failure:
        return Failure(Outcome.UNREACHABLE, timeout_clause(stage, self.timeout))

    async def _receive(
        self, url: str, transport: httpx.AsyncHTTPTransport, progress: "_Progress"
    ) -> tuple[Response, bytearray | None]:
        """Return a response without its document, and the body that is still to be decoded, if any."""
        headers = httpx.Headers(_HEADERS)
        headers.update(self.endpoint.headers)
        request = httpx.Request("GET", url, headers=headers, extensions={"trace": progress.note})
        response = await transport.handle_async_request(request)
        progress.stage = Stage.BODY
        status = response.status_code
        if status not in _STATUSES_WITH_BODY:
            return Response(status, defect="was not read"), None
        try:
            return Response(status), await self._body(response, progress)
        except InvalidContentError as error:
            return Response(status, defect=str(error)), None
        except httpx.TransportError:
            return Response(status, defect="ends too early"), None

    async def _body(self, response: httpx.Response, progress: "_Progress") -> bytearray:
        limit = LARGEST_BODY if self.is_large else SMALL_BODY
        body = BodyReader(response.headers.get("content-encoding", ""), limit)
        async for piece in response.aiter_raw():
            body.add(piece)
            if body.is_over_limit:
                progress.stage = Stage.TURN
                await self.large_hosts.acquire()
                self.is_large = True
                progress.stage = Stage.BODY
                body.raise_limit(LARGEST_BODY)
        body.finish()
        return body.content

    async def _decode(self, status: int, body: bytearray) -> Response:
        """Decode a body that arrived in time, however long that takes."""
        if self.is_large:
            await asyncio.sleep(0)  # lets other hosts continue first
        try:
            return Response(status, self.endpoint.mask(decode_json(body)))
        except InvalidContentError as error:
            return Response(status, defect=str(error))
        except RecursionError:
            return Response(status, defect=NESTED_TOO_DEEPLY)


class _Progress:
    """The stage of a request, reported by httpcore (its `trace` extension)."""

    def __init__(self) -> None:
        self.stage = Stage.CONNECTION

    async def note(self, event: str, _: Mapping[str, object]) -> None:
        """Take an event such as `connection.start_tls.started`."""
        self.stage = _STAGES.get(event.partition(".")[2], self.stage)

    def stage_of(self, url: str) -> Stage:
        """Return the stage of the request to `url`, name resolution included."""
        host = httpx.URL(url).host
        return Stage.NAME if self.stage is Stage.CONNECTION and is_resolving(host) else self.stage


async def sidecar_problem(url: str | None, timeout: float) -> str | None:
    """Return why no connection to the sidecar at `url` succeeds; None if one does or no sidecar is declared.

    The connection is closed without sending a byte.
    """
    if url is None:
        return None
    _, name, port, _ = address_of(url)
    host = name or ""
    try:
        async with asyncio.timeout(timeout):
            error = await _connect(host, port)
    except TimeoutError:
        return timeout_clause(Stage.NAME if is_resolving(host) else Stage.CONNECTION, timeout)
    except (OSError, UnicodeError) as unknown:
        return connection_clause(unknown)
    return connection_clause(error) if error else None


async def _connect(host: str, port: int | None) -> OSError | None:
    """Try all addresses of `host` at once until one accepts; return the last error if none does."""
    loop = asyncio.get_running_loop()
    addresses = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    attempts = [asyncio.ensure_future(_attempt(*row)) for row in addresses]
    error: OSError | None = None
    try:
        for attempt in asyncio.as_completed(attempts):
            error = await attempt
            if error is None:
                break
    finally:
        for attempt in attempts:
            attempt.cancel()
    return error


async def _attempt(family: int, kind: int, protocol: int, _: str, address: Any) -> OSError | None:
    try:
        with socket.socket(family, kind, protocol) as connection:
            connection.setblocking(False)  # noqa: FBT003 - as the library declares it
            await asyncio.get_running_loop().sock_connect(connection, address)
    except OSError as error:
        return error
    return None


_HEADERS = {
    "Accept": "application/json",
    "Accept-Encoding": ENCODINGS,
    "Connection": "close",
    "User-Agent": f"booconf/{__version__}",
}

_STAGES = {
    "connect_tcp.started": Stage.CONNECTION,
    "start_tls.started": Stage.TLS,
    "receive_response_headers.started": Stage.RESPONSE,
}
