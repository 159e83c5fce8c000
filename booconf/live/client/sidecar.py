"""Whether somebody listens where a sidecar is declared: a connection, and not one byte."""

import asyncio
import socket
from typing import Any

from booconf.fleet.urls import address_of
from booconf.live.client.dns import is_looked_up
from booconf.live.client.errors import Stage, connection_clause, timeout_clause


async def sidecar_problem(url: str | None, timeout: float) -> str | None:
    """Why no connection to the sidecar at `url` comes about, or None when one does or none is declared."""
    if url is None:
        return None
    _, name, port, _ = address_of(url)
    host = name or ""
    try:
        async with asyncio.timeout(timeout):
            error = await _connect(host, port)
    except TimeoutError:
        return timeout_clause(Stage.NAME if is_looked_up(host) else Stage.CONNECTION, timeout)
    except (OSError, UnicodeError) as unknown:
        return connection_clause(unknown)
    return connection_clause(error) if error else None


async def _connect(host: str, port: int | None) -> OSError | None:
    """Try all addresses of `host` at once until one takes the connection; else the last error."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    attempts = [asyncio.ensure_future(_attempt(*row)) for row in found]
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
