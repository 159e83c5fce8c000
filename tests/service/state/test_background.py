"""Work beside the event loop: its result or error comes, and nobody waits for what is not wanted any more."""

import asyncio
import subprocess
import sys
import threading

import pytest

from booconf.service.state.background import in_background
from tests.service.waiting import run


def test_the_result_comes_from_another_thread() -> None:
    assert run(in_background(threading.get_ident)) != threading.get_ident()


def test_an_error_comes_as_it_is() -> None:
    with pytest.raises(ZeroDivisionError):
        run(in_background(lambda: 1 // 0))


def test_the_event_loop_goes_on_meanwhile() -> None:
    async def work() -> bool:
        gate = threading.Event()
        waiting = asyncio.create_task(in_background(lambda: gate.wait(60)))
        await asyncio.sleep(0)
        gate.set()
        return await waiting

    assert run(work())


def test_work_that_nobody_waits_for_ends_in_silence() -> None:
    """Its result has no place to go to: neither the waiting task nor, later, the event loop is there."""

    async def give_up(gate: threading.Event) -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await in_background(lambda: gate.wait(60))

    gate, before = threading.Event(), set(threading.enumerate())
    run(give_up(gate))
    gate.set()
    for thread in set(threading.enumerate()) - before:
        thread.join(60)


PROGRAM = """
import asyncio, threading
from booconf.service.state.background import in_background
async def main():
    try:
        async with asyncio.timeout(0.01):
            await in_background(threading.Event().wait)
    except TimeoutError:
        print("ended")
asyncio.run(main())
"""


def test_work_that_never_ends_does_not_keep_the_program_from_ending() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60, check=False
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "ended\n", "")
