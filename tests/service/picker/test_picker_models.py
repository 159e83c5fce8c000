"""What the picker shows of models."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.hosts.simulator import Host
from tests.service.browser import visiting
from tests.service.picker.shown import BOX_8B, DEFAULT, FLEET, GEMMA, Visiting, write_fleet
from tests.service.serving_process import Server

pytestmark = pytest.mark.xdist_group("browser")


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
        expect(row.get_by_text("8k output", exact=True)).to_be_visible()
        expect(row.locator("[title]").first).to_have_attribute(
            "title", "Context window 49,152 tokens\noutput 8,192 tokens"
        )

    def test_an_input_that_differs_from_the_window_is_seen_and_an_unknown_window_is_called_so(
        self, visit: Visiting
    ) -> None:
        seen = visit()
        rows = seen.section("Sam's desktop").get_by_role("listitem")
        expect(rows.nth(1).get_by_text("24k input", exact=True)).to_be_visible()
        expect(rows.nth(0)).not_to_contain_text("k input")
        unknown = seen.section("Embedding box").get_by_role("listitem").last
        expect(unknown.get_by_text("context unknown", exact=True)).to_be_visible()
        expect(unknown).not_to_contain_text("?")

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

    def test_two_providers_of_one_label_are_told_apart_wherever_it_stands(
        self, visit: Visiting, tmp_path: Path, hosts: dict[str, Host]
    ) -> None:
        seen = visit()
        write_fleet(tmp_path, FLEET.replace("label: Embedding box", "label: Sam's desktop"), hosts)
        labels = ["Sam's desktop (desktop)", "Sam's desktop (box)"]
        expect(seen.page.get_by_role("heading", level=2)).to_have_text(["Favorites", *labels])
        for label in labels:
            expect(seen.page.get_by_role("navigation").get_by_role("link", name=label)).to_have_count(1)
            expect(seen.section(label).get_by_role("listitem").first.get_by_text(label)).to_be_visible()
            expect(seen.star(f"Qwen 3 8B on {label}", label)).to_have_count(1)
        hosts["BOX"].stop()
        expect(seen.page.locator("#notice")).to_have_text("Sam's desktop (box) is not available now.")
        assert seen.headings() == ["Favorites", "Sam's desktop"]

    def test_two_models_of_one_name_are_told_apart(
        self, visit: Visiting, tmp_path: Path, hosts: dict[str, Host]
    ) -> None:
        seen = visit()
        write_fleet(tmp_path, FLEET.replace("label: Gemma 3 12B", "label: Qwen 3 8B"), hosts)
        for model_id in (BOX_8B, GEMMA):
            expect(seen.star(f"Qwen 3 8B on Embedding box ({model_id})", "Embedding box")).to_have_count(1)

    def test_a_changed_fleet_shows_without_reload(
        self, visit: Visiting, tmp_path: Path, hosts: dict[str, Host]
    ) -> None:
        seen = visit()
        renamed = FLEET.replace("label: Gemma 3 12B", "label: Another Gemma")
        write_fleet(tmp_path, renamed, hosts)
        expect(seen.star("Another Gemma on Embedding box", "Embedding box")).to_be_visible()
