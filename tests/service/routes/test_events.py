"""The stream of changes: its events, its end, and a slow page, which delays no other."""

import asyncio
import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from starlette.requests import Request
from starlette.types import Message

from booconf.service.routes import events
from booconf.service.routes.events import EventBroadcaster, Topic
from tests.service.waiting import run, until


class Page:
    """One client of a stream; `blocked` keeps it from taking what is sent."""

    def __init__(self, changes: EventBroadcaster, method: str = "GET") -> None:
        self.sent: list[Message] = []
        self.leave = asyncio.Event()
        self.takes = asyncio.Event()
        self.takes.set()
        self._scope = {"type": "http", "method": method, "headers": [], "path": "/api/events"}
        self.task = asyncio.create_task(self._listen(changes))

    async def _listen(self, changes: EventBroadcaster) -> None:
        answer = await changes.subscribe(Request(self._scope))
        await answer(self._scope, self._receive, self._send)

    async def _receive(self) -> Message:
        if not self.takes.is_set() or self.leave.is_set() or self.sent:
            await self.leave.wait()
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": b"", "more_body": False}

    async def _send(self, message: Message) -> None:
        await self.takes.wait()
        self.sent.append(message)

    @property
    def text(self) -> str:
        return b"".join(message.get("body", b"") for message in self.sent).decode()

    @property
    def received(self) -> list[Any]:
        lines = [line for line in self.text.split("\n") if line.startswith("data: ")]
        data = [json.loads(line.removeprefix("data: ")) for line in lines]
        return [each["changed"] for each in data if each]

    def has_been_told(self, times: int) -> bool:
        return len(self.received) == times

    async def is_open(self) -> None:
        await until(lambda: self.text)


def test_each_change_is_sent() -> None:
    async def scenario() -> None:
        changes = EventBroadcaster()
        page = Page(changes)
        await page.is_open()
        order: tuple[Topic, ...] = ("catalog", "favorites", "availability")
        for count, change in enumerate(order, 1):
            changes.publish(change)
            await until(partial(page.has_been_told, count))
        changes.close()
        await page.task
        assert page.received == [["catalog"], ["favorites"], ["availability"]]
        assert page.text == "retry: 1000\n\n" + "".join(
            f'event: changed\ndata: {{"changed":["{name}"]}}\n\n'
            for name in ("catalog", "favorites", "availability")
        )

    run(scenario())


def test_stream_is_not_cached() -> None:
    async def scenario() -> None:
        changes = EventBroadcaster()
        page = Page(changes)
        await page.is_open()
        changes.close()
        await page.task
        start, *_, end = page.sent
        assert start["status"] == 200
        assert (b"content-type", b"text/event-stream") in start["headers"]
        assert (b"cache-control", b"no-store") in start["headers"]
        assert (b"x-accel-buffering", b"no") in start["headers"]  # nginx would hold events back
        assert end == {"type": "http.response.body", "body": b"", "more_body": False}

    run(scenario())


def test_slow_page_gets_missed_changes_at_once() -> None:
    async def scenario() -> None:
        changes = EventBroadcaster()
        slow, quick = Page(changes), Page(changes)
        await slow.is_open()
        await quick.is_open()
        slow.takes.clear()
        changes.publish("catalog")
        await until(lambda: quick.received)
        for _ in range(1000):
            changes.publish("favorites")
            changes.publish("availability")
        await until(lambda: len(quick.received) > 1)
        slow.takes.set()
        await until(lambda: len(slow.received) > 1)
        assert slow.received == [["catalog"], ["availability", "favorites"]]
        changes.close()
        await asyncio.gather(slow.task, quick.task)

    run(scenario())


def test_heartbeat_is_an_event() -> None:
    async def scenario() -> None:
        changes = EventBroadcaster(heartbeat=0.01)
        page = Page(changes)
        await until(lambda: page.text.count("event: alive\ndata: {}\n\n") > 2)
        assert page.received == []
        changes.close()
        await page.task

    run(scenario())


def leave(page: Page, _changes: EventBroadcaster) -> None:
    page.leave.set()


def close(_page: Page, changes: EventBroadcaster) -> None:
    changes.close()


@pytest.mark.parametrize("end", [leave, close])
def test_stream_ends_with_page_or_server(end: Callable[[Page, EventBroadcaster], None]) -> None:
    async def scenario() -> None:
        changes = EventBroadcaster()
        page = Page(changes)
        await page.is_open()
        end(page, changes)
        await page.task
        changes.publish("catalog")
        assert page.received == []

    run(scenario())


def test_stopping_server_starts_no_stream() -> None:
    async def scenario() -> None:
        changes = EventBroadcaster()
        changes.close()
        page = Page(changes)
        await page.task
        assert page.sent[-1]["more_body"] is False

    run(scenario())


def test_head_ends_at_once() -> None:
    async def scenario() -> None:
        page = Page(EventBroadcaster(), "HEAD")
        await page.task
        assert page.sent[0]["status"] == 200

    run(scenario())


def test_number_of_streams_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "MOST_STREAMS", 2)

    async def scenario() -> None:
        changes = EventBroadcaster()
        pages = [Page(changes), Page(changes)]
        for page in pages:
            await page.is_open()
        refused = Page(changes)
        await refused.task
        assert refused.sent[0]["status"] == 503
        assert json.loads(refused.text)["error"]["code"] == "too-many-streams"
        pages[0].leave.set()
        await pages[0].task
        another = Page(changes)
        await another.is_open()
        assert another.sent[0]["status"] == 200
        changes.close()
        await asyncio.gather(pages[1].task, another.task)

    run(scenario())
