"""Outages of hosts and of the server while the picker is open."""

from pathlib import Path
from typing import ClassVar

import pytest
from playwright.sync_api import Browser, Route, expect

from booconf.service.routes.events import HEARTBEAT
from tests.hosts.simulator import Host
from tests.service.browser import open_browser_page
from tests.service.picker.picker_fleet import (
    BOX_8B,
    DEFAULT,
    FLEET,
    GEMMA,
    PATH_LIKE,
    OpenPicker,
    stop_clock,
    write_fleet,
)
from tests.service.serving_process import Server
from tests.service.tables import rows
from tests.service.waiting import wait_until

pytestmark = pytest.mark.xdist_group("browser")


class TestHosts:
    def test_offline_host_hides_its_favorites_and_keeps_them_stored(
        self, open_picker: OpenPicker, server: Server, hosts: dict[str, Host]
    ) -> None:
        server.store(BOX_8B, DEFAULT, GEMMA)
        before = rows(server.settings)
        picker = open_picker()
        expect(picker.section("Favorites").locator("code")).to_have_text([BOX_8B, DEFAULT, GEMMA])
        hosts["BOX"].stop()
        expect(picker.section("Embedding box")).to_have_count(0)
        expect(picker.section("Favorites").locator("code")).to_have_text([DEFAULT])
        expect(picker.page.locator("#notice")).to_have_text("Embedding box is not available now.")
        expect(picker.page.get_by_role("navigation")).not_to_contain_text("Embedding box")
        hosts["DESKTOP"].stop()
        expect(picker.section("Favorites")).to_contain_text(
            "Providers and their models return by themselves."
        )
        expect(picker.section("Favorites")).not_to_contain_text("Press the star")
        expect(picker.page.get_by_role("banner")).to_contain_text("No provider is available now")
        assert picker.headings() == ["Favorites"]
        hosts["BOX"].start()
        hosts["DESKTOP"].start()
        expect(picker.section("Favorites").locator("code")).to_have_text([BOX_8B, DEFAULT, GEMMA])
        expect(picker.section("Embedding box").get_by_role("listitem")).to_have_count(2)
        assert picker.headings() == ["Favorites", "Sam's desktop", "Embedding box"]
        expect(picker.page.locator("#notice")).to_contain_text("is available again.")
        assert rows(server.settings) == before

    def test_hidden_favorites_are_counted(
        self, open_picker: OpenPicker, server: Server, hosts: dict[str, Host], tmp_path: Path
    ) -> None:
        server.store(BOX_8B, DEFAULT, GEMMA, PATH_LIKE)
        picker = open_picker()
        favorites = picker.section("Favorites")
        expect(favorites.locator("code")).to_have_count(4)
        expect(favorites.locator(".hidden-favorites")).to_be_hidden()
        hosts["BOX"].stop()
        expect(favorites.locator(".hidden-favorites")).to_have_text(
            "2 favorites are kept and return with their hosts."
        )
        write_fleet(tmp_path, FLEET.replace("      Qwen/Qwen3:8b@Q4: {context: 32768}\n", ""), hosts)
        expect(favorites.locator(".hidden-favorites")).to_have_text(
            "2 favorites are kept and return with their hosts."
            " 1 favorite is kept, but its model is not declared now."
        )
        write_fleet(tmp_path, FLEET, hosts)
        hosts["BOX"].start()
        expect(favorites.locator("code")).to_have_text([BOX_8B, DEFAULT, GEMMA, PATH_LIKE])
        expect(favorites.locator(".hidden-favorites")).to_be_hidden()

    def test_count_of_hidden_favorites_follows_edits_elsewhere(
        self, open_picker: OpenPicker, server: Server, hosts: dict[str, Host]
    ) -> None:
        hosts["BOX"].stop()
        picker = open_picker()
        favorites = picker.section("Favorites")
        expect(picker.section("Embedding box")).to_have_count(0)
        expect(favorites.locator(".hidden-favorites")).to_be_hidden()
        with picker.page.expect_response("**/api/models") as answered:
            server.store(BOX_8B)
        assert answered.value.status == 304
        expect(favorites.locator(".hidden-favorites")).to_have_text(
            "1 favorite is kept and returns with its host."
        )
        with picker.page.expect_response("**/api/models") as answered:
            server.remove(BOX_8B)
        assert answered.value.status == 304
        expect(favorites.locator(".hidden-favorites")).to_be_hidden()

    def test_view_and_hidden_favorites_are_rendered_together(
        self, open_picker: OpenPicker, server: Server, hosts: dict[str, Host]
    ) -> None:
        server.store(BOX_8B)
        picker = open_picker()
        requested: list[Route] = []
        picker.page.route("**/api/favorites", lambda route: requested.extend([route]), times=1)
        hosts["BOX"].stop()
        picker.wait_until(lambda: requested)
        assert picker.headings() == ["Favorites", "Sam's desktop", "Embedding box"]
        requested[0].continue_()
        expect(picker.section("Embedding box")).to_have_count(0)
        expect(picker.section("Favorites").locator(".hidden-favorites")).to_have_text(
            "1 favorite is kept and returns with its host."
        )

    def test_unknown_hidden_favorites_are_not_counted(
        self, open_picker: OpenPicker, server: Server, hosts: dict[str, Host]
    ) -> None:
        server.store(BOX_8B, DEFAULT)
        hosts["BOX"].stop()
        picker = open_picker()
        picker.expect_problem("status of 500")
        kept = picker.section("Favorites").locator(".hidden-favorites")
        expect(kept).to_have_text("1 favorite is kept and returns with its host.")
        picker.page.route("**/api/favorites", lambda route: route.fulfill(status=500, body="{}"))
        with picker.page.expect_response("**/api/favorites"):
            hosts["DESKTOP"].stop()
        expect(picker.section("Sam's desktop")).to_have_count(0)
        expect(kept).to_be_hidden()
        expect(picker.page.get_by_role("banner").get_by_role("status")).to_have_text("Live")
        picker.page.unroute("**/api/favorites")
        picker.page.evaluate("window.dispatchEvent(new Event('online'))")
        expect(kept).to_have_text("2 favorites are kept and return with their hosts.")

    def test_focused_element_keeps_focus_while_others_change(
        self, open_picker: OpenPicker, server: Server, hosts: dict[str, Host]
    ) -> None:
        picker = open_picker()
        star = picker.star("Qwen 3 8B on Embedding box", "Embedding box")
        star.focus()
        picker.count_lost_focus()
        server.store(GEMMA, BOX_8B)
        expect(picker.section("Favorites").locator("code")).to_have_text([GEMMA, BOX_8B])
        hosts["DESKTOP"].stop()
        expect(picker.section("Sam's desktop")).to_have_count(0)
        hosts["DESKTOP"].start()
        expect(picker.section("Sam's desktop")).to_have_count(1)
        assert picker.headings() == ["Favorites", "Sam's desktop", "Embedding box"]
        expect(star).to_be_focused()
        assert picker.lost_focus() == 0

    def test_focus_moves_to_heading_after_group_is_removed(
        self, open_picker: OpenPicker, hosts: dict[str, Host]
    ) -> None:
        picker = open_picker()
        picker.star("Qwen 3.6 35B on Sam's desktop", "Sam's desktop").focus()
        hosts["DESKTOP"].stop()
        expect(picker.page.get_by_role("heading", name="Embedding box")).to_be_focused()
        hosts["BOX"].stop()
        expect(picker.page.get_by_role("heading", name="Favorites")).to_be_focused()

    def test_focus_moves_to_next_link_after_group_is_removed(
        self, open_picker: OpenPicker, hosts: dict[str, Host]
    ) -> None:
        picker = open_picker()
        picker.page.get_by_role("link", name="Sam's desktop").focus()
        hosts["DESKTOP"].stop()
        expect(picker.page.get_by_role("link", name="Embedding box")).to_be_focused()

    def test_focus_moves_to_next_star_after_favorite_is_removed(
        self, open_picker: OpenPicker, server: Server
    ) -> None:
        server.store(DEFAULT, BOX_8B)
        picker = open_picker()
        picker.star("Qwen 3.6 35B on Sam's desktop", "Favorites").press("Enter")
        expect(picker.star("Qwen 3 8B on Embedding box", "Favorites")).to_be_focused()
        picker.page.keyboard.press("Enter")
        expect(picker.page.get_by_role("heading", name="Favorites")).to_be_focused()


class TestConnection:
    def test_page_reports_lost_server_and_reconnects(
        self, open_picker: OpenPicker, server: Server, tmp_path: Path, hosts: dict[str, Host]
    ) -> None:
        server.store(BOX_8B)
        picker = open_picker()
        picker.expect_problem("ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING")
        status = picker.page.get_by_role("banner").get_by_role("status")
        server.stop()
        expect(status).to_have_text("Connection lost. Trying again…")
        expect(picker.star("Qwen 3 8B on Embedding box", "Favorites")).to_be_visible()
        write_fleet(tmp_path, FLEET.replace("label: Gemma 3 12B", "label: Another Gemma"), hosts)
        server.start()
        expect(status).to_have_text("Connected again")
        expect(picker.star("Another Gemma on Embedding box", "Embedding box")).to_be_visible()
        picker.star("Another Gemma on Embedding box", "Embedding box").click()
        expect(picker.section("Favorites").locator("code")).to_have_text([BOX_8B, GEMMA])
        wait_until(lambda: server.stored() == [BOX_8B, GEMMA])

    def test_page_reports_failed_load_and_retries(self, browser: Browser, server: Server) -> None:
        with open_browser_page(browser, f"{server.url}icon.svg") as picker:
            picker.page.clock.install()
            picker.page.route("**/api/models", lambda route: route.fulfill(status=500, body="{}"))
            picker.page.goto(server.url)
            expect(picker.page.get_by_text("The models cannot be loaded. Trying again…")).to_be_visible()
            expect(picker.page.get_by_role("banner").get_by_role("status")).to_have_text(
                "Connection lost. Trying again…"
            )
            expect(picker.page.get_by_role("main")).to_have_attribute("aria-busy", "true")
            picker.page.unroute("**/api/models")
            picker.page.clock.fast_forward(5_000)
            expect(picker.section("Favorites")).to_be_visible()
            expect(picker.page.get_by_role("banner").get_by_role("status")).to_have_text("Connected again")

    def test_news_expires_and_error_stays_until_dismissed(
        self, browser: Browser, server: Server, hosts: dict[str, Host]
    ) -> None:
        with open_browser_page(browser, f"{server.url}icon.svg") as picker:
            picker.page.clock.install()
            picker.page.goto(server.url)
            notice = picker.page.locator("#notice")
            expect(picker.section("Embedding box")).to_be_visible()
            hosts["BOX"].stop()
            expect(notice).to_be_visible()
            picker.page.clock.fast_forward(10_000)
            expect(notice).to_be_hidden()
            picker.page.route("**/api/favorites/**", lambda route: route.abort())
            star = picker.star("Qwen 3.6 35B on Sam's desktop", "Sam's desktop")
            star.focus()
            star.press("Enter")
            expect(notice).to_be_visible()
            picker.page.clock.fast_forward(100_000)
            expect(notice).to_be_visible()
            dismiss = picker.page.get_by_role("button", name="Dismiss")
            dismiss.focus()
            dismiss.press("Enter")
            expect(notice).to_be_hidden()
            expect(star).to_be_focused()

    def test_silent_stream_is_reopened(self, open_picker: OpenPicker, server: Server) -> None:
        picker = open_picker()
        picker.expect_problem("ERR_FAILED")
        picker.page.clock.install()
        with picker.page.expect_response("**/api/events"):
            picker.page.evaluate("window.dispatchEvent(new Event('online'))")
        picker.page.route("**/api/events", lambda route: route.abort())
        status = picker.page.get_by_role("banner").get_by_role("status")
        picker.page.clock.fast_forward(int(HEARTBEAT * 1000 * 2.5))
        expect(status).to_have_text("Connection lost. Trying again…")
        picker.page.unroute("**/api/events")
        picker.page.clock.fast_forward(30_000)
        expect(status).to_have_text("Connected again")

    def test_heartbeats_keep_stream_open(self, browser: Browser, server: Server) -> None:
        with open_browser_page(browser, f"{server.url}icon.svg") as picker:
            stop_clock(picker.page)
            picker.page.evaluate("""async () => {
                window.streams = [];
                window.states = [];
                window.EventSource = class extends EventTarget {
                    constructor() { super(); streams.push(this); }
                    close() { this.closed = true; }
                };
                const { connect } = await import("/connection.js");
                connect("api/events", { onChange() {}, onState: state => states.push(state) });
                streams[0].dispatchEvent(new Event("open"));
            }""")
            for name in ("alive", "changed", "alive"):
                picker.page.clock.run_for(int(HEARTBEAT * 1000) * 2)
                picker.page.evaluate("name => streams[0].dispatchEvent(new Event(name))", name)
            assert picker.page.evaluate("states") == ["live"]
            picker.page.clock.run_for(int(HEARTBEAT * 1000 * 2.5))
            assert picker.page.evaluate("[states, streams[0].closed]") == [["live", "lost"], True]
            picker.page.clock.run_for(500)
            assert picker.page.evaluate("streams.length") == 2

    def test_write_without_response_reopens_stream(self, open_picker: OpenPicker) -> None:
        picker = open_picker()
        picker.expect_problem("ERR_FAILED")
        picker.page.route("**/api/favorites/**", lambda route: route.abort())
        with picker.page.expect_request("**/api/events"):
            picker.star("Gemma 3 12B on Embedding box", "Embedding box").click()
        expect(picker.page.get_by_role("banner").get_by_role("status")).to_have_text("Connected again")

    def test_page_without_javascript_shows_no_progress(self, browser: Browser, server: Server) -> None:
        with open_browser_page(browser, server.url, java_script_enabled=False) as picker:
            expect(picker.page.locator("noscript a")).to_be_visible()
            for word in ("Connecting", "Loading"):
                expect(picker.page.get_by_text(word)).to_be_hidden()

    def test_hidden_page_closes_stream_and_updates_when_shown(
        self, open_picker: OpenPicker, server: Server
    ) -> None:
        picker = open_picker()
        show = """hidden => {
            Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
            document.dispatchEvent(new Event("visibilitychange"));
        }"""
        with picker.page.expect_event("requestfailed", lambda request: request.url.endswith("/api/events")):
            picker.page.evaluate(show, True)
        server.store(GEMMA)
        picker.page.evaluate(show, False)
        expect(picker.section("Favorites").locator("code")).to_have_text([GEMMA])
        expect(picker.page.get_by_role("banner").get_by_role("status")).to_have_text("Live")


class TestScrollPosition:
    SMALL: ClassVar = {"width": 700, "height": 400}

    def test_pressed_star_stays_under_pointer(self, open_picker: OpenPicker) -> None:
        picker = open_picker(viewport=self.SMALL)
        star = picker.star("Qwen 3 8B on Embedding box", "Embedding box")
        star.scroll_into_view_if_needed()
        before = star.bounding_box()
        for count in (1, 0):
            star.click()
            expect(picker.section("Favorites").locator("code")).to_have_count(count)
            assert star.bounding_box() == pytest.approx(before, abs=1)

    def test_visible_rows_stay_in_place_when_rows_are_added_above(
        self, open_picker: OpenPicker, server: Server
    ) -> None:
        picker = open_picker(viewport=self.SMALL)
        row = picker.section("Embedding box").get_by_role("listitem").last
        row.scroll_into_view_if_needed()
        before = row.bounding_box()
        server.store(DEFAULT, PATH_LIKE, BOX_8B)
        expect(picker.section("Favorites").locator("code")).to_have_count(3)
        assert row.bounding_box() == pytest.approx(before, abs=1)

    def test_moving_focus_does_not_scroll_to_invisible_element(
        self, open_picker: OpenPicker, hosts: dict[str, Host]
    ) -> None:
        picker = open_picker(viewport=self.SMALL)
        picker.star("Qwen 3.6 35B on Sam's desktop", "Sam's desktop").focus()
        row = picker.section("Embedding box").get_by_role("listitem").last
        picker.page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
        before = row.bounding_box()
        hosts["DESKTOP"].stop()
        expect(picker.page.get_by_role("heading", name="Embedding box")).to_be_focused()
        assert row.bounding_box() == pytest.approx(before, abs=1)

    def test_page_at_its_top_shows_new_favorites(self, open_picker: OpenPicker, server: Server) -> None:
        picker = open_picker(viewport=self.SMALL)
        server.store(BOX_8B)
        expect(picker.star("Qwen 3 8B on Embedding box", "Favorites")).to_be_in_viewport()
        assert picker.page.evaluate("scrollY") == 0
