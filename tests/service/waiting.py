"""Wait for conditions."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from booconf.live.client.dns import EventLoop

Result = TypeVar("Result")

LONGEST = 60
"""Longest wait, in seconds."""


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """Run `work` on an event loop of the class that the service uses."""
    with asyncio.Runner(loop_factory=EventLoop) as runner:
        return runner.run(work)


async def until(holds: Callable[[], object]) -> None:
    """Wait until `holds()` is true, in an event loop."""
    async with asyncio.timeout(LONGEST):
        while not holds():
            await asyncio.sleep(0.005)


def wait_until(holds: Callable[[], object]) -> None:
    """Wait until `holds()` is true, without an event loop."""
    end = time.monotonic() + LONGEST
    while not holds():
        assert time.monotonic() < end, "the condition did not become true"
        time.sleep(0.005)
