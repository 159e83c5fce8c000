"""Fixtures: Chromium, a running server, and simulated hosts that tests stop and start."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.hosts.llama_swap import LlamaSwap, Model
from tests.hosts.simulator import Host, Hosts
from tests.service.browser import BrowserPage, browser_running, open_browser_page
from tests.service.picker.picker_fleet import FLEET, OpenPicker, write_fleet
from tests.service.serving_process import Server


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The browser of one test module, closed before tests that run an event loop."""
    with browser_running() as browser:
        yield browser


@pytest.fixture
def hosts() -> Iterator[dict[str, Host]]:
    """The two hosts of FLEET."""
    with Hosts() as hosts:
        yield {name: hosts.add(LlamaSwap({"any": Model()})) for name in ("DESKTOP", "BOX")}


@pytest.fixture
def server(tmp_path: Path, hosts: dict[str, Host]) -> Iterator[Server]:
    """A running server of FLEET."""
    write_fleet(tmp_path, FLEET, hosts)
    server = Server(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def open_picker(browser: Browser, server: Server) -> Iterator[OpenPicker]:
    """Opens the page; fails at the end if any page had an unexpected problem."""
    with ExitStack() as stack:
        pages: list[BrowserPage] = []

        def open_page(**options: Any) -> BrowserPage:
            pages.append(stack.enter_context(open_browser_page(browser, server.url, **options)))
            expect(pages[-1].page.get_by_text("Live", exact=True)).to_be_visible()
            expect(pages[-1].page.locator("main")).to_have_attribute("aria-busy", "false")
            return pages[-1]

        yield open_page
        assert [page.problems for page in pages] == [[] for _ in pages]
