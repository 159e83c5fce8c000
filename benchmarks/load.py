"""Request one path from a server on loopback over many connections, the next one after each response."""

import asyncio
import json
import sys
from collections.abc import Callable
from time import perf_counter


class Connection(asyncio.Protocol):
    """One connection; `done` receives the seconds of each response, or None for a failed one."""

    def __init__(self, request: bytes, done: Callable[[float | None], None]) -> None:
        self._request = request
        self._done = done
        self._head = b""
        self._missing = 0
        self._begin = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        if self._missing:
            self._missing -= len(data)
        else:
            self._head += data
            head, end, body = self._head.partition(b"\r\n\r\n")
            if not end:
                return
            self._head = b""
            self._missing = _length(head) - len(body)
            if not head.startswith(b"HTTP/1.1 200"):
                self._done(None)
        if not self._missing:
            self._done(perf_counter() - self._begin)
            self._send()

    def connection_lost(self, _: Exception | None) -> None:
        self._done(None)

    def _send(self) -> None:
        self._begin = perf_counter()
        self._transport.write(self._request)


def _length(head: bytes) -> int:
    return int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])


async def measure(port: int, path: str, connections: int, seconds: float) -> dict[str, float]:
    """Requests per second, and the 50th and 99th percentile of the seconds of a response."""
    times: list[float | None] = []
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
    loop = asyncio.get_running_loop()
    opened = [
        await loop.create_connection(lambda: Connection(request, times.append), "127.0.0.1", port)
        for _ in range(connections)
    ]
    times.clear()
    begin = perf_counter()
    await asyncio.sleep(seconds)
    taken, answers = perf_counter() - begin, list(times)
    for transport, _ in opened:
        transport.abort()
    good = sorted(time for time in answers if time is not None)
    if len(good) < len(answers) or not good:
        raise SystemExit(f"{len(answers) - len(good)} of {len(answers)} responses failed")
    return {
        "per_second": len(good) / taken,
        "median": good[len(good) // 2],
        "p99": good[len(good) * 99 // 100],
    }


if __name__ == "__main__":
    _, port, path, connections, seconds = sys.argv
    print(json.dumps(asyncio.run(measure(int(port), path, int(connections), float(seconds)))))
