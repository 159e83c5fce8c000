"""Hosts and servers that go and return while the picker is open."""

from pathlib import Path
from typing import ClassVar

import pytest
from playwright.sync_api import Browser, Route, expect

from booconf.service.routes.events import HEARTBEAT
from tests.hosts.simulator import Host
from tests.service.browser import visiting
from tests.service.picker.shown import (
    BOX_8B,
    DEFAULT,
    FLEET,
    GEMMA,
    PATH_LIKE,
    Visiting,
    stop_clock,
    write_fleet,
)
from tests.service.serving_process import Server
from tests.service.tables import rows
from tests.service.waiting import wait_until

pytestmark = pytest.mark.xdist_group("browser")


class TestHosts:
    def test_a_host_goes_and_returns_with_its_favorites_and_storage_stays(
        self, visit: Visiting, server: Server, hosts: dict[str, Host]
    ) -> None:
        server.store(BOX_8B, DEFAULT, GEMMA)
        before = rows(server.settings)
        seen = visit()
        expect(seen.section("Favorites").locator("code")).to_have_text([BOX_8B, DEFAULT, GEMMA])
        hosts["BOX"].stop()
        expect(seen.section("Embedding box")).to_have_count(0)
        expect(seen.section("Favorites").locator("code")).to_have_text([DEFAULT])
        expect(seen.page.locator("#notice")).to_have_text("Embedding box is not available now.")
        expect(seen.page.get_by_role("navigation")).not_to_contain_text("Embedding box")
        hosts["DESKTOP"].stop()
        expect(seen.section("Favorites")).to_contain_text("Providers and their models return by themselves.")
        expect(seen.section("Favorites")).not_to_contain_text("Press the star")
        expect(seen.page.get_by_role("banner")).to_contain_text("No provider is available now")
        assert seen.headings() == ["Favorites"]
        hosts["BOX"].start()
        hosts["DESKTOP"].start()
        expect(seen.section("Favorites").locator("code")).to_have_text([BOX_8B, DEFAULT, GEMMA])
        expect(seen.section("Embedding box").get_by_role("listitem")).to_have_count(2)
        assert seen.headings() == ["Favorites", "Sam's desktop", "Embedding box"]
        expect(seen.page.locator("#notice")).to_contain_text("is available again.")
        assert rows(server.settings) == before

    def test_favorites_that_are_hidden_are_mentioned(
        self, visit: Visiting, server: Server, hosts: dict[str, Host], tmp_path: Path
    ) -> None:
        server.store(BOX_8B, DEFAULT, GEMMA, PATH_LIKE)
        seen = visit()
        favorites = seen.section("Favorites")
        expect(favorites.locator("code")).to_have_count(4)
        expect(favorites.locator(".kept")).to_be_hidden()
        hosts["BOX"].stop()
        expect(favorites.locator(".kept")).to_have_text("2 favorites are kept and return with their hosts.")
        write_fleet(tmp_path, FLEET.replace("      Qwen/Qwen3:8b@Q4: {context: 32768}\n", ""), hosts)
        expect(favorites.locator(".kept")).to_have_text(
            "2 favorites are kept and return with their hosts."
            " 1 favorite is kept, but its model is not declared now."
        )
        write_fleet(tmp_path, FLEET, hosts)
        hosts["BOX"].start()
        expect(favorites.locator("code")).to_have_text([BOX_8B, DEFAULT, GEMMA, PATH_LIKE])
        expect(favorites.locator(".kept")).to_be_hidden()

    def test_a_favorite_that_is_hidden_and_changed_elsewhere_is_mentioned_or_not(
        self, visit: Visiting, server: Server, hosts: dict[str, Host]
    ) -> None:
        hosts["BOX"].stop()
        seen = visit()
        favorites = seen.section("Favorites")
        expect(seen.section("Embedding box")).to_have_count(0)
        expect(favorites.locator(".kept")).to_be_hidden()
        with seen.page.expect_response("**/api/models") as answered:
            server.store(BOX_8B)
        assert answered.value.status == 304
        expect(favorites.locator(".kept")).to_have_text("1 favorite is kept and returns with its host.")
        with seen.page.expect_response("**/api/models") as answered:
            server.remove(BOX_8B)
        assert answered.value.status == 304
        expect(favorites.locator(".kept")).to_be_hidden()

    def test_a_late_answer_on_hidden_favorites_does_not_undo_a_newer_one(
        self, visit: Visiting, server: Server, hosts: dict[str, Host]
    ) -> None:
        server.store(BOX_8B)
        hosts["BOX"].stop()
        seen = visit()
        kept = seen.section("Favorites").locator(".kept")
        expect(kept).to_have_text("1 favorite is kept and returns with its host.")
        late: list[Route] = []
        seen.page.route("**/api/favorites", lambda route: late.extend([route]), times=1)
        seen.page.evaluate("window.dispatchEvent(new Event('online'))")
        seen.wait_until(lambda: late)
        before = late[0].fetch()
        server.remove(BOX_8B)
        expect(kept).to_be_hidden()
        with seen.page.expect_event("requestfinished", lambda request: request == late[0].request):
            late[0].fulfill(response=before)
        drawn = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
        seen.page.evaluate(drawn)
        assert kept.is_hidden()

    def test_hidden_favorites_may_be_unknown(
        self, visit: Visiting, server: Server, hosts: dict[str, Host]
    ) -> None:
        server.store(BOX_8B, DEFAULT)
        hosts["BOX"].stop()
        seen = visit()
        seen.expect_problem("status of 500")
        kept = seen.section("Favorites").locator(".kept")
        expect(kept).to_have_text("1 favorite is kept and returns with its host.")
        seen.page.route("**/api/favorites", lambda route: route.fulfill(status=500, body="{}"))
        with seen.page.expect_response("**/api/favorites"):
            hosts["DESKTOP"].stop()
        expect(seen.section("Sam's desktop")).to_have_count(0)
        expect(kept).to_be_hidden()
        expect(seen.page.get_by_role("banner").get_by_role("status")).to_have_text("Live")
        seen.page.unroute("**/api/favorites")
        seen.page.evaluate("window.dispatchEvent(new Event('online'))")
        expect(kept).to_have_text("2 favorites are kept and return with their hosts.")

    def test_the_focus_stays_where_it_is_while_everything_around_it_changes(
        self, visit: Visiting, server: Server, hosts: dict[str, Host]
    ) -> None:
        seen = visit()
        star = seen.star("Qwen 3 8B on Embedding box", "Embedding box")
        star.focus()
        seen.count_lost_focus()
        server.store(GEMMA, BOX_8B)
        expect(seen.section("Favorites").locator("code")).to_have_text([GEMMA, BOX_8B])
        hosts["DESKTOP"].stop()
        expect(seen.section("Sam's desktop")).to_have_count(0)
        hosts["DESKTOP"].start()
        expect(seen.section("Sam's desktop")).to_have_count(1)
        assert seen.headings() == ["Favorites", "Sam's desktop", "Embedding box"]
        expect(star).to_be_focused()
        assert seen.lost_focus() == 0

    def test_the_focus_goes_to_what_takes_the_place_of_a_group_that_is_gone(
        self, visit: Visiting, hosts: dict[str, Host]
    ) -> None:
        seen = visit()
        seen.star("Qwen 3.6 35B on Sam's desktop", "Sam's desktop").focus()
        hosts["DESKTOP"].stop()
        expect(seen.page.get_by_role("heading", name="Embedding box")).to_be_focused()
        hosts["BOX"].stop()
        expect(seen.page.get_by_role("heading", name="Favorites")).to_be_focused()

    def test_the_focus_in_the_list_of_groups_goes_to_the_next_one(
        self, visit: Visiting, hosts: dict[str, Host]
    ) -> None:
        seen = visit()
        seen.page.get_by_role("link", name="Sam's desktop").focus()
        hosts["DESKTOP"].stop()
        expect(seen.page.get_by_role("link", name="Embedding box")).to_be_focused()

    def test_a_favorite_that_is_removed_hands_the_focus_on(self, visit: Visiting, server: Server) -> None:
        server.store(DEFAULT, BOX_8B)
        seen = visit()
        seen.star("Qwen 3.6 35B on Sam's desktop", "Favorites").press("Enter")
        expect(seen.star("Qwen 3 8B on Embedding box", "Favorites")).to_be_focused()
        seen.page.keyboard.press("Enter")
        expect(seen.page.get_by_role("heading", name="Favorites")).to_be_focused()


class TestConnection:
    def test_a_server_that_goes_and_returns_is_told_and_the_page_goes_on(
        self, visit: Visiting, server: Server, tmp_path: Path, hosts: dict[str, Host]
    ) -> None:
        server.store(BOX_8B)
        seen = visit()
        seen.expect_problem("ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING")
        status = seen.page.get_by_role("banner").get_by_role("status")
        server.stop()
        expect(status).to_have_text("Connection lost. Trying again…")
        expect(seen.star("Qwen 3 8B on Embedding box", "Favorites")).to_be_visible()
        write_fleet(tmp_path, FLEET.replace("label: Gemma 3 12B", "label: Another Gemma"), hosts)
        server.start()
        expect(status).to_have_text("Connected again")
        expect(seen.star("Another Gemma on Embedding box", "Embedding box")).to_be_visible()
        seen.star("Another Gemma on Embedding box", "Embedding box").click()
        expect(seen.section("Favorites").locator("code")).to_have_text([BOX_8B, GEMMA])
        wait_until(lambda: server.stored() == [BOX_8B, GEMMA])

    def test_a_page_that_cannot_load_its_models_says_so_and_tries_again(
        self, browser: Browser, server: Server
    ) -> None:
        with visiting(browser, f"{server.url}icon.svg") as seen:
            seen.page.clock.install()
            seen.page.route("**/api/models", lambda route: route.fulfill(status=500, body="{}"))
            seen.page.goto(server.url)
            expect(seen.page.get_by_text("The models cannot be loaded. Trying again…")).to_be_visible()
            expect(seen.page.get_by_role("banner").get_by_role("status")).to_have_text(
                "Connection lost. Trying again…"
            )
            expect(seen.page.get_by_role("main")).to_have_attribute("aria-busy", "true")
            seen.page.unroute("**/api/models")
            seen.page.clock.fast_forward(5_000)
            expect(seen.section("Favorites")).to_be_visible()
            expect(seen.page.get_by_role("banner").get_by_role("status")).to_have_text("Connected again")

    def test_news_goes_by_itself_and_an_error_waits_for_the_user(
        self, browser: Browser, server: Server, hosts: dict[str, Host]
    ) -> None:
        with visiting(browser, f"{server.url}icon.svg") as seen:
            seen.page.clock.install()
            seen.page.goto(server.url)
            notice = seen.page.locator("#notice")
            expect(seen.section("Embedding box")).to_be_visible()
            hosts["BOX"].stop()
            expect(notice).to_be_visible()
            seen.page.clock.fast_forward(10_000)
            expect(notice).to_be_hidden()
            seen.page.route("**/api/favorites/**", lambda route: route.abort())
            star = seen.star("Qwen 3.6 35B on Sam's desktop", "Sam's desktop")
            star.focus()
            star.press("Enter")
            expect(notice).to_be_visible()
            seen.page.clock.fast_forward(100_000)
            expect(notice).to_be_visible()
            dismiss = seen.page.get_by_role("button", name="Dismiss")
            dismiss.focus()
            dismiss.press("Enter")
            expect(notice).to_be_hidden()
            expect(star).to_be_focused()

    def test_a_stream_that_falls_silent_is_lost_and_opened_again(
        self, visit: Visiting, server: Server
    ) -> None:
        seen = visit()
        seen.expect_problem("ERR_FAILED")
        seen.page.clock.install()
        with seen.page.expect_response("**/api/events"):
            seen.page.evaluate("window.dispatchEvent(new Event('online'))")
        seen.page.route("**/api/events", lambda route: route.abort())
        status = seen.page.get_by_role("banner").get_by_role("status")
        seen.page.clock.fast_forward(int(HEARTBEAT * 1000 * 2.5))
        expect(status).to_have_text("Connection lost. Trying again…")
        seen.page.unroute("**/api/events")
        seen.page.clock.fast_forward(30_000)
        expect(status).to_have_text("Connected again")

    def test_a_stream_that_says_that_it_stands_is_not_lost(self, browser: Browser, server: Server) -> None:
        with visiting(browser, f"{server.url}icon.svg") as seen:
            stop_clock(seen.page)
            seen.page.evaluate("""async () => {
                window.streams = [];
                window.states = [];
                window.EventSource = class extends EventTarget {
                    constructor() { super(); streams.push(this); }
                    close() { this.closed = true; }
                };
                const { follow } = await import("/connection.js");
                follow("api/events", { onChange() {}, onState: state => states.push(state) });
                streams[0].dispatchEvent(new Event("open"));
            }""")
            for name in ("alive", "changed", "alive"):
                seen.page.clock.run_for(int(HEARTBEAT * 1000) * 2)
                seen.page.evaluate("name => streams[0].dispatchEvent(new Event(name))", name)
            assert seen.page.evaluate("states") == ["live"]
            seen.page.clock.run_for(int(HEARTBEAT * 1000 * 2.5))
            assert seen.page.evaluate("[states, streams[0].closed]") == [["live", "lost"], True]
            seen.page.clock.run_for(500)
            assert seen.page.evaluate("streams.length") == 2

    def test_a_write_without_an_answer_opens_the_stream_again(self, visit: Visiting) -> None:
        seen = visit()
        seen.expect_problem("ERR_FAILED")
        seen.page.route("**/api/favorites/**", lambda route: route.abort())
        with seen.page.expect_request("**/api/events"):
            seen.star("Gemma 3 12B on Embedding box", "Embedding box").click()
        expect(seen.page.get_by_role("banner").get_by_role("status")).to_have_text("Connected again")

    def test_without_javascript_nothing_seems_to_be_under_way(self, browser: Browser, server: Server) -> None:
        with visiting(browser, server.url, java_script_enabled=False) as seen:
            expect(seen.page.locator("noscript a")).to_be_visible()
            for word in ("Connecting", "Loading"):
                expect(seen.page.get_by_text(word)).to_be_hidden()

    def test_a_hidden_page_holds_no_connection_and_is_up_to_date_when_seen(
        self, visit: Visiting, server: Server
    ) -> None:
        seen = visit()
        show = """hidden => {
            Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
            document.dispatchEvent(new Event("visibilitychange"));
        }"""
        with seen.page.expect_event("requestfailed", lambda request: request.url.endswith("/api/events")):
            seen.page.evaluate(show, True)
        server.store(GEMMA)
        seen.page.evaluate(show, False)
        expect(seen.section("Favorites").locator("code")).to_have_text([GEMMA])
        expect(seen.page.get_by_role("banner").get_by_role("status")).to_have_text("Live")


class TestPlace:
    SMALL: ClassVar = {"width": 700, "height": 400}

    def test_a_star_stays_under_the_pointer_that_presses_it(self, visit: Visiting) -> None:
        seen = visit(viewport=self.SMALL)
        star = seen.star("Qwen 3 8B on Embedding box", "Embedding box")
        star.scroll_into_view_if_needed()
        before = star.bounding_box()
        for count in (1, 0):
            star.click()
            expect(seen.section("Favorites").locator("code")).to_have_count(count)
            assert star.bounding_box() == pytest.approx(before, abs=1)

    def test_what_is_read_stays_where_it_is_when_something_comes_above(
        self, visit: Visiting, server: Server
    ) -> None:
        seen = visit(viewport=self.SMALL)
        row = seen.section("Embedding box").get_by_role("listitem").last
        row.scroll_into_view_if_needed()
        before = row.bounding_box()
        server.store(DEFAULT, PATH_LIKE, BOX_8B)
        expect(seen.section("Favorites").locator("code")).to_have_count(3)
        assert row.bounding_box() == pytest.approx(before, abs=1)

    def test_who_reads_elsewhere_is_not_taken_to_where_the_focus_goes(
        self, visit: Visiting, hosts: dict[str, Host]
    ) -> None:
        seen = visit(viewport=self.SMALL)
        seen.star("Qwen 3.6 35B on Sam's desktop", "Sam's desktop").focus()
        row = seen.section("Embedding box").get_by_role("listitem").last
        seen.page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
        before = row.bounding_box()
        hosts["DESKTOP"].stop()
        expect(seen.page.get_by_role("heading", name="Embedding box")).to_be_focused()
        assert row.bounding_box() == pytest.approx(before, abs=1)

    def test_a_page_at_its_top_shows_what_comes_there(self, visit: Visiting, server: Server) -> None:
        seen = visit(viewport=self.SMALL)
        server.store(BOX_8B)
        expect(seen.star("Qwen 3 8B on Embedding box", "Favorites")).to_be_in_viewport()
        assert seen.page.evaluate("scrollY") == 0
