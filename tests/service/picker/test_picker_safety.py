"""Content-Security-Policy and login form of the picker."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.hosts.simulator import Host
from tests.service.browser import measured, open_browser_page
from tests.service.picker.picker_fleet import FLEET, GEMMA, write_fleet
from tests.service.serving_process import Server

pytestmark = pytest.mark.xdist_group("browser")

PHONE = {"width": 320, "height": 640}


class TestSafety:
    def test_content_security_policy_blocks_foreign_content(self, browser: Browser, server: Server) -> None:
        with open_browser_page(browser, server.url) as picker:
            expect(picker.section("Favorites")).to_be_visible()
            assert picker.problems == []
            picker.page.evaluate("""() => {
                const script = document.createElement("script");
                script.textContent = "window.ran = true";
                document.head.append(script);
                const image = document.createElement("img");
                image.src = "http://localhost:9/pixel";
                document.body.append(image);
                document.body.setAttribute("style", "color: red");
            }""")
            picker.wait_until(lambda: len(picker.problems) >= 4)
            assert picker.page.evaluate("window.ran") is None
            assert picker.page.locator("body").evaluate("body => body.style.color") == ""
            refused = [re.search("(script-src|style-src|img-src) 'self'", text) for text in picker.problems]
            assert {match[1] for match in refused if match} == {"script-src", "style-src", "img-src"}
            picker.expect_problem("violates the following Content Security Policy")
            assert picker.problems == [
                "request: http://localhost:9/pixel"
            ]  # blocked, but reported to the test

    def test_page_without_session_redirects_to_login_and_back(
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
        with open_browser_page(browser, server.url, viewport=PHONE) as picker:
            expect(picker.page).to_have_url(f"{server.url}login")
            expect(picker.page.locator("body")).to_match_aria_snapshot("""
                - main:
                  - heading "Log in to booconf" [level=1]
                  - paragraph: Enter the token that this server was started with.
                  - text: Token
                  - textbox "Token"
                  - button "Log in"
                """)
            assert picker.focused() == "INPUT"
            picker.expect_problem("status of 401")
            expect(picker.page.get_by_label("Token")).not_to_have_attribute("aria-invalid", "true")
            picker.page.keyboard.type("wrong")
            picker.page.keyboard.press("Enter")
            expect(picker.page.get_by_role("alert")).to_have_text("That is not the token of this server.")
            expect(picker.page.get_by_label("Token")).to_be_focused()
            expect(picker.page.get_by_label("Token")).to_have_attribute("aria-invalid", "true")
            expect(picker.page.get_by_label("Token")).to_have_accessible_description(
                "That is not the token of this server."
            )
            assert measured(picker.page, "contrasts()")["text"] >= 4.5
            assert measured(picker.page, "smallTargets()") == []
            assert picker.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
            picker.page.get_by_label("Token").fill(token)
            picker.page.get_by_role("button", name="Log in").click()
            expect(picker.page).to_have_url(server.url)
            expect(picker.page.get_by_text("Live", exact=True)).to_be_visible()
            picker.star("Gemma 3 12B on Embedding box", "Embedding box").click()
            expect(picker.section("Favorites").locator("code")).to_have_text([GEMMA])
            assert picker.problems == []
            picker.page.reload()
            expect(picker.page.get_by_text("Live", exact=True)).to_be_visible()  # all responses are in
            picker.page.context.clear_cookies()
            picker.page.evaluate("window.dispatchEvent(new Event('online'))")
            expect(picker.page).to_have_url(f"{server.url}login?ended")
            expect(picker.page.get_by_role("alert")).to_have_text("Your session has ended.")
            picker.page.get_by_label("Token").fill(token)
            picker.page.keyboard.press("Enter")
            expect(picker.page).to_have_url(server.url)
