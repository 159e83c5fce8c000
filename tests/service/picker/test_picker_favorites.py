"""Stars, and the order of favorites."""

import re
from typing import ClassVar

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.hosts.simulator import Host
from tests.service.browser import visiting
from tests.service.picker.shown import BOX_8B, DEFAULT, DESKTOP_8B, GEMMA, PATH_LIKE, Visiting
from tests.service.serving_process import Server
from tests.service.waiting import wait_until

pytestmark = pytest.mark.xdist_group("browser")


class TestStars:
    def test_a_star_is_stored_and_shows_in_both_places(self, visit: Visiting, server: Server) -> None:
        seen = visit()
        star = seen.star("Qwen 3 8B on Embedding box", "Embedding box")
        expect(star).to_have_attribute("aria-pressed", "false")
        star.click()
        expect(star).to_have_attribute("aria-pressed", "true")
        again = seen.star("Qwen 3 8B on Embedding box", "Favorites")
        expect(again).to_have_attribute("aria-pressed", "true")
        expect(seen.star("Qwen 3 8B on Sam's desktop", "Sam's desktop")).to_have_attribute(
            "aria-pressed", "false"
        )
        expect(seen.page.locator("#spoken")).to_have_text("Qwen 3 8B on Embedding box added to favorites")
        seen.page.reload()
        expect(again).to_have_attribute("aria-pressed", "true")
        expect(star).to_have_attribute("aria-pressed", "true")
        assert server.stored() == [BOX_8B]
        again.click()
        expect(star).to_have_attribute("aria-pressed", "false")
        expect(again).to_have_count(0)
        seen.page.reload()
        expect(star).to_have_attribute("aria-pressed", "false")
        assert server.stored() == []

    def test_another_page_sees_it_by_itself(self, visit: Visiting) -> None:
        one, other = visit(), visit()
        one.star("Qwen 3 8B on Embedding box", "Embedding box").click()
        expect(other.star("Qwen 3 8B on Embedding box", "Favorites")).to_be_visible()

    def test_an_id_like_a_path_is_a_favorite_like_any(self, visit: Visiting, server: Server) -> None:
        seen = visit()
        seen.star("Qwen/Qwen3:8b@Q4 on Sam's desktop", "Sam's desktop").click()
        seen.page.reload()
        favorite = seen.star("Qwen/Qwen3:8b@Q4 on Sam's desktop", "Favorites")
        expect(favorite).to_be_visible()
        assert server.stored() == [PATH_LIKE]
        favorite.click()
        expect(favorite).to_have_count(0)
        seen.page.reload()
        expect(seen.section("Favorites")).to_contain_text("No favorites to show")

    def test_a_star_shows_at_once_and_is_taken_back_when_the_server_refuses(self, visit: Visiting) -> None:
        seen = visit()
        seen.expect_problem("status of 422")
        asked: list[Route] = []
        seen.page.route("**/api/favorites/**", lambda route: asked.extend([route]))
        star = seen.star("Gemma 3 12B on Embedding box", "Embedding box")
        star.click()
        expect(star).to_have_attribute("aria-pressed", "true")
        expect(seen.star("Gemma 3 12B on Embedding box", "Favorites")).to_be_visible()
        asked[0].fulfill(
            status=422, json={"error": {"code": "undeclared", "message": "it is <b>not</b> declared"}}
        )
        expect(star).to_have_attribute("aria-pressed", "false")
        expect(seen.star("Gemma 3 12B on Embedding box", "Favorites")).to_have_count(0)
        message = "Gemma 3 12B on Embedding box was not added to favorites: it is <b>not</b> declared"
        expect(seen.page.locator("#notice")).to_have_text(message)
        expect(seen.page.get_by_role("status").filter(has_text=message)).to_have_count(1)
        seen.page.unroute("**/api/favorites/**")
        star.click()
        expect(seen.page.locator("#notice")).to_be_hidden()
        expect(star).to_have_attribute("aria-pressed", "true")

    def test_an_answer_that_is_no_error_of_ours_is_told_too(self, visit: Visiting) -> None:
        seen = visit()
        seen.expect_problem("status of 502|ERR_FAILED")
        star = seen.star("Gemma 3 12B on Embedding box", "Embedding box")
        for answer, words in (
            ((lambda route: route.fulfill(status=502, body="<html>")), "the server answered 502"),
            ((lambda route: route.abort()), "the server did not answer"),
        ):
            seen.page.route("**/api/favorites/**", answer)
            star.click()
            expect(seen.page.locator("#notice")).to_contain_text(words)
            expect(star).to_have_attribute("aria-pressed", "false")
            seen.page.unroute("**/api/favorites/**")

    def test_quick_presses_end_as_the_last_one_says(self, visit: Visiting, server: Server) -> None:
        seen = visit()
        stored: list[str] = []
        seen.page.on("requestfinished", lambda request: stored.append(request.method))
        star = seen.star("Gemma 3 12B on Embedding box", "Embedding box")
        other = seen.star("Qwen 3.6 35B on Sam's desktop", "Sam's desktop")
        seen.page.evaluate(
            "([one, other]) => { for (const star of [one, other, one, one, one]) star.click(); }",
            [star.element_handle(), other.element_handle()],
        )
        expect(star).to_have_attribute("aria-pressed", "false")
        expect(other).to_have_attribute("aria-pressed", "true")
        seen.wait_until(lambda: stored.count("PUT") == 3 and stored.count("DELETE") == 2)
        assert server.stored() == [DEFAULT]
        expect(seen.section("Favorites").locator("code")).to_have_text([DEFAULT])

    def test_what_is_undone_elsewhere_while_no_view_can_be_loaded_shows_undone(
        self, visit: Visiting, server: Server
    ) -> None:
        seen = visit()
        seen.expect_problem("ERR_FAILED")
        star = seen.star("Gemma 3 12B on Embedding box", "Embedding box")
        failed: list[str] = []
        seen.page.on("requestfailed", lambda request: failed.append(request.url))
        seen.page.route("**/api/models", lambda route: route.abort())
        with seen.page.expect_response("**/api/favorites/**"):
            star.click()
        seen.wait_until(lambda: failed)
        expect(star).to_have_attribute("aria-pressed", "true")
        server.remove(GEMMA)
        seen.page.unroute("**/api/models")
        seen.page.evaluate("window.dispatchEvent(new Event('online'))")
        expect(star).to_have_attribute("aria-pressed", "false")

    def test_while_favorites_are_unavailable_stars_are_off_and_what_was_known_stays(
        self, visit: Visiting, server: Server
    ) -> None:
        server.store(BOX_8B)
        seen = visit()
        seen.expect_problem("status of 503")  # of hidden favorites, asked for when the database goes or comes
        away = server.database.rename(server.database.with_suffix(".away"))
        server.database.mkdir()
        favorites = seen.section("Favorites")
        expect(favorites).to_contain_text("These were the last known.")
        star = seen.star("Qwen 3 8B on Embedding box", "Favorites")
        expect(star).to_have_attribute("aria-disabled", "true")
        expect(star).to_have_attribute("aria-pressed", "true")
        star.focus()
        star.press("Enter")
        expect(seen.page.locator("#notice")).to_have_text("Favorites cannot be changed just now.")
        assert seen.focused() == "Favorite Qwen 3 8B on Embedding box"
        expect(visit().section("Favorites")).to_contain_text("They are kept, and return by themselves.")
        server.database.rmdir()
        away.rename(server.database)
        expect(star).not_to_have_attribute("aria-disabled", "true")
        expect(favorites).not_to_contain_text("last known")
        assert server.stored() == [BOX_8B]

    def test_a_write_that_finds_the_database_away_turns_the_stars_off(self, visit: Visiting) -> None:
        seen = visit()
        seen.expect_problem("status of 503")
        message = {"error": {"code": "favorites-unavailable", "message": "the database is away"}}
        seen.page.route("**/api/favorites/**", lambda route: route.fulfill(status=503, json=message))
        view = seen.page.request.get(f"{seen.origin}/api/models").body()
        seen.page.route(
            "**/api/models",
            lambda route: route.fulfill(body=view, headers={"X-Booconf-Favorites": "unavailable"}),
        )
        star = seen.star("Gemma 3 12B on Embedding box", "Embedding box")
        star.click()
        expect(seen.page.locator("#notice")).to_contain_text(
            "was not added to favorites: the database is away"
        )
        expect(star).to_have_attribute("aria-disabled", "true")
        expect(star).to_have_attribute("aria-pressed", "false")
        seen.page.unroute_all()
        expect(star).not_to_have_attribute("aria-disabled", "true")


class TestOrder:
    IDS = (DEFAULT, BOX_8B, PATH_LIKE)

    def test_favorites_move_by_keyboard_and_keep_the_focus(self, visit: Visiting, server: Server) -> None:
        server.store(*self.IDS)
        seen = visit()
        expect(seen.section("Favorites").locator("code")).to_have_text(list(self.IDS))
        down = seen.section("Favorites").get_by_role("button", name="Move Qwen 3.6 35B on Sam's desktop down")
        down.focus()
        seen.count_lost_focus()
        down.press("Enter")
        expect(seen.section("Favorites").locator("code")).to_have_text([BOX_8B, DEFAULT, PATH_LIKE])
        expect(seen.page.locator("#spoken")).to_have_text("Qwen 3.6 35B on Sam's desktop is now 2 of 3")
        down.press("Space")
        expect(seen.section("Favorites").locator("code")).to_have_text([BOX_8B, PATH_LIKE, DEFAULT])
        expect(down).to_have_attribute("aria-disabled", "true")
        down.press("Enter")
        assert seen.focused() == "Move Qwen 3.6 35B on Sam's desktop down"
        assert seen.lost_focus() == 0
        up = seen.section("Favorites").get_by_role("button", name="Move Qwen/Qwen3:8b@Q4 on Sam's desktop up")
        up.focus()
        seen.count_lost_focus()
        up.press("Enter")
        expect(seen.section("Favorites").locator("code")).to_have_text([PATH_LIKE, BOX_8B, DEFAULT])
        expect(up).to_have_attribute("aria-disabled", "true")
        assert seen.lost_focus() == 0
        wait_until(lambda: server.stored() == [PATH_LIKE, BOX_8B, DEFAULT])
        seen.page.reload()
        expect(seen.section("Favorites").locator("code")).to_have_text([PATH_LIKE, BOX_8B, DEFAULT])

    def test_a_hidden_favorite_is_kept_while_others_move(
        self, visit: Visiting, server: Server, hosts: dict[str, Host]
    ) -> None:
        server.store(DEFAULT, BOX_8B, DESKTOP_8B)
        seen = visit()
        hosts["BOX"].stop()
        expect(seen.section("Favorites").locator("code")).to_have_text([DEFAULT, DESKTOP_8B])
        move = seen.section("Favorites").get_by_role("button", name="Move Qwen 3 8B on Sam's desktop up")
        move.click()
        expect(seen.section("Favorites").locator("code")).to_have_text([DESKTOP_8B, DEFAULT])
        hosts["BOX"].start()
        expect(seen.section("Favorites").locator("code")).to_have_text([DESKTOP_8B, DEFAULT, BOX_8B])
        assert server.stored() == [DESKTOP_8B, DEFAULT, BOX_8B]

    def test_there_are_no_moves_outside_favorites(self, visit: Visiting, server: Server) -> None:
        server.store(BOX_8B)
        seen = visit()
        expect(seen.page.get_by_role("button", name=re.compile("^Move"))).to_have_count(2)


class TestEdits:
    """What the page shows until the server has confirmed it, whatever others do meanwhile."""

    TABLE: ClassVar[list[tuple[str, dict[str, object], str]]] = [
        ("ab", {"kind": "add", "id": "c"}, "abc"),
        ("ab", {"kind": "add", "id": "a"}, "ab"),
        ("ab", {"kind": "add", "id": "away"}, "ab"),
        ("abc", {"kind": "remove", "id": "b"}, "ac"),
        ("ab", {"kind": "remove", "id": "c"}, "ab"),
        ("abc", {"kind": "order", "ids": ["c", "a", "b"]}, "cab"),
        ("abcd", {"kind": "order", "ids": ["c", "b"]}, "acdb"),
        ("ab", {"kind": "order", "ids": ["c", "b", "a"]}, "ba"),
    ]

    def test_an_edit_shows_at_once_and_twice_is_as_good_as_once(
        self, browser: Browser, server: Server
    ) -> None:
        script = "([view, edits]) => import('/favorites.js').then(page => page.withEdits(view, edits))"
        with visiting(browser, f"{server.url}icon.svg") as seen:
            for stored, edit, shown in self.TABLE:
                models = [{"id": name, "favorite": name in stored} for name in "abcd"]
                chosen = [{"id": name, "favorite": True} for name in stored]
                view = {"sections": [{"id": "favorites", "models": chosen}, {"id": "all", "models": models}]}
                for edits in ([edit], [edit, edit]):
                    favorites, every = seen.page.evaluate(script, [view, edits])["sections"]
                    assert "".join(row["id"] for row in favorites["models"]) == shown
                    assert {row["id"] for row in every["models"] if row["favorite"]} == set(shown)
