"""Work in a thread: its result or exception is returned, and a canceled caller does not wait for it."""

import asyncio
import subprocess
import sys
import threading

import pytest

from booconf.service.state import run_in_thread
from tests.service.waiting import run


def test_work_runs_in_another_thread() -> None:
    assert run(run_in_thread(threading.get_ident)) != threading.get_ident()


def test_exception_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        run(run_in_thread(lambda: 1 // 0))


def test_event_loop_runs_meanwhile() -> None:
    async def work() -> bool:
        gate = threading.Event()
        waiting = asyncio.create_task(run_in_thread(lambda: gate.wait(60)))
        await asyncio.sleep(0)
        gate.set()
        return await waiting

    assert run(work())


def test_abandoned_work_ends_silently() -> None:
    """Neither the waiting task nor, later, the event loop receives its result."""

    async def give_up(gate: threading.Event) -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await run_in_thread(lambda: gate.wait(60))

    gate, before = threading.Event(), set(threading.enumerate())
    run(give_up(gate))
    gate.set()
    for thread in set(threading.enumerate()) - before:
        thread.join(60)


PROGRAM = """
import asyncio, threading
from booconf.service.state import run_in_thread
async def main():
    try:
        async with asyncio.timeout(0.01):
            await run_in_thread(threading.Event().wait)
    except TimeoutError:
        print("ended")
asyncio.run(main())
"""


def test_endless_work_does_not_keep_the_program_running() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60, check=False
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "ended\n", "")
