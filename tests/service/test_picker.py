"""The picker page in Chromium, on a server that runs and hosts that go and return."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, ClassVar

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.hosts.llama_swap import LlamaSwap, Model
from tests.hosts.simulator import Host, Hosts
from tests.service.browser import Visit, browser_running, measured, visiting
from tests.service.serving_process import Server
from tests.service.tables import rows
from tests.service.waiting import wait_until

pytestmark = pytest.mark.xdist_group("browser")

FLEET = """\
version: 1
default_provider: desktop
roles: {default: desktop/qwen3.6-35b}
providers:
  desktop:
    kind: llama-swap
    label: Sam's desktop
    base_url: DESKTOP
    models:
      qwen3.6-35b: {context: 49152, output: 8192, label: Qwen 3.6 35B, capabilities: [tools, reasoning]}
      qwen3-8b: {context: 32768, input: 24576, label: Qwen 3 8B}
      Qwen/Qwen3:8b@Q4: {context: 32768}
  box:
    kind: llama-swap
    label: Embedding box
    base_url: BOX
    models:
      qwen3-8b: {context: 16384, label: Qwen 3 8B, capabilities: [tools]}
      gemma-3-12b-it: {context: unknown, label: Gemma 3 12B}
      nomic-embed: {type: embedding, context: 8192}
  cloud:
    kind: openai-compatible
    location: cloud
    label: The cloud
    base_url: http://127.0.0.1:9
    api_key_env: BOOCONF_TEST_KEY
    optional: true
    models:
      flash: {context: 1000000}
"""

PATH_LIKE = "desktop/Qwen/Qwen3:8b@Q4"
DESKTOP_8B, BOX_8B, DEFAULT = "desktop/qwen3-8b", "box/qwen3-8b", "desktop/qwen3.6-35b"
GEMMA = "box/gemma-3-12b-it"

PHONE = {"width": 320, "height": 640}
SCHEMES = ("light", "dark")

Visiting = Callable[..., Visit]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browser_running() as browser:
        yield browser


@pytest.fixture
def hosts() -> Iterator[dict[str, Host]]:
    """The two hosts of FLEET."""
    with Hosts() as hosts:
        yield {name: hosts.add(LlamaSwap({"any": Model()})) for name in ("DESKTOP", "BOX")}


def write_fleet(folder: Path, text: str, hosts: dict[str, Host]) -> None:
    for name, host in hosts.items():
        text = text.replace(name, host.url)
    (folder / "fleet.yaml").write_text(text, encoding="utf-8", newline="\n")


@pytest.fixture
def server(tmp_path: Path, hosts: dict[str, Host]) -> Iterator[Server]:
    """Serves FLEET."""
    write_fleet(tmp_path, FLEET, hosts)
    server = Server(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def visit(browser: Browser, server: Server) -> Iterator[Visiting]:
    """Opens the page, and in the end nothing has gone wrong in any."""
    with ExitStack() as stack:
        visits: list[Visit] = []

        def open_page(**options: Any) -> Visit:
            visits.append(stack.enter_context(visiting(browser, server.url, **options)))
            expect(visits[-1].page.get_by_text("Live", exact=True)).to_be_visible()
            expect(visits[-1].page.locator("main")).to_have_attribute("aria-busy", "false")
            return visits[-1]

        yield open_page
        assert [visit.problems for visit in visits] == [[] for _ in visits]


class TestModels:
    def test_favorites_come_first_and_say_how_to_add_one_then_providers_in_order(
        self, visit: Visiting
    ) -> None:
        seen = visit()
        assert seen.headings() == ["Favorites", "Sam's desktop", "Embedding box"]
        expect(seen.section("Favorites")).to_contain_text("Press the star of a model to add it here")
        expect(seen.section("Favorites").get_by_role("listitem")).to_have_count(0)

    def test_a_reader_hears_everything(self, visit: Visiting, server: Server) -> None:
        server.store(BOX_8B)
        seen = visit()
        expect(seen.section("Favorites")).to_contain_text("Qwen 3 8B")
        expect(seen.page.locator("body")).to_match_aria_snapshot("""
            - link "Skip to the models":
              - /url: "#models"
            - banner:
              - heading "Models" [level=1]
              - paragraph: 5 models from 2 providers
              - status: Live
            - navigation "Groups":
              - list:
                - listitem:
                  - link "Favorites 1":
                    - /url: "#group-favorites"
                - listitem:
                  - link "Sam's desktop 3":
                    - /url: "#group-desktop"
                - listitem:
                  - link "Embedding box 2":
                    - /url: "#group-box"
            - main "Models":
              - region "Favorites":
                - heading "Favorites" [level=2]
                - paragraph: 1 model
                - list:
                  - listitem:
                    - paragraph: Qwen 3 8B
                    - paragraph: Embedding box
                    - paragraph:
                      - code: box/qwen3-8b
                    - paragraph: Context window 16,384 tokens, output 4,096 tokens
                    - paragraph: tools
                    - button "Move Qwen 3 8B on Embedding box up" [disabled]
                    - button "Move Qwen 3 8B on Embedding box down" [disabled]
                    - button "Favorite Qwen 3 8B on Embedding box" [pressed]
              - region "Sam's desktop":
                - heading "Sam's desktop" [level=2]
                - paragraph: 3 models
                - list:
                  - listitem:
                    - paragraph: Qwen 3.6 35B Default
                    - paragraph: Sam's desktop
                    - paragraph:
                      - code: desktop/qwen3.6-35b
                    - paragraph: Context window 49,152 tokens, output 8,192 tokens
                    - paragraph: tools · reasoning
                    - button "Favorite Qwen 3.6 35B on Sam's desktop"
                  - listitem:
                    - paragraph: Qwen 3 8B
                    - paragraph: Sam's desktop
                    - paragraph:
                      - code: desktop/qwen3-8b
                    - paragraph: Context window 32,768 tokens, input 24,576 tokens, output 8,192 tokens
                    - button "Favorite Qwen 3 8B on Sam's desktop"
                  - listitem:
                    - paragraph: Qwen/Qwen3:8b@Q4
                    - paragraph: Sam's desktop
                    - paragraph:
                      - code: desktop/Qwen/Qwen3:8b@Q4
                    - paragraph: Context window 32,768 tokens, output 8,192 tokens
                    - button "Favorite Qwen/Qwen3:8b@Q4 on Sam's desktop"
              - region "Embedding box":
                - heading "Embedding box" [level=2]
                - paragraph: 2 models
                - list:
                  - listitem:
                    - paragraph: Qwen 3 8B
                    - button "Favorite Qwen 3 8B on Embedding box" [pressed]
                  - listitem:
                    - paragraph: Gemma 3 12B
                    - paragraph: Context window unknown
                    - button "Favorite Gemma 3 12B on Embedding box"
            - status
            """)

    def test_windows_are_short_to_see_and_exact_to_ask(self, visit: Visiting) -> None:
        row = visit().section("Sam's desktop").get_by_role("listitem").first
        expect(row.get_by_text("48k", exact=True)).to_be_visible()
        expect(row.locator("[title]").first).to_have_attribute(
            "title", "Context window 49,152 tokens\noutput 8,192 tokens"
        )

    def test_a_window_in_few_characters(self, browser: Browser, server: Server) -> None:
        windows = {
            1: "1",
            512: "512",
            4096: "4k",
            5000: "5k",
            12345: "12.3k",
            32768: "32k",
            49152: "48k",
            128000: "128k",
            131072: "128k",
            1000000: "1M",
            1048576: "1M",
            1572864: "1.5M",
            9007199254740991: "9.01P",
        }
        with visiting(browser, f"{server.url}icon.svg") as seen:
            script = "counts => import('/words.js').then(words => counts.map(words.shortened))"
            assert seen.page.evaluate(script, list(windows)) == list(windows.values())

    def test_the_default_is_marked_and_missed_when_it_is_away(
        self, visit: Visiting, hosts: dict[str, Host]
    ) -> None:
        seen = visit()
        marked = seen.page.get_by_role("listitem").filter(has=seen.page.get_by_text("Default", exact=True))
        visible = marked.filter(visible=True)
        expect(visible.locator("code", has_text=DEFAULT)).to_have_count(1)
        hosts["DESKTOP"].stop()
        expect(seen.page.get_by_role("banner")).to_contain_text(
            f"2 models from 1 provider. The default, {DEFAULT}, is not available now."
        )

    def test_two_models_of_one_name_are_told_apart(
        self, visit: Visiting, tmp_path: Path, hosts: dict[str, Host]
    ) -> None:
        seen = visit()
        twins = FLEET.replace("label: Embedding box", "label: Sam's desktop")
        write_fleet(tmp_path, twins, hosts)
        for provider in ("desktop", "box"):
            name = f"Favorite Qwen 3 8B on Sam's desktop ({provider}/qwen3-8b)"
            expect(seen.page.get_by_role("button", name=name, exact=True)).to_have_count(1)

    def test_a_changed_fleet_shows_without_reload(
        self, visit: Visiting, tmp_path: Path, hosts: dict[str, Host]
    ) -> None:
        seen = visit()
        renamed = FLEET.replace("label: Gemma 3 12B", "label: Another Gemma")
        write_fleet(tmp_path, renamed, hosts)
        expect(seen.star("Another Gemma on Embedding box", "Embedding box")).to_be_visible()


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

    def test_while_favorites_are_unavailable_stars_are_off_and_what_was_known_stays(
        self, visit: Visiting, server: Server
    ) -> None:
        server.store(BOX_8B)
        seen = visit()
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
        seen.page.route(
            "**/api/models",
            lambda route: route.fulfill(
                response=route.fetch(), headers={"X-Booconf-Favorites": "unavailable"}
            ),
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
        expect(seen.section("Favorites")).to_contain_text("Favorites of a host that is away return with it.")
        assert seen.headings() == ["Favorites"]
        hosts["BOX"].start()
        hosts["DESKTOP"].start()
        expect(seen.section("Favorites").locator("code")).to_have_text([BOX_8B, DEFAULT, GEMMA])
        expect(seen.section("Embedding box").get_by_role("listitem")).to_have_count(2)
        assert seen.headings() == ["Favorites", "Sam's desktop", "Embedding box"]
        expect(seen.page.locator("#notice")).to_contain_text("is available again.")
        assert rows(server.settings) == before

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

    def test_a_page_at_its_top_shows_what_comes_there(self, visit: Visiting, server: Server) -> None:
        seen = visit(viewport=self.SMALL)
        server.store(BOX_8B)
        expect(seen.star("Qwen 3 8B on Embedding box", "Favorites")).to_be_in_viewport()
        assert seen.page.evaluate("scrollY") == 0


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


class TestKeyboard:
    def test_tab_reaches_every_control_in_order(self, visit: Visiting, server: Server) -> None:
        server.store(BOX_8B, DEFAULT)
        seen = visit()
        expect(seen.section("Favorites").locator("code")).to_have_count(2)
        wanted = measured(seen.page, "controls()")
        reached = []
        for _ in wanted:
            seen.page.keyboard.press("Tab")
            reached.append(seen.focused())
        assert reached == wanted
        assert "Move Qwen 3 8B on Embedding box down" in reached

    def test_a_model_becomes_a_favorite_without_a_mouse(self, visit: Visiting) -> None:
        seen = visit()
        seen.page.keyboard.press("Tab")
        assert seen.focused() == "Skip to the models"
        expect(seen.page.get_by_role("link", name="Skip to the models")).to_be_in_viewport()
        seen.page.keyboard.press("Enter")
        for key, pressed in (("Tab", "false"), ("Space", "true"), ("Enter", "false"), ("Enter", "true")):
            seen.page.keyboard.press(key)
            star = seen.star("Qwen 3.6 35B on Sam's desktop", "Sam's desktop")
            expect(star).to_be_focused()
            expect(star).to_have_attribute("aria-pressed", pressed)
        expect(seen.section("Favorites").locator("code")).to_have_text([DEFAULT])

    def test_a_link_leads_to_its_group(self, visit: Visiting) -> None:
        seen = visit(viewport=PHONE)
        seen.page.get_by_role("link", name="Embedding box").press("Enter")
        heading = seen.page.get_by_role("heading", name="Embedding box")
        expect(heading).to_be_focused()
        expect(heading).to_be_in_viewport()
        seen.page.keyboard.press("Tab")
        assert seen.focused() == "Favorite Qwen 3 8B on Embedding box"


class TestLook:
    @pytest.mark.parametrize("scheme", SCHEMES)
    def test_all_that_is_drawn_has_contrast(
        self, visit: Visiting, server: Server, hosts: dict[str, Host], scheme: str
    ) -> None:
        server.store(DEFAULT, DESKTOP_8B)
        seen = visit(color_scheme=scheme)
        seen.expect_problem("ERR_")
        hosts["BOX"].stop()
        expect(seen.page.locator("#notice")).to_be_visible()
        with_notice = measured(seen.page, "contrasts()")
        seen.page.route("**/api/events", lambda route: route.abort())
        server.stop()
        expect(seen.page.get_by_text("Connection lost. Trying again…")).to_be_visible()
        seen.star("Qwen 3.6 35B on Sam's desktop", "Sam's desktop").click()
        expect(seen.page.locator("#notice")).to_contain_text("is still a favorite")
        with_errors = measured(seen.page, "contrasts()")
        for found in (with_notice, with_errors):
            assert found["texts"] > 20
            assert found["text"] >= 4.5
            assert found["drawings"] > 5
            assert found["drawing"] >= 3

    def test_the_schemes_differ(self, visit: Visiting) -> None:
        colours = [
            visit(color_scheme=scheme).page.evaluate("getComputedStyle(document.body).backgroundColor")
            for scheme in SCHEMES
        ]
        assert colours[0] != colours[1]

    def test_every_width_shows_all_without_scrolling_sideways_and_large_enough_to_touch(
        self, visit: Visiting, server: Server
    ) -> None:
        server.store(BOX_8B, PATH_LIKE)
        seen = visit()
        expect(seen.section("Favorites").locator("code")).to_have_count(2)
        for width in (320, 390, 768, 1280):
            seen.page.set_viewport_size({"width": width, "height": 640})
            assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
            assert measured(seen.page, "smallTargets()") == []

    def test_text_of_twice_the_size_fits_too(self, visit: Visiting, server: Server) -> None:
        server.store(BOX_8B, PATH_LIKE)
        seen = visit(viewport={"width": 640, "height": 640})
        expect(seen.section("Favorites").locator("code")).to_have_count(2)
        seen.page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= 640

    @pytest.mark.parametrize(("setting", "duration"), [("no-preference", "0.12s, 0.12s"), ("reduce", "0s")])
    def test_nothing_moves_for_who_wants_no_motion(
        self, visit: Visiting, setting: str, duration: str
    ) -> None:
        seen = visit(reduced_motion=setting)
        star = seen.star("Gemma 3 12B on Embedding box", "Embedding box")
        expect(star).to_have_css("transition-duration", duration)


class TestHostileNames:
    NAMES = (
        "<img src=x onerror=alert(1)>",
        "<script>alert(1)</script>",
        "x" * 512,
        "\u202edesrever",
        "\u0645\u0631\u062d\u0628\u0627",
        "\U0001f999\U0001f525",
        '{{ 7 * 7 }} ${7} &amp; "quoted"',
    )

    def test_names_are_text_and_nothing_else(
        self, visit: Visiting, tmp_path: Path, hosts: dict[str, Host]
    ) -> None:
        models = "".join(
            f"      m{index}: {{context: 4096, label: {json.dumps(name, ensure_ascii=False)}}}\n"
            for index, name in enumerate(self.NAMES)
        )
        long_id = "a" * 256
        fleet = FLEET.replace(
            "      gemma-3-12b-it:", f"{models}      {long_id}: {{context: 4096}}\n      gemma-3-12b-it:"
        )
        fleet = fleet.replace("label: Embedding box", "label: '<b>Embedding</b> box'")
        seen = visit(viewport=PHONE)
        write_fleet(tmp_path, fleet, hosts)
        section = seen.section("<b>Embedding</b> box")
        for name in self.NAMES:
            star = section.get_by_role("button", name=f"Favorite {name} on <b>Embedding</b> box", exact=True)
            expect(star).to_have_count(1)
            expect(section.get_by_text(name, exact=True)).to_have_count(1)
        section.get_by_role("button", name=f"Favorite {long_id} on", exact=False).click()
        expect(seen.section("Favorites").locator("code")).to_have_text([f"box/{long_id}"])
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert seen.page.locator("main :is(img, script, b:not(.window b))").count() == 0


class TestMany:
    def test_a_thousand_models_are_there_and_one_more_favorite_makes_few_changes(
        self, visit: Visiting, tmp_path: Path, hosts: dict[str, Host]
    ) -> None:
        models = "".join(f"      many-{index}: {{context: 32768}}\n" for index in range(1000))
        seen = visit()
        write_fleet(tmp_path, FLEET.replace("      gemma-3-12b-it:", f"{models}      gemma-3-12b-it:"), hosts)
        expect(seen.section("Embedding box").get_by_role("listitem")).to_have_count(1002)
        seen.page.evaluate("""() => {
            window.changes = 0;
            new MutationObserver(records => (window.changes += records.length))
                .observe(document.querySelector("main"), {subtree: true, childList: true, attributes: true});
        }""")
        seen.star("many-500 on Embedding box", "Embedding box").click()
        expect(seen.section("Favorites").locator("code")).to_have_text(["box/many-500"])
        assert 0 < seen.page.evaluate("window.changes") < 100


class TestSafety:
    def test_the_policy_forbids_what_the_page_does_not_need(self, browser: Browser, server: Server) -> None:
        with visiting(browser, server.url) as seen:
            expect(seen.section("Favorites")).to_be_visible()
            assert seen.problems == []
            seen.page.evaluate("""() => {
                const script = document.createElement("script");
                script.textContent = "window.ran = true";
                document.head.append(script);
                const image = document.createElement("img");
                image.src = "http://localhost:9/pixel";
                document.body.append(image);
                document.body.setAttribute("style", "color: red");
            }""")
            seen.wait_until(lambda: len(seen.problems) >= 4)
            assert seen.page.evaluate("window.ran") is None
            assert seen.page.locator("body").evaluate("body => body.style.color") == ""
            refused = [re.search("(script-src|style-src|img-src) 'self'", text) for text in seen.problems]
            assert {match[1] for match in refused if match} == {"script-src", "style-src", "img-src"}
            seen.expect_problem("violates the following Content Security Policy")
            assert seen.problems == ["request: http://localhost:9/pixel"]  # not sent, but seen here

    def test_a_page_without_a_session_leads_to_the_form_and_back(
        self, browser: Browser, tmp_path: Path, hosts: dict[str, Host]
    ) -> None:
        token = "a-token-that-nobody-guesses"
        server = Server(tmp_path, {"BOOCONF_TEST_TOKEN": token}, ("--token-env", "BOOCONF_TEST_TOKEN"))
        write_fleet(tmp_path, FLEET, hosts)
        server.start()
        try:
            self.log_in(browser, server, token)
        finally:
            server.stop()

    def log_in(self, browser: Browser, server: Server, token: str) -> None:
        with visiting(browser, server.url, viewport=PHONE) as seen:
            expect(seen.page).to_have_url(f"{server.url}login")
            expect(seen.page.locator("body")).to_match_aria_snapshot("""
                - main:
                  - heading "Log in to booconf" [level=1]
                  - paragraph: Enter the token that this server was started with.
                  - text: Token
                  - textbox "Token"
                  - button "Log in"
                """)
            assert seen.focused() == "INPUT"
            seen.page.keyboard.type("wrong")
            seen.page.keyboard.press("Enter")
            expect(seen.page.get_by_role("alert")).to_have_text("That is not the token of this server.")
            assert measured(seen.page, "contrasts()")["text"] >= 4.5
            assert measured(seen.page, "smallTargets()") == []
            assert seen.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
            seen.page.get_by_label("Token").fill(token)
            seen.page.get_by_role("button", name="Log in").click()
            expect(seen.page).to_have_url(server.url)
            expect(seen.page.get_by_text("Live", exact=True)).to_be_visible()
            seen.star("Gemma 3 12B on Embedding box", "Embedding box").click()
            expect(seen.section("Favorites").locator("code")).to_have_text([GEMMA])
            assert seen.problems == []
            seen.expect_problem("status of 401")
            seen.page.context.clear_cookies()
            seen.page.evaluate("window.dispatchEvent(new Event('online'))")
            expect(seen.page).to_have_url(f"{server.url}login")
