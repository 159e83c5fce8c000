"""A pointer does not hit what slid under it, nor a key that is held the row that came next."""

from typing import ClassVar

import pytest
from playwright.sync_api import Locator, expect

from tests.service.browser import Visit
from tests.service.picker.shown import BOX_8B, DEFAULT, GEMMA, PATH_LIKE, Visiting, stop_clock
from tests.service.serving_process import Server

pytestmark = pytest.mark.xdist_group("browser")

IDS = (DEFAULT, BOX_8B, PATH_LIKE)

GUARDED = 700
"""Milliseconds for which clicks are ignored where something else slid under the pointer."""


def middle(control: Locator) -> tuple[float, float]:
    box = control.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def hit(seen: Visit, place: tuple[float, float]) -> str:
    """The name of the button that a click at `place` hits."""
    name: str = seen.page.evaluate(
        "([x, y]) => document.elementFromPoint(x, y).closest('button')?.getAttribute('aria-label') ?? ''",
        list(place),
    )
    return name


@pytest.fixture
def stored(server: Server) -> Server:
    server.store(*IDS)
    return server


def shown(seen: Visit) -> Locator:
    return seen.section("Favorites").locator("code")


def settled(seen: Visit, server: Server, *ids: str) -> None:
    """Page and server have exactly these favorites."""
    expect(shown(seen)).to_have_text(list(ids))
    seen.wait_until(lambda: server.stored() == list(ids))


class TestTwice:
    """The second of two clicks is meant for what the first one hit."""

    def opened(self, visit: Visiting, **options: object) -> Visit:
        seen = visit(**options)
        expect(shown(seen)).to_have_text(list(IDS))
        stop_clock(seen.page)
        return seen

    def test_on_the_star_of_a_favorite_removes_one(self, visit: Visiting, stored: Server) -> None:
        seen = self.opened(visit)
        place = middle(seen.star("Qwen 3.6 35B on Sam's desktop", "Favorites"))
        seen.page.mouse.dblclick(*place)
        assert hit(seen, place) == "Favorite Qwen 3 8B on Embedding box"
        settled(seen, stored, BOX_8B, PATH_LIKE)
        seen.page.clock.run_for(GUARDED - 1)
        seen.page.mouse.click(*place)
        expect(shown(seen)).to_have_text([BOX_8B, PATH_LIKE])
        seen.page.clock.run_for(1)
        seen.page.mouse.click(*place)
        settled(seen, stored, PATH_LIKE)

    def test_by_a_finger_too(self, visit: Visiting, stored: Server) -> None:
        seen = self.opened(visit, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
        x, y = middle(seen.star("Qwen 3.6 35B on Sam's desktop", "Favorites"))
        seen.page.touchscreen.tap(x, y)
        seen.page.touchscreen.tap(x + 8, y + 12)
        settled(seen, stored, BOX_8B, PATH_LIKE)
        seen.page.clock.run_for(GUARDED)
        seen.page.touchscreen.tap(x, y)
        settled(seen, stored, PATH_LIKE)

    def test_on_a_move_moves_one(self, visit: Visiting, stored: Server) -> None:
        seen = self.opened(visit)
        up = seen.section("Favorites").get_by_role("button", name="Move Qwen/Qwen3:8b@Q4 on Sam's desktop up")
        place = middle(up)
        for _ in range(2):
            seen.page.mouse.click(*place)
        assert hit(seen, place) == "Move Qwen 3 8B on Embedding box up"
        settled(seen, stored, DEFAULT, PATH_LIKE, BOX_8B)

    def test_on_a_star_in_a_group_leaves_its_neighbor_alone(self, visit: Visiting, stored: Server) -> None:
        seen = self.opened(visit, viewport={"width": 1024, "height": 1000})
        place = middle(seen.star("Qwen 3.6 35B on Sam's desktop", "Sam's desktop"))
        for _ in range(2):
            seen.page.mouse.click(*place)
        assert hit(seen, place) == "Favorite Qwen 3 8B on Sam's desktop"
        settled(seen, stored, BOX_8B, PATH_LIKE)

    def test_on_a_button_that_stays_counts_twice(self, visit: Visiting, stored: Server) -> None:
        seen = self.opened(visit, viewport={"width": 700, "height": 400})
        star = seen.star("Gemma 3 12B on Embedding box", "Embedding box")
        star.scroll_into_view_if_needed()
        seen.page.mouse.dblclick(*middle(star))
        settled(seen, stored, *IDS)

    def test_counts_where_the_mouse_went_away_and_came_back(self, visit: Visiting, stored: Server) -> None:
        seen = self.opened(visit)
        x, y = middle(seen.star("Qwen 3.6 35B on Sam's desktop", "Favorites"))
        seen.page.mouse.click(x, y)
        seen.page.mouse.move(x - 4, y + 4)
        seen.page.mouse.click(x, y)
        expect(shown(seen)).to_have_text([BOX_8B, PATH_LIKE])
        seen.page.mouse.move(x, y + 20)
        seen.page.mouse.click(x, y)
        settled(seen, stored, PATH_LIKE)

    def test_counts_elsewhere_and_by_keyboard(self, visit: Visiting, stored: Server) -> None:
        seen = self.opened(visit)
        place = middle(seen.star("Qwen 3.6 35B on Sam's desktop", "Favorites"))
        seen.page.mouse.click(*place)
        seen.page.keyboard.press("Enter")
        settled(seen, stored, PATH_LIKE)
        seen.star("Gemma 3 12B on Embedding box", "Embedding box").click()
        settled(seen, stored, PATH_LIKE, GEMMA)

    def test_on_dismiss_leaves_alone_what_stands_below(self, visit: Visiting, stored: Server) -> None:
        seen = self.opened(visit, viewport={"width": 390, "height": 500})
        seen.expect_problem("ERR_FAILED")
        seen.page.route("**/api/favorites/**", lambda route: route.abort())
        seen.star("Qwen 3.6 35B on Sam's desktop", "Favorites").press("Enter")
        dismiss = seen.page.get_by_role("button", name="Dismiss")
        expect(dismiss).to_be_visible()
        expect(shown(seen)).to_have_text(list(IDS))
        seen.page.unroute("**/api/favorites/**")
        place = middle(dismiss)
        star = seen.star("Qwen 3 8B on Sam's desktop", "Sam's desktop")
        star.evaluate("(star, top) => scrollBy(0, star.getBoundingClientRect().top + 22 - top)", place[1])
        place = (middle(star)[0], place[1])
        expect(seen.page.locator("#notice")).to_be_visible()
        seen.page.mouse.dblclick(*middle(dismiss))
        expect(seen.page.locator("#notice")).to_be_hidden()
        settled(seen, stored, *IDS)


class TestResting:
    SMALL: ClassVar = {"width": 700, "height": 500}

    def test_what_is_under_the_pointer_stays_there(self, visit: Visiting, server: Server) -> None:
        seen = visit(viewport=self.SMALL)
        star = seen.star("Qwen 3.6 35B on Sam's desktop", "Sam's desktop")
        place = middle(star)
        seen.page.mouse.move(*place)
        server.store(BOX_8B, GEMMA)
        expect(shown(seen)).to_have_count(2)
        assert middle(star) == pytest.approx(place, abs=1)

    def test_it_stays_rather_than_the_first_row_that_is_seen(self, visit: Visiting, server: Server) -> None:
        server.store(DEFAULT, BOX_8B)
        seen = visit(viewport=self.SMALL)
        expect(shown(seen)).to_have_count(2)
        first = seen.section("Favorites").get_by_role("listitem").first
        first.evaluate("row => scrollBy(0, row.getBoundingClientRect().top)")
        star = seen.star("Qwen 3.6 35B on Sam's desktop", "Sam's desktop")
        place = middle(star)
        seen.page.mouse.move(*place)
        server.store(GEMMA)
        expect(shown(seen)).to_have_count(3)
        assert middle(star) == pytest.approx(place, abs=1)

    def test_a_click_on_what_somebody_else_put_there_is_none(
        self, visit: Visiting, server: Server, stored: Server
    ) -> None:
        seen = visit()
        expect(shown(seen)).to_have_count(3)
        stop_clock(seen.page)
        place = middle(seen.star("Qwen 3.6 35B on Sam's desktop", "Favorites"))
        seen.page.mouse.move(*place)
        visit().star("Qwen 3.6 35B on Sam's desktop", "Favorites").click()
        expect(shown(seen)).to_have_text([BOX_8B, PATH_LIKE])
        assert hit(seen, place) == "Favorite Qwen 3 8B on Embedding box"
        seen.page.mouse.click(*place)
        settled(seen, stored, BOX_8B, PATH_LIKE)


class TestHeldKey:
    def hold(self, seen: Visit, key: str) -> None:
        for _ in range(8):
            seen.page.keyboard.down(key)
        seen.page.keyboard.up(key)

    @pytest.mark.parametrize("key", ["Enter", "Space"])
    def test_on_a_star_counts_once(self, visit: Visiting, stored: Server, key: str) -> None:
        seen = visit()
        seen.star("Qwen 3.6 35B on Sam's desktop", "Favorites").focus()
        self.hold(seen, key)
        settled(seen, stored, BOX_8B, PATH_LIKE)

    def test_on_a_move_goes_on(self, visit: Visiting, stored: Server) -> None:
        seen = visit()
        down = seen.section("Favorites").get_by_role("button", name="Move Qwen 3.6 35B on Sam's desktop down")
        down.focus()
        self.hold(seen, "Enter")
        settled(seen, stored, BOX_8B, PATH_LIKE, DEFAULT)
