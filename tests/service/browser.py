"""Headless Chromium, and pages that record their errors."""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, expect, sync_playwright

TIMEOUT = 30_000
"""Milliseconds to wait for an expected change."""

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "chrome")


def chromium() -> str:
    """The path of Chromium; the tests fail without it."""
    found = next((path for name in PROGRAMS if (path := shutil.which(name))), None)
    assert found is not None, "Chromium is not installed (on Debian: apt-get install chromium)"
    return found


@contextmanager
def browser_running() -> Iterator[Browser]:
    """A running browser; until it is closed, no event loop can run in this thread."""
    expect.set_options(timeout=TIMEOUT)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass
class BrowserPage:
    """One page, in its own browser context.

    `problems` are errors in its console, including violations of its Content-Security-Policy, exceptions, and
    requests to other origins than `origin`, except those that match `expect_problem`.
    """

    page: Page
    origin: str
    expected: list[str] = field(default_factory=list)
    _problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self._problems.append(f"exception: {error}"))
        self.page.on("request", self._on_request)

    @property
    def problems(self) -> list[str]:
        """The unexpected problems."""
        return [text for text in self._problems if not any(re.search(each, text) for each in self.expected)]

    def expect_problem(self, pattern: str) -> None:
        """Ignore problems that match `pattern`."""
        self.expected.append(pattern)

    def star(self, name: str, section: str) -> Locator:
        """The star of a model, named as in `Qwen on Sam's desktop`, in the section with this heading."""
        return self.section(section).get_by_role("button", name=f"Favorite {name}", exact=True)

    def section(self, heading: str) -> Locator:
        """The section with this heading."""
        return self.page.get_by_role("region", name=heading, exact=True)

    def headings(self) -> list[str]:
        """The headings of the sections, in order."""
        return self.page.get_by_role("heading", level=2).all_inner_texts()

    def favorites(self) -> list[str]:
        """The ids in the section of favorites, in order."""
        return self.section("Favorites").locator("code").all_inner_texts()

    def focused(self) -> str:
        """The accessible name of the focused element, or its tag."""
        name: str = self.page.evaluate(
            "(document.activeElement.getAttribute('aria-label') || document.activeElement.innerText).trim()"
            " || document.activeElement.tagName"
        )
        return name

    def wait_until(self, condition: Callable[[], object]) -> None:
        """Run the page until `condition` is true."""
        end = monotonic() + TIMEOUT / 1000
        while not condition():
            assert monotonic() < end, "the condition did not become true"
            self.page.wait_for_timeout(20)

    def count_lost_focus(self) -> None:
        """Start to count how often the focused element loses the focus."""
        self.page.evaluate(
            "window.lost = 0; document.activeElement.addEventListener('blur', () => (window.lost += 1))"
        )

    def lost_focus(self) -> int:
        """Number of focus losses since `count_lost_focus`."""
        lost: int = self.page.evaluate("window.lost")
        return lost

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self._problems.append(f"console: {message.text}")

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith(f"{self.origin}/"):
            self._problems.append(f"request: {request.url}")


@contextmanager
def open_browser_page(browser: Browser, url: str, **options: Any) -> Iterator[BrowserPage]:
    """The page at `url` in a new browser context; `options` are those of `Browser.new_context`."""
    context = browser.new_context(**options)
    context.set_default_timeout(TIMEOUT)
    browser_page = BrowserPage(context.new_page(), url.rstrip("/"))
    browser_page.page.goto(url)
    try:
        yield browser_page
    finally:
        context.close()


MEASURES = (Path(__file__).parent / "measures.js").read_text(encoding="utf-8")
"""Functions that measure a page: `contrasts`, `smallTargets`, `controls`."""


def measured(page: Page, call: str) -> Any:
    """The result of `call`, a call of a function of measures.js."""
    return page.evaluate(f"() => {{ {MEASURES}\nsettle(); return {call}; }}")
