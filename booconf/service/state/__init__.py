"""The state that responses are made from: fleet, hosts and favorites, and the view of all three.

Each follows its source in a task of its own, and reads disk and database through `run_in_thread`.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

Result = TypeVar("Result")

OnChange = Callable[[], None]
"""Called by a task that follows a source, after each change."""


async def run_in_thread(work: Callable[[], Result]) -> Result:
    """The result of `work`, or its exception, from a daemon thread.

    Canceling abandons the thread. At its end Python would wait for a thread of `asyncio.to_thread`: a file
    system that does not answer would keep the service from ending.
    """
    outcome: Future[Result] = Future()
    outcome.set_running_or_notify_cancel()

    def run() -> None:
        try:
            outcome.set_result(work())
        except BaseException as error:  # noqa: BLE001 - raised where the result is awaited
            outcome.set_exception(error)

    Thread(target=run, daemon=True).start()
    return await asyncio.wrap_future(outcome)
