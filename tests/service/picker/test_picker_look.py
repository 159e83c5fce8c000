"""The picker for everybody: keyboard, screen, colors, names of all kinds, and many of them."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.hosts.simulator import Host
from tests.service.browser import measured
from tests.service.picker.shown import BOX_8B, DEFAULT, DESKTOP_8B, FLEET, PATH_LIKE, Visiting, write_fleet
from tests.service.serving_process import Server

pytestmark = pytest.mark.xdist_group("browser")

PHONE = {"width": 320, "height": 640}
SCHEMES = ("light", "dark")


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
        colors = [
            visit(color_scheme=scheme).page.evaluate("getComputedStyle(document.body).backgroundColor")
            for scheme in SCHEMES
        ]
        assert colors[0] != colors[1]

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


class TestManyGroups:
    def test_on_a_phone_they_are_one_strip_that_follows_the_focus(self, visit: Visiting) -> None:
        labels = [f"Provider {number}" for number in range(59)] + ["A label that goes on and on " * 4]
        view = {
            "sections": [{"id": "favorites", "label": "Favorites", "models": []}]
            + [{"id": f"p{number}", "label": label, "models": []} for number, label in enumerate(labels)],
            "default": "p0/any",
        }
        seen = visit(viewport={"width": 390, "height": 844})
        seen.page.route("**/api/models", lambda route: route.fulfill(json=view))
        seen.page.evaluate("window.dispatchEvent(new Event('online'))")
        links = seen.page.get_by_role("navigation").get_by_role("link")
        expect(links).to_have_count(61)
        strip = seen.page.get_by_role("navigation").bounding_box()
        assert strip is not None
        assert strip["height"] < 80
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= 390
        for link in (links.nth(30), links.last, links.first):
            link.focus()
            box = link.bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 390
        cut = links.last.locator("span").first
        assert cut.evaluate("label => label.scrollWidth > label.clientWidth")
        assert cut.evaluate("label => getComputedStyle(label).textOverflow") == "ellipsis"


class TestPrint:
    def test_paper_has_no_controls_and_whole_rows(self, visit: Visiting, server: Server) -> None:
        server.store(BOX_8B, PATH_LIKE)
        seen = visit()
        expect(seen.section("Favorites").locator("code")).to_have_count(2)
        seen.page.emulate_media(media="print")
        for control in seen.page.locator("a, button").all():
            expect(control).to_be_hidden()
        expect(seen.page.get_by_text("Live", exact=True)).to_be_hidden()
        row = seen.section("Favorites").get_by_role("listitem").first
        expect(row.locator("code")).to_be_visible()
        expect(row).to_have_css("break-inside", "avoid")


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
    TURNING = NAMES[3:5]
    """What could turn a sentence around."""

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
            spoken = f"\u2068{name}\u2069" if name in self.TURNING else name
            star = section.get_by_role(
                "button", name=f"Favorite {spoken} on <b>Embedding</b> box", exact=True
            )
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
