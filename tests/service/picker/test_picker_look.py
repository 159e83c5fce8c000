"""Accessibility and layout of the picker: keyboard, contrast, widths, print, hostile and many names."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.hosts.simulator import Host
from tests.service.browser import measured
from tests.service.picker.picker_fleet import (
    BOX_8B,
    DEFAULT,
    DESKTOP_8B,
    FLEET,
    PATH_LIKE,
    OpenPicker,
    write_fleet,
)
from tests.service.serving_process import Server

pytestmark = pytest.mark.xdist_group("browser")

PHONE = {"width": 320, "height": 640}
SCHEMES = ("light", "dark")


class TestKeyboard:
    def test_tab_reaches_every_control_in_order(self, open_picker: OpenPicker, server: Server) -> None:
        server.store(BOX_8B, DEFAULT)
        picker = open_picker()
        expect(picker.section("Favorites").locator("code")).to_have_count(2)
        wanted = measured(picker.page, "controls()")
        reached = []
        for _ in wanted:
            picker.page.keyboard.press("Tab")
            reached.append(picker.focused())
        assert reached == wanted
        assert "Move Qwen 3 8B on Embedding box down" in reached

    def test_keyboard_adds_a_favorite(self, open_picker: OpenPicker) -> None:
        picker = open_picker()
        picker.page.keyboard.press("Tab")
        assert picker.focused() == "Skip to the models"
        expect(picker.page.get_by_role("link", name="Skip to the models")).to_be_in_viewport()
        picker.page.keyboard.press("Enter")
        for key, pressed in (("Tab", "false"), ("Space", "true"), ("Enter", "false"), ("Enter", "true")):
            picker.page.keyboard.press(key)
            star = picker.star("Qwen 3.6 35B on Sam's desktop", "Sam's desktop")
            expect(star).to_be_focused()
            expect(star).to_have_attribute("aria-pressed", pressed)
        expect(picker.section("Favorites").locator("code")).to_have_text([DEFAULT])

    def test_link_focuses_its_group(self, open_picker: OpenPicker) -> None:
        picker = open_picker(viewport=PHONE)
        picker.page.get_by_role("link", name="Embedding box").press("Enter")
        heading = picker.page.get_by_role("heading", name="Embedding box")
        expect(heading).to_be_focused()
        expect(heading).to_be_in_viewport()
        picker.page.keyboard.press("Tab")
        assert picker.focused() == "Favorite Qwen 3 8B on Embedding box"


class TestLook:
    @pytest.mark.parametrize("scheme", SCHEMES)
    def test_texts_and_icons_have_contrast(
        self, open_picker: OpenPicker, server: Server, hosts: dict[str, Host], scheme: str
    ) -> None:
        server.store(DEFAULT, DESKTOP_8B)
        picker = open_picker(color_scheme=scheme)
        picker.expect_problem("ERR_")
        hosts["BOX"].stop()
        expect(picker.page.locator("#notice")).to_be_visible()
        with_notice = measured(picker.page, "contrasts()")
        picker.page.route("**/api/events", lambda route: route.abort())
        server.stop()
        expect(picker.page.get_by_text("Connection lost. Trying again…")).to_be_visible()
        picker.star("Qwen 3.6 35B on Sam's desktop", "Sam's desktop").click()
        expect(picker.page.locator("#notice")).to_contain_text("is still a favorite")
        with_errors = measured(picker.page, "contrasts()")
        for found in (with_notice, with_errors):
            assert found["texts"] > 20
            assert found["text"] >= 4.5
            assert found["drawings"] > 5
            assert found["drawing"] >= 3

    def test_color_schemes_differ(self, open_picker: OpenPicker) -> None:
        colors = [
            open_picker(color_scheme=scheme).page.evaluate("getComputedStyle(document.body).backgroundColor")
            for scheme in SCHEMES
        ]
        assert colors[0] != colors[1]

    def test_every_width_fits_and_has_large_touch_targets(
        self, open_picker: OpenPicker, server: Server
    ) -> None:
        server.store(BOX_8B, PATH_LIKE)
        picker = open_picker()
        expect(picker.section("Favorites").locator("code")).to_have_count(2)
        for width in (320, 390, 768, 1280):
            picker.page.set_viewport_size({"width": width, "height": 640})
            assert picker.page.evaluate("document.documentElement.scrollWidth") <= width
            assert measured(picker.page, "smallTargets()") == []

    def test_text_of_twice_the_size_fits(self, open_picker: OpenPicker, server: Server) -> None:
        server.store(BOX_8B, PATH_LIKE)
        picker = open_picker(viewport={"width": 640, "height": 640})
        expect(picker.section("Favorites").locator("code")).to_have_count(2)
        picker.page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert picker.page.evaluate("document.documentElement.scrollWidth") <= 640

    @pytest.mark.parametrize(("setting", "duration"), [("no-preference", "0.12s, 0.12s"), ("reduce", "0s")])
    def test_reduced_motion_disables_transitions(
        self, open_picker: OpenPicker, setting: str, duration: str
    ) -> None:
        picker = open_picker(reduced_motion=setting)
        star = picker.star("Gemma 3 12B on Embedding box", "Embedding box")
        expect(star).to_have_css("transition-duration", duration)


class TestManyGroups:
    def test_group_links_form_one_strip_that_scrolls_to_focus(self, open_picker: OpenPicker) -> None:
        labels = [f"Provider {number}" for number in range(59)] + ["A label that goes on and on " * 4]
        view = {
            "sections": [{"id": "favorites", "label": "Favorites", "models": []}]
            + [{"id": f"p{number}", "label": label, "models": []} for number, label in enumerate(labels)],
            "default": "p0/any",
        }
        picker = open_picker(viewport={"width": 390, "height": 844})
        picker.page.route("**/api/models", lambda route: route.fulfill(json=view))
        picker.page.evaluate("window.dispatchEvent(new Event('online'))")
        links = picker.page.get_by_role("navigation").get_by_role("link")
        expect(links).to_have_count(61)
        strip = picker.page.get_by_role("navigation").bounding_box()
        assert strip is not None
        assert strip["height"] < 80
        assert picker.page.evaluate("document.documentElement.scrollWidth") <= 390
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
    def test_print_has_no_controls_and_no_split_rows(self, open_picker: OpenPicker, server: Server) -> None:
        server.store(BOX_8B, PATH_LIKE)
        picker = open_picker()
        expect(picker.section("Favorites").locator("code")).to_have_count(2)
        picker.page.emulate_media(media="print")
        for control in picker.page.locator("a, button").all():
            expect(control).to_be_hidden()
        expect(picker.page.get_by_text("Live", exact=True)).to_be_hidden()
        row = picker.section("Favorites").get_by_role("listitem").first
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
    """Names that could reverse the words around them."""

    def test_names_are_rendered_as_text(
        self, open_picker: OpenPicker, tmp_path: Path, hosts: dict[str, Host]
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
        picker = open_picker(viewport=PHONE)
        write_fleet(tmp_path, fleet, hosts)
        section = picker.section("<b>Embedding</b> box")
        for name in self.NAMES:
            spoken = f"\u2068{name}\u2069" if name in self.TURNING else name
            star = section.get_by_role(
                "button", name=f"Favorite {spoken} on <b>Embedding</b> box", exact=True
            )
            expect(star).to_have_count(1)
            expect(section.get_by_text(name, exact=True)).to_have_count(1)
        section.get_by_role("button", name=f"Favorite {long_id} on", exact=False).click()
        expect(picker.section("Favorites").locator("code")).to_have_text([f"box/{long_id}"])
        assert picker.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert picker.page.locator("main :is(img, script, b:not(.window b))").count() == 0


class TestManyModels:
    def test_favorite_among_thousand_models_changes_few_elements(
        self, open_picker: OpenPicker, tmp_path: Path, hosts: dict[str, Host]
    ) -> None:
        models = "".join(f"      many-{index}: {{context: 32768}}\n" for index in range(1000))
        picker = open_picker()
        write_fleet(tmp_path, FLEET.replace("      gemma-3-12b-it:", f"{models}      gemma-3-12b-it:"), hosts)
        expect(picker.section("Embedding box").get_by_role("listitem")).to_have_count(1002)
        picker.page.evaluate("""() => {
            window.changes = 0;
            new MutationObserver(records => (window.changes += records.length))
                .observe(document.querySelector("main"), {subtree: true, childList: true, attributes: true});
        }""")
        picker.star("many-500 on Embedding box", "Embedding box").click()
        expect(picker.section("Favorites").locator("code")).to_have_text(["box/many-500"])
        assert 0 < picker.page.evaluate("window.changes") < 100
