"""What the page may do, and the form to log in."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.hosts.simulator import Host
from tests.service.browser import measured, visiting
from tests.service.picker.shown import FLEET, GEMMA, write_fleet
from tests.service.serving_process import Server

pytestmark = pytest.mark.xdist_group("browser")

PHONE = {"width": 320, "height": 640}


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
            seen.expect_problem("status of 401")
            expect(seen.page.get_by_label("Token")).not_to_have_attribute("aria-invalid", "true")
            seen.page.keyboard.type("wrong")
            seen.page.keyboard.press("Enter")
            expect(seen.page.get_by_role("alert")).to_have_text("That is not the token of this server.")
            expect(seen.page.get_by_label("Token")).to_be_focused()
            expect(seen.page.get_by_label("Token")).to_have_attribute("aria-invalid", "true")
            expect(seen.page.get_by_label("Token")).to_have_accessible_description(
                "That is not the token of this server."
            )
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
            seen.page.reload()
            expect(seen.page.get_by_text("Live", exact=True)).to_be_visible()  # all it asked for has come
            seen.page.context.clear_cookies()
            seen.page.evaluate("window.dispatchEvent(new Event('online'))")
            expect(seen.page).to_have_url(f"{server.url}login?ended")
            expect(seen.page.get_by_role("alert")).to_have_text("Your session has ended.")
            seen.page.get_by_label("Token").fill(token)
            seen.page.keyboard.press("Enter")
            expect(seen.page).to_have_url(server.url)
