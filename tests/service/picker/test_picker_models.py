"""Content of the picker: models, limits, labels."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.hosts.simulator import Host
from tests.service.browser import open_browser_page
from tests.service.picker.picker_fleet import BOX_8B, DEFAULT, FLEET, GEMMA, OpenPicker, write_fleet
from tests.service.serving_process import Server

pytestmark = pytest.mark.xdist_group("browser")


class TestModels:
    def test_favorites_are_first_then_providers_in_order(self, open_picker: OpenPicker) -> None:
        picker = open_picker()
        assert picker.headings() == ["Favorites", "Sam's desktop", "Embedding box"]
        expect(picker.section("Favorites")).to_contain_text("Press the star of a model to add it here")
        expect(picker.section("Favorites").get_by_role("listitem")).to_have_count(0)

    def test_screen_reader_gets_all_content(self, open_picker: OpenPicker, server: Server) -> None:
        server.store(BOX_8B)
        picker = open_picker()
        expect(picker.section("Favorites")).to_contain_text("Qwen 3 8B")
        expect(picker.page.locator("body")).to_match_aria_snapshot("""
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
                    - paragraph: Context window 32,768 tokens, input 20,480 tokens, output 8,192 tokens
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

    def test_windows_are_abbreviated_with_exact_title(self, open_picker: OpenPicker) -> None:
        row = open_picker().section("Sam's desktop").get_by_role("listitem").first
        expect(row.get_by_text("48k", exact=True)).to_be_visible()
        expect(row.get_by_text("8k output", exact=True)).to_be_visible()
        expect(row.locator("[title]").first).to_have_attribute(
            "title", "Context window 49,152 tokens\noutput 8,192 tokens"
        )

    def test_declared_input_limit_and_unknown_window_are_shown(self, open_picker: OpenPicker) -> None:
        picker = open_picker()
        rows = picker.section("Sam's desktop").get_by_role("listitem")
        expect(rows.nth(1).get_by_text("20k input", exact=True)).to_be_visible()
        expect(rows.nth(0)).not_to_contain_text("k input")
        unknown = picker.section("Embedding box").get_by_role("listitem").last
        expect(unknown.get_by_text("context unknown", exact=True)).to_be_visible()
        expect(unknown).not_to_contain_text("?")

    def test_token_counts_are_abbreviated(self, browser: Browser, server: Server) -> None:
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
        with open_browser_page(browser, f"{server.url}icon.svg") as picker:
            script = (
                "counts => import('/formatting.js').then(formatting => counts.map(formatting.shortTokens))"
            )
            assert picker.page.evaluate(script, list(windows)) == list(windows.values())

    def test_default_is_marked_and_its_absence_reported(
        self, open_picker: OpenPicker, hosts: dict[str, Host]
    ) -> None:
        picker = open_picker()
        marked = picker.page.get_by_role("listitem").filter(
            has=picker.page.get_by_text("Default", exact=True)
        )
        visible = marked.filter(visible=True)
        expect(visible.locator("code", has_text=DEFAULT)).to_have_count(1)
        hosts["DESKTOP"].stop()
        expect(picker.page.get_by_role("banner")).to_contain_text(
            f"2 models from 1 provider. The default, {DEFAULT}, is not available now."
        )

    def test_providers_with_same_label_show_their_ids(
        self, open_picker: OpenPicker, tmp_path: Path, hosts: dict[str, Host]
    ) -> None:
        picker = open_picker()
        write_fleet(tmp_path, FLEET.replace("label: Embedding box", "label: Sam's desktop"), hosts)
        labels = ["Sam's desktop (desktop)", "Sam's desktop (box)"]
        expect(picker.page.get_by_role("heading", level=2)).to_have_text(["Favorites", *labels])
        for label in labels:
            expect(picker.page.get_by_role("navigation").get_by_role("link", name=label)).to_have_count(1)
            expect(picker.section(label).get_by_role("listitem").first.get_by_text(label)).to_be_visible()
            expect(picker.star(f"Qwen 3 8B on {label}", label)).to_have_count(1)
        hosts["BOX"].stop()
        expect(picker.page.locator("#notice")).to_have_text("Sam's desktop (box) is not available now.")
        assert picker.headings() == ["Favorites", "Sam's desktop"]

    def test_models_with_same_name_show_their_ids(
        self, open_picker: OpenPicker, tmp_path: Path, hosts: dict[str, Host]
    ) -> None:
        picker = open_picker()
        write_fleet(tmp_path, FLEET.replace("label: Gemma 3 12B", "label: Qwen 3 8B"), hosts)
        for model_id in (BOX_8B, GEMMA):
            expect(picker.star(f"Qwen 3 8B on Embedding box ({model_id})", "Embedding box")).to_have_count(1)

    def test_changed_fleet_is_shown_without_reload(
        self, open_picker: OpenPicker, tmp_path: Path, hosts: dict[str, Host]
    ) -> None:
        picker = open_picker()
        renamed = FLEET.replace("label: Gemma 3 12B", "label: Another Gemma")
        write_fleet(tmp_path, renamed, hosts)
        expect(picker.star("Another Gemma on Embedding box", "Embedding box")).to_be_visible()
