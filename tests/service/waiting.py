"""Waiting for what comes by itself, without saying when."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from booconf.live.client.dns import EventLoop

Result = TypeVar("Result")

LONGEST = 60
"""Seconds after which what has not come does not come."""


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """Do `work` on an event loop such as the service has."""
    with asyncio.Runner(loop_factory=EventLoop) as runner:
        return runner.run(work)


async def until(holds: Callable[[], object]) -> None:
    """Let everything else go on until `holds` does."""
    async with asyncio.timeout(LONGEST):
        while not holds():
            await asyncio.sleep(0.005)


def wait_until(holds: Callable[[], object]) -> None:
    """The same where there is no event loop."""
    end = time.monotonic() + LONGEST
    while not holds():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.005)
