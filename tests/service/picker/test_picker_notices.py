"""What the page tells: news and errors each in their place, and names of any script."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.hosts.simulator import Host
from tests.service.browser import Visit
from tests.service.picker.shown import DEFAULT, FLEET, GEMMA, Visiting, stop_clock, write_fleet
from tests.service.serving_process import Server

pytestmark = pytest.mark.xdist_group("browser")

GATHERING = 1_000
"""Milliseconds for which news of providers are gathered."""

STAR = ("Qwen 3.6 35B on Sam's desktop", "Sam's desktop")
FAILED = "Qwen 3.6 35B on Sam's desktop was not added to favorites: the server did not answer"


def notice(seen: Visit) -> Locator:
    return seen.page.locator("#notice")


def fail(seen: Visit) -> None:
    """Provoke an error that the page tells."""
    seen.expect_problem("ERR_FAILED")
    seen.page.route("**/api/favorites/**", lambda route: route.abort())
    seen.star(*STAR).press("Enter")
    expect(seen.page.get_by_text(FAILED).locator("visible=true").first).to_be_visible()


class TestNews:
    def test_hosts_that_go_at_once_are_told_at_once(self, visit: Visiting, hosts: dict[str, Host]) -> None:
        seen = visit()
        stop_clock(seen.page)
        hosts["BOX"].stop()
        expect(seen.section("Embedding box")).to_have_count(0)
        hosts["DESKTOP"].stop()
        expect(seen.section("Sam's desktop")).to_have_count(0)
        expect(notice(seen)).to_be_hidden()
        seen.page.clock.run_for(GATHERING)
        message = "Embedding box and Sam's desktop are not available now."
        expect(notice(seen)).to_have_text(message)
        expect(seen.page.locator("#spoken")).to_have_text(message)
        hosts["BOX"].start()
        expect(seen.section("Embedding box")).to_have_count(1)
        seen.page.clock.run_for(GATHERING)
        expect(notice(seen)).to_have_text("Embedding box is available again.")

    def test_a_host_that_goes_and_returns_at_once_is_no_news(
        self, visit: Visiting, hosts: dict[str, Host]
    ) -> None:
        seen = visit()
        stop_clock(seen.page)
        hosts["BOX"].stop()
        expect(seen.section("Embedding box")).to_have_count(0)
        hosts["BOX"].start()
        expect(seen.section("Embedding box")).to_have_count(1)
        seen.page.clock.run_for(GATHERING)
        expect(notice(seen)).to_be_hidden()
        expect(seen.page.locator("#spoken")).to_be_empty()

    def test_many_are_counted(self, visit: Visiting) -> None:
        seen = visit()
        script = "labels => import('/news.js').then(news => news.told(labels))"
        told = seen.page.evaluate(script, [f"Host {number}" for number in range(60)])
        assert told == "Host 0, Host 1, Host 2 and 57 others are not available now."


class TestPlaces:
    def test_news_leave_an_error_where_it_is(self, visit: Visiting, hosts: dict[str, Host]) -> None:
        seen = visit()
        fail(seen)
        stop_clock(seen.page)
        hosts["BOX"].stop()
        expect(seen.section("Embedding box")).to_have_count(0)
        seen.page.clock.run_for(GATHERING)
        expect(notice(seen).get_by_text(FAILED)).to_be_visible()
        expect(notice(seen).get_by_text("Embedding box is not available now.")).to_be_visible()
        seen.page.clock.run_for(8_000)
        expect(notice(seen)).to_have_text(FAILED)

    def test_an_error_leaves_news_where_they_are(self, visit: Visiting, hosts: dict[str, Host]) -> None:
        seen = visit()
        hosts["BOX"].stop()
        expect(notice(seen)).to_have_text("Embedding box is not available now.")
        stop_clock(seen.page)
        fail(seen)
        expect(notice(seen).get_by_text("Embedding box is not available now.")).to_be_visible()

    def test_an_error_stays_when_an_edit_made_before_it_is_stored_and_goes_with_the_next(
        self, visit: Visiting, server: Server
    ) -> None:
        seen = visit()
        seen.expect_problem("status of 422")
        asked: list[Route] = []
        seen.page.route(f"**/api/favorites/{DEFAULT}", lambda route: asked.extend([route]))
        seen.star(*STAR).press("Enter")
        seen.star("Gemma 3 12B on Embedding box", "Embedding box").press("Enter")
        seen.wait_until(lambda: asked)
        with seen.page.expect_response("**/api/models"):
            asked[0].fulfill(status=422, json={"error": {"code": "undeclared", "message": "not declared"}})
        seen.wait_until(lambda: server.stored() == [GEMMA])
        expect(seen.star(*STAR)).to_have_attribute("aria-pressed", "false")
        expect(notice(seen)).to_have_text(f"{STAR[0]} was not added to favorites: not declared")
        seen.star("Qwen 3 8B on Embedding box", "Embedding box").press("Enter")
        expect(notice(seen)).to_be_hidden()

    @pytest.mark.parametrize("inside", [False, True])
    def test_escape_dismisses_both(self, visit: Visiting, hosts: dict[str, Host], inside: bool) -> None:
        seen = visit()
        hosts["BOX"].stop()
        expect(notice(seen)).to_have_text("Embedding box is not available now.")
        fail(seen)
        if inside:
            seen.page.get_by_role("button", name="Dismiss").focus()
        seen.page.keyboard.press("Escape")
        expect(notice(seen)).to_be_hidden()
        expect(seen.star(*STAR)).to_be_focused()

    def test_dismiss_comes_before_the_models(self, visit: Visiting) -> None:
        seen = visit()
        fail(seen)
        seen.page.evaluate("document.activeElement.blur()")
        seen.page.get_by_role("link", name="Skip to the models").focus()
        seen.page.keyboard.press("Tab")
        assert seen.focused() == "Dismiss"

    def test_a_long_one_begins_where_it_is_seen(self, visit: Visiting) -> None:
        seen = visit(viewport={"width": 320, "height": 256})
        seen.expect_problem("status of 422")
        message = {"error": {"code": "undeclared", "message": "it is not declared " * 30}}
        seen.page.route("**/api/favorites/**", lambda route: route.fulfill(status=422, json=message))
        seen.star(*STAR).press("Enter")
        expect(notice(seen)).to_be_visible()
        above = notice(seen).evaluate(
            "notice => [...notice.querySelectorAll('p, button')].filter(each => !each.hidden)"
            ".map(each => each.getBoundingClientRect().top - notice.getBoundingClientRect().top)"
        )
        assert min(above) >= 0


class TestScripts:
    HEBREW = "\u05d4\u05de\u05d7\u05e9\u05d1 \u05e9\u05dc \u05d3\u05e0\u05d4"

    def test_a_sentence_keeps_its_direction_around_a_name(
        self, visit: Visiting, tmp_path: Path, hosts: dict[str, Host]
    ) -> None:
        seen = visit()
        write_fleet(
            tmp_path, FLEET.replace("label: Embedding box", f"label: '{self.HEBREW}\u2069\u202e'"), hosts
        )
        name = f"\u2068{self.HEBREW}\u202e\u2069"
        expect(seen.page.get_by_role("button", name=f"Favorite Gemma 3 12B on {name}")).to_have_count(1)
        hosts["BOX"].stop()
        told = notice(seen).get_by_text(f"{name} is not available now.")
        expect(told).to_be_visible()
        expect(told).to_have_css("direction", "ltr")
