"""The picker in Chromium, on a server that runs and hosts that go and return."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.hosts.llama_swap import LlamaSwap, Model
from tests.hosts.simulator import Host, Hosts
from tests.service.browser import Visit, browser_running, visiting
from tests.service.picker.shown import FLEET, Visiting, write_fleet
from tests.service.serving_process import Server


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browser_running() as browser:
        yield browser


@pytest.fixture
def hosts() -> Iterator[dict[str, Host]]:
    """The two hosts of FLEET."""
    with Hosts() as hosts:
        yield {name: hosts.add(LlamaSwap({"any": Model()})) for name in ("DESKTOP", "BOX")}


@pytest.fixture
def server(tmp_path: Path, hosts: dict[str, Host]) -> Iterator[Server]:
    """Serves FLEET."""
    write_fleet(tmp_path, FLEET, hosts)
    server = Server(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def visit(browser: Browser, server: Server) -> Iterator[Visiting]:
    """Opens the page, and in the end nothing has gone wrong in any."""
    with ExitStack() as stack:
        visits: list[Visit] = []

        def open_page(**options: Any) -> Visit:
            visits.append(stack.enter_context(visiting(browser, server.url, **options)))
            expect(visits[-1].page.get_by_text("Live", exact=True)).to_be_visible()
            expect(visits[-1].page.locator("main")).to_have_attribute("aria-busy", "false")
            return visits[-1]

        yield open_page
        assert [visit.problems for visit in visits] == [[] for _ in visits]
