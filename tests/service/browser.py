"""Headless Chromium: what a page shows, and all that goes wrong in it."""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, expect, sync_playwright

PATIENCE = 30_000
"""Milliseconds after which what has not come does not come."""

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "chrome")


def chromium() -> str:
    """The path of the program; it is part of what these tests need, so they fail without it."""
    found = next((path for name in PROGRAMS if (path := shutil.which(name))), None)
    assert found is not None, "Chromium is not installed (on Debian: apt-get install chromium)"
    return found


@contextmanager
def browser_running() -> Iterator[Browser]:
    """A browser; until it is closed, no event loop can be run in this thread."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass
class Visit:
    """One page, in a browser profile of its own.

    `problems` are errors in its console, where breaches of its Content-Security-Policy show too, exceptions,
    and requests that leave `origin`; those that a test provokes are left out by `expect_problem`.
    """

    page: Page
    origin: str
    expected: list[str] = field(default_factory=list)
    _problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self._problems.append(f"exception: {error}"))
        self.page.on("request", self._see)

    @property
    def problems(self) -> list[str]:
        """All that went wrong and was not expected."""
        return [text for text in self._problems if not any(re.search(each, text) for each in self.expected)]

    def expect_problem(self, pattern: str) -> None:
        """Take problems that match for what a test wants to see."""
        self.expected.append(pattern)

    def star(self, name: str, section: str) -> Locator:
        """The star of a model, called as in `Qwen on Sam's desktop`, in the section with this heading."""
        return self.section(section).get_by_role("button", name=f"Favorite {name}", exact=True)

    def section(self, heading: str) -> Locator:
        """A section of the models by its heading."""
        return self.page.get_by_role("region", name=heading, exact=True)

    def headings(self) -> list[str]:
        """The headings of the sections, in order."""
        return self.page.get_by_role("heading", level=2).all_inner_texts()

    def favorites(self) -> list[str]:
        """The ids in the section of favorites, in order."""
        return self.section("Favorites").locator("code").all_inner_texts()

    def focused(self) -> str:
        """The accessible name of what has the focus, or its tag."""
        name: str = self.page.evaluate(
            "(document.activeElement.getAttribute('aria-label') || document.activeElement.innerText).trim()"
            " || document.activeElement.tagName"
        )
        return name

    def wait_until(self, holds: Callable[[], object]) -> None:
        """Let the page go on until `holds` does."""
        end = monotonic() + PATIENCE / 1000
        while not holds():
            assert monotonic() < end, "it did not come"
            self.page.wait_for_timeout(20)

    def count_lost_focus(self) -> None:
        """From now on `lost_focus` counts how often what has the focus now loses it."""
        self.page.evaluate(
            "window.lost = 0; document.activeElement.addEventListener('blur', () => (window.lost += 1))"
        )

    def lost_focus(self) -> int:
        """How often the focus was lost since `count_lost_focus`."""
        lost: int = self.page.evaluate("window.lost")
        return lost

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self._problems.append(f"console: {message.text}")

    def _see(self, request: Request) -> None:
        if not request.url.startswith(f"{self.origin}/"):
            self._problems.append(f"request: {request.url}")


@contextmanager
def visiting(browser: Browser, url: str, **options: Any) -> Iterator[Visit]:
    """A visit to a page of the server at `url`; `options` are those of a browser's context."""
    context = browser.new_context(**options)
    context.set_default_timeout(PATIENCE)
    visit = Visit(context.new_page(), url.rstrip("/"))
    visit.page.goto(url)
    try:
        yield visit
    finally:
        context.close()


MEASURES = (Path(__file__).parent / "measures.js").read_text(encoding="utf-8")
"""Functions to measure a page by: `contrasts`, `smallTargets`, `controls`."""


def measured(page: Page, call: str) -> Any:
    """What a function of measures.js finds."""
    return page.evaluate(f"() => {{ {MEASURES}\nsettle(); return {call}; }}")
