"""Double clicks and held keys act on one control."""

import pytest
from playwright.sync_api import Locator, expect

from tests.service.browser import BrowserPage
from tests.service.picker.picker_fleet import BOX_8B, DEFAULT, PATH_LIKE, OpenPicker
from tests.service.serving_process import Server

pytestmark = pytest.mark.xdist_group("browser")

IDS = (DEFAULT, BOX_8B, PATH_LIKE)


@pytest.fixture
def stored(server: Server) -> Server:
    """The server with IDS as its favorites."""
    server.store(*IDS)
    return server


@pytest.fixture
def picker(open_picker: OpenPicker, stored: Server) -> BrowserPage:
    """The page of `stored`, with all favorites shown."""
    page = open_picker()
    expect_shown(page, *IDS)
    return page


def favorite(picker: BrowserPage, name: str) -> Locator:
    return picker.section("Favorites").get_by_role("button", name=name, exact=True)


def expect_shown(picker: BrowserPage, *ids: str) -> None:
    expect(picker.section("Favorites").locator("code")).to_have_text(list(ids))


def expect_stored(picker: BrowserPage, server: Server, *ids: str) -> None:
    """Page and server have exactly these favorites."""
    expect_shown(picker, *ids)
    picker.wait_until(lambda: server.stored() == list(ids))


def center(control: Locator) -> tuple[float, float]:
    box = control.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


class TestDoubleClick:
    def test_double_click_on_star_of_favorite_removes_one(self, picker: BrowserPage, stored: Server) -> None:
        picker.page.mouse.dblclick(
            *center(favorite(picker, "Favorite Qwen 3.6 35B on Sam's desktop")), delay=50
        )
        expect_stored(picker, stored, BOX_8B, PATH_LIKE)
        favorite(picker, "Favorite Qwen 3 8B on Embedding box").click()
        expect_stored(picker, stored, PATH_LIKE)

    def test_double_tap_on_star_of_favorite_removes_one(
        self, open_picker: OpenPicker, stored: Server
    ) -> None:
        picker = open_picker(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
        expect_shown(picker, *IDS)
        x, y = center(favorite(picker, "Favorite Qwen 3.6 35B on Sam's desktop"))
        for offset in (0, 4):
            picker.page.touchscreen.tap(x + offset, y + offset)
        expect_stored(picker, stored, BOX_8B, PATH_LIKE)

    def test_double_click_on_move_moves_one_favorite(self, picker: BrowserPage, stored: Server) -> None:
        picker.page.mouse.dblclick(
            *center(favorite(picker, "Move Qwen/Qwen3:8b@Q4 on Sam's desktop up")), delay=50
        )
        expect_stored(picker, stored, DEFAULT, PATH_LIKE, BOX_8B)

    def test_double_click_on_button_that_stays_counts_twice(
        self, picker: BrowserPage, stored: Server
    ) -> None:
        star = picker.star("Gemma 3 12B on Embedding box", "Embedding box")
        picker.page.set_viewport_size({"width": 700, "height": 400})
        star.scroll_into_view_if_needed()
        picker.page.mouse.dblclick(*center(star), delay=50)
        expect_stored(picker, stored, *IDS)


class TestHeldKey:
    def hold(self, picker: BrowserPage, key: str) -> None:
        for _ in range(8):
            picker.page.keyboard.down(key)
        picker.page.keyboard.up(key)

    @pytest.mark.parametrize("key", ["Enter", "Space"])
    def test_held_key_on_star_removes_one_favorite(
        self, picker: BrowserPage, stored: Server, key: str
    ) -> None:
        favorite(picker, "Favorite Qwen 3.6 35B on Sam's desktop").focus()
        self.hold(picker, key)
        expect_stored(picker, stored, BOX_8B, PATH_LIKE)

    def test_held_key_on_move_moves_to_the_end(self, picker: BrowserPage, stored: Server) -> None:
        favorite(picker, "Move Qwen 3.6 35B on Sam's desktop down").focus()
        self.hold(picker, "Enter")
        expect_stored(picker, stored, BOX_8B, PATH_LIKE, DEFAULT)
