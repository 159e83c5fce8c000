"""Work that blocks, beside the event loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

Result = TypeVar("Result")

OnChange = Callable[[], None]
"""What work that goes on for good tells of a change."""


async def in_background(work: Callable[[], Result]) -> Result:
    """What `work` returns or raises, in a thread that nobody waits for any more once this is cancelled.

    The end of Python waits for the threads of `asyncio.to_thread`: a file system that does not answer would
    keep the service from ending.
    """
    outcome: Future[Result] = Future()
    outcome.set_running_or_notify_cancel()

    def run() -> None:
        try:
            outcome.set_result(work())
        except BaseException as error:  # noqa: BLE001 - whoever waits gets it
            outcome.set_exception(error)

    Thread(target=run, daemon=True).start()
    return await asyncio.wrap_future(outcome)
