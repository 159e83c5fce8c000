"""Adding, removing and ordering favorites in the picker."""

import re
from typing import ClassVar

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.hosts.simulator import Host
from tests.service.browser import open_browser_page
from tests.service.picker.picker_fleet import BOX_8B, DEFAULT, DESKTOP_8B, GEMMA, PATH_LIKE, OpenPicker
from tests.service.serving_process import Server
from tests.service.waiting import wait_until

pytestmark = pytest.mark.xdist_group("browser")


class TestStars:
    def test_star_is_stored_and_shown_in_both_sections(self, open_picker: OpenPicker, server: Server) -> None:
        picker = open_picker()
        star = picker.star("Qwen 3 8B on Embedding box", "Embedding box")
        expect(star).to_have_attribute("aria-pressed", "false")
        star.click()
        expect(star).to_have_attribute("aria-pressed", "true")
        again = picker.star("Qwen 3 8B on Embedding box", "Favorites")
        expect(again).to_have_attribute("aria-pressed", "true")
        expect(picker.star("Qwen 3 8B on Sam's desktop", "Sam's desktop")).to_have_attribute(
            "aria-pressed", "false"
        )
        expect(picker.page.locator("#announcement")).to_have_text(
            "Qwen 3 8B on Embedding box added to favorites"
        )
        picker.page.reload()
        expect(again).to_have_attribute("aria-pressed", "true")
        expect(star).to_have_attribute("aria-pressed", "true")
        assert server.stored() == [BOX_8B]
        again.click()
        expect(star).to_have_attribute("aria-pressed", "false")
        expect(again).to_have_count(0)
        picker.page.reload()
        expect(star).to_have_attribute("aria-pressed", "false")
        assert server.stored() == []

    def test_another_page_shows_it_without_reload(self, open_picker: OpenPicker) -> None:
        one, other = open_picker(), open_picker()
        one.star("Qwen 3 8B on Embedding box", "Embedding box").click()
        expect(other.star("Qwen 3 8B on Embedding box", "Favorites")).to_be_visible()

    def test_id_with_slashes_can_be_a_favorite(self, open_picker: OpenPicker, server: Server) -> None:
        picker = open_picker()
        picker.star("Qwen/Qwen3:8b@Q4 on Sam's desktop", "Sam's desktop").click()
        picker.page.reload()
        favorite = picker.star("Qwen/Qwen3:8b@Q4 on Sam's desktop", "Favorites")
        expect(favorite).to_be_visible()
        assert server.stored() == [PATH_LIKE]
        favorite.click()
        expect(favorite).to_have_count(0)
        picker.page.reload()
        expect(picker.section("Favorites")).to_contain_text("No favorites to show")

    def test_star_shows_at_once_and_is_undone_when_server_refuses(self, open_picker: OpenPicker) -> None:
        picker = open_picker()
        picker.expect_problem("status of 422")
        asked: list[Route] = []
        picker.page.route("**/api/favorites/**", lambda route: asked.extend([route]))
        star = picker.star("Gemma 3 12B on Embedding box", "Embedding box")
        star.click()
        expect(star).to_have_attribute("aria-pressed", "true")
        expect(picker.star("Gemma 3 12B on Embedding box", "Favorites")).to_be_visible()
        picker.wait_until(lambda: asked)
        asked[0].fulfill(
            status=422, json={"error": {"code": "undeclared", "message": "it is <b>not</b> declared"}}
        )
        expect(star).to_have_attribute("aria-pressed", "false")
        expect(picker.star("Gemma 3 12B on Embedding box", "Favorites")).to_have_count(0)
        message = "Gemma 3 12B on Embedding box was not added to favorites: it is <b>not</b> declared"
        expect(picker.page.locator("#notice")).to_have_text(message)
        expect(picker.page.get_by_role("status").filter(has_text=message)).to_have_count(1)
        picker.page.unroute("**/api/favorites/**")
        star.click()
        expect(picker.page.locator("#notice")).to_be_hidden()
        expect(star).to_have_attribute("aria-pressed", "true")

    def test_foreign_error_response_is_reported(self, open_picker: OpenPicker) -> None:
        picker = open_picker()
        picker.expect_problem("status of 502|ERR_FAILED")
        star = picker.star("Gemma 3 12B on Embedding box", "Embedding box")
        for answer, words in (
            ((lambda route: route.fulfill(status=502, body="<html>")), "the server answered 502"),
            ((lambda route: route.abort()), "the server did not answer"),
        ):
            picker.page.route("**/api/favorites/**", answer)
            star.click()
            expect(picker.page.locator("#notice")).to_contain_text(words)
            expect(star).to_have_attribute("aria-pressed", "false")
            picker.page.unroute("**/api/favorites/**")

    def test_last_of_quick_presses_decides(self, open_picker: OpenPicker, server: Server) -> None:
        picker = open_picker()
        stored: list[str] = []
        picker.page.on("requestfinished", lambda request: stored.append(request.method))
        star = picker.star("Gemma 3 12B on Embedding box", "Embedding box")
        other = picker.star("Qwen 3.6 35B on Sam's desktop", "Sam's desktop")
        picker.page.evaluate(
            "([one, other]) => { for (const star of [one, other, one, one, one]) star.click(); }",
            [star.element_handle(), other.element_handle()],
        )
        expect(star).to_have_attribute("aria-pressed", "false")
        expect(other).to_have_attribute("aria-pressed", "true")
        picker.wait_until(lambda: stored.count("PUT") == 3 and stored.count("DELETE") == 2)
        assert server.stored() == [DEFAULT]
        expect(picker.section("Favorites").locator("code")).to_have_text([DEFAULT])

    def test_edit_undone_elsewhere_during_an_outage_shows_undone(
        self, open_picker: OpenPicker, server: Server
    ) -> None:
        picker = open_picker()
        picker.expect_problem("ERR_FAILED")
        star = picker.star("Gemma 3 12B on Embedding box", "Embedding box")
        failed: list[str] = []
        picker.page.on("requestfailed", lambda request: failed.append(request.url))
        picker.page.route("**/api/models", lambda route: route.abort())
        with picker.page.expect_response("**/api/favorites/**"):
            star.click()
        picker.wait_until(lambda: failed)
        expect(star).to_have_attribute("aria-pressed", "true")
        server.remove(GEMMA)
        picker.page.unroute("**/api/models")
        picker.page.evaluate("window.dispatchEvent(new Event('online'))")
        expect(star).to_have_attribute("aria-pressed", "false")

    def test_unavailable_favorites_disable_stars_and_keep_last_known(
        self, open_picker: OpenPicker, server: Server
    ) -> None:
        server.store(BOX_8B)
        picker = open_picker()
        picker.expect_problem("status of 503")  # a request for favorites around the outage
        moved = server.database.rename(server.database.with_suffix(".moved"))
        server.database.mkdir()
        favorites = picker.section("Favorites")
        expect(favorites).to_contain_text("These were the last known.")
        star = picker.star("Qwen 3 8B on Embedding box", "Favorites")
        expect(star).to_have_attribute("aria-disabled", "true")
        expect(star).to_have_attribute("aria-pressed", "true")
        star.focus()
        star.press("Enter")
        expect(picker.page.locator("#notice")).to_have_text("Favorites cannot be changed just now.")
        assert picker.focused() == "Favorite Qwen 3 8B on Embedding box"
        expect(open_picker().section("Favorites")).to_contain_text("They are kept, and return by themselves.")
        server.database.rmdir()
        moved.rename(server.database)
        expect(star).not_to_have_attribute("aria-disabled", "true")
        expect(favorites).not_to_contain_text("last known")
        assert server.stored() == [BOX_8B]

    def test_failed_write_disables_stars_until_database_returns(self, open_picker: OpenPicker) -> None:
        picker = open_picker()
        picker.page.clock.install()
        picker.expect_problem("status of 503")
        message = {"error": {"code": "favorites-unavailable", "message": "the database is unavailable"}}
        picker.page.route("**/api/favorites/**", lambda route: route.fulfill(status=503, json=message))
        view = picker.page.request.get(f"{picker.origin}/api/models").body()
        picker.page.route(
            "**/api/models",
            lambda route: route.fulfill(body=view, headers={"X-Booconf-Favorites": "unavailable"}),
        )
        star = picker.star("Gemma 3 12B on Embedding box", "Embedding box")
        star.click()
        expect(picker.page.locator("#notice")).to_contain_text(
            "was not added to favorites: the database is unavailable"
        )
        expect(star).to_have_attribute("aria-disabled", "true")
        expect(star).to_have_attribute("aria-pressed", "false")
        picker.page.unroute_all()
        picker.page.clock.fast_forward(5_000)
        expect(star).not_to_have_attribute("aria-disabled", "true")


class TestOrder:
    IDS = (DEFAULT, BOX_8B, PATH_LIKE)

    def test_favorites_move_by_keyboard_and_keep_the_focus(
        self, open_picker: OpenPicker, server: Server
    ) -> None:
        server.store(*self.IDS)
        picker = open_picker()
        expect(picker.section("Favorites").locator("code")).to_have_text(list(self.IDS))
        down = picker.section("Favorites").get_by_role(
            "button", name="Move Qwen 3.6 35B on Sam's desktop down"
        )
        down.focus()
        picker.count_lost_focus()
        down.press("Enter")
        expect(picker.section("Favorites").locator("code")).to_have_text([BOX_8B, DEFAULT, PATH_LIKE])
        expect(picker.page.locator("#announcement")).to_have_text(
            "Qwen 3.6 35B on Sam's desktop is now 2 of 3"
        )
        down.press("Space")
        expect(picker.section("Favorites").locator("code")).to_have_text([BOX_8B, PATH_LIKE, DEFAULT])
        expect(down).to_have_attribute("aria-disabled", "true")
        down.press("Enter")
        assert picker.focused() == "Move Qwen 3.6 35B on Sam's desktop down"
        assert picker.lost_focus() == 0
        up = picker.section("Favorites").get_by_role(
            "button", name="Move Qwen/Qwen3:8b@Q4 on Sam's desktop up"
        )
        up.focus()
        picker.count_lost_focus()
        up.press("Enter")
        expect(picker.section("Favorites").locator("code")).to_have_text([PATH_LIKE, BOX_8B, DEFAULT])
        expect(up).to_have_attribute("aria-disabled", "true")
        assert picker.lost_focus() == 0
        wait_until(lambda: server.stored() == [PATH_LIKE, BOX_8B, DEFAULT])
        picker.page.reload()
        expect(picker.section("Favorites").locator("code")).to_have_text([PATH_LIKE, BOX_8B, DEFAULT])

    def test_hidden_favorite_is_kept_while_others_move(
        self, open_picker: OpenPicker, server: Server, hosts: dict[str, Host]
    ) -> None:
        server.store(DEFAULT, BOX_8B, DESKTOP_8B)
        picker = open_picker()
        hosts["BOX"].stop()
        expect(picker.section("Favorites").locator("code")).to_have_text([DEFAULT, DESKTOP_8B])
        move = picker.section("Favorites").get_by_role("button", name="Move Qwen 3 8B on Sam's desktop up")
        move.click()
        expect(picker.section("Favorites").locator("code")).to_have_text([DESKTOP_8B, DEFAULT])
        hosts["BOX"].start()
        expect(picker.section("Favorites").locator("code")).to_have_text([DESKTOP_8B, DEFAULT, BOX_8B])
        assert server.stored() == [DESKTOP_8B, DEFAULT, BOX_8B]

    def test_only_favorites_have_move_buttons(self, open_picker: OpenPicker, server: Server) -> None:
        server.store(BOX_8B)
        picker = open_picker()
        expect(picker.page.get_by_role("button", name=re.compile("^Move"))).to_have_count(2)


class TestEdits:
    """The view with edits that the server has not confirmed yet."""

    TABLE: ClassVar[list[tuple[str, dict[str, object], str]]] = [
        ("ab", {"kind": "add", "id": "c"}, "abc"),
        ("ab", {"kind": "add", "id": "a"}, "ab"),
        ("ab", {"kind": "add", "id": "hidden"}, "ab"),
        ("abc", {"kind": "remove", "id": "b"}, "ac"),
        ("ab", {"kind": "remove", "id": "c"}, "ab"),
        ("abc", {"kind": "order", "ids": ["c", "a", "b"]}, "cab"),
        ("abcd", {"kind": "order", "ids": ["c", "b"]}, "acdb"),
        ("ab", {"kind": "order", "ids": ["c", "b", "a"]}, "ba"),
    ]

    def test_applying_an_edit_twice_changes_nothing(self, browser: Browser, server: Server) -> None:
        script = "([view, edits]) => import('/favorites.js').then(page => page.applyEdits(view, edits))"
        with open_browser_page(browser, f"{server.url}icon.svg") as picker:
            for stored, edit, shown in self.TABLE:
                models = [{"id": name, "favorite": name in stored} for name in "abcd"]
                chosen = [{"id": name, "favorite": True} for name in stored]
                view = {"sections": [{"id": "favorites", "models": chosen}, {"id": "all", "models": models}]}
                for edits in ([edit], [edit, edit]):
                    favorites, every = picker.page.evaluate(script, [view, edits])["sections"]
                    assert "".join(row["id"] for row in favorites["models"]) == shown
                    assert {row["id"] for row in every["models"] if row["favorite"]} == set(shown)
