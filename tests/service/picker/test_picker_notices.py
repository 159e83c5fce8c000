"""Notices of the picker: news, errors, text direction."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.hosts.simulator import Host
from tests.service.browser import BrowserPage
from tests.service.picker.picker_fleet import DEFAULT, FLEET, GEMMA, OpenPicker, stop_clock, write_fleet
from tests.service.serving_process import Server

pytestmark = pytest.mark.xdist_group("browser")

EVENT_DELAY = 1_000
"""Milliseconds for which provider events are collected."""

STAR = ("Qwen 3.6 35B on Sam's desktop", "Sam's desktop")
FAILED = "Qwen 3.6 35B on Sam's desktop was not added to favorites: the server did not answer"


def notice(picker: BrowserPage) -> Locator:
    return picker.page.locator("#notice")


def fail(picker: BrowserPage) -> None:
    """Cause an error that the page reports."""
    picker.expect_problem("ERR_FAILED")
    picker.page.route("**/api/favorites/**", lambda route: route.abort())
    picker.star(*STAR).press("Enter")
    expect(picker.page.get_by_text(FAILED).locator("visible=true").first).to_be_visible()


class TestNews:
    def test_simultaneous_events_are_reported_together(
        self, open_picker: OpenPicker, hosts: dict[str, Host]
    ) -> None:
        picker = open_picker()
        stop_clock(picker.page)
        hosts["BOX"].stop()
        expect(picker.section("Embedding box")).to_have_count(0)
        hosts["DESKTOP"].stop()
        expect(picker.section("Sam's desktop")).to_have_count(0)
        expect(notice(picker)).to_be_hidden()
        picker.page.clock.run_for(EVENT_DELAY)
        message = "Embedding box and Sam's desktop are not available now."
        expect(notice(picker)).to_have_text(message)
        expect(picker.page.locator("#announcement")).to_have_text(message)
        hosts["BOX"].start()
        expect(picker.section("Embedding box")).to_have_count(1)
        picker.page.clock.run_for(EVENT_DELAY)
        expect(notice(picker)).to_have_text("Embedding box is available again.")

    def test_short_outage_is_not_reported(self, open_picker: OpenPicker, hosts: dict[str, Host]) -> None:
        picker = open_picker()
        stop_clock(picker.page)
        hosts["BOX"].stop()
        expect(picker.section("Embedding box")).to_have_count(0)
        hosts["BOX"].start()
        expect(picker.section("Embedding box")).to_have_count(1)
        picker.page.clock.run_for(EVENT_DELAY)
        expect(notice(picker)).to_be_hidden()
        expect(picker.page.locator("#announcement")).to_be_empty()

    def test_long_lists_are_abbreviated(self, open_picker: OpenPicker) -> None:
        picker = open_picker()
        script = "labels => import('/events.js').then(events => events.providerMessage(labels))"
        told = picker.page.evaluate(script, [f"Host {number}" for number in range(60)])
        assert told == "Host 0, Host 1, Host 2 and 57 others are not available now."


class TestNotice:
    def test_news_does_not_replace_error(self, open_picker: OpenPicker, hosts: dict[str, Host]) -> None:
        picker = open_picker()
        fail(picker)
        stop_clock(picker.page)
        hosts["BOX"].stop()
        expect(picker.section("Embedding box")).to_have_count(0)
        picker.page.clock.run_for(EVENT_DELAY)
        expect(notice(picker).get_by_text(FAILED)).to_be_visible()
        expect(notice(picker).get_by_text("Embedding box is not available now.")).to_be_visible()
        picker.page.clock.run_for(8_000)
        expect(notice(picker)).to_have_text(FAILED)

    def test_error_does_not_replace_news(self, open_picker: OpenPicker, hosts: dict[str, Host]) -> None:
        picker = open_picker()
        hosts["BOX"].stop()
        expect(notice(picker)).to_have_text("Embedding box is not available now.")
        stop_clock(picker.page)
        fail(picker)
        expect(notice(picker).get_by_text("Embedding box is not available now.")).to_be_visible()

    def test_next_edit_clears_error_and_earlier_edit_does_not(
        self, open_picker: OpenPicker, server: Server
    ) -> None:
        picker = open_picker()
        picker.expect_problem("status of 422")
        asked: list[Route] = []
        picker.page.route(f"**/api/favorites/{DEFAULT}", lambda route: asked.extend([route]))
        picker.star(*STAR).press("Enter")
        picker.star("Gemma 3 12B on Embedding box", "Embedding box").press("Enter")
        picker.wait_until(lambda: asked)
        with picker.page.expect_response("**/api/models"):
            asked[0].fulfill(status=422, json={"error": {"code": "undeclared", "message": "not declared"}})
        picker.wait_until(lambda: server.stored() == [GEMMA])
        expect(picker.star(*STAR)).to_have_attribute("aria-pressed", "false")
        expect(notice(picker)).to_have_text(f"{STAR[0]} was not added to favorites: not declared")
        picker.star("Qwen 3 8B on Embedding box", "Embedding box").press("Enter")
        expect(notice(picker)).to_be_hidden()

    @pytest.mark.parametrize("inside", [False, True])
    def test_escape_dismisses_news_and_error(
        self, open_picker: OpenPicker, hosts: dict[str, Host], inside: bool
    ) -> None:
        picker = open_picker()
        hosts["BOX"].stop()
        expect(notice(picker)).to_have_text("Embedding box is not available now.")
        fail(picker)
        if inside:
            picker.page.get_by_role("button", name="Dismiss").focus()
        picker.page.keyboard.press("Escape")
        expect(notice(picker)).to_be_hidden()
        expect(picker.star(*STAR)).to_be_focused()

    def test_dismiss_button_precedes_models(self, open_picker: OpenPicker) -> None:
        picker = open_picker()
        fail(picker)
        picker.page.evaluate("document.activeElement.blur()")
        picker.page.get_by_role("link", name="Skip to the models").focus()
        picker.page.keyboard.press("Tab")
        assert picker.focused() == "Dismiss"

    def test_start_of_long_notice_is_visible(self, open_picker: OpenPicker) -> None:
        picker = open_picker(viewport={"width": 320, "height": 256})
        picker.expect_problem("status of 422")
        message = {"error": {"code": "undeclared", "message": "it is not declared " * 30}}
        picker.page.route("**/api/favorites/**", lambda route: route.fulfill(status=422, json=message))
        picker.star(*STAR).press("Enter")
        expect(notice(picker)).to_be_visible()
        above = notice(picker).evaluate(
            "notice => [...notice.querySelectorAll('p, button')].filter(each => !each.hidden)"
            ".map(each => each.getBoundingClientRect().top - notice.getBoundingClientRect().top)"
        )
        assert min(above) >= 0


class TestTextDirection:
    HEBREW = "\u05d4\u05de\u05d7\u05e9\u05d1 \u05e9\u05dc \u05d3\u05e0\u05d4"

    def test_right_to_left_name_keeps_sentence_direction(
        self, open_picker: OpenPicker, tmp_path: Path, hosts: dict[str, Host]
    ) -> None:
        picker = open_picker()
        write_fleet(
            tmp_path, FLEET.replace("label: Embedding box", f"label: '{self.HEBREW}\u2069\u202e'"), hosts
        )
        name = f"\u2068{self.HEBREW}\u202e\u2069"
        expect(picker.page.get_by_role("button", name=f"Favorite Gemma 3 12B on {name}")).to_have_count(1)
        hosts["BOX"].stop()
        told = notice(picker).get_by_text(f"{name} is not available now.")
        expect(told).to_be_visible()
        expect(told).to_have_css("direction", "ltr")
