"""Wait for conditions, and for threads that run at the same time."""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine, Iterable
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


def run_threads(works: Iterable[Callable[[], object]]) -> None:
    """Run each work in a thread of its own, all at the same time, and wait for their ends.

    They are not traced: coverage traces each thread from its start, and if two start at once, CPython 3.11
    may end one with "while another trace function is being installed".
    """
    threads = [threading.Thread(target=work) for work in works]
    tracer = threading.gettrace()
    threading.settrace(None)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(LONGEST)
    finally:
        threading.settrace(tracer)
